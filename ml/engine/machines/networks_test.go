package machines

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// floatNetwork has convolutions of both kinds, a shortcut, a pool, a function of ml/engine/funcs, a dense layer and a softmax: small
// enough that a million runs take minutes on an emulated machine.
func floatNetwork() *onnx.Model {
	n := numbers(1)
	g := &onnx.Graph{Name: "small", Inputs: []onnx.ValueInfo{{Name: "x", DType: onnx.Float32, Shape: []onnx.Dim{{Value: 1}, {Value: 2}, {Value: 5}, {Value: 5}}}}}
	weights := func(name string, shape ...int) string {
		size := 1
		for _, d := range shape {
			size *= d
		}
		data := make([]float32, size)
		for i := range data {
			data[i] = float32(float32(n.below(2001)-1000) / 1024)
		}
		t := value.Tensor{Shape: shape, Data: data}
		g.Initializers = append(g.Initializers, t.ToONNX(name))
		return name
	}
	node := func(out, op string, attrs []onnx.Attribute, in ...string) string {
		g.Nodes = append(g.Nodes, onnx.Node{Name: out, Op: op, Attrs: attrs, Inputs: in, Outputs: []string{out}})
		return out
	}
	padded := onnx.Attribute{Name: "pads", Kind: onnx.AttrInts, Is: []int64{1, 1, 1, 1}}
	groups := onnx.Attribute{Name: "group", Kind: onnx.AttrInt, I: 4}
	a := node("a", "Relu", nil, node("c", "Conv", []onnx.Attribute{padded}, "x", weights("cw", 4, 2, 3, 3), weights("cb", 4)))
	d := node("d", "Conv", []onnx.Attribute{padded, groups}, a, weights("dw", 4, 1, 3, 3), weights("db", 4))
	p := node("p", "GlobalAveragePool", nil, node("s", "Add", nil, d, a))
	f := node("f", "Tanh", nil, node("r", "Flatten", nil, p))
	y := node("y", "Gemm", []onnx.Attribute{{Name: "transB", Kind: onnx.AttrInt, I: 1}}, f, weights("gw", 3, 4), weights("gb", 3))
	for _, out := range []string{p, node("q", "Softmax", nil, y)} {
		g.Outputs = append(g.Outputs, onnx.ValueInfo{Name: out, Unknown: true})
	}
	return &onnx.Model{IRVersion: 8, Opsets: map[string]int64{"": 17}, Graph: g}
}

// integerNetwork has the like of integers. bias is added to that of one output of the dense layer.
func integerNetwork(t testing.TB, bias int32) *onnx.Model {
	t.Helper()
	n := numbers(2)
	requant := func(outputs, count int) i8.Requant {
		rq := i8.Requant{Min: -128, Max: 127, Scale: 1}
		for range outputs {
			m, s, err := i8.Quantize(float64(50+n.below(100)) / float64(count*4000))
			require.NoError(t, err)
			rq.Multiplier, rq.Shift = append(rq.Multiplier, m), append(rq.Shift, s)
		}
		return rq
	}
	conv := func(in, out, groups int) i8.ConvSpec {
		per := in / groups * 9
		return i8.ConvSpec{Kernel: [2]int{3, 3}, Pads: [4]int{1, 1, 1, 1}, Groups: groups, Out: out,
			Weights: n.int8s(make([]int8, out*per)), Bias: n.int32s(make([]int32, out), 1<<12), Requant: requant(out, per)}
	}
	b := i8.NewBuilder("small")
	a := b.Conv("a", b.Input("image", []int{1, 3, 5, 5}, 1.0/128), conv(3, 17, 1))
	d := b.Conv("d", a, conv(17, 17, 17))
	s := b.Add("s", d, a, i8.AddSpec{MultiplierA: 1 << 20, MultiplierB: 3 << 18, Shift: 20, Min: -100, Max: 127, Scale: 1})
	p := b.MaxPool("p", b.Table("t", s, n.int8s(make([]int8, 256)), 1), i8.PoolSpec{Kernel: [2]int{2, 2}, Stride: [2]int{2, 2}})
	m, shift, err := i8.Quantize(0.25)
	require.NoError(t, err)
	gate := b.GlobalAveragePool("g", p, i8.AverageSpec{Multiplier: m, Shift: shift, Scale: 1})
	flat := b.Flatten("r", b.Mul("m", p, gate, i8.MulSpec{Multiplier: 1, Shift: 7, Scale: 1}))
	dense := i8.GemmSpec{Out: 20, Weights: n.int8s(make([]int8, 20*68)), Bias: n.int32s(make([]int32, 20), 1<<12), Requant: requant(20, 68)}
	dense.Bias[7] += bias
	b.Output(b.Gemm("y", flat, dense))
	model, err := b.Model()
	require.NoError(t, err)
	return model
}
