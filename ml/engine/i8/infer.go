package i8

import (
	"fmt"
	"slices"
)

// bad is ErrMalformed at a node.
func (n *node) bad(format string, args ...any) error {
	return fmt.Errorf("%w: %s %q: %s", ErrMalformed, n.op, n.name, fmt.Sprintf(format, args...))
}

// infer checks a node's parameters against its operands and returns its result without a scale. It is the one place that knows
// shapes: Builder and Load both come here.
func (p *Program) infer(n *node) (tensor, error) {
	xs := make([]*tensor, len(n.in))
	for i, id := range n.in {
		xs[i] = &p.tensors[id]
		if xs[i].wide {
			return tensor{}, n.bad("operand %d, %q, is int32: accumulators are outputs only", i, xs[i].name)
		}
	}
	if err := n.arity(len(xs)); err != nil {
		return tensor{}, err
	}
	shape, err := n.shape(xs)
	if err != nil {
		return tensor{}, err
	}
	t := tensor{name: n.name, shape: shape, wide: n.raw(), scale: 1}
	if err := t.check(); err != nil {
		return tensor{}, fmt.Errorf("%s %q: %w", n.op, n.name, err)
	}
	return t, n.bounds(xs)
}

func (n *node) arity(have int) error {
	want := 1
	switch n.op {
	case opAdd, opMul:
		want = 2
	case opConcat:
		if have < 1 || have > 64 {
			return n.bad("%d operands, allowed are 1 to 64", have)
		}
		return nil
	}
	if have != want {
		return n.bad("%d operands, want %d", have, want)
	}
	return nil
}

func (n *node) shape(xs []*tensor) ([]int, error) {
	x := xs[0]
	switch n.op {
	case opConv, opConvTranspose, opMaxPool, opAveragePool, opGlobalAveragePool, opResize:
		if len(x.shape) != 4 {
			return nil, n.bad("an operand of shape %v, want [1, C, H, W]", x.shape)
		}
	}
	switch n.op {
	case opConv:
		return n.convShape(x)
	case opConvTranspose:
		return n.transposedShape(x)
	case opGemm:
		return n.gemmShape(x)
	case opAdd:
		if !slices.Equal(x.shape, xs[1].shape) {
			return nil, n.bad("operands of shapes %v and %v", x.shape, xs[1].shape)
		}
		return slices.Clone(x.shape), nil
	case opMul:
		y := xs[1].shape
		gate := len(x.shape) == 4 && slices.Equal(y, []int{1, x.shape[1], 1, 1})
		if !gate && !slices.Equal(x.shape, y) {
			return nil, n.bad("operands of shapes %v and %v; hint: the second is as the first, or [1, C, 1, 1]", x.shape, y)
		}
		return slices.Clone(x.shape), nil
	case opTable:
		if len(n.table) != 256 && int64(len(n.table)) != 256*int64(x.shape[1]) {
			return nil, n.bad("tables of %d numbers; hint: 256, or 256 for each of %d channels", len(n.table), x.shape[1])
		}
		return slices.Clone(x.shape), nil
	case opMaxPool, opAveragePool:
		h, w, err := n.windowed(x)
		return []int{1, x.shape[1], h, w}, err
	case opGlobalAveragePool:
		return []int{1, x.shape[1], 1, 1}, nil
	case opResize:
		for _, f := range n.factor {
			if f < 1 || f > MaxWindow {
				return nil, n.bad("factor %d, allowed are 1 to %d", f, MaxWindow)
			}
		}
		return []int{1, x.shape[1], x.shape[2] * n.factor[0], x.shape[3] * n.factor[1]}, nil
	case opConcat:
		return n.joined(xs)
	case opTranspose, opReshape, opSlice:
		return n.moved(x)
	}
	return nil, fmt.Errorf("%w: operator %q of %q", ErrUnsupported, n.op, n.name)
}

// windowed says how often a window fits.
func (n *node) windowed(x *tensor) (h, w int, err error) {
	size := [2]int{}
	for i := range 2 {
		k, s, d := n.window.kernel[i], n.window.stride[i], n.window.dilation[i]
		before, after := n.window.pads[i], n.window.pads[i+2]
		for _, v := range []int{k, s, d} {
			if v < 1 || v > MaxWindow {
				return 0, 0, n.bad("kernel %v, stride %v, dilation %v: allowed are 1 to %d", n.window.kernel, n.window.stride, n.window.dilation, MaxWindow)
			}
		}
		reach := d*(k-1) + 1
		if before < 0 || after < 0 || before >= reach || after >= reach {
			return 0, 0, n.bad("pads %v; hint: 0 to one less than the window, so that each window sees something", n.window.pads)
		}
		room := x.shape[2+i] + before + after - reach
		if room < 0 {
			return 0, 0, n.bad("a window of %d over %d with pads", reach, x.shape[2+i])
		}
		size[i] = room/s + 1
	}
	return size[0], size[1], nil
}

func (n *node) convShape(x *tensor) ([]int, error) {
	h, w, err := n.windowed(x)
	if err != nil {
		return nil, err
	}
	c := x.shape[1]
	if n.out < 1 || n.out > MaxElements || n.groups < 1 || c%n.groups != 0 || n.out%n.groups != 0 {
		return nil, n.bad("%d groups do not divide %d channels in and %d out", n.groups, c, n.out)
	}
	if err := n.weighs(int64(c/n.groups) * int64(n.window.kernel[0]) * int64(n.window.kernel[1])); err != nil {
		return nil, err
	}
	return []int{1, n.out, h, w}, nil
}

func (n *node) transposedShape(x *tensor) ([]int, error) {
	if n.window.kernel != n.window.stride {
		return nil, fmt.Errorf("%w: %s %q: kernel %v over stride %v; hint: they are equal in version 1", ErrUnsupported, n.op, n.name, n.window.kernel, n.window.stride)
	}
	for _, k := range n.window.kernel {
		if k < 1 || k > MaxWindow {
			return nil, n.bad("kernel %v, allowed are 1 to %d", n.window.kernel, MaxWindow)
		}
	}
	if err := n.weighs(int64(x.shape[1]) * int64(n.window.kernel[0]) * int64(n.window.kernel[1])); err != nil {
		return nil, err
	}
	return []int{1, n.out, x.shape[2] * n.window.kernel[0], x.shape[3] * n.window.kernel[1]}, nil
}

func (n *node) gemmShape(x *tensor) ([]int, error) {
	if len(x.shape) != 2 {
		return nil, n.bad("an operand of shape %v, want [1, K]; hint: Flatten before it", x.shape)
	}
	return []int{1, n.out}, n.weighs(int64(x.shape[1]))
}

// weighs checks how many weights and biases there are.
func (n *node) weighs(per int64) error {
	if n.out < 1 || n.out > MaxElements || per > MaxElements || len(n.weights)%n.out != 0 || int64(len(n.weights)/n.out) != per {
		return n.bad("%d weights for %d outputs, want %d for each", len(n.weights), n.out, per)
	}
	if len(n.bias) != n.out {
		return n.bad("%d biases for %d outputs", len(n.bias), n.out)
	}
	return nil
}

func (n *node) joined(xs []*tensor) ([]int, error) {
	shape := slices.Clone(xs[0].shape)
	for i, x := range xs[1:] {
		same := len(x.shape) == len(shape)
		for d := 2; same && d < len(shape); d++ {
			same = x.shape[d] == shape[d]
		}
		if !same {
			return nil, n.bad("operand %d of shape %v beside %v", i+1, x.shape, xs[0].shape)
		}
		shape[1] += x.shape[1]
	}
	return shape, nil
}

// moved is the shape behind Transpose, Reshape and Slice.
func (n *node) moved(x *tensor) ([]int, error) {
	switch n.op {
	case opReshape:
		t := tensor{name: n.name, shape: n.dims, scale: 1}
		if err := t.check(); err != nil {
			return nil, fmt.Errorf("%s %q: %w", n.op, n.name, err)
		}
		if t.len() != x.len() {
			return nil, n.bad("shape %v for the elements of %v", n.dims, x.shape)
		}
		return slices.Clone(n.dims), nil
	case opSlice:
		if len(n.dims) != 2 || n.dims[0] < 0 || n.dims[0] >= n.dims[1] || n.dims[1] > x.shape[1] {
			return nil, n.bad("channels %v of %d", n.dims, x.shape[1])
		}
		shape := slices.Clone(x.shape)
		shape[1] = n.dims[1] - n.dims[0]
		return shape, nil
	}
	seen := make([]bool, len(x.shape))
	shape := make([]int, len(x.shape))
	if len(n.dims) != len(shape) || n.dims[0] != 0 {
		return nil, n.bad("permutation %v of %v; hint: as many numbers, the first of them 0", n.dims, x.shape)
	}
	for i, d := range n.dims {
		if d < 0 || d >= len(shape) || seen[d] {
			return nil, n.bad("permutation %v", n.dims)
		}
		seen[d] = true
		shape[i] = x.shape[d]
	}
	return shape, nil
}
