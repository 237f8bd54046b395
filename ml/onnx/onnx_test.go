package onnx

import (
	"bytes"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// small is a model of one node, to be spoilt.
func small() *Model {
	return &Model{
		IRVersion: 8, Producer: "test", Opsets: map[string]int64{"": 17}, Metadata: map[string]string{"author": "nobody"},
		Graph: &Graph{
			Name: "g",
			Nodes: []Node{{Name: "n", Op: "Mul", Inputs: []string{"x", "x", ""}, Outputs: []string{"y"}, Attrs: []Attribute{
				{Name: "f", Kind: AttrFloat, F: 0.5}, {Name: "fs", Kind: AttrFloats, Fs: []float32{1, -2}}, {Name: "i", Kind: AttrInt, I: -3},
				{Name: "is", Kind: AttrInts, Is: []int64{-1, 0, 1}}, {Name: "s", Kind: AttrString, S: []byte("text")},
				{Name: "ss", Kind: AttrStrings, Ss: [][]byte{[]byte("a"), []byte("b")}},
				{Name: "t", Kind: AttrTensor, T: &Tensor{DType: Int64, Shape: []int64{1}, Data: []byte{1, 0, 0, 0, 0, 0, 0, 0}}},
			}}},
			Inputs:       []ValueInfo{{Name: "x", DType: Float32, Shape: []Dim{{Value: -1, Symbol: "N"}, {Value: 3}}}},
			Outputs:      []ValueInfo{{Name: "y", DType: Float32, Unknown: true}},
			Initializers: []*Tensor{{Name: "w", DType: Float32, Shape: []int64{2}, Data: []byte{0, 0, 128, 63, 0, 0, 0, 64}}},
		},
	}
}

// What a file says is kept: symbols, repeats, operands that are left out, every kind of attribute.
func TestNothingIsLost(t *testing.T) {
	m := small()
	got, err := Decode(m.Encode(), Limits{})
	require.NoError(t, err)
	require.Equal(t, m, got)
	require.Equal(t, m.Encode(), got.Encode())
	require.NoError(t, Check(got))
}

func TestModelsThatContradictThemselves(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		spoil  func(*Model)
		want   error
	}{
		"Cycle": {"two nodes that wait for each other", func(m *Model) { m.Graph.Nodes[0].Inputs = []string{"y"} }, ErrMalformed},
		"Order": {"a node before what it uses", func(m *Model) {
			m.Graph.Nodes = append([]Node{{Op: "Neg", Inputs: []string{"y"}, Outputs: []string{"z"}}}, m.Graph.Nodes...)
		}, ErrMalformed},
		"TwiceGiven":   {"a name with two meanings", func(m *Model) { m.Graph.Nodes = append(m.Graph.Nodes, m.Graph.Nodes[0]) }, ErrMalformed},
		"InputTwice":   {"two inputs of one name", func(m *Model) { m.Graph.Inputs = append(m.Graph.Inputs, m.Graph.Inputs[0]) }, ErrMalformed},
		"WeightTwice":  {"two weights of one name", func(m *Model) { m.Graph.Initializers = append(m.Graph.Initializers, m.Graph.Initializers[0]) }, ErrMalformed},
		"NoOutput":     {"a result that nothing computes", func(m *Model) { m.Graph.Outputs[0].Name = "z" }, ErrMalformed},
		"NoDomain":     {"an operator of a domain without a version", func(m *Model) { m.Graph.Nodes[0].Domain = "ai.onnx.ml" }, ErrMalformed},
		"NaN":          {"a weight that is no number", func(m *Model) { copy(m.Graph.Initializers[0].Data, []byte{0, 0, 0xc0, 0x7f}) }, ErrMalformed},
		"Infinity":     {"a weight without end", func(m *Model) { copy(m.Graph.Initializers[0].Data, []byte{0, 0, 0x80, 0xff}) }, ErrMalformed},
		"Unknown":      {"a name from nowhere", func(m *Model) { m.Graph.Nodes[0].Inputs[1] = "w2" }, ErrMalformed},
		"RankOfWeight": {"a rank that no tensor has", func(m *Model) { m.Graph.Initializers[0].Shape = make([]int64, 9) }, ErrLimit},
		"NegativeDim":  {"a shape below zero", func(m *Model) { m.Graph.Initializers[0].Shape = []int64{-2} }, ErrMalformed},
		"WrappingDim":  {"a shape whose product wraps around to two", func(m *Model) { m.Graph.Initializers[0].Shape = []int64{math.MaxInt64, 2, 1 << 62} }, ErrLimit},
		"ShortData":    {"fewer bytes than the shape takes", func(m *Model) { m.Graph.Initializers[0].Data = []byte{1, 2, 3} }, ErrMalformed},
		"LongData":     {"more bytes than the shape takes", func(m *Model) { m.Graph.Initializers[0].Data = make([]byte, 12) }, ErrMalformed},
		"OddBool": {"a bool that is two", func(m *Model) {
			*m.Graph.Initializers[0] = Tensor{Name: "w", DType: Bool, Shape: []int64{1}, Data: []byte{2}}
		}, ErrMalformed},
		"OddType":      {"an element type of another age", func(m *Model) { m.Graph.Initializers[0].DType = 99 }, ErrUnsupported},
		"OpsetZero":    {"version zero", func(m *Model) { m.Opsets[""] = 0 }, ErrMalformed},
		"NoOpset":      {"no version at all", func(m *Model) { m.Opsets = nil }, ErrMalformed},
		"NoOperator":   {"a node that names none", func(m *Model) { m.Graph.Nodes[0].Op = "" }, ErrMalformed},
		"OddKind":      {"an attribute of a kind that is not read", func(m *Model) { m.Graph.Nodes[0].Attrs[0].Kind = 12 }, ErrUnsupported},
		"NaNAttribute": {"a parameter that is no number", func(m *Model) { m.Graph.Nodes[0].Attrs[0].F = float32(math.NaN()) }, ErrMalformed},
		"LongName":     {"a name of a megabyte", func(m *Model) { m.Graph.Name = string(make([]byte, 1<<20)) }, ErrLimit},
		"NotUTF8":      {"a name that two programs show differently", func(m *Model) { m.Graph.Name = "\xff" }, ErrMalformed},
		"Deep": {"subgraphs in subgraphs", func(m *Model) {
			for range 4 {
				m.Graph = &Graph{Nodes: []Node{{Op: "If", Outputs: []string{"y"}, Attrs: []Attribute{{Name: "then", Kind: AttrGraph, G: m.Graph}}}}, Outputs: m.Graph.Outputs}
			}
		}, ErrLimit},
	} {
		t.Run(name, func(t *testing.T) {
			m := small()
			tc.spoil(m)
			got, err := Decode(m.Encode(), Limits{})
			if err == nil {
				err = Check(got)
			}
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

func field1(n protowire.Number, b []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, n, protowire.BytesType), b)
}

func number(n protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, n, protowire.VarintType), v)
}

// bomb declares an input of 2^40 elements in under a hundred bytes.
func bomb() []byte {
	dim := field1(1, number(1, 1<<20))
	tensor := append(number(1, 1), field1(2, append(dim, dim...))...)
	input := append(field1(1, []byte("x")), field1(2, field1(1, tensor))...)
	return append(field1(7, field1(11, input)), field1(8, number(2, 17))...)
}

// What a file costs is bounded by its length, whatever it declares.
func TestBombs(t *testing.T) {
	many := bytes.Repeat(field1(1, field1(4, []byte("Neg"))), 1_000_000)
	wide := field1(5, bytes.Repeat(number(1, 1<<62), 1000))
	for name, tc := range map[string]struct {
		reason string
		file   []byte
		want   error
	}{
		"Declared":  {"elements that are declared and not there", bomb(), ErrLimit},
		"Nodes":     {"a million nodes", append(field1(7, many), field1(8, number(2, 17))...), ErrLimit},
		"Dims":      {"a thousand dimensions", append(field1(7, wide), field1(8, number(2, 17))...), ErrLimit},
		"Length":    {"a length beyond the end", []byte{0x3a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1}, ErrMalformed},
		"Varint":    {"a number without end", bytes.Repeat([]byte{0xff}, 100), ErrMalformed},
		"Group":     {"a group, which ONNX has none of", []byte{0x3b, 0x3c}, ErrMalformed},
		"Empty":     {"nothing", nil, ErrMalformed},
		"External":  {"weights in another file", append(field1(7, field1(5, append(number(2, 1), number(14, 1)...))), field1(8, number(2, 17))...), ErrUnsupported},
		"Sparse":    {"a sparse tensor", append(field1(7, field1(15, nil)), field1(8, number(2, 17))...), ErrUnsupported},
		"Sequence":  {"an input that is a list of tensors", append(field1(7, field1(11, append(field1(1, []byte("x")), field1(2, field1(4, nil))...))), field1(8, number(2, 17))...), ErrUnsupported},
		"TwoGraphs": {"two graphs", append(append(field1(7, nil), field1(7, nil)...), field1(8, number(2, 17))...), ErrMalformed},
		"WrongWire": {"a graph that is a number", append(number(7, 1), field1(8, number(2, 17))...), ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Decode(tc.file, Limits{})
			runtime.ReadMemStats(&after)
			require.ErrorIs(t, err, tc.want, tc.reason)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(20<<20+20*len(tc.file)), "bytes that reading took")
		})
	}
	require.Less(t, len(bomb()), 100)
	_, err := Decode(make([]byte, 101), Limits{Bytes: 100})
	require.ErrorIs(t, err, ErrLimit)
}

// Data stands in one of six fields, as the writer liked.
func TestFormsOfData(t *testing.T) {
	floats := protowire.AppendFixed32(protowire.AppendFixed32(nil, math.Float32bits(1)), math.Float32bits(-2))
	for name, tc := range map[string]struct {
		reason string
		file   []byte
		dtype  DType
		data   []byte
		want   error
	}{
		"Raw":          {"raw", append(append(number(1, 2), number(2, 1)...), field1(9, []byte{0, 0, 128, 63, 0, 0, 0, 192})...), Float32, []byte{0, 0, 128, 63, 0, 0, 0, 192}, nil},
		"Floats":       {"packed floats", append(append(number(1, 2), number(2, 1)...), field1(4, floats)...), Float32, []byte{0, 0, 128, 63, 0, 0, 0, 192}, nil},
		"Bytes":        {"bytes in the field of int32", append(append(number(1, 2), number(2, 3)...), append(number(5, 1), number(5, math.MaxUint64)...)...), Int8, []byte{1, 255}, nil},
		"PackedDims":   {"dimensions in one field", append(append(field1(1, []byte{2, 1}), number(2, 9)...), field1(5, []byte{1, 0})...), Bool, []byte{1, 0}, nil},
		"Half":         {"halves as numbers", append(append(number(1, 1), number(2, 10)...), number(5, 0x3c00)...), Float16, []byte{0, 0x3c}, nil},
		"Scalar":       {"no dimensions", append(number(2, 7), number(7, 5)...), Int64, []byte{5, 0, 0, 0, 0, 0, 0, 0}, nil},
		"Empty":        {"no elements", append(number(1, 0), number(2, 1)...), Float32, nil, nil},
		"TooMany":      {"more than the shape", append(append(number(1, 1), number(2, 1)...), field1(4, floats)...), 0, nil, ErrMalformed},
		"OtherField":   {"floats in the field of integers", append(append(number(1, 2), number(2, 1)...), number(5, 1)...), 0, nil, ErrMalformed},
		"TwoFields":    {"raw and typed", append(append(append(number(1, 2), number(2, 1)...), field1(4, floats)...), field1(9, make([]byte, 8))...), 0, nil, ErrMalformed},
		"MixedFields":  {"as many numbers as the shape takes, in two fields", append(append(append(number(1, 2), number(2, 1)...), number(5, 1)...), field1(4, floats[:4])...), 0, nil, ErrMalformed},
		"OutOfRange":   {"256 in a byte", append(append(number(1, 1), number(2, 2)...), number(5, 256)...), 0, nil, ErrMalformed},
		"StringNumber": {"text in a tensor of numbers", append(append(number(1, 1), number(2, 1)...), field1(6, []byte("1"))...), 0, nil, ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := DecodeTensor(tc.file, Limits{})
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err == nil {
				require.Equal(t, tc.dtype, got.DType)
				require.Equal(t, tc.data, append([]byte(nil), got.Data...))
			}
		})
	}
}
