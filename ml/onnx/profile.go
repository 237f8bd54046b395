package onnx

import (
	"errors"
	"fmt"
	"slices"
)

// Profile is what the model of a pack may contain. It is narrower than ONNX: a pack's model means the same to every decoder,
// also to those that drop repeated and omitted operands and symbols (package crosscheck), and its cost is known before it runs.
type Profile struct {
	Operators map[string]bool // of domain ai.onnx, by name; no other domain is allowed
	DTypes    []DType         // of inputs, outputs, weights and constants; String never
	MinOpset  int64           // of ai.onnx, inclusive; not zero
	MaxOpset  int64
}

// ProfileError is one thing that a pack may not contain. errors.Is(err, ErrProfile) holds.
type ProfileError struct {
	Place string // graph.node[3]
	Why   string
}

// Error says where and why.
func (e *ProfileError) Error() string { return fmt.Sprintf("%v: %s: %s", ErrProfile, e.Place, e.Why) }

// Is makes errors.Is(err, ErrProfile) hold.
func (e *ProfileError) Is(target error) bool { return target == ErrProfile }

// mostReported is how many faults one Check reports: enough to mend an export in one go.
const mostReported = 20

// Check says whether a model may be in a pack, and lists up to 20 reasons if not, joined. A model that onnx.Check refuses is
// refused for that alone. Allowed is a graph
//
//   - of known operators of domain ai.onnx in the profile's opsets, without subgraphs, functions and other domains;
//   - in which no operand is omitted, no operand of a node is repeated, no input is a weight at the same time, and every output is
//     given by a node;
//   - whose inputs and outputs have known dimensions above zero, the first of which is 1 (the batch), and no symbol anywhere;
//   - whose tensors have elements, of the profile's types.
//
// Fails with ErrProfile, ErrMalformed, ErrUnsupported.
func (p Profile) Check(m *Model) error {
	if len(p.Operators) == 0 || len(p.DTypes) == 0 || p.MinOpset < 1 || p.MaxOpset < p.MinOpset || slices.Contains(p.DTypes, String) {
		return &ProfileError{Place: "profile", Why: "it names no operators, no types or no opsets, or allows strings"}
	}
	if err := Check(m); err != nil {
		return err
	}
	j := &judge{profile: p}
	top := (*place)(nil)
	for domain, version := range m.Opsets {
		if domain == "" && (version < p.MinOpset || version > p.MaxOpset) {
			j.no(top.at("opset_import"), "opset %d, allowed are %d to %d", version, p.MinOpset, p.MaxOpset)
		}
	}
	if others := len(m.Opsets); others > 1 || m.Opsets[""] == 0 {
		j.no(top.at("opset_import"), "%d domains, allowed is ai.onnx alone", others)
	}
	if len(m.Local) > 0 || m.Functions > 0 {
		j.no(top.at("functions"), "functions of the file's own")
	}
	j.graph(top.at("graph"), m.Graph)
	return errors.Join(j.found...)
}

// judge collects what a profile does not allow.
type judge struct {
	profile Profile
	found   []error
}

func (j *judge) no(p *place, format string, args ...any) {
	if len(j.found) < mostReported {
		j.found = append(j.found, &ProfileError{Place: p.String(), Why: fmt.Sprintf(format, args...)})
	}
}

func (j *judge) graph(p *place, g *Graph) {
	if len(g.Nodes) == 0 || len(g.Inputs) == 0 || len(g.Outputs) == 0 {
		j.no(p, "a graph needs nodes, inputs and outputs")
	}
	weights := map[string]bool{}
	for i, t := range g.Initializers {
		weights[t.Name] = true
		j.tensor(p.nth("initializer", i), t)
	}
	for i := range g.Inputs {
		if weights[g.Inputs[i].Name] {
			j.no(p.nth("input", i), "%s is a weight too", quoted(g.Inputs[i].Name))
		}
		j.edge(p.nth("input", i), &g.Inputs[i])
	}
	given := map[string]bool{}
	for i := range g.Nodes {
		for _, out := range g.Nodes[i].Outputs {
			given[out] = true
		}
	}
	for i := range g.Outputs {
		if !given[g.Outputs[i].Name] {
			j.no(p.nth("output", i), "%s is given by no node", quoted(g.Outputs[i].Name))
		}
		j.edge(p.nth("output", i), &g.Outputs[i])
	}
	for i := range g.Values {
		j.symbols(p.nth("value_info", i), &g.Values[i])
	}
	for i := range g.Nodes {
		j.node(p.nth("node", i), &g.Nodes[i])
	}
}

func (j *judge) symbols(p *place, v *ValueInfo) {
	for i, d := range v.Shape {
		if d.Symbol != "" {
			j.no(p, "dimension %d of %s is %s; hint: export with fixed shapes", i, quoted(v.Name), quoted(d.Symbol))
		}
	}
}

// edge looks at an input or an output of the model.
func (j *judge) edge(p *place, v *ValueInfo) {
	j.symbols(p, v)
	if !slices.Contains(j.profile.DTypes, v.DType) {
		j.no(p, "%s holds %s", quoted(v.Name), v.DType)
	}
	if v.Unknown {
		j.no(p, "%s has no declared shape", quoted(v.Name))
		return
	}
	for i, d := range v.Shape {
		switch {
		case d.Symbol != "":
		case d.Value < 1:
			j.no(p, "dimension %d of %s is not known, or zero", i, quoted(v.Name))
		case i == 0 && d.Value != 1:
			j.no(p, "%s holds a batch of %d, allowed is 1", quoted(v.Name), d.Value)
		}
	}
}

func (j *judge) tensor(p *place, t *Tensor) {
	if !slices.Contains(j.profile.DTypes, t.DType) {
		j.no(p, "%s holds %s", quoted(t.Name), t.DType)
	}
	if t.Len() == 0 {
		j.no(p, "%s holds nothing", quoted(t.Name))
	}
}

func (j *judge) node(p *place, n *Node) {
	if n.Domain != "" {
		j.no(p, "operator %s of domain %s", quoted(n.Op), quoted(n.Domain))
	} else if !j.profile.Operators[n.Op] {
		j.no(p, "operator %s", quoted(n.Op))
	}
	seen := map[string]bool{}
	for i, in := range n.Inputs {
		switch {
		case in == "":
			j.no(p, "operand %d is omitted", i)
		case seen[in]:
			j.no(p, "operand %s is repeated; hint: give it a second name by an Identity", quoted(in))
		}
		seen[in] = true
	}
	for i, out := range n.Outputs {
		if out == "" {
			j.no(p, "result %d is omitted", i)
		}
	}
	if len(n.Outputs) == 0 {
		j.no(p, "it gives nothing")
	}
	for i := range n.Attrs {
		a := &n.Attrs[i]
		switch where := p.named("attribute", a.Name); a.Kind {
		case AttrGraph:
			j.no(where, "a subgraph")
		case AttrTensor:
			j.tensor(where, a.T)
		}
	}
}
