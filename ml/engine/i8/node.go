package i8

// The operators of virtengine.i8, version 1.
const (
	opConv              = "Conv"
	opConvTranspose     = "ConvTranspose"
	opGemm              = "Gemm"
	opAdd               = "Add"
	opMul               = "Mul"
	opTable             = "Table"
	opMaxPool           = "MaxPool"
	opAveragePool       = "AveragePool"
	opGlobalAveragePool = "GlobalAveragePool"
	opConcat            = "Concat"
	opResize            = "Resize"
	opTranspose         = "Transpose"
	opReshape           = "Reshape"
	opSlice             = "Slice"
)

// Operators lists what version 1 has, in order of name.
func Operators() []string {
	return []string{opAdd, opAveragePool, opConcat, opConv, opConvTranspose, opGemm, opGlobalAveragePool, opMaxPool, opMul, opReshape, opResize, opSlice, opTable, opTranspose}
}

// window is where a convolution or a pool looks.
type window struct {
	kernel, stride [2]int // height, width
	pads           [4]int // top, left, bottom, right
	dilation       [2]int
}

// node is one operation with all its parameters, of whatever operator: those of others are zero.
type node struct {
	name   string // of its result too
	op     string
	in     []int // tensors
	result int   // tensor

	window  window
	groups  int
	out     int // channels, or rows of a Gemm
	weights []int8
	bias    []int32
	rq      Requant
	factors [2]int32 // of Add
	table   []int8
	factor  [2]int // of Resize
	dims    []int  // permutation, shape, or start and end
}

// raw says that the result is the accumulator.
func (n *node) raw() bool {
	return (n.op == opConv || n.op == opConvTranspose || n.op == opGemm) && n.rq.Multiplier == nil && n.rq.Shift == nil
}

// tensor is a value of a program.
type tensor struct {
	name  string
	shape []int
	wide  bool    // int32; int8 otherwise
	scale float64 // of one step
}

func (t *tensor) len() int {
	n := 1
	for _, d := range t.shape {
		n *= d
	}
	return n
}

// plane reads a shape as channels, height and width: [1, C], [1, A, B] as C=A, W=B, or [1, C, H, W].
func (t *tensor) plane() (c, h, w int) {
	switch len(t.shape) {
	case 2:
		return t.shape[1], 1, 1
	case 3:
		return t.shape[1], 1, t.shape[2]
	}
	return t.shape[1], t.shape[2], t.shape[3]
}
