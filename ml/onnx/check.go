package onnx

import (
	"fmt"
	"math"
)

// deepest is how far Check follows subgraphs: more than any Limits that make sense, so that a model that somebody built in
// memory, and that holds itself, ends too.
const deepest = 16

// Check looks at a model as a whole.
//
//   - Every name is given once, also over subgraphs (single static assignment), and is known where it is used.
//   - Nodes stand in an order in which each finds its operands, as ONNX demands. So there is no cycle, and the file's order is
//     an order to run in. A graph that could be sorted, and is not, is refused: sorting would make another file of it.
//   - Subgraphs may use what stands before them outside.
//   - Inputs that have a weight as default agree with it on type and shape.
//   - Every operator's domain has a version, and no operator is one of the file's own functions.
//   - Weights are finite numbers, also those that a Constant node holds, and tensors hold as much as their shape says.
//
// It takes time proportional to the model. Fails with ErrMalformed, ErrUnsupported.
func Check(m *Model) error {
	top := (*place)(nil).at("graph")
	if m == nil || m.Graph == nil {
		return top.malformed("there is none")
	}
	c := checker{model: m, local: map[[2]string]bool{}}
	for _, f := range m.Local {
		c.local[[2]string{f.Domain, f.Name}] = true
	}
	return c.graph(top, m.Graph, nil)
}

type checker struct {
	model *Model
	local map[[2]string]bool // functions of the file
}

// scope holds the names of a graph; those of the graphs around it are asked for, not copied: there may be many subgraphs.
type scope struct {
	outer *scope
	depth int
	given map[string]bool
}

func (s *scope) knows(name string) bool {
	for ; s != nil; s = s.outer {
		if s.given[name] {
			return true
		}
	}
	return false
}

func (s *scope) give(p *place, name string) error {
	if s.knows(name) {
		return p.malformed("%s is given twice", quoted(name))
	}
	s.given[name] = true
	return nil
}

func (c *checker) graph(p *place, g *Graph, outer *scope) error {
	s := &scope{outer: outer, given: map[string]bool{}}
	if outer != nil {
		s.depth = outer.depth + 1
	}
	if s.depth > deepest {
		return p.over("Depth", s.depth, deepest)
	}
	if err := c.weights(p, g, s); err != nil {
		return err
	}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		where := p.nth("node", i)
		if err := c.node(where, g, i, s); err != nil {
			return fmt.Errorf("%w (%s)", err, quoted(n.Op))
		}
	}
	return results(p, g, s)
}

// weights looks at inputs and initializers.
func (c *checker) weights(p *place, g *Graph, s *scope) error {
	declared := map[string]*ValueInfo{}
	for i := range g.Inputs {
		in, where := &g.Inputs[i], p.nth("input", i)
		if in.Name == "" {
			return where.malformed("no name")
		}
		if err := s.give(where, in.Name); err != nil {
			return err
		}
		declared[in.Name] = in
	}
	constants := map[string]bool{}
	for i, t := range g.Initializers {
		where := p.nth("initializer", i)
		if t == nil || t.Name == "" {
			return where.malformed("no name")
		}
		if constants[t.Name] {
			return where.malformed("%s is given twice", quoted(t.Name))
		}
		constants[t.Name] = true
		in, isDefault := declared[t.Name] // before IR version 4, inputs list weights too
		if !isDefault {
			if err := s.give(where, t.Name); err != nil {
				return err
			}
		} else if err := agrees(where, t, in); err != nil {
			return err
		}
		if err := where.constant(t); err != nil {
			return err
		}
	}
	return nil
}

// agrees says whether a weight is what an input declares.
func agrees(p *place, t *Tensor, in *ValueInfo) error {
	if in.DType != 0 && in.DType != t.DType {
		return p.malformed("%s is %s, and declared as %s", quoted(t.Name), t.DType, in.DType)
	}
	if in.Unknown {
		return nil
	}
	same := len(in.Shape) == len(t.Shape)
	for i := 0; same && i < len(t.Shape); i++ {
		same = in.Shape[i].Value < 0 || in.Shape[i].Value == t.Shape[i]
	}
	if !same {
		return p.malformed("%s has the shape %v, and is declared with another", quoted(t.Name), t.Shape)
	}
	return nil
}

func (c *checker) node(p *place, g *Graph, i int, s *scope) error {
	n := &g.Nodes[i]
	if _, found := c.model.Opsets[n.Domain]; !found {
		return p.malformed("no opset of domain %s", quoted(n.Domain))
	}
	if c.local[[2]string{n.Domain, n.Op}] {
		return p.unsupported("it calls a function that the file defines itself; hint: export the model with functions inlined")
	}
	for _, in := range n.Inputs {
		if in != "" && !s.knows(in) {
			return outOfOrder(p, g, i, in)
		}
	}
	for k := range n.Attrs {
		a := &n.Attrs[k]
		where := p.named("attribute", a.Name)
		switch {
		case a.Kind == AttrTensor && a.T == nil, a.Kind == AttrGraph && a.G == nil:
			return where.malformed("no value")
		case a.Kind == AttrGraph:
			if err := c.graph(where, a.G, s); err != nil {
				return err
			}
		case a.Kind == AttrTensor:
			if err := where.constant(a.T); err != nil {
				return err
			}
		}
	}
	for _, out := range n.Outputs {
		if out == "" {
			continue
		}
		if err := s.give(p, out); err != nil {
			return err
		}
	}
	return nil
}

// outOfOrder tells why an operand is not known where node i asks for it.
func outOfOrder(p *place, g *Graph, i int, name string) error {
	for j := i; j < len(g.Nodes); j++ {
		for _, out := range g.Nodes[j].Outputs {
			switch {
			case out != name:
			case i == j:
				return p.malformed("it uses its own result %s", quoted(name))
			default:
				return p.malformed("operand %s is given later, by node[%d]; hint: nodes stand behind what they use, and not in a circle", quoted(name), j)
			}
		}
	}
	return p.malformed("nothing gives the operand %s", quoted(name))
}

// results looks at outputs and declared values.
func results(p *place, g *Graph, s *scope) error {
	seen := map[string]bool{}
	for i, out := range g.Outputs {
		where := p.nth("output", i)
		if out.Name == "" || !s.knows(out.Name) {
			return where.malformed("nothing gives %s", quoted(out.Name))
		}
		if seen[out.Name] {
			return where.malformed("%s is listed twice", quoted(out.Name))
		}
		seen[out.Name] = true
	}
	declared := map[string]bool{}
	for i, v := range g.Values {
		if declared[v.Name] {
			return p.nth("value_info", i).malformed("%s is declared twice", quoted(v.Name))
		}
		declared[v.Name] = true
	}
	return nil
}

// constant looks at a tensor of the model: one that was built in memory has not been through Decode.
func (p *place) constant(t *Tensor) error {
	count, err := p.count(t.Shape, Limits{Elements: math.MaxInt64})
	if err != nil {
		return err
	}
	if int64(t.Len()) != count || t.DType != String && len(t.Data) != t.Len()*t.DType.Size() {
		return p.malformed("shape %v of %s, and %d elements in %d bytes", t.Shape, t.DType, t.Len(), len(t.Data))
	}
	if err := t.Finite(); err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	return nil
}
