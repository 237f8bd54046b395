package onnx

import "fmt"

// declared appends one ValueInfoProto.
func (d *decoder) declared(p *place, which string, all []ValueInfo, raw []byte) ([]ValueInfo, error) {
	p = p.nth(which, len(all))
	v := ValueInfo{Unknown: true}
	err := p.fields(raw, of(1, 2), func(f field) (err error) {
		switch f.number {
		case 1:
			v.Name, err = p.text(f, d.limits.Name)
		case 2:
			var t []byte
			if t, err = p.at("type").message(f); err == nil {
				err = d.typeOf(p.at("type"), &v, t)
			}
		}
		return err
	})
	return append(all, v), err
}

// typeOf reads a TypeProto. A value that is no tensor is named in full, so that who counts refusals can tell them apart.
func (d *decoder) typeOf(p *place, v *ValueInfo, b []byte) error {
	return p.fields(b, of(1, 4, 5, 7, 8, 9), func(f field) error {
		switch f.number {
		case 1:
			raw, err := p.message(f)
			if err != nil {
				return err
			}
			return d.tensorType(p, v, raw)
		case 4, 5, 7, 8, 9:
			return p.unsupported("a value of type %s", d.typeText(b, 0))
		}
		return nil
	})
}

func (d *decoder) tensorType(p *place, v *ValueInfo, b []byte) error {
	return p.fields(b, of(1, 2), func(f field) (err error) {
		switch f.number {
		case 1:
			var number int64
			if number, err = p.at("elem_type").int(f); err == nil && number != 0 {
				v.DType, err = p.at("elem_type").knownType(number)
			}
		case 2:
			var shape []byte
			if shape, err = p.at("shape").message(f); err == nil {
				v.Unknown = false
				err = d.shape(p.at("shape"), v, shape)
			}
		}
		return err
	})
}

func (d *decoder) shape(p *place, v *ValueInfo, b []byte) error {
	var known []int64
	if err := p.fields(b, 0, func(f field) error {
		if f.number != 1 {
			return nil
		}
		raw, err := p.message(f)
		if err != nil {
			return err
		}
		if len(v.Shape) >= d.limits.Rank {
			return p.over("Rank", len(v.Shape)+1, d.limits.Rank)
		}
		dim, err := d.dim(p, raw)
		if dim.Value >= 0 {
			known = append(known, dim.Value)
		}
		v.Shape = append(v.Shape, dim)
		return err
	}); err != nil {
		return err
	}
	_, err := p.count(known, d.limits)
	return err
}

func (d *decoder) dim(p *place, b []byte) (Dim, error) {
	dim := Dim{Value: -1}
	err := p.fields(b, of(1, 2), func(f field) (err error) {
		switch f.number {
		case 1:
			if dim.Value, err = p.int(f); err == nil && dim.Value < 0 {
				err = p.malformed("dimension %d", dim.Value)
			}
		case 2:
			dim.Symbol, err = p.text(f, d.limits.Name)
		}
		return err
	})
	if err == nil && dim.Symbol != "" && dim.Value >= 0 {
		err = p.malformed("a dimension that is both %d and %s", dim.Value, quoted(dim.Symbol))
	}
	return dim, err
}

// typeText names a TypeProto for an error: sequence(tensor(float32)). It reads as far as that takes.
func (d *decoder) typeText(b []byte, depth int) string {
	const most = 4
	if depth > most {
		return "…"
	}
	p := (*place)(nil)
	text := "nothing"
	elem := func(f field) (dtype string, value []byte) {
		dtype, value = "undefined", nil
		_ = p.fields(f.bytes, 0, func(f field) error {
			switch {
			case f.number == 1 && f.kind == 0:
				dtype = DType(min(f.varint, 255)).String()
			case f.kind == 2:
				value = f.bytes
			}
			return nil
		})
		return dtype, value
	}
	_ = p.fields(b, 0, func(f field) error {
		dtype, inner := elem(f)
		switch f.number {
		case 1:
			text = fmt.Sprintf("tensor(%s)", dtype)
		case 4:
			text = fmt.Sprintf("sequence(%s)", d.typeText(inner, depth+1))
		case 5:
			text = fmt.Sprintf("map(%s, %s)", dtype, d.typeText(inner, depth+1))
		case 7:
			text = "opaque"
		case 8:
			text = fmt.Sprintf("sparse_tensor(%s)", dtype)
		case 9:
			text = fmt.Sprintf("optional(%s)", d.typeText(inner, depth+1))
		}
		return nil
	})
	return text
}
