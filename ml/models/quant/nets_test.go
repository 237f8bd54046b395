package quant_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/onnx"
)

// net is a float model in the making, with weights of a keyed stream.
type net struct {
	m      *onnx.Model
	draws  *stream.Stream
	counts int
}

func newNet(name string, shape ...int64) *net {
	n := &net{draws: stream.New(1, "quant/"+name, 0)}
	n.m = &onnx.Model{IRVersion: 8, Producer: "test", Opsets: map[string]int64{"": 17}, Graph: &onnx.Graph{
		Name: name, Inputs: []onnx.ValueInfo{{Name: "x", DType: onnx.Float32, Shape: dims(shape)}},
	}}
	return n
}

func dims(shape []int64) (out []onnx.Dim) {
	for _, d := range shape {
		out = append(out, onnx.Dim{Value: d})
	}
	return out
}

// floats adds a constant.
func (n *net) floats(shape []int64, values ...float32) string {
	n.counts++
	name := fmt.Sprintf("w%d", n.counts)
	var data []byte
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	n.m.Graph.Initializers = append(n.m.Graph.Initializers, &onnx.Tensor{Name: name, DType: onnx.Float32, Shape: shape, Data: data})
	return name
}

func (n *net) int64s(values ...int64) string {
	n.counts++
	name := fmt.Sprintf("w%d", n.counts)
	var data []byte
	for _, v := range values {
		data = binary.LittleEndian.AppendUint64(data, uint64(v))
	}
	n.m.Graph.Initializers = append(n.m.Graph.Initializers, &onnx.Tensor{Name: name, DType: onnx.Int64, Shape: []int64{int64(len(values))}, Data: data})
	return name
}

// weights draws a constant of a shape whose sums keep the size of what goes in.
func (n *net) weights(taken int64, shape ...int64) string {
	count := int64(1)
	for _, d := range shape {
		count *= d
	}
	values := make([]float32, count)
	for i := range values {
		values[i] = n.draws.Normal() * float32(math.Sqrt(2/float64(taken)))
	}
	return n.floats(shape, values...)
}

func (n *net) node(op string, attrs []onnx.Attribute, inputs ...string) string {
	out := fmt.Sprintf("v%d", len(n.m.Graph.Nodes))
	n.m.Graph.Nodes = append(n.m.Graph.Nodes, onnx.Node{Name: op, Op: op, Inputs: inputs, Outputs: []string{out}, Attrs: attrs})
	return out
}

func ints(name string, v ...int64) onnx.Attribute {
	return onnx.Attribute{Name: name, Kind: onnx.AttrInts, Is: v}
}

func number(name string, v int64) onnx.Attribute {
	return onnx.Attribute{Name: name, Kind: onnx.AttrInt, I: v}
}

// conv is a 3 by 3 convolution that keeps the size, or halves it.
func (n *net) conv(x string, in, out, groups, stride int64) string {
	return n.node("Conv", []onnx.Attribute{ints("kernel_shape", 3, 3), ints("pads", 1, 1, 1, 1), ints("strides", stride, stride), number("group", groups)},
		x, n.weights(9*in/groups, out, in/groups, 3, 3), n.weights(8, out))
}

func (n *net) done(out string) *onnx.Model {
	n.m.Graph.Outputs = []onnx.ValueInfo{{Name: out, DType: onnx.Float32, Unknown: true}}
	return n.m
}

// classifier is what most small networks are.
func classifier() *onnx.Model {
	n := newNet("classifier", 1, 2, 12, 12)
	x := n.node("Relu", nil, n.conv("x", 2, 8, 1, 1))
	x = n.node("MaxPool", []onnx.Attribute{ints("kernel_shape", 2, 2), ints("strides", 2, 2)}, x)
	x = n.node("Relu", nil, n.conv(x, 8, 16, 1, 2))
	x = n.node("Flatten", []onnx.Attribute{number("axis", 1)}, x)
	return n.done(n.node("Gemm", []onnx.Attribute{number("transB", 1)}, x, n.weights(144, 10, 144), n.weights(8, 10)))
}

// residual adds what a block gives to what went in.
func residual() *onnx.Model {
	n := newNet("residual", 1, 1, 10, 10)
	x := n.node("PRelu", nil, n.conv("x", 1, 8, 1, 1), n.floats([]int64{8, 1, 1}, 0.1, 0.2, 0.3, 0.25, 0, -0.1, 0.4, 0.5))
	y := n.conv(n.node("Relu", nil, n.conv(x, 8, 8, 1, 1)), 8, 8, 1, 1)
	x = n.node("Relu", nil, n.node("Add", nil, x, y))
	x = n.node("LeakyRelu", []onnx.Attribute{{Name: "alpha", Kind: onnx.AttrFloat, F: 0.2}}, n.conv(x, 8, 8, 1, 1))
	x = n.node("GlobalAveragePool", nil, x)
	x = n.node("Reshape", nil, x, n.int64s(1, 8))
	return n.done(n.node("Gemm", nil, x, n.weights(8, 8, 6)))
}

// hourglass goes down and up again, and joins both ways.
func hourglass() *onnx.Model {
	n := newNet("hourglass", 1, 1, 16, 16)
	top := n.node("Clip", nil, n.conv("x", 1, 6, 1, 1), n.floats(nil, 0), n.floats(nil, 6))
	low := n.node("AveragePool", []onnx.Attribute{ints("kernel_shape", 2, 2), ints("strides", 2, 2)}, top)
	low = n.node("Relu", nil, n.conv(low, 6, 8, 1, 1))
	scales := n.floats([]int64{4}, 1, 1, 2, 2)
	text := func(name, v string) onnx.Attribute {
		return onnx.Attribute{Name: name, Kind: onnx.AttrString, S: []byte(v)}
	}
	up := n.node("Resize", []onnx.Attribute{text("mode", "nearest"), text("coordinate_transformation_mode", "asymmetric"), text("nearest_mode", "floor")}, low, "", scales)
	x := n.node("Concat", []onnx.Attribute{number("axis", 1)}, top, up)
	x = n.node("Relu", nil, n.conv(x, 14, 6, 1, 1))
	x = n.node("ConvTranspose", []onnx.Attribute{ints("kernel_shape", 2, 2), ints("strides", 2, 2)}, x, n.weights(6, 6, 3, 2, 2), n.weights(8, 3))
	return n.done(n.node("Sigmoid", nil, x))
}

// depthwise has a weight for each channel alone.
func depthwise() *onnx.Model {
	n := newNet("depthwise", 1, 8, 8, 8)
	x := n.node("Relu", nil, n.conv("x", 8, 8, 8, 1))
	x = n.node("Conv", []onnx.Attribute{ints("kernel_shape", 1, 1)}, x, n.weights(8, 12, 8, 1, 1))
	x = n.node("Tanh", nil, x)
	return n.done(n.node("Transpose", []onnx.Attribute{ints("perm", 0, 2, 3, 1)}, x))
}

// inputs draws pictures of soft blobs: neighbours are alike, as in what networks see.
func inputs(t *testing.T, m *onnx.Model, purpose string, count int) (all []map[string]*value.Tensor) {
	var shape []int
	for _, d := range m.Graph.Inputs[0].Shape {
		shape = append(shape, int(d.Value))
	}
	w := shape[len(shape)-1]
	for i := range count {
		s := stream.New(2, purpose, uint64(i))
		data := make([]float32, 1)
		for _, d := range shape {
			data = make([]float32, len(data)*d)
		}
		for k := range data {
			v := float32(s.Range(-40, 40))
			if k >= w {
				v += data[k-1]*70 + data[k-w]*40
			}
			data[k] = float32(math.RoundToEven(float64(min(max(v, -128), 127)))) / 128
		}
		x, err := value.Of(shape, data)
		require.NoError(t, err)
		all = append(all, map[string]*value.Tensor{"x": x})
	}
	return all
}
