package onnx

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// sub puts a graph into the model's only node.
func sub(m *Model, g *Graph) {
	m.Graph.Nodes[0].Attrs = []Attribute{{Name: "body", Kind: AttrGraph, G: g}}
}

func TestCheck(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		change func(*Model)
		want   error
		text   string
	}{
		"Good":      {"a node that uses one value twice and leaves one out", func(*Model) {}, nil, ""},
		"OuterName": {"a subgraph that uses what stands before it", func(m *Model) { sub(m, &Graph{Outputs: []ValueInfo{{Name: "x"}}}) }, nil, ""},
		"Shadow":    {"a subgraph that gives a name of the graph around it a second meaning", func(m *Model) { sub(m, &Graph{Inputs: []ValueInfo{{Name: "x"}}}) }, ErrMalformed, "given twice"},
		"InnerName": {"a name of a subgraph, used outside", func(m *Model) {
			sub(m, &Graph{Inputs: []ValueInfo{{Name: "i"}}})
			m.Graph.Outputs[0].Name = "i"
		}, ErrMalformed, "nothing gives"},
		"TwoSubgraphs": {"two subgraphs with names of their own, which are the same", func(m *Model) {
			inner := func() *Graph { return &Graph{Inputs: []ValueInfo{{Name: "i"}}} }
			m.Graph.Nodes[0].Attrs = []Attribute{{Name: "a", Kind: AttrGraph, G: inner()}, {Name: "b", Kind: AttrGraph, G: inner()}}
		}, nil, ""},
		"InnerNaN": {"a weight of a subgraph", func(m *Model) {
			sub(m, &Graph{Initializers: []*Tensor{{Name: "k", DType: Float64, Data: []byte{0, 0, 0, 0, 0, 0, 0xf8, 0x7f}}}})
		}, ErrMalformed, "no finite number"},
		"HiddenNaN": {"a weight that is the attribute of a Constant", func(m *Model) {
			m.Graph.Nodes[0].Attrs = []Attribute{{Name: "value", Kind: AttrTensor, T: &Tensor{DType: BFloat16, Data: []byte{0x80, 0xff}}}}
		}, ErrMalformed, "no finite number"},
		"Default": {"a weight that an input lists too, as files before IR version 4 do", func(m *Model) {
			m.Graph.Inputs = append(m.Graph.Inputs, ValueInfo{Name: "w", DType: Float32, Shape: []Dim{{Value: 2}}})
		}, nil, ""},
		"DefaultType": {"an input whose default is of another type", func(m *Model) {
			m.Graph.Inputs = append(m.Graph.Inputs, ValueInfo{Name: "w", DType: Int64, Unknown: true})
		}, ErrMalformed, "declared as int64"},
		"DefaultShape": {"an input whose default has another shape", func(m *Model) {
			m.Graph.Inputs = append(m.Graph.Inputs, ValueInfo{Name: "w", DType: Float32, Shape: []Dim{{Value: 3}}})
		}, ErrMalformed, "declared with another"},
		"Self":        {"a node that waits for itself", func(m *Model) { m.Graph.Nodes[0].Inputs[0] = "y" }, ErrMalformed, "its own result"},
		"WeightAsOut": {"a node that gives a weight anew", func(m *Model) { m.Graph.Nodes[0].Outputs[0] = "w" }, ErrMalformed, "given twice"},
		"Later": {"a node before what it uses", func(m *Model) {
			m.Graph.Nodes = append([]Node{{Op: "Neg", Inputs: []string{"y"}, Outputs: []string{"z"}}}, m.Graph.Nodes...)
		}, ErrMalformed, "given later, by node[1]"},
		"OutputTwice": {"a result listed twice", func(m *Model) { m.Graph.Outputs = append(m.Graph.Outputs, m.Graph.Outputs[0]) }, ErrMalformed, "listed twice"},
		"ValueTwice":  {"two declarations of one value", func(m *Model) { m.Graph.Values = []ValueInfo{{Name: "y"}, {Name: "y"}} }, ErrMalformed, "declared twice"},
		"Function": {"a file that gives Mul a meaning of its own", func(m *Model) {
			m.Local = []Function{{Name: "Mul", Proto: field1(1, []byte("Mul"))}}
			m.Functions = 1
		}, ErrUnsupported, "defines itself"},
		"UnusedFunction": {"a function that nothing calls", func(m *Model) {
			m.Local = []Function{{Domain: "own", Name: "Mul", Proto: append(field1(1, []byte("Mul")), field1(10, []byte("own"))...)}}
			m.Functions = 1
		}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := small()
			tc.change(m)
			got, err := Decode(m.Encode(), Limits{})
			require.NoError(t, err)
			require.Equal(t, m, got, "written and read")
			err = Check(got)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.want != nil {
				require.ErrorContains(t, err, tc.text)
				require.ErrorContains(t, err, "graph.")
			}
		})
	}
}

// A model that a program built was not read by Decode: Check does not trust it either, and Encode does not panic.
func TestModelsBuiltInMemory(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		build  func() *Model
	}{
		"Nil":     {"none", func() *Model { return nil }},
		"NoGraph": {"without a graph", func() *Model { return &Model{} }},
		"NilWeight": {"a weight that is none", func() *Model {
			m := small()
			m.Graph.Initializers[0] = nil
			return m
		}},
		"NilTensor": {"an attribute without its tensor", func() *Model {
			m := small()
			m.Graph.Nodes[0].Attrs[6].T = nil
			return m
		}},
		"NilSubgraph": {"an attribute without its graph", func() *Model { m := small(); sub(m, nil); return m }},
		"ShortWeight": {"a weight with less than its shape says", func() *Model {
			m := small()
			m.Graph.Initializers[0].Shape = []int64{math.MaxInt32}
			return m
		}},
	} {
		t.Run(name, func(t *testing.T) {
			m := tc.build()
			err := Check(m)
			require.True(t, err != nil, tc.reason)
			if m != nil {
				require.NotPanics(t, func() { m.Encode() })
			}
		})
	}
	m := small()
	sub(m, m.Graph)
	require.Error(t, Check(m), "a graph that holds itself")
	g := &Graph{}
	g.Nodes = []Node{{Op: "Mul", Attrs: []Attribute{{Name: "body", Kind: AttrGraph, G: g}}}}
	require.ErrorIs(t, Check(&Model{Opsets: map[string]int64{"": 17}, Graph: g}), ErrLimit, "the same without a name that would come twice")
}
