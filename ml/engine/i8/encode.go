package i8

import (
	"encoding/binary"
	"strconv"

	"github.com/virtengine/virtengine/ml/onnx"
)

// irVersion is that of the ONNX version whose fields ml/onnx reads.
const irVersion = 8

const (
	contractKey = "contract"
	scaleKey    = "scale/" // and an input's name
)

// model writes the program as CONTRACT.md section 5 lays it out.
func (p *Program) model() *onnx.Model {
	m := &onnx.Model{IRVersion: irVersion, Producer: "virtengine", Opsets: map[string]int64{Domain: Version},
		Metadata: map[string]string{contractKey: Contract}, Graph: &onnx.Graph{Name: p.name}}
	for _, id := range p.inputs {
		t := &p.tensors[id]
		m.Graph.Inputs = append(m.Graph.Inputs, t.info())
		m.Metadata[scaleKey+t.name] = decimal(t.scale)
	}
	isOutput := map[int]bool{}
	for _, id := range p.outputs {
		isOutput[id] = true
		m.Graph.Outputs = append(m.Graph.Outputs, p.tensors[id].info())
	}
	for i := range p.nodes {
		n := &p.nodes[i]
		node, constants := p.encode(n)
		m.Graph.Nodes = append(m.Graph.Nodes, node)
		m.Graph.Initializers = append(m.Graph.Initializers, constants...)
		if !isOutput[n.result] {
			m.Graph.Values = append(m.Graph.Values, p.tensors[n.result].info())
		}
	}
	return m
}

func (p *Program) encode(n *node) (onnx.Node, []*onnx.Tensor) {
	out := onnx.Node{Name: n.name, Domain: Domain, Op: n.op, Outputs: []string{n.name}}
	for _, id := range n.in {
		out.Inputs = append(out.Inputs, p.tensors[id].name)
	}
	w := writer{node: &out}
	w.parameters(n)
	w.operands(p, n)
	return out, w.constants
}

// writer collects a node's attributes and constants.
type writer struct {
	node      *onnx.Node
	constants []*onnx.Tensor
}

func (w *writer) parameters(n *node) {
	switch n.op {
	case opConv:
		w.ints("kernel_shape", n.window.kernel[:]...)
		w.ints("strides", n.window.stride[:]...)
		w.ints("pads", n.window.pads[:]...)
		w.ints("dilations", n.window.dilation[:]...)
		w.integer("group", int64(n.groups))
	case opMaxPool, opAveragePool:
		w.ints("kernel_shape", n.window.kernel[:]...)
		w.ints("strides", n.window.stride[:]...)
		w.ints("pads", n.window.pads[:]...)
	case opConvTranspose:
		w.ints("kernel_shape", n.window.kernel[:]...)
	case opAdd:
		w.ints("multipliers", int(n.factors[0]), int(n.factors[1]))
		w.integer("shift", int64(n.rq.Shift[0]))
	case opResize:
		w.ints("factors", n.factor[:]...)
	case opTranspose:
		w.ints("perm", n.dims...)
	case opReshape:
		w.ints("shape", n.dims...)
	case opSlice:
		w.integer("start", int64(n.dims[0]))
		w.integer("end", int64(n.dims[1]))
	}
	switch n.op {
	case opMul, opAveragePool, opGlobalAveragePool:
		w.integer("multiplier", int64(n.rq.Multiplier[0]))
		w.integer("shift", int64(n.rq.Shift[0]))
	}
	if n.clamps() {
		w.integer("min", int64(n.rq.Min))
		w.integer("max", int64(n.rq.Max))
	}
	w.attribute(onnx.Attribute{Name: "scale", Kind: onnx.AttrString, S: []byte(decimal(n.rq.Scale))})
}

// clamps says whether an operator bounds its results.
func (n *node) clamps() bool {
	switch n.op {
	case opConv, opConvTranspose, opGemm:
		return !n.raw()
	case opAdd, opMul, opAveragePool, opGlobalAveragePool:
		return true
	}
	return false
}

func (w *writer) operands(p *Program, n *node) {
	switch n.op {
	case opTable:
		shape := []int{256}
		if len(n.table) != 256 {
			shape = []int{len(n.table) / 256, 256}
		}
		w.bytes("table", n.table, shape...)
		return
	case opConv:
		w.bytes("weights", n.weights, n.out, p.tensors[n.in[0]].shape[1]/n.groups, n.window.kernel[0], n.window.kernel[1])
	case opConvTranspose:
		w.bytes("weights", n.weights, p.tensors[n.in[0]].shape[1], n.out, n.window.kernel[0], n.window.kernel[1])
	case opGemm:
		w.bytes("weights", n.weights, n.out, len(n.weights)/n.out)
	default:
		return
	}
	w.words("bias", n.bias)
	if !n.raw() {
		w.words("multiplier", n.rq.Multiplier)
		w.bytes("shift", n.rq.Shift, len(n.rq.Shift))
	}
}

func (w *writer) attribute(a onnx.Attribute) { w.node.Attrs = append(w.node.Attrs, a) }

func (w *writer) integer(name string, v int64) {
	w.attribute(onnx.Attribute{Name: name, Kind: onnx.AttrInt, I: v})
}

func (w *writer) ints(name string, v ...int) {
	w.attribute(onnx.Attribute{Name: name, Kind: onnx.AttrInts, Is: longs(v)})
}

func (w *writer) bytes(name string, v []int8, shape ...int) {
	data := make([]byte, len(v))
	for i, e := range v {
		data[i] = byte(e) //ve:allow overflow the file holds two's complement
	}
	w.constant(&onnx.Tensor{Name: w.node.Name + "." + name, DType: onnx.Int8, Shape: longs(shape), Data: data})
}

func (w *writer) words(name string, v []int32) {
	data := make([]byte, 0, 4*len(v))
	for _, e := range v {
		data = binary.LittleEndian.AppendUint32(data, uint32(e)) //ve:allow overflow the file holds two's complement
	}
	w.constant(&onnx.Tensor{Name: w.node.Name + "." + name, DType: onnx.Int32, Shape: []int64{int64(len(v))}, Data: data})
}

func (w *writer) constant(t *onnx.Tensor) {
	w.node.Inputs = append(w.node.Inputs, t.Name)
	w.constants = append(w.constants, t)
}

func (t *tensor) dtype() onnx.DType {
	if t.wide {
		return onnx.Int32
	}
	return onnx.Int8
}

func (t *tensor) info() onnx.ValueInfo {
	v := onnx.ValueInfo{Name: t.name, DType: t.dtype()}
	for _, d := range t.shape {
		v.Shape = append(v.Shape, onnx.Dim{Value: int64(d)})
	}
	return v
}

// decimal writes a scale so that reading it gives the same float64.
func decimal(scale float64) string { return strconv.FormatFloat(scale, 'g', -1, 64) }

func longs(v []int) []int64 {
	out := make([]int64, len(v))
	for i, e := range v {
		out[i] = int64(e)
	}
	return out
}
