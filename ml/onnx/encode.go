package onnx

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// writer appends fields in ascending order; the same value gives the same bytes.
type writer []byte

func (w *writer) bytes(n protowire.Number, b []byte) {
	*w = protowire.AppendBytes(protowire.AppendTag(*w, n, protowire.BytesType), b)
}

func (w *writer) text(n protowire.Number, s string) {
	if s != "" {
		w.bytes(n, []byte(s))
	}
}

func (w *writer) int(n protowire.Number, v int64) {
	*w = protowire.AppendVarint(protowire.AppendTag(*w, n, protowire.VarintType), unsigned(v))
}

func unsigned(v int64) uint64 {
	return uint64(v) //ve:allow overflow protobuf writes negative numbers in two's complement
}

// Encode writes a TensorProto with its data in raw form. The same tensor gives the same bytes. Of nil it gives none.
func (t *Tensor) Encode() []byte {
	var w writer
	if t == nil {
		return w
	}
	for _, d := range t.Shape {
		w.int(1, d)
	}
	w.int(2, int64(t.DType))
	for _, s := range t.Strings {
		w.bytes(6, s)
	}
	w.text(8, t.Name)
	switch {
	case t.DType == String:
	case t.DType.halves():
		w.bytes(9, join(t.Data))
	default:
		w.bytes(9, t.Data)
	}
	return w
}

// Encode writes a ModelProto: fields ascending; opsets, metadata and attributes by name. The same model gives the same bytes,
// and Decode gives the same model of them, but for the order of attributes, which means nothing. It judges nothing: what is
// no good model gives bytes that Decode or Check refuses.
func (m *Model) Encode() []byte {
	var w writer
	w.int(1, m.IRVersion)
	w.text(2, m.Producer)
	w.text(3, m.ProducerVersion)
	w.text(4, m.Domain)
	if m.ModelVersion != 0 {
		w.int(5, m.ModelVersion)
	}
	if m.Graph != nil {
		w.bytes(7, m.Graph.encode())
	}
	for _, domain := range slices.Sorted(maps.Keys(m.Opsets)) {
		var o writer
		o.text(1, domain)
		o.int(2, m.Opsets[domain])
		w.bytes(8, o)
	}
	for _, key := range slices.Sorted(maps.Keys(m.Metadata)) {
		var p writer
		p.text(1, key)
		p.text(2, m.Metadata[key])
		w.bytes(14, p)
	}
	for _, f := range m.Local {
		w.bytes(25, f.Proto)
	}
	return w
}

func (g *Graph) encode() []byte {
	var w writer
	if g == nil {
		return w
	}
	for i := range g.Nodes {
		w.bytes(1, g.Nodes[i].encode())
	}
	w.text(2, g.Name)
	for _, t := range g.Initializers {
		w.bytes(5, t.Encode())
	}
	for _, s := range []struct {
		number protowire.Number
		all    []ValueInfo
	}{{11, g.Inputs}, {12, g.Outputs}, {13, g.Values}} {
		for _, v := range s.all {
			w.bytes(s.number, v.encode())
		}
	}
	return w
}

func (v ValueInfo) encode() []byte {
	var w, tensor, shape writer
	w.text(1, v.Name)
	if v.DType == 0 && v.Unknown {
		return w
	}
	if v.DType != 0 {
		tensor.int(1, int64(v.DType))
	}
	if !v.Unknown {
		for _, d := range v.Shape {
			var dim writer
			if d.Value >= 0 {
				dim.int(1, d.Value)
			}
			dim.text(2, d.Symbol)
			shape.bytes(1, dim)
		}
		tensor.bytes(2, shape)
	}
	var kind writer
	kind.bytes(1, tensor)
	w.bytes(2, kind)
	return w
}

func (n *Node) encode() []byte {
	var w writer
	for _, in := range n.Inputs {
		w.bytes(1, []byte(in)) // an empty one too: it holds its place
	}
	for _, out := range n.Outputs {
		w.bytes(2, []byte(out))
	}
	w.text(3, n.Name)
	w.text(4, n.Op)
	attrs := slices.Clone(n.Attrs)
	slices.SortStableFunc(attrs, func(a, b Attribute) int { return cmp.Compare(a.Name, b.Name) })
	for i := range attrs {
		w.bytes(5, attrs[i].encode())
	}
	w.text(7, n.Domain)
	return w
}

func (a *Attribute) encode() []byte {
	var w writer
	w.text(1, a.Name)
	switch a.Kind {
	case AttrFloat:
		w = protowire.AppendFixed32(protowire.AppendTag(w, 2, protowire.Fixed32Type), math.Float32bits(a.F))
	case AttrInt:
		w.int(3, a.I)
	case AttrString:
		w.bytes(4, a.S)
	case AttrTensor:
		w.bytes(5, a.T.Encode())
	case AttrGraph:
		w.bytes(6, a.G.encode())
	case AttrFloats:
		var packed []byte
		for _, f := range a.Fs {
			packed = protowire.AppendFixed32(packed, math.Float32bits(f))
		}
		w.bytes(7, packed)
	case AttrInts:
		for _, v := range a.Is {
			w.int(8, v)
		}
	case AttrStrings:
		for _, s := range a.Ss {
			w.bytes(9, s)
		}
	}
	w.int(20, int64(a.Kind))
	return w
}
