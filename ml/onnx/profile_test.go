package onnx

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func pack() Profile {
	return Profile{Operators: map[string]bool{"Mul": true, "Clip": true}, DTypes: []DType{Float32, Int64}, MinOpset: 13, MaxOpset: 18}
}

// allowed is a model that may be in a pack.
func allowed() *Model {
	edge := []Dim{{Value: 1}, {Value: 2}}
	m := small()
	n := &m.Graph.Nodes[0]
	n.Inputs = []string{"x", "w"}
	m.Graph.Inputs[0].Shape = edge
	m.Graph.Outputs[0] = ValueInfo{Name: "y", DType: Float32, Shape: edge}
	return m
}

// places are where the faults are that a profile lists.
func places(t *testing.T, err error) []string {
	t.Helper()
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	var out []string
	for _, e := range joined.Unwrap() {
		var p *ProfileError
		require.True(t, errors.As(e, &p))
		out = append(out, p.Place)
	}
	return out
}

func TestProfile(t *testing.T) {
	require.NoError(t, pack().Check(allowed()))
	for name, tc := range map[string]struct {
		reason string
		change func(*Model)
		place  string
	}{
		"Operator":       {"one that is not on the list", func(m *Model) { m.Graph.Nodes[0].Op = "Loop" }, "graph.node[0]"},
		"Domain":         {"one of another domain", func(m *Model) { m.Graph.Nodes[0].Domain = "own"; m.Opsets["own"] = 1 }, "graph.node[0]"},
		"ImportedDomain": {"a domain that nothing uses", func(m *Model) { m.Opsets["own"] = 1 }, "opset_import"},
		"OldOpset":       {"a version before the profile's", func(m *Model) { m.Opsets[""] = 12 }, "opset_import"},
		"NewOpset":       {"a version behind the profile's", func(m *Model) { m.Opsets[""] = 19 }, "opset_import"},
		"Function": {"a function, even if nothing calls it", func(m *Model) {
			m.Local, m.Functions = []Function{{Name: "f"}}, 1
		}, "functions"},
		"Repeat":        {"Mul(x, x), of which some decoders keep one operand", func(m *Model) { m.Graph.Nodes[0].Inputs[1] = "x" }, "graph.node[0]"},
		"Omitted":       {"an operand that is left out, even at the end", func(m *Model) { m.Graph.Nodes[0].Inputs = []string{"x", "w", ""} }, "graph.node[0]"},
		"OmittedResult": {"a result that nobody wants", func(m *Model) { m.Graph.Nodes[0].Outputs = []string{"y", ""} }, "graph.node[0]"},
		"Subgraph":      {"control flow", func(m *Model) { sub(m, &Graph{}) }, `graph.node[0].attribute["body"]`},
		"Symbol":        {"a size that is known at run time", func(m *Model) { m.Graph.Inputs[0].Shape[1] = Dim{Value: -1, Symbol: "N"} }, "graph.input[0]"},
		"SymbolInside":  {"the same of a value inside", func(m *Model) { m.Graph.Values = []ValueInfo{{Name: "v", Shape: []Dim{{Value: -1, Symbol: "N"}}}} }, "graph.value_info[0]"},
		"Unknown":       {"a size without even a name", func(m *Model) { m.Graph.Outputs[0].Shape = []Dim{{Value: 1}, {Value: -1}} }, "graph.output[0]"},
		"NoShape":       {"no shape at all", func(m *Model) { m.Graph.Outputs[0].Unknown = true }, "graph.output[0]"},
		"Nothing":       {"an input without elements", func(m *Model) { m.Graph.Outputs[0].Shape = []Dim{{Value: 1}, {Value: 0}} }, "graph.output[0]"},
		"Batch":         {"several persons at once", func(m *Model) { m.Graph.Inputs[0].Shape = []Dim{{Value: 2}, {Value: 2}} }, "graph.input[0]"},
		"InputType":     {"an input of strings", func(m *Model) { m.Graph.Inputs[0].DType = String }, "graph.input[0]"},
		"NoType":        {"an input of no type", func(m *Model) { m.Graph.Inputs[0].DType = 0 }, "graph.input[0]"},
		"WeightType": {"a weight of a type that is not on the list", func(m *Model) {
			m.Graph.Initializers = append(m.Graph.Initializers, &Tensor{Name: "k", DType: Int8, Shape: []int64{1}, Data: []byte{1}})
		}, "graph.initializer[1]"},
		"ConstantType": {"the same of a constant", func(m *Model) {
			m.Graph.Nodes[0].Attrs = []Attribute{{Name: "value", Kind: AttrTensor, T: &Tensor{DType: Bool, Shape: []int64{1}, Data: []byte{1}}}}
		}, `graph.node[0].attribute["value"]`},
		"EmptyWeight": {"a weight without elements", func(m *Model) {
			m.Graph.Initializers = append(m.Graph.Initializers, &Tensor{Name: "k", DType: Int64, Shape: []int64{0}})
		}, "graph.initializer[1]"},
		"DefaultInput": {"an input that is a weight as well", func(m *Model) {
			m.Graph.Inputs = append(m.Graph.Inputs, ValueInfo{Name: "w", DType: Float32, Shape: []Dim{{Value: 2}}})
		}, "graph.input[1]"},
		"PassThrough": {"an output that no node computes", func(m *Model) {
			m.Graph.Outputs = append(m.Graph.Outputs, m.Graph.Inputs[0])
		}, "graph.output[1]"},
	} {
		t.Run(name, func(t *testing.T) {
			m := allowed()
			tc.change(m)
			err := pack().Check(m)
			require.ErrorIs(t, err, ErrProfile, tc.reason)
			require.Contains(t, places(t, err), tc.place, tc.reason)
		})
	}
}

// A publisher sees every fault at once, and a hostile model cannot make the list long.
func TestProfileListsFaults(t *testing.T) {
	m := allowed()
	m.Graph.Nodes[0].Op = "Loop"
	m.Opsets[""] = 1
	err := pack().Check(m)
	require.ErrorContains(t, err, "Loop")
	require.ErrorContains(t, err, "opset 1")
	for range 1000 {
		m.Graph.Values = append(m.Graph.Values, ValueInfo{Name: string(rune('a' + len(m.Graph.Values))), Shape: []Dim{{Value: -1, Symbol: "N"}}})
	}
	require.Len(t, places(t, pack().Check(m)), mostReported)
}

func TestProfilesThatSayNothing(t *testing.T) {
	for name, p := range map[string]Profile{
		"Zero":      {},
		"NoOpset":   {Operators: pack().Operators, DTypes: pack().DTypes},
		"Backwards": {Operators: pack().Operators, DTypes: pack().DTypes, MinOpset: 18, MaxOpset: 13},
		"Strings":   {Operators: pack().Operators, DTypes: []DType{String}, MinOpset: 13, MaxOpset: 18},
	} {
		require.ErrorIs(t, p.Check(allowed()), ErrProfile, name)
	}
	broken := allowed()
	broken.Graph.Outputs[0].Name = "z"
	require.ErrorIs(t, pack().Check(broken), ErrMalformed, "what is no good model is not in a pack either")
}
