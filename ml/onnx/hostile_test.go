package onnx

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// attack is a file that somebody made to cost more than it should.
type attack struct {
	name, reason string
	file         []byte
	want         error
	limit        string // of a LimitError
}

// inModel wraps the fields of a graph.
func inModel(graph ...[]byte) []byte {
	return append(field1(7, bytes.Join(graph, nil)), field1(8, number(2, 17))...)
}

func aNode(fields ...[]byte) []byte {
	return field1(1, append(field1(4, []byte("If")), bytes.Join(fields, nil)...))
}

// graphAttribute is an attribute that holds a graph.
func graphAttribute(name string, graph []byte) []byte {
	return field1(5, bytes.Join([][]byte{field1(1, []byte(name)), field1(6, graph), number(20, 5)}, nil))
}

func tensorOf(dtype, dim uint64, data ...[]byte) []byte {
	return append(append(number(1, dim), number(2, dtype)...), bytes.Join(data, nil)...)
}

// nested is subgraphs in subgraphs.
func nested(depth int) []byte {
	graph := []byte{}
	for range depth {
		graph = aNode(graphAttribute("body", graph))
	}
	return inModel(graph)
}

// manySubgraphs has names that each of its subgraphs could ask for.
func manySubgraphs(nodes, each int) []byte {
	var graph []byte
	for i := range nodes {
		var fields []byte
		for k := range each {
			fields = append(fields, field1(2, fmt.Appendf(nil, "%d_%d", i, k))...)
			fields = append(fields, graphAttribute(fmt.Sprint(k), nil)...)
		}
		graph = append(graph, aNode(fields)...)
	}
	return inModel(graph)
}

// numbered is inputs with names that differ.
func numbered(n int) []byte {
	var out []byte
	for i := range n {
		out = append(out, field1(11, field1(1, fmt.Appendf(nil, "%x", i)))...)
	}
	return out
}

func params(n int) []byte {
	var out []byte
	for i := range n {
		out = append(out, field1(5, append(field1(1, fmt.Append(nil, i)), number(3, 0)...))...)
	}
	return out
}

func manyEntries(n int) []byte {
	var out []byte
	for i := range n {
		out = append(out, field1(14, field1(1, fmt.Append(nil, i)))...)
	}
	return append(inModel(), out...)
}

func typed(kind protowire.Number, content []byte) []byte {
	return inModel(field1(11, append(field1(1, []byte("x")), field1(2, field1(kind, content))...)))
}

func hostile() []attack {
	long := bytes.Repeat([]byte("n"), 1000)
	short := func(b []byte, n int) []byte { return bytes.Repeat(b, n) }
	return []attack{
		{"Bomb", "88 bytes that declare 2^40 elements", bomb(), ErrLimit, "Elements"},
		{"WrappingDims", "dimensions whose product wraps around to nothing", inModel(field1(5, append(short(number(1, 1<<32), 2), number(2, 1)...))), ErrLimit, "Elements"},
		{"HiddenDims", "dimensions behind a zero, which strides would wrap at", inModel(field1(5, append(append(number(1, 0), short(number(1, 1<<62), 2)...), number(2, 1)...))), ErrLimit, "Elements"},
		{"NegativeDim", "2^63 as a dimension is a negative number", inModel(field1(5, tensorOf(1, 1<<63))), ErrMalformed, ""},
		{"NegativeInput", "a declared dimension of 2^63", typed(1, field1(2, field1(1, number(1, 1<<63)))), ErrMalformed, ""},
		{"MinusOne", "what some programs write for a size that they do not know", typed(1, field1(2, field1(1, number(1, math.MaxUint64)))), ErrMalformed, ""},
		{"Rank", "a thousand dimensions", inModel(field1(5, short(number(1, 1), 1000))), ErrLimit, "Rank"},
		{"Nodes", "a million nodes", inModel(short(aNode(), 1_000_000)), ErrLimit, "Nodes"},
		{"Values", "a million inputs", inModel(short(field1(11, nil), 1_000_000)), ErrLimit, "Values"},
		{"Operands", "a million operands", inModel(aNode(short(field1(1, nil), 1_000_000))), ErrLimit, "Values"},
		{"Attributes", "ten thousand attributes", inModel(aNode(short(graphAttribute("", nil), 10_000))), ErrLimit, "Attributes"},
		{"Depth", "subgraphs a thousand deep", nested(1000), ErrLimit, "Depth"},
		{"Name", "a name of a megabyte", inModel(field1(2, make([]byte, 1<<20))), ErrLimit, "Name"},
		{"Strings", "two million strings of no length", inModel(field1(5, tensorOf(8, 2_000_000, short(field1(6, nil), 2_000_000)))), ErrLimit, "List"},
		{"ListOfStrings", "the same in an attribute", inModel(aNode(field1(5, short(field1(9, nil), 2_000_000)))), ErrLimit, "List"},
		{"ListOfInts", "two million numbers in an attribute", inModel(aNode(field1(5, field1(8, make([]byte, 2_000_000))))), ErrLimit, "List"},
		{"Metadata", "a million keys", manyEntries(100_000), ErrLimit, "Metadata"},
		{"Functions", "a hundred thousand functions", append(inModel(), short(field1(25, nil), 100_000)...), ErrLimit, "Metadata"},
		{"NamedOften", "an attribute whose name comes fifty thousand times: each made the path of the next longer", inModel(aNode(field1(5, short(field1(1, nil), 50_000)))), ErrMalformed, ""},
		{"Twice", "a weight with two sets of data, of which some readers take the last", inModel(field1(5, tensorOf(1, 1, field1(9, make([]byte, 4)), field1(9, []byte{0, 0, 128, 63})))), ErrMalformed, ""},
		{"TwoGraphs", "two graphs, which some readers would merge", append(inModel(), inModel()...), ErrMalformed, ""},
		{"DimAndSymbol", "a dimension that is a number and a name", typed(1, field1(2, field1(1, append(number(1, 3), field1(2, []byte("N"))...)))), ErrMalformed, ""},
		{"Unpacked", "half a million numbers, each in a field of its own", inModel(field1(5, tensorOf(3, 500_001, short(number(5, 1), 500_000)))), ErrMalformed, ""},
		{"LongPaths", "weights at a place whose name is a thousand letters long", inModel(aNode(graphAttribute(string(long), short(field1(5, tensorOf(1, 0)), 150_000)), field1(5, []byte{0xff}))), ErrMalformed, ""},
		{"RawShort", "fewer bytes than the shape takes", inModel(field1(5, tensorOf(1, 2, field1(9, make([]byte, 7))))), ErrMalformed, ""},
		{"RawLong", "more bytes than the shape takes", inModel(field1(5, tensorOf(1, 2, field1(9, make([]byte, 9))))), ErrMalformed, ""},
		{"RawMissing", "a gigabyte that is not there", inModel(field1(5, tensorOf(1, 1<<28))), ErrMalformed, ""},
		{"TypedMissing", "the same, in numbers", inModel(field1(5, tensorOf(7, 1<<27, number(7, 1)))), ErrMalformed, ""},
		{"CutVarint", "a number that is cut off in a list", inModel(field1(5, tensorOf(7, 1, field1(7, []byte{0x80})))), ErrMalformed, ""},
		{"CutFloat", "a float that is cut off in a list", inModel(field1(5, tensorOf(1, 1, field1(4, []byte{1, 2, 3})))), ErrMalformed, ""},
		{"Group", "a group in a graph", inModel([]byte{0x0b, 0x0c}), ErrMalformed, ""},
		{"FieldZero", "a field without a number", inModel([]byte{0x00, 0x00}), ErrMalformed, ""},
		{"External", "a weight in /etc/passwd", inModel(field1(5, tensorOf(1, 1, field1(13, nil), number(14, 1)))), ErrUnsupported, ""},
		{"Int2", "elements of two bits", inModel(field1(5, tensorOf(26, 4, field1(9, []byte{1})))), ErrUnsupported, ""},
		{"Int4Short", "three elements of four bits in one byte", inModel(field1(5, tensorOf(22, 3, field1(9, []byte{1})))), ErrMalformed, ""},
		{"Int4Long", "two in two bytes", inModel(field1(5, tensorOf(22, 2, field1(9, []byte{1, 2})))), ErrMalformed, ""},
		{"Segments", "a weight in pieces", inModel(field1(5, tensorOf(1, 1, field1(3, nil)))), ErrUnsupported, ""},
		{"Sparse", "a sparse weight", inModel(field1(15, nil)), ErrUnsupported, ""},
		{"Overload", "one of several functions of a name", inModel(aNode(field1(8, []byte("v2")))), ErrUnsupported, ""},
		{"NaNParameter", "a parameter that is no number", inModel(aNode(field1(5, field1(7, protowire.AppendFixed32(nil, math.Float32bits(float32(math.NaN()))))))), ErrMalformed, ""},
	}
}

// What a file costs is bounded by its length, whatever it declares, and each refusal says which limit it is.
func TestHostileFiles(t *testing.T) {
	for _, a := range hostile() {
		t.Run(a.name, func(t *testing.T) {
			var err error
			took := allocated(func() { _, err = Decode(a.file, Limits{}) })
			require.ErrorIs(t, err, a.want, a.reason)
			require.LessOrEqual(t, took, uint64(slack+perByte*len(a.file)), "bytes of memory for %d of file", len(a.file))
			require.Less(t, len(err.Error()), 1000, "a text that a log can hold")
			var l *LimitError
			require.Equal(t, a.limit != "", errors.As(err, &l))
			if l != nil {
				require.Equal(t, a.limit, l.Limit)
				require.NotEmpty(t, l.Place)
			}
		})
	}
}

// Files within all limits that cost as much as a file can, to read and to check.
func TestTheDearestFiles(t *testing.T) {
	deep := Limits{Depth: 1000, Nodes: 1000}
	for name, tc := range map[string]struct {
		reason string
		file   []byte
		limits Limits
	}{
		"Strings":   {"strings of no length: a header of 24 bytes for two in the file", inModel(field1(5, tensorOf(8, 500_000, bytes.Repeat(field1(6, nil), 500_000)))), Limits{}},
		"Ints":      {"numbers of one byte that become eight", inModel(field1(5, tensorOf(7, 500_000, field1(7, make([]byte, 500_000))))), Limits{}},
		"Unpacked":  {"numbers in fields of their own", inModel(field1(5, tensorOf(3, 500_000, bytes.Repeat(number(5, 1), 500_000)))), Limits{}},
		"Subgraphs": {"a hundred thousand subgraphs in sight of a hundred thousand names, which Check must not copy for each", manySubgraphs(5000, 20), Limits{}},
		"Inputs":    {"inputs of no name and no type", inModel(bytes.Repeat(field1(11, nil), 100_000)), Limits{}},
		"Named":     {"inputs with names as short as may be", inModel(numbered(100_000)), Limits{}},
		"Nodes":     {"nodes that say nothing but an operator", inModel(bytes.Repeat(field1(1, field1(4, []byte("A"))), 20_000)), Limits{}},
		"Operands":  {"operands that are left out", inModel(aNode(bytes.Repeat(field1(1, nil), 190_000))), Limits{}},
		"Params":    {"attributes that are zero", inModel(bytes.Repeat(aNode(params(100)), 2_000)), Limits{}},
		"Shapes":    {"dimensions that say nothing", inModel(bytes.Repeat(field1(13, field1(2, field1(1, field1(2, bytes.Repeat(field1(1, nil), 8))))), 50_000)), Limits{}},
		"Nested":    {"subgraphs in subgraphs, as far as a caller lets them", nested(900), deep},
	} {
		t.Run(name, func(t *testing.T) {
			var m *Model
			var err error
			require.LessOrEqual(t, allocated(func() { m, err = Decode(tc.file, tc.limits) }), uint64(slack+perByte*len(tc.file)), tc.reason)
			require.NoError(t, err)
			require.LessOrEqual(t, allocated(func() { _ = Check(m) }), uint64(slack+2*perByte*len(tc.file)), "to check: "+tc.reason)
		})
	}
}

// A value that is no tensor is named in full: a runner of published tests counts what it passes over.
func TestTypesOfValuesThatAreNoTensors(t *testing.T) {
	float := field1(1, number(1, 1))
	for name, tc := range map[string]struct {
		reason string
		file   []byte
		text   string
	}{
		"Sequence": {"a list", typed(4, field1(1, float)), "sequence(tensor(float32))"},
		"Optional": {"a list that may be missing", typed(9, field1(1, field1(4, field1(1, float)))), "optional(sequence(tensor(float32)))"},
		"Map":      {"numbers by name", typed(5, append(number(1, 8), field1(2, float)...)), "map(string, tensor(float32))"},
		"Sparse":   {"few elements of many", typed(8, number(1, 11)), "sparse_tensor(float64)"},
		"Opaque":   {"something else", typed(7, nil), "opaque"},
		"Deep":     {"lists in lists in lists", typed(4, bytes.Repeat([]byte{}, 1)), "sequence(nothing)"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Decode(tc.file, Limits{})
			require.ErrorIs(t, err, ErrUnsupported, tc.reason)
			require.ErrorContains(t, err, "graph.input[0].type: a value of type "+tc.text)
		})
	}
	lists := []byte{}
	for range 10_000 {
		lists = field1(4, field1(1, lists))
	}
	_, err := Decode(inModel(field1(11, field1(2, lists))), Limits{})
	require.ErrorIs(t, err, ErrUnsupported)
	require.ErrorContains(t, err, "…")
}

// Fields of other versions of ONNX are passed over, of whatever wire type.
func TestUnknownFieldsArePassedOver(t *testing.T) {
	file := inModel(number(60, 1), field1(61, []byte("later")), protowire.AppendFixed64(protowire.AppendTag(nil, 62, protowire.Fixed64Type), 1))
	_, err := Decode(append(file, number(9999, 1)...), Limits{})
	require.NoError(t, err)
}
