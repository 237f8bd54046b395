package engine_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/ops"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// model is a graph of nodes from x to y.
func model(nodes ...onnx.Node) *onnx.Model {
	return &onnx.Model{IRVersion: 8, Opsets: map[string]int64{"": 17}, Graph: &onnx.Graph{
		Name: "g", Nodes: nodes,
		Inputs:  []onnx.ValueInfo{{Name: "x", DType: onnx.Float32, Shape: []onnx.Dim{{Value: -1, Symbol: "N"}, {Value: 2}}}},
		Outputs: []onnx.ValueInfo{{Name: "y", Unknown: true}},
	}}
}

func TestWhatARunRefuses(t *testing.T) {
	neg := onnx.Node{Op: "Neg", Inputs: []string{"x"}, Outputs: []string{"y"}}
	two := &value.Tensor{Shape: []int{1, 2}, Data: []float32{1, 2}}
	for name, tc := range map[string]struct {
		reason string
		inputs map[string]*value.Tensor
		want   error
	}{
		"Good":    {"what it declares", map[string]*value.Tensor{"x": two}, nil},
		"Missing": {"nothing", nil, engine.ErrInput},
		"Unknown": {"an input it does not have", map[string]*value.Tensor{"x": two, "z": two}, engine.ErrInput},
		"Type":    {"another type", map[string]*value.Tensor{"x": {Shape: []int{1, 2}, Data: []float64{1, 2}}}, engine.ErrInput},
		"Rank":    {"another rank", map[string]*value.Tensor{"x": {Shape: []int{2}, Data: []float32{1, 2}}}, engine.ErrInput},
		"Shape":   {"another shape, where that is known", map[string]*value.Tensor{"x": {Shape: []int{2, 1}, Data: []float32{1, 2}}}, engine.ErrInput},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := engine.Load(model(neg))
			require.NoError(t, err)
			out, err := p.Run(context.Background(), tc.inputs)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err == nil {
				require.Equal(t, []float32{-1, -2}, out["y"].Data)
			}
		})
	}
	_, err := engine.Load(model(onnx.Node{Op: "Neg2", Inputs: []string{"x"}, Outputs: []string{"y"}}))
	require.ErrorIs(t, err, ops.ErrUnsupported)
	require.ErrorContains(t, err, "Neg2")
	p, err := engine.Load(model(neg))
	require.NoError(t, err)
	stopped, stop := context.WithCancel(context.Background())
	stop()
	_, err = p.Run(stopped, map[string]*value.Tensor{"x": two})
	require.ErrorIs(t, err, context.Canceled, "a run that nobody waits for ends")
}

// A model that asks for more memory than anybody has is told so.
func TestAModelThatFillsTheMemory(t *testing.T) {
	shape := func(n int64) onnx.Node {
		return onnx.Node{Op: "Constant", Outputs: []string{"s"}, Attrs: []onnx.Attribute{{Name: "value_ints", Kind: onnx.AttrInts, Is: []int64{n, 1 << 13}}}}
	}
	fill := func(out string) onnx.Node {
		return onnx.Node{Op: "ConstantOfShape", Inputs: []string{"s"}, Outputs: []string{out}}
	}
	x := map[string]*value.Tensor{"x": {Shape: []int{1, 2}, Data: []float32{1, 2}}}
	p, err := engine.Load(model(shape(1<<20), fill("y")))
	require.NoError(t, err)
	_, err = p.Run(context.Background(), x)
	require.ErrorIs(t, err, value.ErrShape, "one tensor")
	all := []onnx.Node{shape(1 << 13)}
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		all = append(all, fill(name))
	}
	all = append(all, onnx.Node{Op: "Sum", Inputs: []string{"a", "b", "c", "d", "e", "f"}, Outputs: []string{"y"}})
	p, err = engine.Load(model(all...))
	require.NoError(t, err)
	_, err = p.Run(context.Background(), x)
	require.ErrorIs(t, err, engine.ErrTooLarge, "several that live at once")
}
