package ops

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// maxPool takes the largest of each window; of equals the first. Its second result is where that stood.
func maxPool(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	if t.Rank() < 3 {
		return nil, fmt.Errorf("%w: pooling of %v", value.ErrShape, t.Shape)
	}
	ceil, err := c.flag("ceil_mode", false)
	if err != nil {
		return nil, err
	}
	plane := t.Shape[2:]
	w, err := c.windowOf(plane, nil, ceil)
	if err != nil {
		return nil, err
	}
	order, err := c.int("storage_order", 0)
	if err != nil {
		return nil, err
	}
	d, err := orderable(t)
	if err != nil {
		return nil, err
	}
	shape := append([]int{t.Shape[0], t.Shape[1]}, w.out...)
	n, err := value.Count(shape)
	if err != nil {
		return nil, err
	}
	from, where := make([]int, n), make([]int64, n)
	cells, size := product(w.out), product(plane)
	places(w.out, func(cell int, place []int) {
		var ats []int
		w.taps(plane, place, func(_, at int) { ats = append(ats, at) })
		for nc := range t.Shape[0] * t.Shape[1] {
			best := -1
			for _, at := range ats {
				if best < 0 || d[nc*size+at] > d[best] {
					best = nc*size + at
				}
			}
			from[nc*cells+cell] = best
			where[nc*cells+cell] = int64(best)
			if order == 1 && best >= 0 { // the index as if the plane were stored column by column
				rest, column, step := best-nc*size, 0, 1
				index := make([]int, len(plane))
				for d := len(plane) - 1; d >= 0; d-- {
					index[d] = rest % plane[d]
					rest /= plane[d]
				}
				for d := range plane {
					column += index[d] * step
					step *= plane[d]
				}
				at := nc*size + column
				where[nc*cells+cell] = int64(at)
			}
		}
	})
	out, err := gathered(shape, from, t)
	return []*value.Tensor{out, {Shape: shape, Data: where}}, err
}

// averagePool sums each window in ascending order and divides by how many it saw, or by its size.
func averagePool(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	x, err := value.As[float32](t)
	if err != nil {
		return nil, err
	}
	if t.Rank() < 3 {
		return nil, fmt.Errorf("%w: pooling of %v", value.ErrShape, t.Shape)
	}
	ceil, err := c.flag("ceil_mode", false)
	if err != nil {
		return nil, err
	}
	all, err := c.flag("count_include_pad", false)
	if err != nil {
		return nil, err
	}
	plane := t.Shape[2:]
	w, err := c.windowOf(plane, nil, ceil)
	if err != nil {
		return nil, err
	}
	shape := append([]int{t.Shape[0], t.Shape[1]}, w.out...)
	n, err := value.Count(shape)
	if err != nil {
		return nil, err
	}
	out := make([]float32, n)
	cells, size := product(w.out), product(plane)
	places(w.out, func(cell int, place []int) {
		var ats []int
		w.taps(plane, place, func(_, at int) { ats = append(ats, at) })
		count := len(ats)
		if all { // with the padding, but not what lies behind it
			count = 1
			for d := range plane {
				seen := 0
				for k := range w.kernel[d] {
					if place[d]*w.stride[d]+k*w.dilation[d] < plane[d]+w.begin[d]+w.end[d] {
						seen++
					}
				}
				count *= seen
			}
		}
		for nc := range t.Shape[0] * t.Shape[1] {
			var sum float32
			for _, at := range ats {
				sum = float32(sum + x[nc*size+at])
			}
			out[nc*cells+cell] = float32(sum / float32(count))
		}
	})
	return one(value.Of(shape, out))
}

// global pools whole planes.
func global(f Func) Func {
	return viaFloat32(func(c *Call) ([]*value.Tensor, error) {
		t, err := c.need(0)
		if err != nil {
			return nil, err
		}
		if t.Rank() < 3 {
			return nil, fmt.Errorf("%w: pooling of %v", value.ErrShape, t.Shape)
		}
		flat, err := t.Reshaped([]int{t.Shape[0], t.Shape[1], product(t.Shape[2:])})
		if err != nil {
			return nil, err
		}
		whole := *c
		whole.In = []*value.Tensor{flat}
		node := *c.Node
		node.Attrs = append(node.Attrs[:0:0], onnx.Attribute{Name: "kernel_shape", Kind: onnx.AttrInts, Is: []int64{int64(flat.Shape[2])}})
		whole.Node = &node
		out, err := f(&whole)
		if err != nil {
			return nil, err
		}
		shape := []int{t.Shape[0], t.Shape[1]}
		for range t.Shape[2:] {
			shape = append(shape, 1)
		}
		return one(out[0].Reshaped(shape))
	})
}
