package ops

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/value"
)

// scatterElements puts each update where its own place, with one axis replaced by an index, says. Updates of one place are
// applied in their order.
func scatterElements(c *Call) ([]*value.Tensor, error) {
	t, index, at, err := c.indexed()
	if err != nil {
		return nil, err
	}
	updates, err := c.need(2)
	if err != nil {
		return nil, err
	}
	shape := c.In[1].Shape
	if len(shape) != t.Rank() || !slices.Equal(shape, updates.Shape) {
		return nil, fmt.Errorf("%w: indices %v and updates %v for %v", value.ErrShape, shape, updates.Shape, t.Shape)
	}
	for d := range shape {
		if d != at && shape[d] > t.Shape[d] {
			return nil, fmt.Errorf("%w: indices %v for %v", value.ErrShape, shape, t.Shape)
		}
	}
	own := strides(t.Shape)
	steps := slices.Clone(own)
	steps[at] = 0
	to := make([]int, len(index))
	walk(shape, func(i int, p []int) { to[i] = p[0] + index[i]*own[at] }, steps)
	return c.scattered(t, updates, to)
}

// scatterND puts slices of updates where the last axis of the indices says.
func scatterND(c *Call) ([]*value.Tensor, error) {
	t, blocks, size, err := c.places()
	if err != nil {
		return nil, err
	}
	updates, err := c.need(2)
	if err != nil {
		return nil, err
	}
	index := c.In[1].Shape
	want := append(slices.Clone(index[:len(index)-1]), t.Shape[index[len(index)-1]:]...)
	if !slices.Equal(want, updates.Shape) {
		return nil, fmt.Errorf("%w: updates %v, want %v", value.ErrShape, updates.Shape, want)
	}
	to := make([]int, 0, updates.Len())
	for _, b := range blocks {
		for k := range size {
			to = append(to, b+k)
		}
	}
	return c.scattered(t, updates, to)
}

// gatherND takes slices where the last axis of the indices says, behind as many axes as are a batch.
func gatherND(c *Call) ([]*value.Tensor, error) {
	batch, err := c.int("batch_dims", 0)
	if err != nil {
		return nil, err
	}
	t, blocks, size, err := c.placesBehind(batch)
	if err != nil {
		return nil, err
	}
	index := c.In[1].Shape
	shape := append(slices.Clone(index[:len(index)-1]), t.Shape[batch+index[len(index)-1]:]...)
	n, err := value.Count(shape)
	if err != nil {
		return nil, err
	}
	from := make([]int, 0, n)
	for _, b := range blocks {
		for k := range size {
			from = append(from, b+k)
		}
	}
	return pick(t, shape, from)
}

func (c *Call) places() (t *value.Tensor, blocks []int, size int, err error) {
	return c.placesBehind(0)
}

// placesBehind reads operand 1 as places in operand 0: the first element of each slice, and how many elements a slice has.
func (c *Call) placesBehind(batch int) (t *value.Tensor, blocks []int, size int, err error) {
	if t, err = c.need(0); err != nil {
		return nil, nil, 0, err
	}
	where, err := c.need(1)
	if err != nil {
		return nil, nil, 0, err
	}
	index, err := value.Ints(where)
	if err != nil {
		return nil, nil, 0, err
	}
	rank := where.Rank()
	if batch < 0 || rank <= batch || batch > t.Rank() || !slices.Equal(where.Shape[:batch], t.Shape[:batch]) {
		return nil, nil, 0, fmt.Errorf("%w: indices %v of %v behind %d axes", value.ErrShape, where.Shape, t.Shape, batch)
	}
	deep := where.Shape[rank-1]
	if batch+deep > t.Rank() {
		return nil, nil, 0, fmt.Errorf("%w: indices %v of %v", value.ErrShape, where.Shape, t.Shape)
	}
	own, each := strides(t.Shape), product(where.Shape[batch:rank-1])
	inBatch := product(t.Shape[batch:])
	size = product(t.Shape[batch+deep:])
	for i := range product(where.Shape[:rank-1]) {
		at := i / max(each, 1) * inBatch
		for d, v := range index[i*deep : (i+1)*deep] {
			dim := t.Shape[batch+d]
			if v < -dim || v >= dim {
				return nil, nil, 0, fmt.Errorf("%w 1: index %d of %d", ErrOperand, v, dim)
			}
			if v < 0 {
				v += dim
			}
			at += v * own[batch+d]
		}
		blocks = append(blocks, at)
	}
	return t, blocks, size, nil
}

// scattered applies updates to a copy.
func (c *Call) scattered(t, updates *value.Tensor, to []int) ([]*value.Tensor, error) {
	how, err := c.text("reduction", "none")
	if err != nil {
		return nil, err
	}
	if t.DType() != updates.DType() {
		return nil, fmt.Errorf("%w: updates of %s for %s", value.ErrType, updates.DType(), t.DType())
	}
	if how == "none" {
		from := make([]int, t.Len())
		for i := range from {
			from[i] = i
		}
		for i, at := range to {
			from[at] = t.Len() + i
		}
		return one(gathered(t.Shape, from, t, updates))
	}
	switch how {
	case "add", "mul", "min", "max":
	default:
		return nil, fmt.Errorf("%w reduction: %q", ErrAttribute, how)
	}
	switch d := t.Data.(type) {
	case []float32:
		return combined(t, d, updates, to, how)
	case []float64:
		return combined(t, d, updates, to, how)
	case []int32:
		return combined(t, d, updates, to, how)
	case []int64:
		return combined(t, d, updates, to, how)
	case []value.Half, []value.BHalf:
		return viaFloat32(func(wide *Call) ([]*value.Tensor, error) {
			return wide.scattered(wide.In[0], wide.In[1], to)
		})(&Call{Op: c.Op, Opset: c.Opset, Node: c.Node, In: []*value.Tensor{t, updates}})
	}
	return nil, fmt.Errorf("%w: %s of %s", value.ErrType, how, t.DType())
}

func combined[T interface {
	number
	value.Elem
}](t *value.Tensor, d []T, updates *value.Tensor, to []int, how string) ([]*value.Tensor, error) {
	u, err := value.As[T](updates)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(d)
	for i, at := range to {
		switch how {
		case "add":
			out[at] = T(out[at] + u[i])
		case "mul":
			out[at] = T(out[at] * u[i])
		case "min":
			out[at] = lesser(out[at], u[i])
		case "max":
			out[at] = greater(out[at], u[i])
		}
	}
	return one(value.Of(t.Shape, out))
}
