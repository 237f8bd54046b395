package onnx

// Tensor is a constant: an initializer, an attribute, or a file of test data.
type Tensor struct {
	Name    string
	DType   DType
	Shape   []int64  // every dimension is zero or more; none: a scalar
	Data    []byte   // little endian, row-major; a bool is one byte, 0 or 1; nil for strings
	Strings [][]byte // of String
}

// Dim is one dimension of a declared shape.
type Dim struct {
	Value  int64  // -1: not known before a run
	Symbol string // what the file calls such a dimension; may be empty
}

// ValueInfo declares a value.
type ValueInfo struct {
	Name    string
	DType   DType // 0: not declared
	Shape   []Dim
	Unknown bool // of its shape not even the rank is declared
}

// AttrKind says which field of an Attribute counts.
type AttrKind uint8

// The kinds, by their number in AttributeProto.AttributeType.
const (
	AttrFloat   AttrKind = 1
	AttrInt     AttrKind = 2
	AttrString  AttrKind = 3
	AttrTensor  AttrKind = 4
	AttrGraph   AttrKind = 5
	AttrFloats  AttrKind = 6
	AttrInts    AttrKind = 7
	AttrStrings AttrKind = 8
)

// Attribute is a parameter of a node.
type Attribute struct {
	Name string
	Kind AttrKind
	F    float32
	I    int64
	S    []byte
	T    *Tensor
	G    *Graph
	Fs   []float32
	Is   []int64
	Ss   [][]byte
}

// Node is one operation.
type Node struct {
	Name, Domain, Op string
	Inputs, Outputs  []string // "": an optional operand that is left out, or a result that nobody wants
	Attrs            []Attribute
}

// Attr returns an attribute by its name.
func (n *Node) Attr(name string) (*Attribute, bool) {
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			return &n.Attrs[i], true
		}
	}
	return nil, false
}

// Graph is nodes in the file's order.
type Graph struct {
	Name                    string
	Nodes                   []Node
	Inputs, Outputs, Values []ValueInfo
	Initializers            []*Tensor
}

// Model is a file.
type Model struct {
	IRVersion                         int64
	Producer, ProducerVersion, Domain string
	ModelVersion                      int64
	Opsets                            map[string]int64 // of each domain; "" is ai.onnx
	Metadata                          map[string]string
	Graph                             *Graph
	Functions                         int        // functions of the file's own: how many Local holds
	Local                             []Function // counted, named and kept; a node that calls one is refused by Check
}

// Function is an operator that a file defines itself.
type Function struct {
	Domain, Name string
	Proto        []byte // the whole FunctionProto, which is not read further
}
