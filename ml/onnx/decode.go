package onnx

import (
	"fmt"
	"math"
	"slices"

	"github.com/virtengine/virtengine/security/safemath"
)

// decoder reads one file.
type decoder struct {
	limits Limits
	nodes  int // so far, of all graphs
	values int
}

// Decode reads a ModelProto. What it returns was not checked as a whole yet: see Check. Fails with ErrMalformed, ErrLimit,
// ErrUnsupported.
func Decode(b []byte, l Limits) (*Model, error) {
	d := &decoder{limits: l.settled()}
	if len(b) > d.limits.Bytes {
		return nil, over("bytes of the file", len(b), d.limits.Bytes)
	}
	m := &Model{Opsets: map[string]int64{}, Metadata: map[string]string{}}
	err := fields("model", b, func(f field) (err error) {
		switch f.number {
		case 1:
			m.IRVersion, err = f.int("ir_version")
		case 2:
			m.Producer, err = f.text("producer_name", d.limits.Name)
		case 3:
			m.ProducerVersion, err = f.text("producer_version", d.limits.Name)
		case 4:
			m.Domain, err = f.text("domain", d.limits.Name)
		case 5:
			m.ModelVersion, err = f.int("model_version")
		case 7:
			var raw []byte
			if raw, err = f.message("graph"); err == nil {
				if m.Graph != nil {
					return fmt.Errorf("%w: two graphs", ErrMalformed)
				}
				m.Graph, err = d.graph("graph", raw, 0)
			}
		case 8:
			err = d.opset(m, f)
		case 14:
			err = d.metadata(m, f)
		case 25:
			m.Functions++
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	switch {
	case m.Graph == nil:
		return nil, fmt.Errorf("%w: no graph in it", ErrMalformed)
	case len(m.Opsets) == 0:
		return nil, fmt.Errorf("%w: no opset in it", ErrMalformed)
	}
	return m, nil
}

func (d *decoder) opset(m *Model, f field) error {
	raw, err := f.message("opset_import")
	if err != nil {
		return err
	}
	domain, version := "", int64(0)
	if err := fields("opset_import", raw, func(f field) (err error) {
		switch f.number {
		case 1:
			domain, err = f.text("opset_import.domain", d.limits.Name)
		case 2:
			version, err = f.int("opset_import.version")
		}
		return err
	}); err != nil {
		return err
	}
	if domain == "ai.onnx" {
		domain = ""
	}
	if _, twice := m.Opsets[domain]; twice || version < 1 {
		return fmt.Errorf("%w: opset %d of domain %q", ErrMalformed, version, domain)
	}
	if len(m.Opsets) >= d.limits.Attributes {
		return over("opset_import: domains", len(m.Opsets)+1, d.limits.Attributes)
	}
	m.Opsets[domain] = version
	return nil
}

func (d *decoder) metadata(m *Model, f field) error {
	raw, err := f.message("metadata_props")
	if err != nil {
		return err
	}
	key, value := "", ""
	if err := fields("metadata_props", raw, func(f field) (err error) {
		switch f.number {
		case 1:
			key, err = f.text("metadata_props.key", d.limits.Name)
		case 2:
			value, err = f.text("metadata_props.value", d.limits.Bytes)
		}
		return err
	}); err != nil {
		return err
	}
	if _, twice := m.Metadata[key]; twice {
		return fmt.Errorf("%w: metadata_props: %q twice", ErrMalformed, key)
	}
	m.Metadata[key] = value
	return nil
}

func (d *decoder) graph(at string, b []byte, depth int) (*Graph, error) {
	g := &Graph{}
	return g, fields(at, b, func(f field) (err error) {
		raw := f.bytes
		if f.number != 2 && f.number != 10 {
			if _, err := f.message(at); err != nil {
				return err
			}
		}
		switch f.number {
		case 1:
			if d.nodes++; d.nodes > d.limits.Nodes {
				return over("nodes", d.nodes, d.limits.Nodes)
			}
			var n Node
			if n, err = d.node(fmt.Sprintf("%s.node[%d]", at, len(g.Nodes)), raw, depth); err == nil {
				g.Nodes = append(g.Nodes, n)
			}
		case 2:
			g.Name, err = f.text(at+".name", d.limits.Name)
		case 5:
			if err = d.value(); err != nil {
				return err
			}
			var t *Tensor
			if t, err = decodeTensor(fmt.Sprintf("%s.initializer[%d]", at, len(g.Initializers)), raw, d.limits); err == nil {
				g.Initializers = append(g.Initializers, t)
			}
		case 11:
			g.Inputs, err = d.declared(at+".input", g.Inputs, raw)
		case 12:
			g.Outputs, err = d.declared(at+".output", g.Outputs, raw)
		case 13:
			g.Values, err = d.declared(at+".value_info", g.Values, raw)
		case 15:
			return fmt.Errorf("%w: %s: a sparse tensor", ErrUnsupported, at)
		}
		return err
	})
}

func (d *decoder) value() error {
	if d.values++; d.values > d.limits.Values {
		return over("values", d.values, d.limits.Values)
	}
	return nil
}

func (d *decoder) declared(at string, all []ValueInfo, raw []byte) ([]ValueInfo, error) {
	if err := d.value(); err != nil {
		return nil, err
	}
	at = fmt.Sprintf("%s[%d]", at, len(all))
	v := ValueInfo{Unknown: true}
	err := fields(at, raw, func(f field) (err error) {
		switch f.number {
		case 1:
			v.Name, err = f.text(at+".name", d.limits.Name)
		case 2:
			var t []byte
			if t, err = f.message(at + ".type"); err == nil {
				err = d.typeOf(at+".type", &v, t)
			}
		}
		return err
	})
	return append(all, v), err
}

// kinds are the types of values that are no tensors, by their field in TypeProto.
var kinds = map[int32]string{4: "sequence", 5: "map", 7: "opaque value", 8: "sparse tensor", 9: "optional value"}

func (d *decoder) typeOf(at string, v *ValueInfo, b []byte) error {
	return fields(at, b, func(f field) error {
		if kind, found := kinds[int32(f.number)]; found {
			return fmt.Errorf("%w: %s: a %s", ErrUnsupported, at, kind)
		}
		if f.number != 1 {
			return nil
		}
		raw, err := f.message(at)
		if err != nil {
			return err
		}
		return fields(at, raw, func(f field) (err error) {
			switch f.number {
			case 1:
				var number int64
				if number, err = f.int(at + ".elem_type"); err == nil && number != 0 {
					v.DType, err = knownType(at, number)
				}
			case 2:
				var shape []byte
				if shape, err = f.message(at + ".shape"); err == nil {
					v.Unknown, v.Shape = false, nil
					err = d.shape(at+".shape", v, shape)
				}
			}
			return err
		})
	})
}

func (d *decoder) shape(at string, v *ValueInfo, b []byte) error {
	if err := fields(at, b, func(f field) error {
		if f.number != 1 {
			return nil
		}
		raw, err := f.message(at)
		if err != nil {
			return err
		}
		if len(v.Shape) >= d.limits.Rank {
			return over(at+": rank", len(v.Shape)+1, d.limits.Rank)
		}
		dim := Dim{Value: -1}
		err = fields(at, raw, func(f field) (err error) {
			switch f.number {
			case 1:
				if dim.Value, err = f.int(at); err == nil && dim.Value < 0 {
					err = fmt.Errorf("%w: %s: dimension %d", ErrMalformed, at, dim.Value)
				}
			case 2:
				dim.Symbol, err = f.text(at, d.limits.Name)
			}
			return err
		})
		if dim.Symbol != "" {
			dim.Value = -1
		}
		v.Shape = append(v.Shape, dim)
		return err
	}); err != nil {
		return err
	}
	var known []int64
	for _, dim := range v.Shape {
		if dim.Value >= 0 {
			known = append(known, dim.Value)
		}
	}
	_, err := elements(at, known, d.limits)
	return err
}

func (d *decoder) node(at string, b []byte, depth int) (Node, error) {
	n := Node{}
	operand := func(into *[]string, f field) error {
		name, err := f.text(at, d.limits.Name)
		if err != nil {
			return err
		}
		if err := d.value(); err != nil {
			return err
		}
		*into = append(*into, name)
		return nil
	}
	err := fields(at, b, func(f field) (err error) {
		switch f.number {
		case 1:
			err = operand(&n.Inputs, f)
		case 2:
			err = operand(&n.Outputs, f)
		case 3:
			n.Name, err = f.text(at+".name", d.limits.Name)
		case 4:
			n.Op, err = f.text(at+".op_type", d.limits.Name)
		case 5:
			var raw []byte
			if raw, err = f.message(at + ".attribute"); err != nil {
				return err
			}
			if len(n.Attrs) >= d.limits.Attributes {
				return over(at+": attributes", len(n.Attrs)+1, d.limits.Attributes)
			}
			var a Attribute
			if a, err = d.attribute(at, raw, depth); err == nil {
				if _, twice := n.Attr(a.Name); twice {
					return fmt.Errorf("%w: %s: attribute %q twice", ErrMalformed, at, a.Name)
				}
				n.Attrs = append(n.Attrs, a)
			}
		case 7:
			if n.Domain, err = f.text(at+".domain", d.limits.Name); n.Domain == "ai.onnx" {
				n.Domain = ""
			}
		}
		return err
	})
	if err == nil && n.Op == "" {
		err = fmt.Errorf("%w: %s: it names no operator", ErrMalformed, at)
	}
	return n, err
}

func (d *decoder) attribute(at string, b []byte, depth int) (Attribute, error) {
	a := Attribute{}
	kind := int64(0)
	// The name comes first in what programs write, and is wanted in what is said of the others.
	err := fields(at, b, func(f field) (err error) {
		if f.number == 1 {
			a.Name, err = f.text(at+".attribute", d.limits.Name)
			at = fmt.Sprintf("%s.attribute[%q]", at, a.Name)
		}
		return err
	})
	if err != nil {
		return a, err
	}
	var present []AttrKind
	err = fields(at, b, func(f field) (err error) {
		var raw []byte
		switch f.number {
		case 2:
			if f.kind != 5 {
				return f.wrong(at)
			}
			a.F = float32Of(f.varint)
			present = append(present, AttrFloat)
		case 3:
			a.I, err = f.int(at)
			present = append(present, AttrInt)
		case 4:
			raw, err = f.message(at)
			a.S = slices.Clone(raw)
			present = append(present, AttrString)
		case 5:
			if raw, err = f.message(at); err == nil {
				a.T, err = decodeTensor(at, raw, d.limits)
			}
			present = append(present, AttrTensor)
		case 6:
			if depth >= d.limits.Depth {
				return over(at+": depth of subgraphs", depth+1, max(d.limits.Depth, 0))
			}
			if raw, err = f.message(at); err == nil {
				a.G, err = d.graph(at, raw, depth+1)
			}
			present = append(present, AttrGraph)
		case 7:
			err = f.fixed(at, 4, func(v uint64) error { a.Fs = append(a.Fs, float32Of(v)); return nil })
			present = append(present, AttrFloats)
		case 8:
			err = f.varints(at, func(v uint64) error { a.Is = append(a.Is, signed(v)); return nil })
			present = append(present, AttrInts)
		case 9:
			raw, err = f.message(at)
			a.Ss = append(a.Ss, slices.Clone(raw))
			present = append(present, AttrStrings)
		case 10, 11, 14, 15, 22, 23:
			return fmt.Errorf("%w: %s: an attribute of tensors, graphs, types or sparse tensors", ErrUnsupported, at)
		case 20:
			kind, err = f.int(at)
		case 21:
			return fmt.Errorf("%w: %s: a reference to a function's attribute", ErrUnsupported, at)
		}
		return err
	})
	if err != nil {
		return a, err
	}
	return a, a.settle(at, kind, present)
}

// settle finds the kind of an attribute: what it says, and before IR version 2, what is there.
func (a *Attribute) settle(at string, said int64, present []AttrKind) error {
	slices.Sort(present)
	present = slices.Compact(present)
	if said == 0 && len(present) == 1 {
		a.Kind = present[0]
		return nil
	}
	n, err := safemath.To[uint8](said)
	if err != nil || said < 1 || said > int64(AttrStrings) {
		return fmt.Errorf("%w: %s: an attribute of kind %d", ErrUnsupported, at, said)
	}
	a.Kind = AttrKind(n)
	for _, p := range present {
		if p != a.Kind {
			return fmt.Errorf("%w: %s: an attribute of kind %d with a value of kind %d", ErrMalformed, at, a.Kind, p)
		}
	}
	// A number, a text or a list that is the default of protobuf is left out of the file; a tensor or a graph never is.
	if len(present) == 0 && (a.Kind == AttrTensor || a.Kind == AttrGraph) {
		return fmt.Errorf("%w: %s: an attribute of kind %d without a value", ErrMalformed, at, a.Kind)
	}
	if a.Kind == AttrFloat && math.IsNaN(float64(a.F)) {
		return fmt.Errorf("%w: %s: it is no number", ErrMalformed, at)
	}
	return nil
}
