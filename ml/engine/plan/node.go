package plan

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/ops"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// node is one node while it is planned.
type node struct {
	*builder
	*onnx.Node
	at    int
	opset int64
	in    []int // values; -1: left out
	own   []int // operands that the kernel has a copy of
}

// add plans one node.
func (b *builder) add(i int) error {
	g := &b.model.Graph.Nodes[i]
	n := &node{builder: b, Node: g, at: i, opset: b.model.Opsets[g.Domain]}
	for _, name := range g.Inputs {
		id := -1
		if name != "" {
			id = b.ids[name]
		}
		n.in = append(n.in, id)
	}
	switch {
	case n.fixed() || g.Op == "Shape" || g.Op == "Size":
		return n.fold()
	case n.dynamic():
		return fmt.Errorf("%w: it depends on data", ErrDynamic)
	}
	if plan, found := planned[g.Op]; found && n.allFloat32() {
		done, err := plan(n)
		if done || err != nil {
			return err
		}
	}
	return n.byReference()
}

// allFloat32 says whether every operand that a run computes is of float32.
func (n *node) allFloat32() bool {
	return !slices.ContainsFunc(n.in, func(id int) bool {
		return id >= 0 && n.values[id].constant == nil && n.values[id].dtype != onnx.Float32
	})
}

// settled lists operands that decide about a shape.
var settled = map[string][]int{
	"Reshape": {1}, "Expand": {1}, "Slice": {1, 2, 3, 4}, "Tile": {1}, "Pad": {1, 3}, "Resize": {1, 2, 3}, "Upsample": {1}, "Range": {0, 1, 2}, "ConstantOfShape": {0},
	"TopK": {1}, "Squeeze": {1}, "Unsqueeze": {1}, "OneHot": {1}, "Split": {1}, "CumSum": {1}, "Compress": {1}, "NonZero": {0}, "NonMaxSuppression": {0, 1, 2, 3, 4}, "Dropout": {2},
	"ReduceSum": {1}, "ReduceMean": {1}, "ReduceMax": {1}, "ReduceMin": {1}, "ReduceL1": {1}, "ReduceL2": {1}, "ReduceProd": {1}, "ReduceSumSquare": {1}, "ReduceLogSum": {1}, "ReduceLogSumExp": {1},
}

func (n *node) dynamic() bool {
	return slices.ContainsFunc(settled[n.Op], func(i int) bool { return i < len(n.in) && n.in[i] >= 0 && n.values[n.in[i]].constant == nil })
}

// call is the reference operator on tensors.
func (n *node) call(in []*value.Tensor) (out []*value.Tensor, err error) {
	run, err := ops.Find(n.Domain, n.Op)
	if err != nil {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", engine.ErrDefect, r)
		}
	}()
	return run(&ops.Call{Op: n.Op, Opset: n.opset, Node: n.Node, In: in})
}

// samples are tensors of the operands' shapes.
func (n *node) samples() ([]*value.Tensor, error) {
	in := make([]*value.Tensor, len(n.in))
	for i, id := range n.in {
		if id < 0 {
			continue
		}
		t, err := n.sample(id)
		if err != nil {
			return nil, err
		}
		in[i] = t
	}
	return in, nil
}

// fold computes a node whose results no run changes.
func (n *node) fold() error {
	out, err := n.tried()
	if err != nil {
		return err
	}
	for i, name := range n.Outputs {
		if name != "" {
			n.constant(name, out[i])
		}
	}
	return nil
}

// tried runs the reference operator on samples: it says what shapes the results have, and what is wrong with the node.
func (n *node) tried() ([]*value.Tensor, error) {
	out, err := n.onSamples()
	if errors.Is(err, ops.ErrOperand) && !n.fixed() { // zero may be what it cannot divide by, or what is too few
		n.ones = true
		out, err = n.onSamples()
		n.ones = false
	}
	if err != nil {
		return nil, err
	}
	for i, name := range n.Outputs {
		if name != "" && (i >= len(out) || out[i] == nil) {
			return nil, fmt.Errorf("%w: result %d is not there", ops.ErrUnsupported, i)
		}
	}
	return out, nil
}

func (n *node) onSamples() ([]*value.Tensor, error) {
	in, err := n.samples()
	if err != nil {
		return nil, err
	}
	return n.call(in)
}

// fixed says whether no run changes an operand.
func (n *node) fixed() bool {
	return !slices.ContainsFunc(n.in, func(id int) bool { return id >= 0 && n.values[id].constant == nil })
}

// emit adds a step that computes one float32 result. Where it may overwrite operands, these are named.
func (n *node) emit(shape []int, k kernel, overwrites ...int) error {
	id, err := n.value(n.Outputs[0], onnx.Float32, shape)
	if err != nil {
		return err
	}
	n.push(step{name: n.Name, op: n.Op, macs: k.macs, units: k.units, run: k.run, out: []int{id}})
	for _, i := range overwrites {
		n.spans[id].over = append(n.spans[id].over, n.in[i])
	}
	return nil
}

// push adds a step; everything it reads is needed until then.
func (n *node) push(s step) {
	for i, id := range n.in {
		if id >= 0 {
			n.spans[n.values[id].root].last = len(n.steps)
			n.read[n.values[id].root] = n.read[n.values[id].root] || !slices.Contains(n.own, i)
		}
	}
	n.steps = append(n.steps, s)
}

// kernel is how a node's only result is computed.
type kernel struct {
	macs  int64
	units int
	run   func(r *Runner, w *worker, unit int)
}

// byReference adds a step that runs the reference operator.
func (n *node) byReference() error {
	samples, err := n.tried()
	if err != nil {
		return err
	}
	out := make([]int, len(n.Outputs))
	for i, name := range n.Outputs {
		out[i] = -1
		if name == "" {
			continue
		}
		if out[i], err = n.value(name, samples[i].DType(), samples[i].Shape); err != nil {
			return err
		}
	}
	c := *n
	in := slices.Clone(n.in)
	n.push(step{name: n.Name, op: n.Op, out: out, reference: func(r *Runner) error { return r.refer(&c, in, out) }})
	return nil
}

// finite says whether all numbers are.
func finite(x []float32) bool {
	return !slices.ContainsFunc(x, func(v float32) bool { return math.IsInf(float64(v), 0) || math.IsNaN(float64(v)) })
}
