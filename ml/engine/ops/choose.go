package ops

import (
	"fmt"
	"math"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// compress keeps the slices of an axis, or the elements, whose condition is true.
func compress(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	given, err := c.need(1)
	if err != nil {
		return nil, err
	}
	keep, err := value.As[bool](given)
	if err != nil {
		return nil, err
	}
	shape, at := []int{t.Len()}, 0
	if _, found := c.Node.Attr("axis"); found {
		if at, err = c.int("axis", 0); err != nil {
			return nil, err
		}
		if at, err = axis(at, t.Rank()); err != nil {
			return nil, err
		}
		shape = slices.Clone(t.Shape)
	}
	if given.Rank() != 1 || len(keep) > shape[at] {
		return nil, fmt.Errorf("%w: %d conditions for %d", value.ErrShape, len(keep), shape[at])
	}
	var from []int
	n, inner := shape[at], product(shape[at+1:])
	for outer := range product(shape[:at]) {
		for i, k := range keep {
			for j := range inner {
				if k {
					from = append(from, (outer*n+i)*inner+j)
				}
			}
		}
	}
	shape[at] = 0
	for _, k := range keep {
		if k {
			shape[at]++
		}
	}
	return pick(t, shape, from)
}

// nonZero lists the places of elements that are not zero: a row for each axis, in order.
func nonZero(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	is, err := convert(t, onnx.Bool)
	if err != nil {
		return nil, err
	}
	d, err := value.As[bool](is)
	if err != nil {
		return nil, err
	}
	var at []int
	for i, v := range d {
		if v {
			at = append(at, i)
		}
	}
	n, err := value.Count([]int{t.Rank(), len(at)})
	if err != nil {
		return nil, err
	}
	out := make([]int64, 0, n)
	for axis, step := range strides(t.Shape) {
		for _, i := range at {
			out = append(out, int64(i/step%t.Shape[axis]))
		}
	}
	return one(value.Of([]int{t.Rank(), len(at)}, out))
}

// reverseSequence turns the beginning of each sequence of a batch around.
func reverseSequence(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	lt, err := c.need(1)
	if err != nil {
		return nil, err
	}
	lengths, err := value.Ints(lt)
	if err != nil {
		return nil, err
	}
	batch, err := c.int("batch_axis", 1)
	if err != nil {
		return nil, err
	}
	time, err := c.int("time_axis", 0)
	if err != nil {
		return nil, err
	}
	if t.Rank() < 2 || min(batch, time) < 0 || batch+time != 1 || len(lengths) != t.Shape[batch] {
		return nil, fmt.Errorf("%w: batch_axis %d, time_axis %d and %d lengths for %v", ErrAttribute, batch, time, len(lengths), t.Shape)
	}
	own := strides(t.Shape)
	from := make([]int, t.Len())
	for i := range from {
		b, s := i/own[batch]%t.Shape[batch], i/own[time]%t.Shape[time]
		n := lengths[b]
		if n < 0 || n > t.Shape[time] {
			return nil, fmt.Errorf("%w 1: %d of %d", ErrOperand, n, t.Shape[time])
		}
		from[i] = i
		if s < n {
			from[i] += (n - 1 - 2*s) * own[time]
		}
	}
	return pick(t, t.Shape, from)
}

// hardmax is one at the first of the largest of a row, and zero elsewhere. Before opset 13 a row is all from the axis on.
func hardmax(c *Call) ([]*value.Tensor, error) {
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
	if at, err = axis(at, t.Rank()); err != nil {
		return nil, err
	}
	d, err := orderable(t)
	if err != nil {
		return nil, err
	}
	n, inner := product(t.Shape[at:]), 1
	if c.Opset >= 13 {
		n, inner = t.Shape[at], product(t.Shape[at+1:])
	}
	ones := make([]int32, len(d))
	for outer := range product(t.Shape[:at]) {
		for k := range inner {
			best := outer*n*inner + k
			for i := range n {
				if j := (outer*n+i)*inner + k; d[j] > d[best] {
					best = j
				}
			}
			if n > 0 {
				ones[best] = 1
			}
		}
	}
	return one(convert(&value.Tensor{Shape: t.Shape, Data: ones}, t.DType()))
}

// asked is a question about each float.
func asked(f func(*Call) (func(float64) bool, error)) Func {
	return viaFloat32(func(c *Call) ([]*value.Tensor, error) {
		t, err := c.need(0)
		if err != nil {
			return nil, err
		}
		is, err := f(c)
		if err != nil {
			return nil, err
		}
		switch d := t.Data.(type) {
		case []float32:
			return one(value.Of(t.Shape, mapped(d, func(v float32) bool { return is(float64(v)) })))
		case []float64:
			return one(value.Of(t.Shape, mapped(d, is)))
		}
		return nil, fmt.Errorf("%w: %s", value.ErrType, t.DType())
	})
}

func isNaN(*Call) (func(float64) bool, error) { return math.IsNaN, nil }

func isInf(c *Call) (func(float64) bool, error) {
	below, err := c.flag("detect_negative", true)
	if err != nil {
		return nil, err
	}
	above, err := c.flag("detect_positive", true)
	return func(x float64) bool { return above && math.IsInf(x, 1) || below && math.IsInf(x, -1) }, err
}
