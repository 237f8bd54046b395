package layers

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/virtengine/virtengine/ml/onnx"
)

// Opset is the version of ai.onnx that Export writes.
const Opset = 17

// Names of the exported model's input and output.
const (
	InputName  = "x"
	OutputName = "y"
)

// exporter writes a graph layer by layer.
type exporter struct {
	net   *Net
	graph *onnx.Graph
	value []string // what each node's result is called
	fold  []*node  // of each convolution or linear layer: the norm behind it
	limit map[float32]string
}

// Export writes the network as ONNX: opset 17, a batch of one, fixed shapes (an input of height and width 1 is [1, C]), norms folded into the layer before them, each
// operand once and none omitted. Equal weights and statistics give equal bytes of onnx.Model.Encode. Fails with ErrExport
// for a norm that no convolution or linear layer alone feeds, and for a weight that is no finite number.
func Export(n *Net) (*onnx.Model, error) {
	e := &exporter{net: n, graph: &onnx.Graph{Name: n.Name}, value: make([]string, len(n.nodes)), fold: make([]*node, len(n.nodes)), limit: map[float32]string{}}
	for _, p := range n.params {
		for _, v := range p.W {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return nil, fmt.Errorf("%w: %s: weight %s is no number; hint: a smaller learning rate", ErrExport, n.Name, p.Name)
			}
		}
	}
	if err := e.folds(); err != nil {
		return nil, err
	}
	e.value[Input] = InputName
	for i := 1; i < len(n.nodes); i++ {
		d := &n.nodes[i]
		if e.value[i] = d.name; i == int(n.output) {
			e.value[i] = "result"
		}
		if err := d.op.export(e, d); err != nil {
			return nil, fmt.Errorf("%w: %s: %s: %w", ErrExport, n.Name, d.name, err)
		}
	}
	e.node("Reshape", "y", []string{e.value[n.output], e.ints("shape", n.shape)}, OutputName)
	in := n.In()
	shape := []int64{1, int64(in.C), int64(in.H), int64(in.W)}
	if e.flat(Input) {
		shape = shape[:2]
	}
	e.graph.Inputs = []onnx.ValueInfo{info(InputName, shape)}
	e.graph.Outputs = []onnx.ValueInfo{info(OutputName, n.shape)}
	m := &onnx.Model{IRVersion: 8, Producer: "virtengine", Opsets: map[string]int64{"": Opset}, Graph: e.graph}
	if err := onnx.Check(m); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrExport, n.Name, err)
	}
	return m, nil
}

func info(name string, shape []int64) onnx.ValueInfo {
	v := onnx.ValueInfo{Name: name, DType: onnx.Float32}
	for _, d := range shape {
		v.Shape = append(v.Shape, onnx.Dim{Value: d})
	}
	return v
}

// folds finds the layer that each norm goes into.
func (e *exporter) folds() error {
	readers := make([]int, len(e.net.nodes))
	for _, d := range e.net.nodes {
		for _, v := range d.in {
			readers[v]++
		}
	}
	for i := range e.net.nodes {
		d := &e.net.nodes[i]
		if _, ok := d.op.(norm); !ok {
			continue
		}
		before := d.in[0]
		switch e.net.nodes[before].op.(type) {
		case *Conv, linear:
		default:
			return fmt.Errorf("%w: %s: %s is not behind a convolution or linear layer", ErrExport, e.net.Name, d.name)
		}
		if readers[before] != 1 {
			return fmt.Errorf("%w: %s: what %s norms is used elsewhere", ErrExport, e.net.Name, d.name)
		}
		e.fold[before] = d
	}
	return nil
}

func (e *exporter) node(op, name string, in []string, out string, attrs ...onnx.Attribute) {
	e.graph.Nodes = append(e.graph.Nodes, onnx.Node{Name: name, Op: op, Inputs: in, Outputs: []string{out}, Attrs: attrs})
}

// simple writes an operator without weights.
func (e *exporter) simple(op string, n *node, attrs ...onnx.Attribute) error {
	var in []string
	for _, v := range n.in {
		in = append(in, e.value[v])
	}
	e.node(op, n.name, in, e.of(n), attrs...)
	return nil
}

// of is what a node's result is called.
func (e *exporter) of(n *node) string { return e.value[e.at(n)] }

// at is where a node lies.
func (e *exporter) at(n *node) int {
	return slices.IndexFunc(e.net.nodes, func(d node) bool { return d.name == n.name })
}

func (e *exporter) floats(name string, shape []int, v []float32) string {
	t := &onnx.Tensor{Name: name, DType: onnx.Float32}
	for _, d := range shape {
		t.Shape = append(t.Shape, int64(d))
	}
	for _, x := range v {
		t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(x))
	}
	e.graph.Initializers = append(e.graph.Initializers, t)
	return name
}

func (e *exporter) ints(name string, v []int64) string {
	t := &onnx.Tensor{Name: name, DType: onnx.Int64, Shape: []int64{int64(len(v))}}
	for _, x := range v {
		t.Data = binary.LittleEndian.AppendUint64(t.Data, uint64(x)) //ve:allow overflow the file holds two's complement
	}
	e.graph.Initializers = append(e.graph.Initializers, t)
	return name
}

// scalar is a constant that several nodes share.
func (e *exporter) scalar(v float32) string {
	if _, ok := e.limit[v]; !ok {
		e.limit[v] = e.floats(fmt.Sprintf("limit%d", len(e.limit)), nil, []float32{v})
	}
	return e.limit[v]
}

// weighted is a weight and a bias with the norm behind them folded in: W·a and (b - mean)·a + shift, where
// a = scale/√(variance + ε).
func (e *exporter) weighted(n *node, hasBias bool) (weight, bias string) {
	p := e.net.params[n.params[0]]
	w := slices.Clone(p.W)
	outputs := p.Shape[0]
	b := make([]float32, outputs)
	if hasBias {
		copy(b, e.net.params[n.params[1]].W)
	}
	fold := e.fold[e.at(n)]
	if fold != nil {
		scale, shift, st := e.net.params[fold.params[0]].W, e.net.params[fold.params[1]].W, e.net.stats[fold.stat]
		per := len(w) / outputs
		for o := range outputs {
			a := float32(scale[o] * float32(1/math.Sqrt(float64(st.Variance[o])+normEpsilon)))
			for i := range per {
				w[o*per+i] = float32(w[o*per+i] * a)
			}
			b[o] = float32(float32(b[o]-st.Mean[o])*a) + shift[o]
		}
	}
	weight = e.floats(p.Name, p.Shape, w)
	if hasBias || fold != nil {
		bias = e.floats(n.name+".bias", []int{outputs}, b)
	}
	return weight, bias
}

func integers(name string, v ...int) onnx.Attribute {
	a := onnx.Attribute{Name: name, Kind: onnx.AttrInts}
	for _, x := range v {
		a.Is = append(a.Is, int64(x))
	}
	return a
}

func integer(name string, v int) onnx.Attribute {
	return onnx.Attribute{Name: name, Kind: onnx.AttrInt, I: int64(v)}
}

func text(name, v string) onnx.Attribute {
	return onnx.Attribute{Name: name, Kind: onnx.AttrString, S: []byte(v)}
}

func (c *Conv) export(e *exporter, n *node) error {
	if e.flat(n.in[0]) {
		return errors.New("a convolution of rows of numbers")
	}
	w, b := e.weighted(n, c.Bias)
	in := []string{e.value[n.in[0]], w}
	if b != "" {
		in = append(in, b)
	}
	groups := 1
	if c.Depthwise {
		groups = c.Out
	}
	e.node("Conv", n.name, in, e.of(n), integers("kernel_shape", c.KH, c.KW), integers("strides", c.SH, c.SW),
		integers("pads", c.PH, c.PW, c.PH, c.PW), integer("group", groups))
	return nil
}

func (l linear) export(e *exporter, n *node) error {
	w, b := e.weighted(n, l.bias)
	in := []string{e.rows(n), w}
	if b != "" {
		in = append(in, b)
	}
	e.node("Gemm", n.name, in, e.of(n), integer("transB", 1))
	return nil
}

// rows is the operand of a linear layer with two dimensions.
func (e *exporter) rows(n *node) string {
	if e.flat(n.in[0]) {
		return e.value[n.in[0]]
	}
	e.node("Flatten", n.name+".rows", []string{e.value[n.in[0]]}, n.name+".rows", integer("axis", 1))
	return n.name + ".rows"
}

// flat says that a value has two dimensions in the exported graph.
func (e *exporter) flat(v Value) bool {
	if v == Input {
		return e.net.In().H == 1 && e.net.In().W == 1
	}
	switch n := &e.net.nodes[v]; n.op.(type) {
	case flatten, linear:
		return true
	case relu, leaky, sigmoid, norm:
		return e.flat(n.in[0])
	case add:
		return e.flat(n.in[0]) && e.flat(n.in[1])
	}
	return false
}

// export of a norm gives its result the name of the layer into which it went.
func (norm) export(e *exporter, n *node) error {
	e.value[e.at(n)] = e.value[n.in[0]]
	return nil
}

func (r relu) export(e *exporter, n *node) error {
	if r.top == 0 {
		return e.simple("Relu", n)
	}
	e.node("Clip", n.name, []string{e.value[n.in[0]], e.scalar(0), e.scalar(r.top)}, e.of(n))
	return nil
}

func (l leaky) export(e *exporter, n *node) error {
	return e.simple("LeakyRelu", n, onnx.Attribute{Name: "alpha", Kind: onnx.AttrFloat, F: l.slope})
}

func (prelu) export(e *exporter, n *node) error {
	p := e.net.params[n.params[0]]
	e.node("PRelu", n.name, []string{e.value[n.in[0]], e.floats(p.Name, p.Shape, p.W)}, e.of(n))
	return nil
}

func (sigmoid) export(e *exporter, n *node) error    { return e.simple("Sigmoid", n) }
func (add) export(e *exporter, n *node) error        { return e.simple("Add", n) }
func (concat) export(e *exporter, n *node) error     { return e.simple("Concat", n, integer("axis", 1)) }
func (globalPool) export(e *exporter, n *node) error { return e.simple("GlobalAveragePool", n) }
func (flatten) export(e *exporter, n *node) error {
	return e.simple("Flatten", n, integer("axis", 1))
}

func (p pool) export(e *exporter, n *node) error {
	op := "MaxPool"
	if p.average {
		op = "AveragePool"
	}
	return e.simple(op, n, integers("kernel_shape", p.k, p.k), integers("strides", p.k, p.k))
}

// export writes all operands of Resize; the region of interest is the whole, and only another mode would read it.
func (upsample) export(e *exporter, n *node) error {
	roi := e.floats(n.name+".roi", []int{8}, []float32{0, 0, 0, 0, 1, 1, 1, 1})
	scales := e.floats(n.name+".scales", []int{4}, []float32{1, 1, 2, 2})
	e.node("Resize", n.name, []string{e.value[n.in[0]], roi, scales}, e.of(n), text("mode", "nearest"),
		text("coordinate_transformation_mode", "asymmetric"), text("nearest_mode", "floor"))
	return nil
}
