package i8

import (
	"slices"

	"github.com/virtengine/virtengine/ml/onnx"
)

// Contract is the identifier that goes into everything computed under CONTRACT.md.
const Contract = "ve-i8-1"

// Domain and Version name the operators in a file.
const (
	Domain  = "virtengine.i8"
	Version = 1
)

// Program is an integer program that was checked. It does not change and is safe for concurrent use.
type Program struct {
	name            string
	tensors         []tensor
	nodes           []node // in the order in which they run
	inputs, outputs []int  // tensors
}

// Port is an input or an output.
type Port struct {
	Name  string
	Shape []int
	DType onnx.DType // Int8, or Int32 for an accumulator
	Scale float64    // real value of one step; published, never computed with
}

// Name is the graph's.
func (p *Program) Name() string { return p.name }

// Inputs are what a run needs.
func (p *Program) Inputs() []Port { return p.ports(p.inputs) }

// Outputs are what a run returns.
func (p *Program) Outputs() []Port { return p.ports(p.outputs) }

// MACs counts the products of int8 by int8 in one run; windows count whole at borders.
func (p *Program) MACs() int64 {
	sum := int64(0)
	for i := range p.nodes {
		sum += p.nodes[i].macs(&p.tensors[p.nodes[i].result])
	}
	return sum
}

// WeightBytes is the size of weights, biases, multipliers, shifts and tables as a file holds them.
func (p *Program) WeightBytes() int {
	sum := 0
	for i := range p.nodes {
		sum += p.nodes[i].weightBytes()
	}
	return sum
}

func (p *Program) ports(ids []int) []Port {
	out := make([]Port, len(ids))
	for i, id := range ids {
		t := &p.tensors[id]
		out[i] = Port{Name: t.name, Shape: slices.Clone(t.shape), DType: t.dtype(), Scale: t.scale}
	}
	return out
}

// lastUse says for each value the node behind which it is needed no more; outputs are needed to the end, and what nothing reads
// has -1.
func (p *Program) lastUse() []int {
	last := make([]int, len(p.tensors))
	for i := range last {
		last[i] = -1
	}
	for i := range p.nodes {
		for _, in := range p.nodes[i].in {
			last[in] = i
		}
	}
	for _, out := range p.outputs {
		last[out] = len(p.nodes)
	}
	return last
}
