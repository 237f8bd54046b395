package ops

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/engine/value"
)

// softmax is Softmax and LogSoftmax. Before opset 13 everything from the axis on is one row.
func softmax(log bool) Func {
	return viaFloat32(func(c *Call) ([]*value.Tensor, error) {
		t, err := c.need(0)
		if err != nil {
			return nil, err
		}
		usual := -1
		if c.Opset < 13 {
			usual = 1
		}
		at, err := c.int("axis", usual)
		if err != nil {
			return nil, err
		}
		if t.Rank() == 0 {
			return nil, fmt.Errorf("%w: a scalar has no axis", value.ErrShape)
		}
		if at, err = axis(at, t.Rank()); err != nil {
			return nil, err
		}
		outer, n, inner := product(t.Shape[:at]), product(t.Shape[at:]), 1
		if c.Opset >= 13 {
			n, inner = t.Shape[at], product(t.Shape[at+1:])
		}
		switch d := t.Data.(type) {
		case []float32:
			return one(value.Of(t.Shape, rows(d, outer, n, inner, log)))
		case []float64:
			return one(value.Of(t.Shape, rows(d, outer, n, inner, log)))
		}
		return nil, fmt.Errorf("%w: %s", value.ErrType, t.DType())
	})
}

// rows takes the maximum off before the exponential. The sum is one of float64, in the order of the row, and each result
// is rounded once.
func rows[T float](d []T, outer, n, inner int, log bool) []T {
	out := make([]T, len(d))
	if n == 0 {
		return out
	}
	for o := range outer {
		for k := range inner {
			at := func(i int) int { return (o*n+i)*inner + k }
			most := d[at(0)]
			for i := 1; i < n; i++ {
				most = max(most, d[at(i)])
			}
			sum := 0.0
			for i := range n {
				sum = float64(sum + funcs.Exp(float64(d[at(i)])-float64(most)))
			}
			for i := range n {
				x := float64(float64(d[at(i)]) - float64(most))
				if log {
					out[at(i)] = T(float64(x - funcs.Log(sum)))
				} else {
					out[at(i)] = T(float64(funcs.Exp(x) / sum))
				}
			}
		}
	}
	return out
}
