package i8

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/onnx"
)

// Load checks a model and returns it as a program. Every parameter is typed and none is unknown; every shape is inferred and equals
// the declared one; every initializer serves one operand and every value something; no accumulator can overflow. Takes time and
// memory proportional to the model. Fails with ErrMalformed, ErrUnsupported, ErrOverflow, ErrLimit, ErrScale, and as onnx.Check
// does; the text names the node.
func Load(m *onnx.Model) (*Program, error) {
	if err := onnx.Check(m); err != nil {
		return nil, err
	}
	if err := header(m); err != nil {
		return nil, err
	}
	l := loader{p: &Program{name: m.Graph.Name}, model: m, ids: map[string]int{}, constants: map[string]*onnx.Tensor{}, used: map[string]bool{},
		declared: map[string]*onnx.ValueInfo{}}
	for _, t := range m.Graph.Initializers {
		l.constants[t.Name] = t
	}
	for _, list := range [][]onnx.ValueInfo{m.Graph.Values, m.Graph.Outputs} {
		for i := range list {
			if l.declared[list[i].Name] != nil {
				return nil, fmt.Errorf("%w: %.40q is declared twice", ErrMalformed, list[i].Name)
			}
			l.declared[list[i].Name] = &list[i]
		}
	}
	for _, step := range []func() error{l.inputs, l.nodes, l.outputs, l.leftovers} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return l.p, l.p.affordable()
}

// header holds what stands around the graph.
func header(m *onnx.Model) error {
	if len(m.Opsets) != 1 || m.Opsets[Domain] != Version {
		return fmt.Errorf("%w: opsets %v, want %s %d alone", ErrUnsupported, m.Opsets, Domain, Version)
	}
	if m.Metadata[contractKey] != Contract {
		return fmt.Errorf("%w: metadata %q is %.40q, want %q", ErrUnsupported, contractKey, m.Metadata[contractKey], Contract)
	}
	if m.Functions != 0 || len(m.Local) != 0 {
		return fmt.Errorf("%w: functions of the file's own", ErrUnsupported)
	}
	if n := len(m.Graph.Nodes); n < 1 || n > MaxNodes {
		return fmt.Errorf("%w: %d nodes, allowed are 1 to %d", ErrLimit, n, MaxNodes)
	}
	if len(m.Metadata) != 1+len(m.Graph.Inputs) {
		return fmt.Errorf("%w: %d entries of metadata; hint: %q, and %q for each input", ErrMalformed, len(m.Metadata), contractKey, scaleKey+"NAME")
	}
	return nil
}

type loader struct {
	p         *Program
	model     *onnx.Model
	ids       map[string]int // of values
	constants map[string]*onnx.Tensor
	used      map[string]bool
	declared  map[string]*onnx.ValueInfo
}

func (l *loader) add(t tensor) error {
	if err := t.check(); err != nil {
		return err
	}
	l.ids[t.name] = len(l.p.tensors)
	l.p.tensors = append(l.p.tensors, t)
	return nil
}

func (l *loader) inputs() error {
	for i := range l.model.Graph.Inputs {
		in := &l.model.Graph.Inputs[i]
		scale, err := parseScale(l.model.Metadata[scaleKey+in.Name])
		if err != nil {
			return fmt.Errorf("input %.40q: metadata %.60q: %w", in.Name, scaleKey+in.Name, err)
		}
		t := tensor{name: in.Name, scale: scale}
		for _, d := range in.Shape {
			if d.Value < 1 || d.Value > MaxElements || len(in.Shape) > 4 {
				return fmt.Errorf("%w: input %.40q: dimension %d", ErrMalformed, in.Name, d.Value)
			}
			t.shape = append(t.shape, int(d.Value))
		}
		if err := t.declared(in); err != nil {
			return fmt.Errorf("input %w", err)
		}
		if l.constants[in.Name] != nil {
			return fmt.Errorf("%w: input %.40q is an initializer too", ErrMalformed, in.Name)
		}
		l.p.inputs = append(l.p.inputs, len(l.p.tensors))
		if err := l.add(t); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) nodes() error {
	for i := range l.model.Graph.Nodes {
		n, err := l.node(&l.model.Graph.Nodes[i])
		if err != nil {
			return fmt.Errorf("node %d: %w", i, err)
		}
		t, err := l.p.infer(&n)
		if err != nil {
			return fmt.Errorf("node %d: %w", i, err)
		}
		t.scale = n.rq.Scale
		declared := l.declared[n.name]
		if declared == nil {
			return fmt.Errorf("%w: node %d: %.40q has no declared type and shape", ErrMalformed, i, n.name)
		}
		if err := t.declared(declared); err != nil {
			return fmt.Errorf("node %d: %w", i, err)
		}
		delete(l.declared, n.name)
		n.result = len(l.p.tensors)
		l.p.nodes = append(l.p.nodes, n)
		if err := l.add(t); err != nil {
			return err
		}
	}
	for _, list := range [][]onnx.ValueInfo{l.model.Graph.Values, l.model.Graph.Outputs} {
		for i := range list {
			if l.declared[list[i].Name] != nil {
				return fmt.Errorf("%w: %.40q is declared, and no node gives it", ErrMalformed, list[i].Name)
			}
		}
	}
	return nil
}

// node reads one node up to what infer checks.
func (l *loader) node(from *onnx.Node) (node, error) {
	r := &reader{node: from, constants: l.constants, used: l.used, read: map[string]bool{}, operands: from.Inputs}
	if from.Domain != Domain || !slices.Contains(Operators(), from.Op) {
		return node{}, fmt.Errorf("%w: operator %.40q of domain %.40q", ErrUnsupported, from.Op, from.Domain)
	}
	if len(from.Outputs) != 1 || from.Outputs[0] != from.Name {
		r.fail("results %.80q; hint: one, named as the node", from.Outputs)
	}
	n := node{name: from.Name, op: from.Op}
	for len(r.operands) > 0 {
		id, isValue := l.ids[r.operands[0]]
		if !isValue {
			break
		}
		n.in = append(n.in, id)
		r.operands = r.operands[1:]
	}
	if len(n.in) == 0 {
		r.fail("no operand")
	}
	if r.err != nil {
		return n, r.err
	}
	r.parameters(&n)
	r.weights(&n, l.p.tensors[n.in[0]].shape)
	if len(r.operands) > 0 {
		r.fail("%d operands too many", len(r.operands))
	}
	return n, r.finish(&n)
}

func (l *loader) outputs() error {
	if len(l.model.Graph.Outputs) == 0 {
		return fmt.Errorf("%w: no output", ErrMalformed)
	}
	for _, out := range l.model.Graph.Outputs {
		l.p.outputs = append(l.p.outputs, l.ids[out.Name]) // it is there: nodes refused declarations without a node
	}
	return nil
}

// leftovers refuses what serves nothing: it would be in the file's digest, and mean nothing.
func (l *loader) leftovers() error {
	for i, last := range l.p.lastUse() {
		if last < 0 {
			return fmt.Errorf("%w: nothing uses %q", ErrMalformed, l.p.tensors[i].name)
		}
	}
	for _, t := range l.model.Graph.Initializers {
		if !l.used[t.Name] {
			return fmt.Errorf("%w: nothing uses the initializer %.40q", ErrMalformed, t.Name)
		}
	}
	return nil
}

// declared holds a value against its declaration.
func (t *tensor) declared(as *onnx.ValueInfo) error {
	same := as.DType == t.dtype() && !as.Unknown && len(as.Shape) == len(t.shape)
	for i := 0; same && i < len(t.shape); i++ {
		same = as.Shape[i].Value == int64(t.shape[i])
	}
	if !same {
		return fmt.Errorf("%w: %.40q is %s %v, and declared as %s %v", ErrMalformed, t.name, t.dtype(), t.shape, as.DType, as.Shape)
	}
	return nil
}
