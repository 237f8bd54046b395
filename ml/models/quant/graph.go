package quant

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/onnx"
)

// opset is the only version of ai.onnx that is read: the trainer's.
const opset = 17

// maxOperands bounds what one node takes.
const maxOperands = 64

// layer is one operation on activations, with what is fused into it.
type layer struct {
	name string
	node *onnx.Node
	in   []string // activations
	out  string   // the value behind everything that is fused
	relu bool     // negative results become zero
	top  float32  // results above become it; +0 where nothing does
}

// graph is a float model as the quantizer sees it: activations, constants, layers in the file's order.
type graph struct {
	model     *onnx.Model
	constants map[string]*onnx.Tensor
	layers    []layer
	readers   map[string]int // how often a value is read, as an output of the graph too
}

// operands says how many activations an operator takes first; the rest are constants. -1: all are activations.
func operands(op string) (int, bool) {
	switch op {
	case "Conv", "ConvTranspose", "Gemm", "Relu", "Clip", "LeakyRelu", "PRelu", "Sigmoid", "Tanh", "MaxPool", "AveragePool",
		"GlobalAveragePool", "Resize", "Flatten", "Reshape", "Transpose":
		return 1, true
	case "Add", "Concat":
		return -1, true
	}
	return 0, false
}

// read takes a model apart. Fails with ErrUnsupported, and as onnx.Check does.
func read(m *onnx.Model) (*graph, error) {
	if m == nil || m.Graph == nil {
		return nil, fmt.Errorf("%w: no model", ErrUnsupported)
	}
	if err := onnx.Check(m); err != nil {
		return nil, err
	}
	if v := m.Opsets[""]; v != opset {
		return nil, fmt.Errorf("%w: opset %d of ai.onnx; hint: export with opset %d", ErrUnsupported, v, opset)
	}
	g := &graph{model: m, constants: map[string]*onnx.Tensor{}, readers: map[string]int{}}
	for _, t := range m.Graph.Initializers {
		g.constants[t.Name] = t
	}
	if err := g.edges(); err != nil {
		return nil, err
	}
	for i := range m.Graph.Nodes {
		for _, in := range m.Graph.Nodes[i].Inputs {
			g.readers[in]++
		}
	}
	for _, o := range m.Graph.Outputs {
		g.readers[o.Name]++
	}
	for i := range m.Graph.Nodes {
		if err := g.node(i); err != nil {
			return nil, fmt.Errorf("node %d %q: %w", i, m.Graph.Nodes[i].Name, err)
		}
	}
	return g, nil
}

// edges holds inputs and outputs against what integer mode knows: float32, every dimension known, a batch of one.
func (g *graph) edges() error {
	if len(g.model.Graph.Inputs) == 0 || len(g.model.Graph.Outputs) == 0 {
		return fmt.Errorf("%w: a model without inputs or outputs", ErrUnsupported)
	}
	for _, v := range g.model.Graph.Inputs {
		if g.constants[v.Name] != nil {
			return fmt.Errorf("%w: input %q is a weight too", ErrUnsupported, v.Name)
		}
		if v.DType != onnx.Float32 || v.Unknown || len(v.Shape) == 0 || v.Shape[0].Value != 1 {
			return fmt.Errorf("%w: input %q; hint: float32 with a fixed shape and a batch of one", ErrUnsupported, v.Name)
		}
		for _, d := range v.Shape {
			if d.Value < 1 {
				return fmt.Errorf("%w: input %q has a dimension that is not known; hint: export with fixed shapes", ErrUnsupported, v.Name)
			}
		}
	}
	for _, v := range g.model.Graph.Outputs {
		if g.constants[v.Name] != nil {
			return fmt.Errorf("%w: output %q is a weight", ErrUnsupported, v.Name)
		}
	}
	return nil
}

// node appends one node's layer, or fuses it into the layer before.
func (g *graph) node(i int) error {
	n := &g.model.Graph.Nodes[i]
	if n.Domain != "" {
		return fmt.Errorf("%w: operator %s of domain %s", ErrUnsupported, n.Op, n.Domain)
	}
	if n.Op == "Constant" {
		a, ok := n.Attr("value")
		if !ok || a.T == nil || len(n.Outputs) != 1 {
			return fmt.Errorf("%w: a Constant without a tensor", ErrUnsupported)
		}
		g.constants[n.Outputs[0]] = a.T
		return nil
	}
	active, known := operands(n.Op)
	if !known {
		return fmt.Errorf("%w: operator %s", ErrUnsupported, n.Op)
	}
	if active < 0 {
		active = len(n.Inputs)
	}
	if len(n.Outputs) != 1 || len(n.Inputs) < max(active, 1) || len(n.Inputs) > maxOperands {
		return fmt.Errorf("%w: %s of %d operands with %d results", ErrUnsupported, n.Op, len(n.Inputs), len(n.Outputs))
	}
	for k, in := range n.Inputs {
		if k < active && (in == "" || g.constants[in] != nil) {
			return fmt.Errorf("%w: operand %d of %s is a constant or omitted", ErrUnsupported, k, n.Op)
		}
		if k >= active && in != "" && g.constants[in] == nil {
			return fmt.Errorf("%w: operand %d of %s is not a constant", ErrUnsupported, k, n.Op)
		}
	}
	fused, err := g.fuse(n)
	if err != nil || fused {
		return err
	}
	g.layers = append(g.layers, layer{name: fmt.Sprintf("%s_%d", n.Op, i), node: n, in: slices.Clone(n.Inputs[:active]), out: n.Outputs[0]})
	return nil
}

// fuse puts a Relu, or a Clip that begins at zero, into the layer that gives its operand, if nobody else reads that.
func (g *graph) fuse(n *onnx.Node) (bool, error) {
	top := float32(0)
	switch n.Op {
	case "Relu":
	case "Clip":
		lo, hi, err := g.clip(n)
		if err != nil {
			return false, err
		}
		if lo != 0 || hi <= 0 {
			return false, fmt.Errorf("%w: Clip from %v to %v; hint: from 0", ErrUnsupported, lo, hi)
		}
		top = hi
	default:
		return false, nil
	}
	if len(g.layers) == 0 {
		return false, nil
	}
	l := &g.layers[len(g.layers)-1]
	at := slices.IndexFunc(g.layers, func(l layer) bool { return l.out == n.Inputs[0] })
	if at < 0 || g.readers[n.Inputs[0]] != 1 {
		return false, nil
	}
	if l = &g.layers[at]; l.relu {
		return false, nil
	}
	switch l.node.Op {
	case "Conv", "ConvTranspose", "Gemm", "Add":
		l.relu, l.top, l.out = true, top, n.Outputs[0]
		return true, nil
	}
	return false, nil
}

// clip reads the limits of a Clip, which are scalars.
func (g *graph) clip(n *onnx.Node) (lo, hi float32, err error) {
	limits := [2]float32{-maxFloat, maxFloat}
	for k := range limits {
		if k+1 >= len(n.Inputs) || n.Inputs[k+1] == "" {
			continue
		}
		v, err := onnx.Values[float32](g.constants[n.Inputs[k+1]])
		if err != nil {
			return 0, 0, err
		}
		if len(v) != 1 {
			return 0, 0, fmt.Errorf("%w: a limit of Clip with %d numbers", ErrUnsupported, len(v))
		}
		limits[k] = v[0]
	}
	return limits[0], limits[1], nil
}

const maxFloat = 3.4028234663852885981170418348451692544e+38 // math.MaxFloat32

// floats are the elements of a constant operand. Fails with onnx.ErrType.
func (g *graph) floats(name string) ([]float32, []int, error) {
	t := g.constants[name]
	v, err := onnx.Values[float32](t)
	if err != nil {
		return nil, nil, fmt.Errorf("constant %q: %w", name, err)
	}
	shape := make([]int, len(t.Shape))
	for i, d := range t.Shape {
		shape[i] = int(d)
	}
	return v, shape, nil
}
