package ops

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

func identity(c *Call) ([]*value.Tensor, error) { return one(c.need(0)) }

// dropout is the identity: engines infer. A mask is all true.
func dropout(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	if training := c.in(2); training != nil {
		on, err := value.As[bool](training)
		if err != nil {
			return nil, err
		}
		ratio := float32(0.5)
		if r := c.in(1); r != nil {
			wide, err := convert(r, onnx.Float32)
			if err != nil {
				return nil, err
			}
			if d, err := value.As[float32](wide); err == nil && len(d) == 1 {
				ratio = d[0]
			}
		}
		if len(on) == 1 && on[0] && ratio != 0 {
			return nil, fmt.Errorf("%w: Dropout in training draws random numbers", ErrUnsupported)
		}
	}
	mask := make([]bool, t.Len())
	for i := range mask {
		mask[i] = true
	}
	return []*value.Tensor{t, {Shape: t.Shape, Data: mask}}, nil
}

func shapeOf(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	rank := t.Rank()
	start, err := c.int("start", 0)
	if err != nil {
		return nil, err
	}
	end, err := c.int("end", rank)
	if err != nil {
		return nil, err
	}
	within := func(i int) int {
		if i < 0 {
			i += rank
		}
		return min(max(i, 0), rank)
	}
	out := []int64{}
	for i := within(start); i < within(end); i++ {
		out = append(out, int64(t.Shape[i]))
	}
	return one(value.Of([]int{len(out)}, out))
}

func size(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	return one(value.Of(nil, []int64{int64(t.Len())}))
}

func reshape(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	want, err := c.listOrOperand("shape", 1, 5)
	if err != nil {
		return nil, err
	}
	zeroIsZero, err := c.flag("allowzero", false)
	if err != nil {
		return nil, err
	}
	shape, rest, known := make([]int, len(want)), -1, 1
	for i, d := range want {
		switch {
		case d == 0 && !zeroIsZero:
			if i >= t.Rank() {
				return nil, fmt.Errorf("%w: %v into %v: dimension %d is copied from nowhere", value.ErrShape, t.Shape, want, i)
			}
			d = t.Shape[i]
		case d == -1 && rest < 0:
			rest = i
			continue
		case d < 0:
			return nil, fmt.Errorf("%w: %v into %v", value.ErrShape, t.Shape, want)
		}
		shape[i] = d
		if known, err = safemath.Mul(known, d); err != nil {
			return nil, fmt.Errorf("%w: %v", value.ErrShape, want)
		}
	}
	if rest >= 0 {
		if known == 0 || t.Len()%known != 0 {
			return nil, fmt.Errorf("%w: %v into %v", value.ErrShape, t.Shape, want)
		}
		shape[rest] = t.Len() / known
	}
	return one(t.Reshaped(shape))
}

func flatten(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	at, err := c.int("axis", 1)
	if err != nil {
		return nil, err
	}
	if at < -t.Rank() || at > t.Rank() {
		return nil, fmt.Errorf("%w: axis %d of %d dimensions", ErrAttribute, at, t.Rank())
	}
	if at < 0 {
		at += t.Rank()
	}
	return one(t.Reshaped([]int{product(t.Shape[:at]), product(t.Shape[at:])}))
}

func product(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

func squeeze(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	axes, err := c.listOrOperand("axes", 1, 13)
	if err != nil {
		return nil, err
	}
	drop := map[int]bool{}
	for _, a := range axes {
		if a, err = axis(a, t.Rank()); err != nil {
			return nil, err
		}
		if t.Shape[a] != 1 {
			return nil, fmt.Errorf("%w: axis %d of %v is not 1", value.ErrShape, a, t.Shape)
		}
		drop[a] = true
	}
	var shape []int
	for i, d := range t.Shape {
		if !drop[i] && (axes != nil || d != 1) {
			shape = append(shape, d)
		}
	}
	return one(t.Reshaped(shape))
}

func unsqueeze(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	axes, err := c.listOrOperand("axes", 1, 13)
	if err != nil {
		return nil, err
	}
	rank := t.Rank() + len(axes)
	fresh := map[int]bool{}
	for _, a := range axes {
		if a, err = axis(a, rank); err != nil {
			return nil, err
		}
		if fresh[a] {
			return nil, fmt.Errorf("%w: axis %d twice", ErrAttribute, a)
		}
		fresh[a] = true
	}
	var shape []int
	for i, next := 0, 0; i < rank; i++ {
		if fresh[i] {
			shape = append(shape, 1)
			continue
		}
		shape = append(shape, t.Shape[next])
		next++
	}
	return one(t.Reshaped(shape))
}

func transpose(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	perm, err := c.ints("perm")
	if err != nil {
		return nil, err
	}
	if perm == nil {
		for i := t.Rank() - 1; i >= 0; i-- {
			perm = append(perm, i)
		}
	}
	return permuted(t, perm)
}

func permuted(t *value.Tensor, perm []int) ([]*value.Tensor, error) {
	seen := map[int]bool{}
	if len(perm) != t.Rank() {
		return nil, fmt.Errorf("%w perm: %v of %d dimensions", ErrAttribute, perm, t.Rank())
	}
	own := strides(t.Shape)
	shape, steps := make([]int, t.Rank()), make([]int, t.Rank())
	for i, p := range perm {
		if p < 0 || p >= t.Rank() || seen[p] {
			return nil, fmt.Errorf("%w perm: %v is no order of the axes", ErrAttribute, perm)
		}
		seen[p] = true
		shape[i], steps[i] = t.Shape[p], own[p]
	}
	from := make([]int, t.Len())
	walk(shape, func(i int, at []int) { from[i] = at[0] }, steps)
	return pick(t, shape, from)
}

func expand(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	want, err := c.need(1)
	if err != nil {
		return nil, err
	}
	list, err := value.Ints(want)
	if err != nil {
		return nil, err
	}
	shape, err := broadcast(t.Shape, list)
	if err != nil {
		return nil, err
	}
	from := make([]int, product(shape))
	walk(shape, func(i int, at []int) { from[i] = at[0] }, spread(t.Shape, shape))
	return pick(t, shape, from)
}

func tile(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	times, err := c.need(1)
	if err != nil {
		return nil, err
	}
	repeats, err := value.Ints(times)
	if err != nil {
		return nil, err
	}
	if len(repeats) != t.Rank() {
		return nil, fmt.Errorf("%w 1: %v repeats of %d dimensions", ErrOperand, repeats, t.Rank())
	}
	shape := make([]int, t.Rank())
	for i, r := range repeats {
		if shape[i], err = safemath.Mul(t.Shape[i], r); err != nil {
			return nil, fmt.Errorf("%w: %w", value.ErrShape, err)
		}
	}
	n, err := value.Count(shape)
	if err != nil {
		return nil, err
	}
	from, own := make([]int, n), strides(t.Shape)
	walk(shape, func(i int, at []int) {
		rest, source := i, 0
		for d := len(shape) - 1; d >= 0; d-- {
			source += rest % shape[d] % t.Shape[d] * own[d]
			rest /= shape[d]
		}
		from[i] = source
	})
	return pick(t, shape, from)
}

func concat(c *Call) ([]*value.Tensor, error) {
	first, err := c.need(0)
	if err != nil {
		return nil, err
	}
	at, err := c.int("axis", 1)
	if err != nil {
		return nil, err
	}
	if at, err = axis(at, first.Rank()); err != nil {
		return nil, err
	}
	shape := append([]int(nil), first.Shape...)
	shape[at] = 0
	for i, p := range c.In {
		if p == nil || p.Rank() != first.Rank() {
			return nil, fmt.Errorf("%w %d: missing, or of another rank", ErrOperand, i)
		}
		for d := range shape {
			if d != at && p.Shape[d] != first.Shape[d] {
				return nil, fmt.Errorf("%w: %v beside %v on axis %d", value.ErrShape, first.Shape, p.Shape, at)
			}
		}
		shape[at] += p.Shape[at]
	}
	n, err := value.Count(shape)
	if err != nil {
		return nil, err
	}
	from := make([]int, 0, n)
	for outer := range product(shape[:at]) {
		base := 0
		for _, p := range c.In {
			block := product(p.Shape[at:])
			for i := range block {
				from = append(from, base+outer*block+i)
			}
			base += p.Len()
		}
	}
	return one(gathered(shape, from, c.In...))
}

func split(c *Call) ([]*value.Tensor, error) {
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
	sizes, err := c.listOrOperand("split", 1, 13)
	if err != nil {
		return nil, err
	}
	outs := len(c.Node.Outputs)
	if parts, err := c.int("num_outputs", outs); err != nil || parts != outs {
		return nil, fmt.Errorf("%w num_outputs: %d, and %d results", ErrAttribute, parts, outs)
	}
	if sizes == nil {
		part := (t.Shape[at] + outs - 1) / max(outs, 1)
		if c.Opset < 18 && part*outs != t.Shape[at] {
			return nil, fmt.Errorf("%w: %d in %d equal parts", value.ErrShape, t.Shape[at], outs)
		}
		for left := t.Shape[at]; len(sizes) < outs; left -= part {
			sizes = append(sizes, min(part, max(left, 0)))
		}
	}
	var out []*value.Tensor
	offset := 0
	for _, n := range sizes {
		if n < 0 || offset+n > t.Shape[at] {
			return nil, fmt.Errorf("%w: parts %v of %d", value.ErrShape, sizes, t.Shape[at])
		}
		one, err := section(t, at, offset, n)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
		offset += n
	}
	if offset != t.Shape[at] || len(out) != outs {
		return nil, fmt.Errorf("%w: parts %v of %d, for %d results", value.ErrShape, sizes, t.Shape[at], outs)
	}
	return out, nil
}

// section is n slices of an axis from an offset on.
func section(t *value.Tensor, at, offset, n int) (*value.Tensor, error) {
	shape := append([]int(nil), t.Shape...)
	shape[at] = n
	inner := product(t.Shape[at+1:])
	var from []int
	for outer := range product(t.Shape[:at]) {
		base := (outer*t.Shape[at] + offset) * inner
		for i := range n * inner {
			from = append(from, base+i)
		}
	}
	return gathered(shape, from, t)
}

func slice(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	var lists [4][]int // starts, ends, axes, steps
	for i, name := range []string{"starts", "ends", "axes", "steps"} {
		if lists[i], err = c.listOrOperand(name, i+1, 10); err != nil {
			return nil, err
		}
	}
	starts, ends, axes, steps := lists[0], lists[1], lists[2], lists[3]
	if len(starts) != len(ends) || axes != nil && len(axes) != len(starts) || steps != nil && len(steps) != len(starts) {
		return nil, fmt.Errorf("%w: %d starts, %d ends, %d axes, %d steps", ErrOperand, len(starts), len(ends), len(axes), len(steps))
	}
	shape, base, stepOf, own := append([]int(nil), t.Shape...), 0, strides(t.Shape), strides(t.Shape)
	for i := range starts {
		at := i
		if axes != nil {
			at = axes[i]
		}
		if at, err = axis(at, t.Rank()); err != nil {
			return nil, err
		}
		step := 1
		if steps != nil {
			step = steps[i]
		}
		begin, n, err := span(starts[i], ends[i], step, t.Shape[at])
		if err != nil {
			return nil, err
		}
		shape[at], base, stepOf[at] = n, base+begin*own[at], own[at]*step
	}
	from := make([]int, product(shape))
	walk(shape, func(i int, at []int) { from[i] = base + at[0] }, stepOf)
	return pick(t, shape, from)
}

// span is where a slice of a dimension begins and how many it takes, with numpy's rules for ends that lie outside.
func span(start, end, step, dim int) (begin, n int, err error) {
	if step == 0 {
		return 0, 0, fmt.Errorf("%w: a step of 0", ErrOperand)
	}
	low, high := 0, dim
	if step < 0 {
		low, high = -1, dim-1
	}
	place := func(i int) int {
		if i < 0 {
			i += dim
		}
		return min(max(i, low), high)
	}
	start, end = place(start), place(end)
	if step > 0 {
		return start, max(0, (end-start+step-1)/step), nil
	}
	step = max(step, -dim-1)
	return start, max(0, (start-end-step-1)/-step), nil
}

func gather(c *Call) ([]*value.Tensor, error) {
	t, index, at, err := c.indexed()
	if err != nil {
		return nil, err
	}
	shape := append(append(append([]int(nil), t.Shape[:at]...), c.In[1].Shape...), t.Shape[at+1:]...)
	n, err := value.Count(shape)
	if err != nil {
		return nil, err
	}
	inner := product(t.Shape[at+1:])
	from := make([]int, 0, n)
	for outer := range product(t.Shape[:at]) {
		for _, i := range index {
			for k := range inner {
				from = append(from, (outer*t.Shape[at]+i)*inner+k)
			}
		}
	}
	return pick(t, shape, from)
}

func gatherElements(c *Call) ([]*value.Tensor, error) {
	t, index, at, err := c.indexed()
	if err != nil {
		return nil, err
	}
	shape := c.In[1].Shape
	if len(shape) != t.Rank() {
		return nil, fmt.Errorf("%w: indices %v of %v", value.ErrShape, shape, t.Shape)
	}
	for d := range shape {
		if d != at && shape[d] > t.Shape[d] {
			return nil, fmt.Errorf("%w: indices %v of %v", value.ErrShape, shape, t.Shape)
		}
	}
	own := strides(t.Shape)
	steps := append([]int(nil), own...)
	steps[at] = 0
	from := make([]int, len(index))
	walk(shape, func(i int, p []int) { from[i] = p[0] + index[i]*own[at] }, steps)
	return pick(t, shape, from)
}

// indexed reads a tensor, indices into one of its axes, and the axis. Fails with ErrOperand for an index outside.
func (c *Call) indexed() (*value.Tensor, []int, int, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, nil, 0, err
	}
	where, err := c.need(1)
	if err != nil {
		return nil, nil, 0, err
	}
	at, err := c.int("axis", 0)
	if err != nil {
		return nil, nil, 0, err
	}
	if at, err = axis(at, t.Rank()); err != nil {
		return nil, nil, 0, err
	}
	index, err := value.Ints(where)
	if err != nil {
		return nil, nil, 0, err
	}
	for i, v := range index {
		if v < -t.Shape[at] || v >= t.Shape[at] {
			return nil, nil, 0, fmt.Errorf("%w 1: index %d of %d", ErrOperand, v, t.Shape[at])
		}
		if v < 0 {
			index[i] += t.Shape[at]
		}
	}
	return t, index, at, nil
}

func constant(c *Call) ([]*value.Tensor, error) {
	for _, a := range c.Node.Attrs {
		switch a.Name {
		case "value":
			if a.T == nil {
				return nil, fmt.Errorf("%w value is no tensor", ErrAttribute)
			}
			return one(value.FromONNX(a.T))
		case "value_float":
			return one(value.Of(nil, []float32{a.F}))
		case "value_int":
			return one(value.Of(nil, []int64{a.I}))
		case "value_floats":
			return one(value.Of([]int{len(a.Fs)}, a.Fs))
		case "value_ints":
			return one(value.Of([]int{len(a.Is)}, a.Is))
		case "value_string":
			return one(value.Of(nil, []string{string(a.S)}))
		case "value_strings":
			return one(value.Of([]int{len(a.Ss)}, mapped(a.Ss, func(b []byte) string { return string(b) })))
		}
	}
	return nil, fmt.Errorf("%w: Constant without a value that is read", ErrAttribute)
}

func constantOfShape(c *Call) ([]*value.Tensor, error) {
	want, err := c.need(0)
	if err != nil {
		return nil, err
	}
	shape, err := value.Ints(want)
	if err != nil {
		return nil, err
	}
	n, err := value.Count(shape)
	if err != nil {
		return nil, err
	}
	fill := &value.Tensor{Shape: []int{1}, Data: []float32{0}}
	if a, found := c.Node.Attr("value"); found {
		if a.T == nil {
			return nil, fmt.Errorf("%w value is no tensor", ErrAttribute)
		}
		if fill, err = value.FromONNX(a.T); err != nil {
			return nil, err
		}
		if fill.Len() != 1 {
			return nil, fmt.Errorf("%w value has %d elements", ErrAttribute, fill.Len())
		}
	}
	return one(repeated(shape, n, fill))
}

func rangeOf(c *Call) ([]*value.Tensor, error) {
	for i := range 3 {
		t, err := c.need(i)
		if err != nil {
			return nil, err
		}
		if t.Len() != 1 || t.DType() != c.In[0].DType() {
			return nil, fmt.Errorf("%w %d: want one number of the type of the others", ErrOperand, i)
		}
	}
	switch c.In[0].Data.(type) {
	case []float32:
		return counted[float32](c)
	case []float64:
		return counted[float64](c)
	case []int16:
		return counted[int16](c)
	case []int32:
		return counted[int32](c)
	case []int64:
		return counted[int64](c)
	}
	return nil, fmt.Errorf("%w: %s", value.ErrType, c.In[0].DType())
}

func counted[T interface {
	number
	value.Elem
}](c *Call) ([]*value.Tensor, error) {
	var v [3]T
	for i := range v {
		d, err := value.As[T](c.In[i])
		if err != nil {
			return nil, err
		}
		v[i] = d[0]
	}
	start, limit, delta := v[0], v[1], v[2]
	if delta == 0 {
		return nil, fmt.Errorf("%w 2: a step of 0", ErrOperand)
	}
	out := []T{}
	for i := 0; ; i++ {
		next := T(start + T(T(i)*delta))
		if delta > 0 && next >= limit || delta < 0 && next <= limit {
			break
		}
		if i >= value.MaxElements || i > 0 && next == out[i-1] {
			return nil, fmt.Errorf("%w: a range without end", value.ErrShape)
		}
		out = append(out, next)
	}
	return one(value.Of([]int{len(out)}, out))
}
