package ops

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/engine/value"
)

// lrn divides each element by a power of the squares of its neighbours in channels.
func lrn(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	x, err := value.As[float32](t)
	if err != nil {
		return nil, err
	}
	size, err := c.int("size", 0)
	if err != nil {
		return nil, err
	}
	if t.Rank() < 2 || size < 1 {
		return nil, fmt.Errorf("%w: a size of %d over the channels of %v", value.ErrShape, size, t.Shape)
	}
	var p [3]float32
	for i, a := range []struct {
		name      string
		otherwise float32
	}{{"alpha", 1e-4}, {"beta", 0.75}, {"bias", 1}} {
		if p[i], err = c.float(a.name, a.otherwise); err != nil {
			return nil, err
		}
	}
	alpha, beta, bias := float64(p[0]), float64(p[1]), float64(p[2])
	channels, inner := t.Shape[1], product(t.Shape[2:])
	y := make([]float32, len(x))
	for i, v := range x {
		k, sum := i/inner%channels, 0.0
		for n := max(0, k-(size-1)/2); n <= min(channels-1, k+size/2); n++ {
			w := float64(x[i+(n-k)*inner])
			sum = float64(sum + float64(w*w))
		}
		y[i] = float32(float64(v) / funcs.Pow(float64(bias+float64(float64(alpha/float64(size))*sum)), beta))
	}
	return one(value.Of(t.Shape, y))
}

// rmsNormalization divides what stands from an axis on by the root of the mean of its squares, and scales it.
func rmsNormalization(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	x, err := value.As[float32](t)
	if err != nil {
		return nil, err
	}
	st, err := c.need(1)
	if err != nil {
		return nil, err
	}
	scale, err := value.As[float32](st)
	if err != nil {
		return nil, err
	}
	epsilon, err := c.float("epsilon", 1e-5)
	if err != nil {
		return nil, err
	}
	at, err := c.int("axis", -1)
	if err != nil {
		return nil, err
	}
	if at, err = axis(at, t.Rank()); err != nil {
		return nil, err
	}
	n := product(t.Shape[at:])
	y := make([]float32, len(x))
	for o := range product(t.Shape[:at]) {
		row, sum := x[o*n:(o+1)*n], float32(0)
		for _, v := range row {
			sum = float32(sum + float32(v*v))
		}
		root := float32(math.Sqrt(float64(float32(float32(sum/float32(n)) + epsilon))))
		for i, v := range row {
			y[o*n+i] = float32(v / root)
		}
	}
	shape, err := broadcast(t.Shape, st.Shape)
	if err != nil || product(shape) != len(y) || len(shape) != t.Rank() {
		return nil, fmt.Errorf("%w: a scale %v for %v", value.ErrShape, st.Shape, t.Shape)
	}
	return one(value.Of(shape, zip(shape, t.Shape, y, st.Shape, scale, func(v, s float32) float32 { return float32(v * s) })))
}

// meanVarianceNormalization takes the mean off, and divides by the standard deviation, over the axes.
func meanVarianceNormalization(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	x, err := value.As[float32](t)
	if err != nil {
		return nil, err
	}
	axes, err := c.ints("axes")
	if err != nil {
		return nil, err
	}
	if axes == nil {
		axes = []int{0, 2, 3}
	}
	p, err := newFold(t.Shape, axes, true)
	if err != nil {
		return nil, err
	}
	means, squares := make([]float64, p.results), make([]float64, p.results)
	walk(p.in, func(i int, at []int) { means[at[0]] = float64(means[at[0]] + float64(x[i])) }, p.steps)
	for i := range means {
		means[i] = float64(means[i] / float64(p.per))
	}
	walk(p.in, func(i int, at []int) {
		away := float64(float64(x[i]) - means[at[0]])
		squares[at[0]] = float64(squares[at[0]] + float64(away*away))
	}, p.steps)
	y := make([]float32, len(x))
	walk(p.in, func(i int, at []int) {
		away := float64(float64(x[i]) - means[at[0]])
		y[i] = float32(away / float64(math.Sqrt(float64(squares[at[0]]/float64(p.per)))+1e-9))
	}, p.steps)
	return one(value.Of(t.Shape, y))
}
