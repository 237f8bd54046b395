package layers

import (
	"fmt"
	"slices"
)

// Builder puts a network together, layer by layer. The first error stays and is returned by Build.
type Builder struct {
	net Net
	err error
}

// Start begins a network with the shape of its input.
func Start(name string, in Shape) *Builder {
	b := &Builder{net: Net{Name: name, nodes: []node{{name: "x", out: in, stat: -1}}}}
	if !in.fits() {
		b.fail("input of shape %v", in)
	}
	return b
}

func (b *Builder) fail(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf("%w %s: layer %d: %s", ErrBuild, b.net.Name, len(b.net.nodes), fmt.Sprintf(format, args...))
	}
}

// Shape is the shape of a value.
func (b *Builder) Shape(v Value) Shape {
	if v < 0 || int(v) >= len(b.net.nodes) {
		b.fail("operand %d is none", v)
		return Shape{1, 1, 1}
	}
	return b.net.nodes[v].out
}

// mostNumbers bounds each dimension's product of one sample.
const mostNumbers = 1 << 22

// fits says whether a shape is one, and small enough to compute with.
func (s Shape) fits() bool {
	return s.C >= 1 && s.H >= 1 && s.W >= 1 && s.C <= mostNumbers && s.H <= mostNumbers/s.C && s.W <= mostNumbers/s.C/s.H
}

// add appends a layer; an out that is no shape is an error.
func (b *Builder) add(kind string, o op, out Shape, in ...Value) Value {
	for _, v := range in {
		b.Shape(v)
	}
	if !out.fits() {
		b.fail("%s gives shape %v", kind, out)
	}
	name := fmt.Sprintf("%s%d", kind, len(b.net.nodes))
	if b.err == nil {
		b.net.nodes = append(b.net.nodes, node{name: name, op: o, in: in, out: out, stat: -1})
	}
	return Value(len(b.net.nodes) - 1)
}

// param gives the last layer a weight whose numbers are all v.
func (b *Builder) param(name string, decay bool, v float32, shape ...int) {
	if b.err != nil {
		return
	}
	n := 1
	for _, d := range shape {
		n *= d
	}
	d := &b.net.nodes[len(b.net.nodes)-1]
	p := &Param{Name: d.name + "." + name, Shape: shape, W: make([]float32, n), Decay: decay}
	for i := range p.W {
		p.W[i] = v
	}
	d.params = append(d.params, len(b.net.params))
	b.net.params = append(b.net.params, p)
}

// Build ends the network: out is its output, exported with shape (whose product is out's, the first dimension 1). Weights are
// zero until Init. Fails with ErrBuild.
func (b *Builder) Build(out Value, shape ...int64) (*Net, error) {
	want := int64(b.Shape(out).Len())
	product := int64(1)
	for _, d := range shape {
		if d < 1 || d > want {
			b.fail("an output of shape %v", shape)
			break
		}
		product *= d
	}
	if product != want || len(shape) == 0 || shape[0] != 1 {
		b.fail("an output of shape %v holds %d numbers, the last layer gives %d", shape, product, want)
	}
	if b.err != nil {
		return nil, b.err
	}
	if int(out) != len(b.net.nodes)-1 {
		b.fail("the output is not the last layer")
		return nil, b.err
	}
	n := b.net
	n.output, n.shape = out, slices.Clone(shape)
	return &n, nil
}
