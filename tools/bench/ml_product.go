package main

import (
	"fmt"
	"runtime"

	"gorgonia.org/tensor"

	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
)

// side is of square matrices whose product is measured: 3 MB in all, more than a core's own cache.
const side = 512

// products measures a product of matrices against that of gorgonia.org/tensor, one processor for both.
func products(s session) ([]figure, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	a, b, c := make([]float32, side*side), make([]float32, side*side), make([]float32, side*side)
	for i := range a {
		a[i], b[i] = float32(i%251-125)/128, float32(i%241-120)/128
	}
	kernels, w := f32.Best(), f32.Work{}
	ours, err := s.least(func() error {
		kernels.Gemm(false, false, side, side, side, a, side, b, side, false, c, side, &w)
		return nil
	})
	if err != nil {
		return nil, err
	}
	x := tensor.New(tensor.WithShape(side, side), tensor.WithBacking(a))
	y := tensor.New(tensor.WithShape(side, side), tensor.WithBacking(b))
	z := tensor.New(tensor.WithShape(side, side), tensor.WithBacking(make([]float32, side*side)))
	theirs, err := s.least(func() error {
		_, err := tensor.MatMul(x, y, tensor.WithReuse(z))
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, v := range z.Float32s() {
		if d := v - c[i]; d > 1e-2 || d < -1e-2 {
			return nil, fmt.Errorf("product of matrices: element %d is %v, of tensor %v", i, c[i], v)
		}
	}
	return []figure{{
		name: fmt.Sprintf("product of %d x %d", side, side), ours: ours, base: theirs, of: "gorgonia.org/tensor, one processor",
		goal: goalProduct, slack: slackOfTwo,
	}}, nil
}
