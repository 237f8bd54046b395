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

// vectors is a tensor [1, 1, n, 1].
func vectors(v ...float32) *value.Tensor {
	return &value.Tensor{Shape: []int{1, 1, len(v), 1}, Data: v}
}

// Keys that are all zero weigh the same, so each query gets the mean of the values that it may see.
func TestAttention(t *testing.T) {
	seen := func(v ...bool) *value.Tensor { return &value.Tensor{Shape: []int{1, len(v)}, Data: v} }
	causal := []onnx.Attribute{integer("is_causal", 1)}
	mode := func(n int64) []onnx.Attribute {
		return []onnx.Attribute{integer("qk_matmul_output_mode", n), {Name: "softcap", Kind: onnx.AttrFloat, F: 1e6}, {Name: "scale", Kind: onnx.AttrFloat, F: 4}}
	}
	for name, tc := range map[string]struct {
		reason string
		attrs  []onnx.Attribute
		in     []*value.Tensor
		result string // y, or scores
		want   []float32
		err    error
	}{
		"Mean":      {"nothing is hidden", nil, []*value.Tensor{vectors(1), vectors(0, 0), vectors(2, 4)}, "y", []float32{3}, nil},
		"Causal":    {"the first query sees the first key alone", causal, []*value.Tensor{vectors(1, 1), vectors(0, 0), vectors(2, 4)}, "y", []float32{2, 3}, nil},
		"Past":      {"and what is past", causal, []*value.Tensor{vectors(1, 1), vectors(0, 0), vectors(2, 4), nil, vectors(0), vectors(9)}, "y", []float32{5.5, 5}, nil},
		"Blind":     {"a query that sees nothing gets nothing, not the mean", nil, []*value.Tensor{vectors(1), vectors(0, 0), vectors(2, 4), seen(false, false)}, "y", []float32{0}, nil},
		"Mask":      {"one key is hidden", nil, []*value.Tensor{vectors(1), vectors(0, 0), vectors(2, 4), seen(false, true)}, "y", []float32{4}, nil},
		"ShortMask": {"keys behind the mask are hidden", nil, []*value.Tensor{vectors(1), vectors(0, 0, 0), vectors(2, 4, 8), seen(true, true)}, "y", []float32{3}, nil},
		"Lengths":   {"two of three keys count, and the query stands behind them", causal, []*value.Tensor{vectors(1), vectors(0, 0, 0), vectors(2, 4, 8), nil, nil, nil, int64s(2)}, "y", []float32{3}, nil},
		"Heads": {"two heads of queries share one of keys", []onnx.Attribute{integer("q_num_heads", 2), integer("kv_num_heads", 1)},
			[]*value.Tensor{{Shape: []int{1, 1, 2}, Data: []float32{1, 1}}, {Shape: []int{1, 1, 1}, Data: []float32{0}}, {Shape: []int{1, 1, 1}, Data: []float32{7}}}, "y", []float32{7, 7}, nil},
		"Scores":      {"query and key take the root of the scale each", mode(0), []*value.Tensor{vectors(3), vectors(5), vectors(1)}, "scores", []float32{60}, nil},
		"Weights":     {"of one key it is one", mode(3), []*value.Tensor{vectors(3), vectors(5), vectors(1)}, "scores", []float32{1}, nil},
		"UnevenHeads": {"three heads over two", nil, []*value.Tensor{{Shape: []int{1, 3, 1, 1}, Data: make([]float32, 3)}, {Shape: []int{1, 2, 1, 1}, Data: make([]float32, 2)}, {Shape: []int{1, 2, 1, 1}, Data: make([]float32, 2)}}, "y", nil, value.ErrShape},
		"HalfAPast":   {"keys without values", nil, []*value.Tensor{vectors(1), vectors(0), vectors(2), nil, vectors(0)}, "y", nil, ops.ErrOperand},
		"WideMask":    {"a mask for more keys than there are", nil, []*value.Tensor{vectors(1), vectors(0), vectors(2), seen(true, true)}, "y", nil, value.ErrShape},
	} {
		t.Run(name, func(t *testing.T) {
			g := &onnx.Graph{Name: name, Outputs: []onnx.ValueInfo{{Name: tc.result, Unknown: true}}}
			node := onnx.Node{Op: "Attention", Attrs: tc.attrs, Outputs: []string{"y", "", "", "scores"}}
			inputs := map[string]*value.Tensor{}
			for i, v := range tc.in {
				in := ""
				if v != nil {
					in = string(rune('a' + i))
					inputs[in] = v
					g.Inputs = append(g.Inputs, onnx.ValueInfo{Name: in, Unknown: true})
				}
				node.Inputs = append(node.Inputs, in)
			}
			g.Nodes = []onnx.Node{node}
			p, err := engine.Load(&onnx.Model{IRVersion: 10, Opsets: map[string]int64{"": 24}, Graph: g})
			require.NoError(t, err)
			out, err := p.Run(context.Background(), inputs)
			if tc.err != nil {
				require.ErrorIs(t, err, tc.err, tc.reason)
				return
			}
			require.NoError(t, err)
			require.InDeltaSlice(t, tc.want, out[tc.result].Data, 1e-4, tc.reason)
		})
	}
}
