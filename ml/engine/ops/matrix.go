package ops

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// trilu keeps what is on and above, or below, the k-th diagonal of each matrix.
func trilu(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	if t.Rank() < 2 {
		return nil, fmt.Errorf("%w: %v is no matrix", value.ErrShape, t.Shape)
	}
	upper, err := c.flag("upper", true)
	if err != nil {
		return nil, err
	}
	k := 0
	if kt := c.in(1); kt != nil {
		list, err := value.Ints(kt)
		if err != nil || len(list) != 1 {
			return nil, fmt.Errorf("%w 1: k is one number", ErrOperand)
		}
		k = list[0]
	}
	rows, columns := t.Shape[t.Rank()-2], t.Shape[t.Rank()-1]
	from := make([]int, t.Len())
	for i := range from {
		row, column := i/max(columns, 1)%max(rows, 1), i%max(columns, 1)
		from[i] = -1
		if upper == (column-row >= k) || column-row == k {
			from[i] = i
		}
	}
	return pick(t, t.Shape, from)
}

// eyeLike is ones on a diagonal of a matrix of the operand's shape.
func eyeLike(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	if t.Rank() != 2 {
		return nil, fmt.Errorf("%w: %v is no matrix", value.ErrShape, t.Shape)
	}
	k, err := c.int("k", 0)
	if err != nil {
		return nil, err
	}
	to, err := c.int("dtype", int(t.DType()))
	if err != nil {
		return nil, err
	}
	n, err := safemath.To[uint8](to)
	if err != nil {
		return nil, fmt.Errorf("%w dtype: %d", ErrAttribute, to)
	}
	ones := make([]int32, t.Len())
	for row := range t.Shape[0] {
		if column := row + k; column >= 0 && column < t.Shape[1] {
			ones[row*t.Shape[1]+column] = 1
		}
	}
	return one(convert(&value.Tensor{Shape: t.Shape, Data: ones}, onnx.DType(n)))
}

// cumSum adds along an axis, ascending or descending; each sum with its own element, or without.
func cumSum(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	which, err := c.need(1)
	if err != nil {
		return nil, err
	}
	list, err := value.Ints(which)
	if err != nil || len(list) != 1 {
		return nil, fmt.Errorf("%w 1: the axis is one number", ErrOperand)
	}
	at, err := axis(list[0], t.Rank())
	if err != nil {
		return nil, err
	}
	switch d := t.Data.(type) {
	case []float32:
		return summed(c, t, d, at)
	case []float64:
		return summed(c, t, d, at)
	case []int32:
		return summed(c, t, d, at)
	case []int64:
		return summed(c, t, d, at)
	case []uint32:
		return summed(c, t, d, at)
	case []uint64:
		return summed(c, t, d, at)
	case []value.Half, []value.BHalf:
		return viaFloat32(cumSum)(c)
	}
	return nil, fmt.Errorf("%w: %s", value.ErrType, t.DType())
}

func summed[T interface {
	number
	value.Elem
}](c *Call, t *value.Tensor, d []T, at int) ([]*value.Tensor, error) {
	without, err := c.flag("exclusive", false)
	if err != nil {
		return nil, err
	}
	backward, err := c.flag("reverse", false)
	if err != nil {
		return nil, err
	}
	out := make([]T, len(d))
	n, inner := t.Shape[at], product(t.Shape[at+1:])
	for outer := range product(t.Shape[:at]) {
		for k := range inner {
			var sum T
			for i := range n {
				if backward {
					i = n - 1 - i
				}
				j := (outer*n+i)*inner + k
				if without {
					out[j] = sum
				}
				sum = T(sum + d[j])
				if !without {
					out[j] = sum
				}
			}
		}
	}
	return one(value.Of(t.Shape, out))
}

// oneHot has one of two values at each place of a new axis: the second at the index, the first elsewhere.
func oneHot(c *Call) ([]*value.Tensor, error) {
	var in [3]*value.Tensor
	for i := range in {
		t, err := c.need(i)
		if err != nil {
			return nil, err
		}
		in[i] = t
	}
	wide, err := convert(in[0], onnx.Int64)
	if err != nil {
		return nil, err
	}
	index, err := value.Ints(wide)
	if err != nil {
		return nil, err
	}
	if wide, err = convert(in[1], onnx.Int64); err != nil {
		return nil, err
	}
	depths, err := value.Ints(wide)
	if err != nil || len(depths) != 1 || depths[0] < 1 || in[2].Len() != 2 {
		return nil, fmt.Errorf("%w: the depth is one number above zero, and values are two", ErrOperand)
	}
	at, err := c.int("axis", -1)
	if err != nil {
		return nil, err
	}
	if at, err = axis(at, in[0].Rank()+1); err != nil {
		return nil, err
	}
	shape := slices.Insert(slices.Clone(in[0].Shape), at, depths[0])
	n, err := value.Count(shape)
	if err != nil {
		return nil, err
	}
	from, inner := make([]int, n), product(in[0].Shape[at:])
	for i, v := range index {
		if v < 0 {
			v += depths[0]
		}
		if v >= 0 && v < depths[0] { // outside, all are off
			from[(i/inner*depths[0]+v)*inner+i%inner] = 1
		}
	}
	return pick(in[2], shape, from)
}
