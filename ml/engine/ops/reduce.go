package ops

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/engine/value"
)

// reduction folds elements in ascending memory order, one at a time.
type reduction struct {
	start  float64
	step   func(sum, x float64) float64
	finish func(sum float64, n int) float64
	ints   func(sum, x int64) int64 // of integers; nil: none
	first  int64
	narrow bool  // sums of float32 are rounded to float32 at each step: a sum, not a choice
	since  int64 // the opset from which axes are an operand
}

func last(sum float64, _ int) float64 { return sum }

var (
	reduceSum  = reduction{0, func(s, x float64) float64 { return float64(s + x) }, last, func(s, x int64) int64 { return s + x }, 0, true, 13}
	reduceMean = reduction{0, func(s, x float64) float64 { return float64(s + x) }, func(s float64, n int) float64 { return float64(s / float64(n)) }, nil, 0, true, 18}
	reduceMax  = reduction{math.Inf(-1), func(s, x float64) float64 { return greater(s, x) }, last, func(s, x int64) int64 { return max(s, x) }, math.MinInt64, false, 18}
	reduceMin  = reduction{math.Inf(1), func(s, x float64) float64 { return lesser(s, x) }, last, func(s, x int64) int64 { return min(s, x) }, math.MaxInt64, false, 18}
	reduceL2   = reduction{0, func(s, x float64) float64 { return float64(s + float64(x*x)) }, func(s float64, _ int) float64 { return math.Sqrt(s) }, nil, 0, true, 18}
	reduceL1   = reduction{0, func(s, x float64) float64 { return float64(s + math.Abs(x)) }, last, func(s, x int64) int64 { return s + max(x, -x) }, 0, false, 18}
	reduceProd = reduction{1, func(s, x float64) float64 { return float64(s * x) }, last, func(s, x int64) int64 { return s * x }, 1, false, 18}
	reduceLog  = reduction{0, func(s, x float64) float64 { return float64(s + x) }, func(s float64, _ int) float64 { return funcs.Log(s) }, nil, 0, false, 18}
	reduceExp  = reduction{0, func(s, x float64) float64 { return float64(s + funcs.Exp(x)) }, func(s float64, _ int) float64 { return funcs.Log(s) }, nil, 0, false, 18}
	reduceSq   = reduction{0, func(s, x float64) float64 { return float64(s + float64(x*x)) }, last, func(s, x int64) int64 { return s + x*x }, 0, true, 18}
)

func (r reduction) run(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	axes, err := c.listOrOperand("axes", 1, r.since)
	if err != nil {
		return nil, err
	}
	keep, err := c.flag("keepdims", true)
	if err != nil {
		return nil, err
	}
	none, err := c.flag("noop_with_empty_axes", false)
	if err != nil {
		return nil, err
	}
	if len(axes) == 0 && none {
		return []*value.Tensor{t}, nil
	}
	p, err := newFold(t.Shape, axes, keep)
	if err != nil {
		return nil, err
	}
	switch d := t.Data.(type) {
	case []float32:
		if !r.narrow {
			return one(value.Of(p.shape, reduced(p, d, r, func(x float32) float64 { return float64(x) }, func(f float64) float32 { return float32(f) })))
		}
		return one(value.Of(p.shape, r.float32s(p, d)))
	case []float64:
		return one(value.Of(p.shape, reduced(p, d, r, func(x float64) float64 { return x }, func(x float64) float64 { return x })))
	case []int8:
		return reducedInts(p, d, r)
	case []uint8:
		return reducedInts(p, d, r)
	case []int32:
		return reducedInts(p, d, r)
	case []int64:
		return reducedInts(p, d, r)
	case []uint32:
		return reducedInts(p, d, r)
	case []value.Half, []value.BHalf:
		return viaFloat32(r.run)(c)
	}
	return nil, fmt.Errorf("%w: %s", value.ErrType, t.DType())
}

// fold says which elements go into which result.
type fold struct {
	in, shape []int
	results   int
	steps     []int // of results, for each axis of the operand
	per       int   // elements of each result
}

func newFold(in, axes []int, keep bool) (fold, error) {
	away := make([]bool, len(in))
	for _, a := range axes {
		a, err := axis(a, len(in))
		if err != nil {
			return fold{}, err
		}
		away[a] = true
	}
	p := fold{in: in, steps: make([]int, len(in)), results: 1, per: 1}
	for i := len(in) - 1; i >= 0; i-- {
		if len(axes) == 0 || away[i] {
			p.per *= in[i]
			if keep {
				p.shape = append(p.shape, 1)
			}
			continue
		}
		p.steps[i] = p.results
		p.results *= in[i]
		p.shape = append(p.shape, in[i])
	}
	slices.Reverse(p.shape)
	return p, nil
}

func reduced[T, R any](p fold, d []T, r reduction, wide func(T) float64, narrow func(float64) R) []R {
	sums := make([]float64, p.results)
	for i := range sums {
		sums[i] = r.start
	}
	walk(p.in, func(i int, at []int) { sums[at[0]] = r.step(sums[at[0]], wide(d[i])) }, p.steps)
	return mapped(sums, func(s float64) R { return narrow(r.finish(s, p.per)) })
}

// float32s rounds every step to float32.
func (r reduction) float32s(p fold, d []float32) []float32 {
	sums := make([]float32, p.results)
	square := r.step(0, 3) == 9
	walk(p.in, func(i int, at []int) {
		x := d[i]
		if square {
			x = float32(x * x)
		}
		sums[at[0]] = float32(sums[at[0]] + x)
	}, p.steps)
	return mapped(sums, func(s float32) float32 { return float32(r.finish(float64(s), p.per)) })
}

func reducedInts[T interface {
	integer
	value.Elem
}](p fold, d []T, r reduction) ([]*value.Tensor, error) {
	if r.ints == nil {
		return nil, fmt.Errorf("%w: a mean or norm of integers", value.ErrType)
	}
	sums := make([]int64, p.results)
	for i := range sums {
		sums[i] = r.first
	}
	walk(p.in, func(i int, at []int) { sums[at[0]] = r.ints(sums[at[0]], cut[int64](d[i])) }, p.steps)
	return one(value.Of(p.shape, mapped(sums, cut[T, int64])))
}

// extreme is ArgMax and ArgMin. Of equals the first counts, or the last where that is asked for.
func extreme(sign float64) Func {
	return func(c *Call) ([]*value.Tensor, error) {
		t, err := c.need(0)
		if err != nil {
			return nil, err
		}
		at, err := c.int("axis", 0)
		if err != nil {
			return nil, err
		}
		if at, err = axis(at, t.Rank()); err != nil {
			return nil, err
		}
		keep, err := c.flag("keepdims", true)
		if err != nil {
			return nil, err
		}
		late, err := c.flag("select_last_index", false)
		if err != nil {
			return nil, err
		}
		d, err := orderable(t)
		if err != nil {
			return nil, err
		}
		n, inner := t.Shape[at], product(t.Shape[at+1:])
		if n == 0 {
			return nil, fmt.Errorf("%w: the extreme of nothing", value.ErrShape)
		}
		var out []int64
		for outer := range product(t.Shape[:at]) {
			for k := range inner {
				best := 0
				for i := 1; i < n; i++ {
					x, b := d[(outer*n+i)*inner+k], d[(outer*n+best)*inner+k]
					if float64(sign*x) > float64(sign*b) || late && x == b {
						best = i
					}
				}
				out = append(out, int64(best))
			}
		}
		shape := slices.Clone(t.Shape)
		shape[at] = 1
		if !keep {
			shape = slices.Delete(shape, at, at+1)
		}
		return one(value.Of(shape, out))
	}
}

// orderable reads numbers as float64, which keeps their order; integers beyond 2^53 are refused.
func orderable(t *value.Tensor) ([]float64, error) {
	switch d := t.Data.(type) {
	case []float32:
		return mapped(d, func(v float32) float64 { return float64(v) }), nil
	case []float64:
		return d, nil
	case []value.Half:
		return mapped(d, func(v value.Half) float64 { return float64(v.Float32()) }), nil
	case []int8:
		return mapped(d, func(v int8) float64 { return float64(v) }), nil
	case []uint8:
		return mapped(d, func(v uint8) float64 { return float64(v) }), nil
	case []int32:
		return mapped(d, func(v int32) float64 { return float64(v) }), nil
	case []int64:
		out := make([]float64, len(d))
		for i, v := range d {
			if v > 1<<53 || v < -1<<53 {
				return nil, fmt.Errorf("%w 0: %d is not compared", ErrOperand, v)
			}
			out[i] = float64(v)
		}
		return out, nil
	}
	return nil, fmt.Errorf("%w: %s", value.ErrType, t.DType())
}

// topK takes the largest, or least, along an axis; of equals the lower index first.
func topK(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
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
	k, err := c.int("k", 0)
	if err != nil {
		return nil, err
	}
	if c.Opset >= 10 {
		kt, err := c.need(1)
		if err != nil {
			return nil, err
		}
		list, err := value.Ints(kt)
		if err != nil || len(list) != 1 {
			return nil, fmt.Errorf("%w 1: K is one number", ErrOperand)
		}
		k = list[0]
	}
	if k < 0 || k > t.Shape[at] {
		return nil, fmt.Errorf("%w: the top %d of %d", value.ErrShape, k, t.Shape[at])
	}
	largest, err := c.flag("largest", true)
	if err != nil {
		return nil, err
	}
	d, err := orderable(t)
	if err != nil {
		return nil, err
	}
	n, inner := t.Shape[at], product(t.Shape[at+1:])
	shape := slices.Clone(t.Shape)
	shape[at] = k
	from, index := make([]int, product(shape)), make([]int64, product(shape))
	order := make([]int, n)
	for outer := range product(t.Shape[:at]) {
		for in := range inner {
			for i := range order {
				order[i] = i
			}
			sort.SliceStable(order, func(a, b int) bool {
				x, y := d[(outer*n+order[a])*inner+in], d[(outer*n+order[b])*inner+in]
				if largest {
					return x > y
				}
				return x < y
			})
			for i := range k {
				to := (outer*k+i)*inner + in
				from[to], index[to] = (outer*n+order[i])*inner+in, int64(order[i])
			}
		}
	}
	values, err := gathered(shape, from, t)
	return []*value.Tensor{values, {Shape: shape, Data: index}}, err
}
