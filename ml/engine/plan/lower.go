package plan

import (
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// planned are the operators that have kernels of their own. Each says whether it planned the node: a mode that it does not
// know is left to the reference, which also judges whether the node is any good.
var planned = map[string]func(*node) (bool, error){
	"Conv": conv, "ConvTranspose": convTranspose, "Gemm": gemm, "MatMul": matmul,
	"MaxPool": maxPool, "AveragePool": averagePool, "GlobalAveragePool": globalAveragePool, "GlobalMaxPool": globalMaxPool,
	"BatchNormalization": batchNormalization, "Softmax": softmax, "LogSoftmax": softmax,
	"Add": binary, "Sub": binary, "Mul": binary, "Div": binary, "PRelu": binary, "Max": binary, "Min": binary, "Sum": binary,
	"Reshape": alias, "Flatten": alias, "Squeeze": alias, "Unsqueeze": alias, "Identity": alias, "Dropout": alias,
	"Transpose": move, "Slice": move, "Pad": move, "Concat": move, "Split": split, "Gather": move, "Expand": move, "Tile": move, "DepthToSpace": move,
	"SpaceToDepth": move, "GatherElements": move, "ReverseSequence": move, "Trilu": move, "Resize": resize, "Upsample": resize,
	"ReduceSum": reduce, "ReduceMean": reduce, "ReduceMax": reduce, "ReduceMin": reduce, "ReduceSumSquare": reduce, "ReduceL2": reduce,
	"Relu": relu, "LeakyRelu": unary, "Sigmoid": unary, "Tanh": unary, "HardSigmoid": unary, "HardSwish": unary, "Clip": clip, "Abs": unary, "Neg": unary, "Sqrt": unary,
	"Exp": unary, "Log": unary, "Erf": unary, "Floor": unary, "Ceil": unary, "Round": unary, "Softplus": unary, "Elu": unary, "Reciprocal": unary, "Swish": unary,
}

// chunk is how many elements a unit of an element-by-element step computes.
const chunk = 1 << 14

func chunks(n int) int { return (n + chunk - 1) / chunk }

// part is where a unit begins and ends.
func part(unit, n int) (lo, hi int) { return unit * chunk, min((unit+1)*chunk, n) }

func (n *node) has(i int) bool { return i < len(n.in) && n.in[i] >= 0 }

func (n *node) shape(i int) []int { return n.values[n.in[i]].shape }

func (n *node) len(i int) int { return n.values[n.in[i]].len }

// weights is a constant operand of float32, or nil.
func (n *node) weights(i int) []float32 {
	if !n.has(i) || n.values[n.in[i]].constant == nil {
		return nil
	}
	d, err := value.As[float32](n.values[n.in[i]].constant)
	if err != nil {
		return nil
	}
	return d
}

// float says whether an operand is there and of float32.
func (n *node) float(i int) bool { return n.has(i) && n.values[n.in[i]].dtype == onnx.Float32 }

// alone says whether nobody wants a result but the first.
func (n *node) alone() bool {
	for _, name := range n.Outputs[1:] {
		if name != "" {
			return false
		}
	}
	return n.Outputs[0] != ""
}

func (n *node) int(name string, otherwise int) (int, bool) {
	a, found := n.Attr(name)
	if !found {
		return otherwise, true
	}
	return int(a.I), a.Kind == onnx.AttrInt && int64(int(a.I)) == a.I
}

func (n *node) number(name string, otherwise float32) (float32, bool) {
	a, found := n.Attr(name)
	if !found {
		return otherwise, true
	}
	return a.F, a.Kind == onnx.AttrFloat
}

func (n *node) text(name, otherwise string) (string, bool) {
	a, found := n.Attr(name)
	if !found {
		return otherwise, true
	}
	return string(a.S), a.Kind == onnx.AttrString
}

// ints is a list of count numbers, or the default that many times.
func (n *node) ints(name string, count, otherwise int) ([]int, bool) {
	a, found := n.Attr(name)
	out := make([]int, count)
	for i := range out {
		out[i] = otherwise
		if found {
			if a.Kind != onnx.AttrInts || len(a.Is) != count || a.Is[i] < 0 || a.Is[i] > value.MaxElements {
				return nil, false
			}
			out[i] = int(a.Is[i])
		}
	}
	return out, true
}

// alias is a result that is the first operand in another shape.
func alias(n *node) (bool, error) {
	if !n.float(0) || !n.alone() {
		return false, nil
	}
	out, err := n.tried()
	if err != nil {
		return false, err
	}
	if out[0].DType() != onnx.Float32 || out[0].Len() != n.len(0) {
		return false, nil
	}
	return true, n.same(out[0].Shape)
}

// same makes the node's result another name of its first operand.
func (n *node) same(shape []int) error {
	id, err := n.value(n.Outputs[0], onnx.Float32, shape)
	if err != nil {
		return err
	}
	n.values[id].root = n.values[n.in[0]].root
	return nil
}

func product(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}
