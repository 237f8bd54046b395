package i8

import (
	"slices"

	"github.com/virtengine/virtengine/ml/onnx"
)

// Step describes one operation of a program, for people: nothing here is computed with.
type Step struct {
	Name        string // of its result too
	Op          string
	Inputs      []string // activations only
	Shape       []int    // of the result
	DType       onnx.DType
	Scale       float64 // real value of one step of the result
	Accumulator int64   // the largest magnitude that any input could make, 2^31-1 at most; 0: nothing is summed
	MACs        int64
	WeightBytes int // weights, biases, multipliers, shifts and tables
}

// Steps are the program's operations in the order in which they run.
func (p *Program) Steps() []Step {
	out := make([]Step, len(p.nodes))
	for i := range p.nodes {
		n := &p.nodes[i]
		result := &p.tensors[n.result]
		s := Step{Name: n.name, Op: n.op, Shape: slices.Clone(result.shape), DType: result.dtype(), Scale: result.scale, MACs: n.macs(result), WeightBytes: n.weightBytes()}
		for _, in := range n.in {
			s.Inputs = append(s.Inputs, p.tensors[in].name)
		}
		s.Accumulator = n.accumulator(&p.tensors[n.in[0]])
		out[i] = s
	}
	return out
}

// accumulator is the bound that bounds.go holds against 2^31-1, the largest of all channels. Of Add, whose factors are bounded
// instead, it is what they make of the largest operands.
func (n *node) accumulator(x *tensor) int64 {
	switch n.op {
	case opConv, opConvTranspose, opGemm:
		largest := int64(0)
		for c, sum := range n.magnitudes() {
			largest = max(largest, 128*sum+abs64(int64(n.bias[c])))
		}
		return largest
	case opAdd:
		return 128 * (abs64(int64(n.factors[0])) + abs64(int64(n.factors[1])))
	case opMul:
		return 128 * 128
	case opAveragePool:
		return 128 * int64(n.window.kernel[0]) * int64(n.window.kernel[1])
	case opGlobalAveragePool:
		return 128 * int64(x.shape[2]) * int64(x.shape[3])
	}
	return 0
}

// LargestActivation is the size of the largest input or result in bytes, without padding.
func (p *Program) LargestActivation() int {
	largest := 0
	for i := range p.tensors {
		t, size := &p.tensors[i], 1
		if t.wide {
			size = 4
		}
		largest = max(largest, size*t.len())
	}
	return largest
}

func (n *node) weightBytes() int {
	sum := len(n.weights) + 4*len(n.bias) + len(n.table)
	if n.weights != nil {
		sum += 4*len(n.rq.Multiplier) + len(n.rq.Shift)
	}
	return sum
}
