package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Check looks at a model as a whole: names are given once and known where they are used, and nodes stand in an order in
// which each finds its operands, as ONNX demands; so there is no cycle. Subgraphs may use what stands before them outside.
// Weights are numbers: no NaN, no infinity. Fails with ErrMalformed, ErrUnsupported.
func Check(m *Model) error {
	if m == nil || m.Graph == nil {
		return fmt.Errorf("%w: no graph", ErrMalformed)
	}
	return m.Graph.check("graph", m, map[string]bool{})
}

func (g *Graph) check(at string, m *Model, outer map[string]bool) error {
	known := make(map[string]bool, len(outer)+len(g.Inputs))
	for name := range outer {
		known[name] = true
	}
	own := map[string]bool{}
	give := func(at, name string) error {
		if own[name] {
			return fmt.Errorf("%w: %s: %q is given twice", ErrMalformed, at, name)
		}
		own[name], known[name] = true, true
		return nil
	}
	for i, in := range g.Inputs {
		if in.Name == "" {
			return fmt.Errorf("%w: %s.input[%d] has no name", ErrMalformed, at, i)
		}
		if err := give(fmt.Sprintf("%s.input[%d]", at, i), in.Name); err != nil {
			return err
		}
	}
	constants := map[string]bool{}
	for i, t := range g.Initializers {
		where := fmt.Sprintf("%s.initializer[%d]", at, i)
		if t.Name == "" || constants[t.Name] {
			return fmt.Errorf("%w: %s: the name %q is empty or given twice", ErrMalformed, where, t.Name)
		}
		constants[t.Name] = true
		own[t.Name], known[t.Name] = true, true // before IR version 4, inputs list them too
		if err := t.Finite(); err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
	}
	for i := range g.Nodes {
		n := &g.Nodes[i]
		where := fmt.Sprintf("%s.node[%d] (%s)", at, i, n.Op)
		if _, found := m.Opsets[n.Domain]; !found {
			return fmt.Errorf("%w: %s: no opset of domain %q", ErrMalformed, where, n.Domain)
		}
		for _, in := range n.Inputs {
			if in != "" && !known[in] {
				return fmt.Errorf("%w: %s: operand %q is not known there; hint: nodes stand behind what they use, and use nothing of their own", ErrMalformed, where, in)
			}
		}
		for _, a := range n.Attrs {
			if a.G != nil {
				if err := a.G.check(where+"."+a.Name, m, known); err != nil {
					return err
				}
			}
		}
		for _, out := range n.Outputs {
			if out == "" {
				continue
			}
			if err := give(where, out); err != nil {
				return err
			}
		}
	}
	for i, out := range g.Outputs {
		if !known[out.Name] || out.Name == "" {
			return fmt.Errorf("%w: %s.output[%d]: nothing gives %q", ErrMalformed, at, i, out.Name)
		}
	}
	return nil
}

// Finite fails with ErrMalformed where a tensor of floats holds a NaN or an infinity.
func (t *Tensor) Finite() error {
	bad := func(i int) error {
		return fmt.Errorf("%w: %q: element %d is no finite number", ErrMalformed, t.Name, i)
	}
	switch t.DType {
	case Float32:
		for i := 0; i+4 <= len(t.Data); i += 4 {
			if binary.LittleEndian.Uint32(t.Data[i:])&0x7f800000 == 0x7f800000 {
				return bad(i / 4)
			}
		}
	case Float64:
		for i := 0; i+8 <= len(t.Data); i += 8 {
			if f := math.Float64frombits(binary.LittleEndian.Uint64(t.Data[i:])); math.IsNaN(f) || math.IsInf(f, 0) {
				return bad(i / 8)
			}
		}
	case Float16, BFloat16:
		mask := map[DType]uint16{Float16: 0x7c00, BFloat16: 0x7f80}[t.DType]
		for i := 0; i+2 <= len(t.Data); i += 2 {
			if binary.LittleEndian.Uint16(t.Data[i:])&mask == mask {
				return bad(i / 2)
			}
		}
	}
	return nil
}
