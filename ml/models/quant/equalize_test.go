package quant

import (
	"context"
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/onnx"
)

// uneven is a network whose channels differ a hundredfold behind the first layer: a depthwise layer, a dense one, a pool and a row of
// sums follow.
func uneven() *onnx.Model {
	s := stream.New(1, "quant/uneven", 0)
	var constants []*onnx.Tensor
	add := func(name string, size func(i int) float32, shape ...int64) {
		n := int64(1)
		for _, d := range shape {
			n *= d
		}
		t := &onnx.Tensor{Name: name, DType: onnx.Float32, Shape: shape}
		for i := range int(n) {
			t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(s.Normal()*size(i)))
		}
		constants = append(constants, t)
	}
	even := func(v float32) func(int) float32 { return func(int) float32 { return v } }
	add("a", func(i int) float32 { return [4]float32{1, 0.01, 0.1, 0.03}[i/9] }, 4, 1, 3, 3)
	add("ab", even(0.01), 4)
	add("d", func(i int) float32 { return [4]float32{1, 100, 10, 30}[i/9] }, 4, 1, 3, 3)
	add("p", even(0.5), 6, 4, 1, 1)
	add("pb", even(0.1), 6)
	add("g", even(0.5), 3, 24)
	kernel := func(k int64) onnx.Attribute {
		return onnx.Attribute{Name: "kernel_shape", Kind: onnx.AttrInts, Is: []int64{k, k}}
	}
	return &onnx.Model{IRVersion: 8, Producer: "test", Opsets: map[string]int64{"": 17}, Graph: &onnx.Graph{
		Name:         "uneven",
		Inputs:       []onnx.ValueInfo{{Name: "x", DType: onnx.Float32, Shape: []onnx.Dim{{Value: 1}, {Value: 1}, {Value: 8}, {Value: 8}}}},
		Outputs:      []onnx.ValueInfo{{Name: "y", DType: onnx.Float32, Unknown: true}},
		Initializers: constants,
		Nodes: []onnx.Node{
			{Op: "Conv", Inputs: []string{"x", "a", "ab"}, Outputs: []string{"1"}, Attrs: []onnx.Attribute{kernel(3)}},
			{Op: "Relu", Inputs: []string{"1"}, Outputs: []string{"2"}},
			{Op: "Conv", Inputs: []string{"2", "d"}, Outputs: []string{"3"}, Attrs: []onnx.Attribute{kernel(3), {Name: "group", Kind: onnx.AttrInt, I: 4}}},
			{Op: "Relu", Inputs: []string{"3"}, Outputs: []string{"4"}},
			{Op: "Conv", Inputs: []string{"4", "p", "pb"}, Outputs: []string{"5"}},
			{Op: "Relu", Inputs: []string{"5"}, Outputs: []string{"6"}},
			{Op: "MaxPool", Inputs: []string{"6"}, Outputs: []string{"7"}, Attrs: []onnx.Attribute{kernel(2), {Name: "strides", Kind: onnx.AttrInts, Is: []int64{2, 2}}}},
			{Op: "Flatten", Inputs: []string{"7"}, Outputs: []string{"8"}},
			{Op: "Gemm", Inputs: []string{"8", "g"}, Outputs: []string{"y"}, Attrs: []onnx.Attribute{{Name: "transB", Kind: onnx.AttrInt, I: 1}}},
		},
	}}
}

// noise is inputs of which no two pixels have to do with each other.
func noise(t *testing.T, count int) (all []map[string]*value.Tensor) {
	for i := range count {
		s, data := stream.New(3, "quant/noise", uint64(i)), make([]float32, 64)
		for k := range data {
			data[k] = float32(s.Range(-128, 127)) / 128
		}
		x, err := value.Of([]int{1, 1, 8, 8}, data)
		require.NoError(t, err)
		all = append(all, map[string]*value.Tensor{"x": x})
	}
	return all
}

func TestChannelsOfLikeRanges(t *testing.T) {
	m := uneven()
	g, err := read(m)
	require.NoError(t, err)
	require.Len(t, g.pairs(), 3, "conv and depthwise, depthwise and conv, conv and sums behind a pool")
	like, err := equalized(t.Context(), g, noise(t, 20))
	require.NoError(t, err)
	require.Equal(t, uneven().Encode(), m.Encode(), "the model itself is as it was")
	run := func(m *onnx.Model, in map[string]*value.Tensor) []float32 {
		p, err := engine.Load(m)
		require.NoError(t, err)
		out, err := p.Run(t.Context(), in)
		require.NoError(t, err)
		y, err := value.As[float32](out["y"])
		require.NoError(t, err)
		return y
	}
	for _, in := range noise(t, 30)[20:] {
		before, after := run(m, in), run(like, in)
		for i := range before {
			require.InDelta(t, before[i], after[i], 2e-5, "it computes the same")
		}
	}
	snr := func(o Options) int64 {
		_, report, err := Quantize(t.Context(), m, noise(t, 20), o)
		require.NoError(t, err)
		out, ok := report.Output("y")
		require.True(t, ok)
		return out.SNR
	}
	require.Greater(t, snr(Options{}), snr(Options{KeepChannels: true})+1000, "ten decibel and more are won")
}

func TestPairsThatAreNone(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		change func(m *onnx.Model)
		want   int
	}{
		"Read": {"a value that somebody else reads keeps its range", func(m *onnx.Model) {
			m.Graph.Outputs = append(m.Graph.Outputs, onnx.ValueInfo{Name: "4", DType: onnx.Float32, Unknown: true})
		}, 2},
		"Shared": {"weights that two layers read stay", func(m *onnx.Model) {
			m.Graph.Nodes[4].Inputs = m.Graph.Nodes[4].Inputs[:2]
			m.Graph.Nodes[2].Inputs[1] = "a"
		}, 1},
		"Bent":   {"a Sigmoid does not scale", func(m *onnx.Model) { m.Graph.Nodes[5].Op = "Sigmoid" }, 2},
		"Turned": {"rows of sums that lie the other way are left", func(m *onnx.Model) { m.Graph.Nodes[8].Attrs = nil; m.Graph.Initializers[5].Shape = []int64{24, 3} }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			m := uneven()
			tc.change(m)
			g, err := read(m)
			require.NoError(t, err)
			require.Len(t, g.pairs(), tc.want, tc.reason)
			_, _, err = Quantize(t.Context(), m, noise(t, 2), Options{})
			require.NoError(t, err)
		})
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	g, err := read(uneven())
	require.NoError(t, err)
	_, err = equalized(stopped, g, noise(t, 1))
	require.ErrorIs(t, err, context.Canceled)
}
