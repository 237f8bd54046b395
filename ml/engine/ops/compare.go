package ops

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/value"
)

type ordered interface{ number | string }

// relation compares two tensors of one type.
type relation struct {
	numbers func(less, equal bool) bool
	bools   bool // of bools too
}

func (r relation) run(c *Call) ([]*value.Tensor, error) {
	a, b, err := c.pair()
	if err != nil {
		return nil, err
	}
	if a.DType() != b.DType() {
		return nil, fmt.Errorf("%w: %s and %s", value.ErrType, a.DType(), b.DType())
	}
	shape, err := broadcast(a.Shape, b.Shape)
	if err != nil {
		return nil, err
	}
	var out []bool
	switch x := a.Data.(type) {
	case []float32:
		out, err = compared(shape, a, b, x, r)
	case []float64:
		out, err = compared(shape, a, b, x, r)
	case []int8:
		out, err = compared(shape, a, b, x, r)
	case []int16:
		out, err = compared(shape, a, b, x, r)
	case []int32:
		out, err = compared(shape, a, b, x, r)
	case []int64:
		out, err = compared(shape, a, b, x, r)
	case []uint8:
		out, err = compared(shape, a, b, x, r)
	case []uint16:
		out, err = compared(shape, a, b, x, r)
	case []uint32:
		out, err = compared(shape, a, b, x, r)
	case []uint64:
		out, err = compared(shape, a, b, x, r)
	case []string:
		out, err = compared(shape, a, b, x, r)
	case []bool:
		var y []bool
		if y, err = value.As[bool](b); err == nil && r.bools {
			out = zip(shape, a.Shape, x, b.Shape, y, func(a, b bool) bool { return a == b })
		} else if err == nil {
			err = fmt.Errorf("%w: bools have no order", value.ErrType)
		}
	default:
		err = fmt.Errorf("%w: %s", value.ErrType, a.DType())
	}
	return one(&value.Tensor{Shape: shape, Data: out}, err)
}

func compared[T interface {
	ordered
	value.Elem
}](shape []int, a, b *value.Tensor, x []T, r relation) ([]bool, error) {
	y, err := value.As[T](b)
	if err != nil {
		return nil, err
	}
	return zip(shape, a.Shape, x, b.Shape, y, func(a, b T) bool {
		if a != a || b != b { //nolint:staticcheck // a NaN is nothing's equal and in no order
			return false
		}
		return r.numbers(a < b, a == b)
	}), nil
}

// logic is And, Or and Xor.
func logic(f func(a, b bool) bool) Func {
	return func(c *Call) ([]*value.Tensor, error) {
		a, b, err := c.pair()
		if err != nil {
			return nil, err
		}
		x, err := value.As[bool](a)
		if err != nil {
			return nil, err
		}
		y, err := value.As[bool](b)
		if err != nil {
			return nil, err
		}
		shape, err := broadcast(a.Shape, b.Shape)
		if err != nil {
			return nil, err
		}
		return one(value.Of(shape, zip(shape, a.Shape, x, b.Shape, y, f)))
	}
}

func not(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	x, err := value.As[bool](t)
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(x))
	for i, v := range x {
		out[i] = !v
	}
	return one(value.Of(t.Shape, out))
}

// where picks from its second operand where the first says so, else from its third.
func where(c *Call) ([]*value.Tensor, error) {
	for i := range 3 {
		if _, err := c.need(i); err != nil {
			return nil, err
		}
	}
	pick, err := value.As[bool](c.In[0])
	if err != nil {
		return nil, err
	}
	a, b := c.In[1], c.In[2]
	shape, err := broadcast(c.In[0].Shape, a.Shape, b.Shape)
	if err != nil {
		return nil, err
	}
	if a.DType() != b.DType() {
		return nil, fmt.Errorf("%w: %s and %s", value.ErrType, a.DType(), b.DType())
	}
	n, err := value.Count(shape)
	if err != nil {
		return nil, err
	}
	from := make([]int, n) // an index into a, or one behind its end into b
	la := a.Len()
	walk(shape, func(i int, at []int) {
		if pick[at[0]] {
			from[i] = at[1]
		} else {
			from[i] = la + at[2]
		}
	}, spread(c.In[0].Shape, shape), spread(a.Shape, shape), spread(b.Shape, shape))
	return one(gathered(shape, from, a, b))
}
