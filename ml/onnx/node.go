package onnx

import (
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/virtengine/virtengine/security/safemath"
)

func (d *decoder) node(p *place, b []byte, depth int) (Node, error) {
	n := Node{}
	if err := d.room(p, &n, b); err != nil {
		return n, err
	}
	operand := func(into *[]string, f field) error {
		name, err := p.text(f, d.limits.Name)
		if err != nil {
			return err
		}
		*into = append(*into, name)
		return nil
	}
	err := p.fields(b, of(3, 4, 7, 8), func(f field) (err error) {
		switch f.number {
		case 1:
			err = operand(&n.Inputs, f)
		case 2:
			err = operand(&n.Outputs, f)
		case 3:
			n.Name, err = p.text(f, d.limits.Name)
		case 4:
			n.Op, err = p.text(f, d.limits.Name)
		case 5:
			err = d.appendAttribute(p, &n, f, depth)
		case 7:
			n.Domain, err = p.text(f, d.limits.Name)
			n.Domain = canonical(n.Domain)
		case 8: // overload
			if len(f.bytes) > 0 {
				err = p.unsupported("an overload of a function")
			}
		}
		return err
	})
	if err == nil && n.Op == "" {
		err = p.malformed("it names no operator")
	}
	return n, err
}

// room makes room for what a node lists, after looking at the limits.
func (d *decoder) room(p *place, n *Node, b []byte) error {
	counts := tally(b, 1, 2, 5)
	if err := d.names(p, counts[0]+counts[1]); err != nil {
		return err
	}
	if counts[2] > d.limits.Attributes {
		return p.over("Attributes", counts[2], d.limits.Attributes)
	}
	n.Inputs, n.Outputs, n.Attrs = sized[string](counts[0]), sized[string](counts[1]), sized[Attribute](counts[2])
	return nil
}

func (d *decoder) appendAttribute(p *place, n *Node, f field, depth int) error {
	raw, err := p.message(f)
	if err != nil {
		return err
	}
	a, err := d.attribute(p, raw, depth)
	if err != nil {
		return err
	}
	if _, twice := n.Attr(a.Name); twice {
		return p.malformed("attribute %s twice", quoted(a.Name))
	}
	n.Attrs = append(n.Attrs, a)
	return nil
}

// lists is how many entries the lists of an attribute hold.
type lists struct{ fs, is, ss int }

// attribute reads twice: its name is wanted in what is said of the rest, and lists are allocated once.
func (d *decoder) attribute(p *place, b []byte, depth int) (Attribute, error) {
	a := Attribute{}
	n := lists{}
	err := p.fields(b, of(1, 2, 3, 4, 5, 6, 20, 21), func(f field) (err error) {
		switch f.number {
		case 1:
			a.Name, err = p.text(f, d.limits.Name)
		case 7:
			n.fs += f.entries(4)
		case 8:
			n.is += f.entries(0)
		case 9:
			n.ss++
		}
		return err
	})
	if err != nil {
		return a, err
	}
	p = p.named("attribute", a.Name)
	if most := max(n.fs, n.is, n.ss); most > d.limits.List {
		return a, p.over("List", most, d.limits.List)
	}
	a.Fs, a.Is, a.Ss = sized[float32](n.fs), sized[int64](n.is), sized[[]byte](n.ss)
	kind, present := int64(0), numbers(0)
	err = p.fields(b, 0, func(f field) (err error) {
		if k, holds := kindOf(f.number); holds {
			present |= of(uint(k))
		}
		if f.number == 20 {
			kind, err = p.int(f)
			return err
		}
		return d.attributeValue(p, &a, f, depth)
	})
	if err != nil {
		return a, err
	}
	return a, a.settle(p, kind, present)
}

// kindOf says of which kind the value in a field of AttributeProto is.
func kindOf(number protowire.Number) (AttrKind, bool) {
	switch number {
	case 2:
		return AttrFloat, true
	case 3:
		return AttrInt, true
	case 4:
		return AttrString, true
	case 5:
		return AttrTensor, true
	case 6:
		return AttrGraph, true
	case 7:
		return AttrFloats, true
	case 8:
		return AttrInts, true
	case 9:
		return AttrStrings, true
	}
	return 0, false
}

func (d *decoder) attributeValue(p *place, a *Attribute, f field, depth int) (err error) {
	var raw []byte
	switch f.number {
	case 2:
		err = p.fixed(f, 4, func(v uint64) error { a.F = float32Of(v); return nil })
		if f.kind == 2 {
			err = p.wrong(f)
		}
	case 3:
		a.I, err = p.int(f)
	case 4:
		raw, err = p.message(f)
		a.S = own(raw)
	case 5:
		if raw, err = p.message(f); err == nil {
			a.T, err = p.tensor(raw, d.limits)
		}
	case 6:
		if depth >= d.limits.Depth {
			return p.over("Depth", depth+1, max(d.limits.Depth, 0))
		}
		if raw, err = p.message(f); err == nil {
			a.G, err = d.graph(p, raw, depth+1)
		}
	case 7:
		err = p.fixed(f, 4, func(v uint64) error { a.Fs = append(a.Fs, float32Of(v)); return nil })
	case 8:
		err = p.varints(f, func(v uint64) error { a.Is = append(a.Is, signed(v)); return nil })
	case 9:
		raw, err = p.message(f)
		a.Ss = append(a.Ss, own(raw))
	case 10:
		err = p.unsupported("a list of tensors")
	case 11:
		err = p.unsupported("a list of graphs")
	case 14, 15:
		err = p.unsupported("an attribute that is a type")
	case 22, 23:
		err = p.unsupported("an attribute of sparse tensors")
	case 21:
		err = p.unsupported("a reference to a function's attribute")
	}
	return err
}

// settle finds the kind of an attribute: what it says, and before IR version 2, what is there.
func (a *Attribute) settle(p *place, said int64, present numbers) error {
	if said == 0 {
		for k := AttrFloat; k <= AttrStrings; k++ {
			if present == of(uint(k)) {
				a.Kind = k
			}
		}
		if a.Kind == 0 {
			return p.malformed("neither a kind nor one value")
		}
	} else {
		n, err := safemath.To[uint8](said)
		if err != nil || said < 1 || said > int64(AttrStrings) {
			return p.unsupported("an attribute of kind %d", said)
		}
		a.Kind = AttrKind(n)
	}
	if others := present &^ of(uint(a.Kind)); others != 0 {
		return p.malformed("an attribute of kind %d with a value of another", a.Kind)
	}
	// A number, a text or a list that is the default of protobuf is left out of the file; a tensor or a graph never is.
	if present == 0 && (a.Kind == AttrTensor || a.Kind == AttrGraph) {
		return p.malformed("an attribute of kind %d without a value", a.Kind)
	}
	if math.IsNaN(float64(a.F)) || slices.ContainsFunc(a.Fs, func(f float32) bool { return f != f }) {
		return p.malformed("it is no number")
	}
	return nil
}
