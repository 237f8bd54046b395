package plan

import (
	"math"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// reduce folds neighbouring axes, elements in ascending order.
func reduce(n *node) (bool, error) {
	if !n.float(0) || n.len(0) == 0 {
		return false, nil
	}
	axes, ok := n.axes()
	if !ok {
		return false, nil
	}
	x := n.shape(0)
	first, behind := 0, len(x)
	if len(axes) > 0 {
		first, behind = slices.Min(axes), slices.Max(axes)+1
		for a := first; a < behind; a++ {
			if !slices.Contains(axes, a) && x[a] != 1 {
				return false, nil // axes with others between them
			}
		}
	} else if none, ok := n.int("noop_with_empty_axes", 0); !ok || none != 0 {
		return false, nil
	}
	out, err := n.tried()
	if err != nil {
		return false, err
	}
	outer, size, inner := product(x[:first]), product(x[first:behind]), product(x[behind:])
	if out[0].Len() != outer*inner {
		return false, nil
	}
	start, step, finish := n.folding(size)
	from, to := n.in[0], len(n.values)
	return true, n.emit(out[0].Shape, kernel{units: outer, run: func(r *Runner, _ *worker, unit int) {
		sums := r.float[to][unit*inner : (unit+1)*inner]
		for i := range sums {
			sums[i] = start
		}
		for row := range size {
			x := r.float[from][(unit*size+row)*inner:][:inner]
			for i, v := range x {
				sums[i] = step(sums[i], v)
			}
		}
		for i, s := range sums {
			sums[i] = finish(s)
		}
	}})
}

func (n *node) folding(size int) (start float32, step func(s, v float32) float32, finish func(float32) float32) {
	finish = func(s float32) float32 { return s }
	square := func(s, v float32) float32 { return float32(s + float32(v*v)) }
	switch n.Op {
	case "ReduceMax":
		return float32(math.Inf(-1)), greater, finish
	case "ReduceMin":
		return float32(math.Inf(1)), lesser, finish
	case "ReduceSumSquare":
		return 0, square, finish
	case "ReduceL2":
		return 0, square, func(s float32) float32 { return float32(math.Sqrt(float64(s))) }
	case "ReduceMean":
		finish = func(s float32) float32 { return float32(float64(s) / float64(size)) }
	}
	return 0, func(s, v float32) float32 { return float32(s + v) }, finish
}

// axes reads what was an attribute in old opsets and is an operand in new ones.
func (n *node) axes() ([]int, bool) {
	var axes []int
	since := int64(18) // the opset from which axes are an operand
	if n.Op == "ReduceSum" {
		since = 13
	}
	if a, found := n.Attr("axes"); found {
		if a.Kind != onnx.AttrInts || n.opset >= since {
			return nil, false
		}
		for _, v := range a.Is {
			axes = append(axes, int(v))
		}
	}
	if n.has(1) {
		if axes != nil || n.values[n.in[1]].constant == nil {
			return nil, false
		}
		list, err := value.Ints(n.values[n.in[1]].constant)
		if err != nil {
			return nil, false
		}
		axes = list
	}
	for i, a := range axes {
		if a < 0 {
			axes[i] += len(n.shape(0))
		}
		if axes[i] < 0 || axes[i] >= len(n.shape(0)) {
			return nil, false
		}
	}
	return axes, true
}
