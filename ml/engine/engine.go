// Package engine runs ONNX graphs so that the same model and input give the same bits on every machine.
//
// This is the reference executor of contract ve-f32-1 (docs/determinism.md): nodes run one after the other in the file's
// order, by the loops of package ops. It refuses what it does not know when a model is loaded, not when it runs.
package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/ops"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// Errors of this package; those of onnx, ops and value are passed on.
var (
	// ErrInput says that an input is missing, unknown, or not what the model declares.
	ErrInput = errors.New("input")
	// ErrNode says which node failed.
	ErrNode = errors.New("node")
	// ErrTooLarge says that a run holds more at once than MaxLive.
	ErrTooLarge = errors.New("too many elements at once")
	// ErrDefect says that an operator did not expect what it got: it is to be reported, and the model is not to be used.
	ErrDefect = errors.New("defect of the engine")
)

// MaxLive bounds the elements that a run holds at once, besides the model's constants.
const MaxLive = 1 << 28

// Program is a model that can run. It does not change and is safe for concurrent use.
type Program struct {
	model     *onnx.Model
	steps     []step
	constants map[string]*value.Tensor
	last      map[string]int // the step behind which a value is needed no more
}

type step struct {
	node  *onnx.Node
	run   ops.Func
	opset int64
}

// Load prepares a model. It fails with onnx.ErrMalformed and onnx.ErrUnsupported as onnx.Check does, and with
// ops.ErrUnsupported for an operator, naming it.
func Load(m *onnx.Model) (*Program, error) {
	if err := onnx.Check(m); err != nil {
		return nil, err
	}
	p := &Program{model: m, constants: map[string]*value.Tensor{}, last: map[string]int{}}
	for _, t := range m.Graph.Initializers {
		v, err := value.FromONNX(t)
		if err != nil {
			return nil, fmt.Errorf("initializer %q: %w", t.Name, err)
		}
		p.constants[t.Name] = v
	}
	for i := range m.Graph.Nodes {
		n := &m.Graph.Nodes[i]
		run, err := ops.Find(n.Domain, n.Op)
		if err != nil {
			return nil, fmt.Errorf("%w %d %q: %w", ErrNode, i, n.Name, err)
		}
		for _, a := range n.Attrs {
			if a.G != nil {
				return nil, fmt.Errorf("%w %d %q: %w: %s with a subgraph", ErrNode, i, n.Name, ops.ErrUnsupported, n.Op)
			}
		}
		p.steps = append(p.steps, step{n, run, m.Opsets[n.Domain]})
		for _, in := range n.Inputs {
			p.last[in] = i
		}
	}
	for _, out := range m.Graph.Outputs {
		p.last[out.Name] = len(p.steps)
	}
	return p, nil
}

// Inputs are what Run needs: the declared inputs that are no constants.
func (p *Program) Inputs() []onnx.ValueInfo {
	return slices.DeleteFunc(slices.Clone(p.model.Graph.Inputs), func(v onnx.ValueInfo) bool { return p.constants[v.Name] != nil })
}

// AllInputs are all that the model declares, constants among them.
func (p *Program) AllInputs() []onnx.ValueInfo { return slices.Clone(p.model.Graph.Inputs) }

// Outputs are what Run returns.
func (p *Program) Outputs() []onnx.ValueInfo { return slices.Clone(p.model.Graph.Outputs) }

// Run computes the outputs from the inputs, by name. An input may replace a constant of the same name where the model
// declares both. Fails with ErrInput, ErrNode with what the node's operator said, and ctx's error between two nodes.
func (p *Program) Run(ctx context.Context, inputs map[string]*value.Tensor) (map[string]*value.Tensor, error) {
	values := make(map[string]*value.Tensor, len(p.constants)+len(inputs))
	for name, v := range p.constants {
		values[name] = v
	}
	known, live := 0, 0 // inputs, and elements
	for _, in := range p.model.Graph.Inputs {
		t := inputs[in.Name]
		if t == nil {
			if p.constants[in.Name] == nil {
				return nil, fmt.Errorf("%w %q is missing", ErrInput, in.Name)
			}
			continue
		}
		known++
		live += t.Len()
		if err := fits(in, t); err != nil {
			return nil, err
		}
		values[in.Name] = t
	}
	if known != len(inputs) {
		return nil, fmt.Errorf("%w: %d are given that the model does not have", ErrInput, len(inputs)-known)
	}
	for i, s := range p.steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.do(values); err != nil {
			return nil, fmt.Errorf("%w %d %q (%s): %w", ErrNode, i, s.node.Name, s.node.Op, err)
		}
		for _, out := range s.node.Outputs {
			if t := values[out]; t != nil {
				live += t.Len()
			}
		}
		if live > MaxLive {
			return nil, fmt.Errorf("%w %d %q (%s): %w: %d, at most %d", ErrNode, i, s.node.Name, s.node.Op, ErrTooLarge, live, MaxLive)
		}
		for _, in := range s.node.Inputs {
			if t := values[in]; t != nil && p.last[in] == i {
				if p.constants[in] == nil {
					live -= t.Len()
				}
				delete(values, in)
			}
		}
	}
	out := make(map[string]*value.Tensor, len(p.model.Graph.Outputs))
	for _, o := range p.model.Graph.Outputs {
		if out[o.Name] = values[o.Name]; out[o.Name] == nil {
			return nil, fmt.Errorf("output %q was not computed", o.Name)
		}
	}
	return out, nil
}

// do computes one node. A model of a stranger does not end the process, whatever it found.
func (s step) do(values map[string]*value.Tensor) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDefect, r)
		}
	}()
	c := &ops.Call{Op: s.node.Op, Opset: s.opset, Node: s.node, In: make([]*value.Tensor, len(s.node.Inputs))}
	for i, name := range s.node.Inputs {
		if name != "" {
			c.In[i] = values[name]
		}
	}
	out, err := s.run(c)
	if err != nil {
		return err
	}
	for i, name := range s.node.Outputs {
		if name == "" {
			continue
		}
		if i >= len(out) || out[i] == nil {
			return fmt.Errorf("%w: result %d is not there", ops.ErrUnsupported, i)
		}
		values[name] = out[i]
	}
	return nil
}

// fits holds an input against its declaration.
func fits(in onnx.ValueInfo, t *value.Tensor) error {
	if in.DType != 0 && t.DType() != in.DType {
		return fmt.Errorf("%w %q: %s, want %s", ErrInput, in.Name, t.DType(), in.DType)
	}
	if in.Unknown {
		return nil
	}
	if len(in.Shape) != t.Rank() {
		return fmt.Errorf("%w %q: shape %v, want %d dimensions", ErrInput, in.Name, t.Shape, len(in.Shape))
	}
	for i, d := range in.Shape {
		if d.Value >= 0 && int64(t.Shape[i]) != d.Value {
			return fmt.Errorf("%w %q: shape %v, dimension %d is %d", ErrInput, in.Name, t.Shape, i, d.Value)
		}
	}
	return nil
}
