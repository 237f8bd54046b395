package plan_test

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// graph writes models for tests: nodes one after the other, weights from a small generator.
type graph struct {
	m    *onnx.Model
	seed uint32
	n    int
}

func newGraph(opset int64, seed uint32, shape ...int64) *graph {
	g := &graph{m: &onnx.Model{IRVersion: 8, Opsets: map[string]int64{"": opset}, Graph: &onnx.Graph{Name: "test"}}, seed: seed}
	g.m.Graph.Inputs = []onnx.ValueInfo{{Name: "x", DType: onnx.Float32, Shape: dims(shape)}}
	return g
}

func dims(shape []int64) []onnx.Dim {
	var out []onnx.Dim
	for _, d := range shape {
		out = append(out, onnx.Dim{Value: d})
	}
	return out
}

// node adds an operation of one result and returns its name.
func (g *graph) node(op string, attrs []onnx.Attribute, inputs ...string) string {
	g.n++
	out := fmt.Sprintf("v%d", g.n)
	g.m.Graph.Nodes = append(g.m.Graph.Nodes, onnx.Node{Name: "n" + out, Op: op, Inputs: inputs, Outputs: []string{out}, Attrs: attrs})
	return out
}

// weights adds a constant of numbers around zero.
func (g *graph) weights(scale float32, shape ...int) string {
	n := 1
	for _, d := range shape {
		n *= d
	}
	data := make([]float32, n)
	for i := range data {
		g.seed = g.seed*1664525 + 1013904223
		data[i] = float32(float32(float32(int32(g.seed>>8)-1<<23)/(1<<23)) * scale)
	}
	return g.constant(&value.Tensor{Shape: shape, Data: data})
}

func (g *graph) positive(shape ...int) string {
	n := 1
	for _, d := range shape {
		n *= d
	}
	data := make([]float32, n)
	for i := range data {
		data[i] = float32(i%7+1) / 4
	}
	return g.constant(&value.Tensor{Shape: shape, Data: data})
}

func (g *graph) list(numbers ...int64) string {
	return g.constant(&value.Tensor{Shape: []int{len(numbers)}, Data: numbers})
}

func (g *graph) constant(t *value.Tensor) string {
	g.n++
	name := fmt.Sprintf("w%d", g.n)
	g.m.Graph.Initializers = append(g.m.Graph.Initializers, t.ToONNX(name))
	return name
}

// gives names the model's outputs.
func (g *graph) gives(names ...string) *onnx.Model {
	for _, name := range names {
		g.m.Graph.Outputs = append(g.m.Graph.Outputs, onnx.ValueInfo{Name: name, Unknown: true})
	}
	return g.m
}

func ints(name string, is ...int64) onnx.Attribute {
	return onnx.Attribute{Name: name, Kind: onnx.AttrInts, Is: is}
}
func number(name string, i int64) onnx.Attribute {
	return onnx.Attribute{Name: name, Kind: onnx.AttrInt, I: i}
}
func real(name string, f float32) onnx.Attribute {
	return onnx.Attribute{Name: name, Kind: onnx.AttrFloat, F: f}
}
func text(name, s string) onnx.Attribute {
	return onnx.Attribute{Name: name, Kind: onnx.AttrString, S: []byte(s)}
}

// conv adds a convolution with bias.
func (g *graph) conv(x string, in, out, kernel, stride, group int) string {
	pad := int64(kernel / 2)
	w := g.weights(1/float32(math.Sqrt(float64(in/group*kernel*kernel))), out, in/group, kernel, kernel)
	return g.node("Conv", []onnx.Attribute{ints("pads", pad, pad, pad, pad), ints("strides", int64(stride), int64(stride)), number("group", int64(group))}, x, w, g.weights(0.1, out))
}

// norm adds a BatchNormalization.
func (g *graph) norm(x string, c int) string {
	return g.node("BatchNormalization", nil, x, g.positive(c), g.weights(0.2, c), g.weights(0.2, c), g.positive(c))
}

// residual is a block of two 3×3 convolutions with a shortcut.
func (g *graph) residual(x string, in, out, stride int) string {
	y := g.node("Relu", nil, g.norm(g.conv(x, in, out, 3, stride, 1), out))
	y = g.norm(g.conv(y, out, out, 3, 1, 1), out)
	if in != out || stride != 1 {
		x = g.norm(g.conv(x, in, out, 1, stride, 1), out)
	}
	return g.node("Relu", nil, g.node("Add", nil, y, x))
}

// separable is a block of a depthwise and two pointwise convolutions, with a shortcut where shapes allow.
func (g *graph) separable(x string, in, out, wide, stride int) string {
	low, high := g.constant(&value.Tensor{Shape: []int{}, Data: []float32{0}}), g.constant(&value.Tensor{Shape: []int{}, Data: []float32{6}})
	y := g.node("Clip", nil, g.conv(x, in, wide, 1, 1, 1), low, high)
	y = g.node("Clip", nil, g.conv(y, wide, wide, 3, stride, wide), low, high)
	y = g.conv(y, wide, out, 1, 1, 1)
	if in == out && stride == 1 {
		return g.node("Add", nil, x, y)
	}
	return y
}

// residualNet and separableNet have the form of published small networks, with weights of their own.
func residualNet(side int64) *onnx.Model {
	g := newGraph(17, 1, 1, 3, side, side)
	x := g.node("Relu", nil, g.conv("x", 3, 16, 3, 2, 1))
	x = g.residual(g.residual(x, 16, 16, 1), 16, 32, 2)
	x = g.residual(x, 32, 64, 2)
	return g.head(x, 64)
}

func separableNet(side int64) *onnx.Model {
	g := newGraph(17, 2, 1, 3, side, side)
	x := g.conv("x", 3, 16, 3, 2, 1)
	x = g.separable(g.separable(x, 16, 24, 64, 2), 24, 24, 96, 1)
	x = g.separable(x, 24, 32, 96, 2)
	return g.head(x, 32)
}

func (g *graph) head(x string, c int) *onnx.Model {
	x = g.node("Flatten", nil, g.node("GlobalAveragePool", nil, x))
	x = g.node("Gemm", []onnx.Attribute{number("transB", 1)}, x, g.weights(0.2, 10, c), g.weights(0.1, 10))
	return g.gives(g.node("Softmax", nil, x))
}

// picture is an input of numbers between -1 and 1.
func picture(seed uint32, shape ...int) *value.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	data := make([]float32, n)
	for i := range data {
		seed = seed*1664525 + 1013904223
		data[i] = float32(int32(seed>>8)-1<<23) / (1 << 23)
	}
	return &value.Tensor{Shape: shape, Data: data}
}

func differFloats(got, want []float32) string {
	for i, w := range want {
		if g := got[i]; math.Float32bits(g) != math.Float32bits(w) && !(g != g && w != w) {
			return fmt.Sprintf("element %d is %x (%v), want %x (%v)", i, math.Float32bits(g), g, math.Float32bits(w), w)
		}
	}
	return ""
}
