package i8

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/onnx"
)

// Builder makes an integer program, node by node, in the order in which it will run. The first mistake is kept, makes all later
// calls do nothing, and is what Model returns; so calls need no check of their own. Names are those of the results, each given
// once; an empty one is made from the operator and a number. The slices of a spec are not copied: do not change them before
// Model. Not safe for concurrent use.
//
//	b := i8.NewBuilder("face-embedder")
//	x := b.Input("image", []int{1, 1, 64, 64}, 1.0/128)
//	x = b.Conv("conv1", x, i8.ConvSpec{Kernel: [2]int{3, 3}, Pads: [4]int{1, 1, 1, 1}, Out: 16, Weights: w, Bias: bias,
//		Requant: i8.Requant{Multiplier: m, Shift: s, Min: 0, Max: 127, Scale: scale}})
//	b.Output(b.Gemm("embedding", b.GlobalAveragePool("pool", x, average), gemm))
//	model, err := b.Model()
type Builder struct {
	p     Program
	names map[string]bool
	err   error
}

// NewBuilder starts an empty program. The name is the graph's.
func NewBuilder(name string) *Builder {
	return &Builder{p: Program{name: name}, names: map[string]bool{}}
}

// Input declares an int8 input. The shape has two to four dimensions, the first of which is 1: [1, C, H, W], [1, A, B] or
// [1, C]. Scale is the real value of one step.
func (b *Builder) Input(name string, shape []int, scale float64) Value {
	v := b.tensor(tensor{name: name, shape: slices.Clone(shape), scale: scale})
	if b.err == nil {
		b.p.inputs = append(b.p.inputs, v.index-1)
	}
	return v
}

// Output makes a value an output of the program, under its name. Outputs keep the order of the calls.
func (b *Builder) Output(v Value) {
	if b.err == nil && (v.index < 1 || v.index > len(b.p.tensors)) {
		b.err = fmt.Errorf("%w: an output is no value of this builder", ErrMalformed)
	}
	if b.err == nil {
		b.p.outputs = append(b.p.outputs, v.index-1)
	}
}

// Conv is a convolution of [1, In, H, W] to [1, Out, H', W'] with H' = (H + top + bottom - dilation*(kernel-1) - 1)/stride + 1.
func (b *Builder) Conv(name string, x Value, c ConvSpec) Value {
	return b.node(node{name: name, op: opConv, window: window{c.Kernel, orOne(c.Stride), c.Pads, orOne(c.Dilation)}, groups: max(c.Groups, 1),
		out: c.Out, weights: c.Weights, bias: c.Bias, rq: c.Requant}, x)
}

// ConvTranspose makes [1, In, H, W] to [1, Out, H*Kernel[0], W*Kernel[1]].
func (b *Builder) ConvTranspose(name string, x Value, c ConvTransposeSpec) Value {
	return b.node(node{name: name, op: opConvTranspose, window: window{c.Kernel, c.Kernel, [4]int{}, [2]int{1, 1}}, groups: 1,
		out: c.Out, weights: c.Weights, bias: c.Bias, rq: c.Requant}, x)
}

// Gemm makes [1, In] to [1, Out].
func (b *Builder) Gemm(name string, x Value, g GemmSpec) Value {
	return b.node(node{name: name, op: opGemm, out: g.Out, weights: g.Weights, bias: g.Bias, rq: g.Requant}, x)
}

// Add adds two operands of one shape.
func (b *Builder) Add(name string, x, y Value, a AddSpec) Value {
	return b.node(node{name: name, op: opAdd, factors: [2]int32{a.MultiplierA, a.MultiplierB},
		rq: Requant{Shift: []int8{a.Shift}, Min: a.Min, Max: a.Max, Scale: a.Scale}}, x, y)
}

// Mul multiplies element by element, or each channel by one number.
func (b *Builder) Mul(name string, x, y Value, m MulSpec) Value {
	return b.node(node{name: name, op: opMul, rq: single(m.Multiplier, m.Shift, m.Min, m.Max, m.Scale)}, x, y)
}

// Table replaces every element q by table[q+128]: any function of one number, a change of scale too. One table of 256 serves all
// channels; C tables of 256, one after the other, serve one channel each (dimension 1 of the operand).
func (b *Builder) Table(name string, x Value, table []int8, scale float64) Value {
	return b.node(node{name: name, op: opTable, table: table, rq: Requant{Scale: scale}}, x)
}

// MaxPool takes the largest of each window. The scale stays.
func (b *Builder) MaxPool(name string, x Value, p PoolSpec) Value {
	return b.node(node{name: name, op: opMaxPool, window: window{p.Kernel, orOne(p.Stride), p.Pads, [2]int{1, 1}}, rq: b.same(x)}, x)
}

// AveragePool takes the requantized sum of each window.
func (b *Builder) AveragePool(name string, x Value, a AverageSpec) Value {
	return b.node(node{name: name, op: opAveragePool, window: window{a.Kernel, orOne(a.Stride), a.Pads, [2]int{1, 1}},
		rq: single(a.Multiplier, a.Shift, a.Min, a.Max, a.Scale)}, x)
}

// GlobalAveragePool makes [1, C, H, W] to [1, C, 1, 1]; a.PoolSpec must be zero.
func (b *Builder) GlobalAveragePool(name string, x Value, a AverageSpec) Value {
	if b.err == nil && a.PoolSpec != (PoolSpec{}) {
		b.err = fmt.Errorf("%w: %q: a window for a global pool", ErrMalformed, name)
	}
	return b.node(node{name: name, op: opGlobalAveragePool, rq: single(a.Multiplier, a.Shift, a.Min, a.Max, a.Scale)}, x)
}

// Concat joins along dimension 1. Every operand has the same scale: bring others to it with Table.
func (b *Builder) Concat(name string, xs ...Value) Value {
	rq := Requant{}
	for i, x := range xs {
		s := b.same(x)
		if i > 0 && s.Scale != rq.Scale && b.err == nil {
			b.err = fmt.Errorf("%w: %q: operand %d has scale %v, the first %v; hint: bring it there with Table", ErrScale, name, i, s.Scale, rq.Scale)
		}
		rq = s
	}
	return b.node(node{name: name, op: opConcat, rq: rq}, xs...)
}

// Resize repeats every pixel factor[0] times down and factor[1] times across (nearest). The scale stays.
func (b *Builder) Resize(name string, x Value, factor [2]int) Value {
	return b.node(node{name: name, op: opResize, factor: factor, rq: b.same(x)}, x)
}

// Transpose permutes dimensions: dimension i of the result is dimension perm[i] of x. perm[0] is 0. The scale stays.
func (b *Builder) Transpose(name string, x Value, perm []int) Value {
	return b.node(node{name: name, op: opTranspose, dims: slices.Clone(perm), rq: b.same(x)}, x)
}

// Reshape keeps the elements in row-major order under another shape of as many elements; no dimension is -1. The scale stays.
func (b *Builder) Reshape(name string, x Value, shape []int) Value {
	return b.node(node{name: name, op: opReshape, dims: slices.Clone(shape), rq: b.same(x)}, x)
}

// Flatten makes [1, A, B, ...] to [1, A*B*...]. It is stored as a Reshape.
func (b *Builder) Flatten(name string, x Value) Value {
	n := 1
	for _, d := range b.Shape(x) {
		n *= d // of an inferred shape, whose product is bounded
	}
	return b.Reshape(name, x, []int{1, n})
}

// Slice keeps channels start to end-1 (dimension 1). The scale stays.
func (b *Builder) Slice(name string, x Value, start, end int) Value {
	return b.node(node{name: name, op: opSlice, dims: []int{start, end}, rq: b.same(x)}, x)
}

// Shape is the shape of a value, inferred already; nil after a mistake.
func (b *Builder) Shape(v Value) []int {
	if b.err != nil || v.index < 1 || v.index > len(b.p.tensors) {
		return nil
	}
	return slices.Clone(b.p.tensors[v.index-1].shape)
}

// Scale is the scale of a value; 0 after a mistake.
func (b *Builder) Scale(v Value) float64 { return b.same(v).Scale }

// Err is the first mistake so far.
func (b *Builder) Err() error { return b.err }

// Model returns the program as an ONNX model that Load takes; Encode of it gives the file. Fails with the first mistake:
// ErrMalformed, ErrUnsupported, ErrOverflow, ErrLimit, ErrScale.
func (b *Builder) Model() (*onnx.Model, error) {
	if b.err != nil {
		return nil, b.err
	}
	m := b.p.model()
	if _, err := Load(m); err != nil {
		return nil, err
	}
	return m, nil
}

func (b *Builder) same(v Value) Requant {
	if b.err != nil || v.index < 1 || v.index > len(b.p.tensors) {
		return Requant{}
	}
	return Requant{Scale: b.p.tensors[v.index-1].scale}
}

// node checks a node, infers its result, and keeps both.
func (b *Builder) node(n node, xs ...Value) Value {
	if b.err != nil {
		return Value{}
	}
	if n.name == "" {
		n.name = fmt.Sprintf("%s_%d", n.op, len(b.p.nodes))
	}
	if n.rq.Min == 0 && n.rq.Max == 0 {
		n.rq.Min, n.rq.Max = -128, 127
	}
	for i, x := range xs {
		if x.index < 1 || x.index > len(b.p.tensors) {
			b.err = fmt.Errorf("%w: %q: operand %d is no value of this builder", ErrMalformed, n.name, i)
			return Value{}
		}
		n.in = append(n.in, x.index-1)
	}
	t, err := b.p.infer(&n)
	if err != nil {
		b.err = err
		return Value{}
	}
	t.scale = n.rq.Scale
	v := b.tensor(t)
	n.result = v.index - 1
	if b.err == nil {
		b.p.nodes = append(b.p.nodes, n)
	}
	return v
}

func (b *Builder) tensor(t tensor) Value {
	if b.err != nil {
		return Value{}
	}
	if err := t.check(); err != nil {
		b.err = err
		return Value{}
	}
	if b.names[t.name] {
		b.err = fmt.Errorf("%w: %q is given twice", ErrMalformed, t.name)
		return Value{}
	}
	b.names[t.name] = true
	b.p.tensors = append(b.p.tensors, t)
	return Value{len(b.p.tensors)}
}

func orOne(v [2]int) [2]int {
	if v == ([2]int{}) {
		return [2]int{1, 1}
	}
	return v
}

func single(multiplier int32, shift, lo, hi int8, scale float64) Requant {
	return Requant{Multiplier: []int32{multiplier}, Shift: []int8{shift}, Min: lo, Max: hi, Scale: scale}
}
