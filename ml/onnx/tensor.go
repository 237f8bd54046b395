package onnx

import (
	"slices"

	"github.com/virtengine/virtengine/security/safemath"
)

// DecodeTensor reads a TensorProto: a file of test data. Fails with ErrMalformed, ErrLimit, ErrUnsupported.
func DecodeTensor(b []byte, l Limits) (*Tensor, error) {
	l = l.settled()
	p := (*place)(nil).at("tensor")
	if len(b) > l.Bytes {
		return nil, p.over("Bytes", len(b), l.Bytes)
	}
	return p.tensor(b, l)
}

// Len is how many elements a tensor has.
func (t *Tensor) Len() int {
	if t.DType == String {
		return len(t.Strings)
	}
	return len(t.Data) / max(t.DType.Size(), 1)
}

// count is how many elements a shape has. The product of the dimensions that are not zero is bounded too: who computes
// strides of [0, 2^62, 2^62] would wrap around.
func (p *place) count(shape []int64, l Limits) (int64, error) {
	product := int64(1)
	for _, d := range shape {
		if d < 0 {
			return 0, p.malformed("dimension %d", d)
		}
		if d == 0 {
			continue
		}
		next, err := safemath.Mul(product, d)
		if err != nil {
			next = -1
		}
		if err != nil || next > l.Elements {
			return 0, &LimitError{Place: p.String(), Limit: "Elements", Have: next, Max: l.Elements}
		}
		product = next
	}
	if slices.Contains(shape, 0) {
		return 0, nil
	}
	return product, nil
}

// header is a TensorProto without its data.
type header struct {
	tensor  Tensor
	raw     []byte
	isRaw   bool
	strings int
	typed   int // numbers in *_data
	inField int // of TensorProto: the last of *_data that was seen
}

// tensor reads twice: first what the data is, then the data into memory of exactly that size. It may stand in any order.
func (p *place) tensor(b []byte, l Limits) (*Tensor, error) {
	h, err := p.header(b, l)
	if err != nil {
		return nil, err
	}
	t := &h.tensor
	count, err := p.count(t.Shape, l)
	if err != nil {
		return nil, err
	}
	if t.DType == String {
		return t, p.strings(b, h, count, l)
	}
	if h.strings > 0 {
		return nil, p.malformed("strings in a tensor of %s", t.DType)
	}
	want, err := safemath.Mul(t.DType.packed(count), int64(t.DType.Size()))
	switch {
	case err != nil:
		return nil, p.malformed("shape %v of %s", t.Shape, t.DType)
	case h.isRaw && h.typed > 0:
		return nil, p.malformed("data in two fields")
	case h.isRaw:
		if int64(len(h.raw)) != want {
			return nil, p.malformed("shape %v of %s takes %d bytes, and %d are there", t.Shape, t.DType, want, len(h.raw))
		}
		if t.Data = h.raw; t.DType.halves() {
			t.Data = t.DType.split(h.raw, count)
		}
		t.Data = own(t.Data)
	default:
		if err := p.unpack(b, h, count); err != nil {
			return nil, err
		}
	}
	if t.DType == Bool {
		if i := slices.IndexFunc(t.Data, func(v byte) bool { return v > 1 }); i >= 0 {
			return nil, p.malformed("element %d: a bool of %d", i, t.Data[i])
		}
	}
	return t, nil
}

func (p *place) header(b []byte, l Limits) (*header, error) {
	h := &header{}
	t := &h.tensor
	var dtype int64
	err := p.fields(b, of(2, 3, 8, 9, 14), func(f field) (err error) {
		switch f.number {
		case 1: // dims
			err = p.varints(f, func(v uint64) error {
				if len(t.Shape) >= l.Rank {
					return p.over("Rank", len(t.Shape)+1, l.Rank)
				}
				t.Shape = append(t.Shape, signed(v))
				return nil
			})
		case 2: // data_type
			dtype, err = p.int(f)
		case 3: // segment
			err = p.unsupported("a tensor in segments")
		case 4: // float_data
			err = h.typedData(p, f, 4)
		case 5, 7, 11: // int32_data, int64_data, uint64_data
			err = h.typedData(p, f, 0)
		case 10: // double_data
			err = h.typedData(p, f, 8)
		case 6: // string_data
			if h.strings++; h.strings > l.List {
				err = p.over("List", h.strings, l.List)
			}
		case 8: // name
			t.Name, err = p.text(f, l.Name)
		case 9: // raw_data
			h.raw, err = p.message(f)
			h.isRaw = true
		case 13: // external_data
			err = p.unsupported("its data is outside the file")
		case 14: // data_location
			var where int64
			if where, err = p.int(f); err == nil && where != 0 {
				err = p.unsupported("its data is outside the file")
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	t.DType, err = p.knownType(dtype)
	return h, err
}

// typedData counts what stands in one of the *_data; that it is in the right one is seen when the type is known.
func (h *header) typedData(p *place, f field, size int) error {
	n := f.entries(size)
	if n == 0 {
		return nil
	}
	if h.typed > 0 && h.inField != int(f.number) {
		return p.malformed("data in two fields")
	}
	h.inField = int(f.number)
	h.typed += n
	return nil
}

func (p *place) knownType(number int64) (DType, error) {
	d, err := safemath.To[uint8](number)
	if err != nil {
		return 0, p.unsupported("element type %d", number)
	}
	if !DType(d).Known() {
		return 0, p.unsupported("%s", DType(d))
	}
	return DType(d), nil
}

func (p *place) strings(b []byte, h *header, count int64, l Limits) error {
	t := &h.tensor
	if int64(h.strings) != count || h.isRaw || h.typed > 0 {
		return p.malformed("shape %v of strings, and %d strings", t.Shape, h.strings)
	}
	if h.strings == 0 {
		return nil
	}
	t.Strings = make([][]byte, 0, h.strings)
	return p.fields(b, 0, func(f field) error {
		if f.number != 6 {
			return nil
		}
		s, err := p.message(f)
		t.Strings = append(t.Strings, own(s))
		return err
	})
}

// unpack brings numbers that stand in *_data into the form of raw_data.
func (p *place) unpack(b []byte, h *header, count int64) error {
	t := &h.tensor
	l, _ := t.DType.layout()
	unit, parts := l.size, 1
	if t.DType == Complex64 || t.DType == Complex128 {
		unit, parts = unit/2, 2
	}
	switch {
	case h.typed > 0 && h.inField != l.home:
		return p.malformed("%s in field %d", t.DType, h.inField)
	case h.typed%parts != 0 || int64(h.typed/parts) != t.DType.packed(count):
		return p.malformed("shape %v of %s takes %d elements, and %d are there", t.Shape, t.DType, count, h.typed/parts)
	case count == 0:
		return nil
	}
	size, err := safemath.Mul(h.typed, unit) // no more than eight times what is in the file
	if err != nil {
		return err
	}
	t.Data = make([]byte, 0, size)
	put := func(v uint64) error {
		if unit < 8 && !fits(t.DType, v) {
			return p.malformed("%d in a tensor of %s", signed(v), t.DType)
		}
		for range unit {
			t.Data = append(t.Data, byte(v&0xff))
			v >>= 8
		}
		return nil
	}
	err = p.fields(b, 0, func(f field) error {
		switch {
		case int(f.number) != l.home:
			return nil
		case l.wire > 0:
			return p.fixed(f, l.wire, put)
		default:
			return p.varints(f, put)
		}
	})
	if err == nil && t.DType.halves() {
		t.Data = t.DType.split(t.Data, count)
	}
	return err
}

// fits says whether a number of a wider field is one of a type.
func fits(d DType, v uint64) bool {
	n := signed(v)
	switch d {
	case Int8:
		return n >= -1<<7 && n < 1<<7
	case Int16:
		return n >= -1<<15 && n < 1<<15
	case Int32:
		return n >= -1<<31 && n < 1<<31
	case Uint8, Float8E4M3FN, Float8E4M3FNUZ, Float8E5M2, Float8E5M2FNUZ, Uint4, Float4E2M1:
		return v < 1<<8
	case Int4: // two in a byte, which some write as a signed one
		return n >= -1<<7 && n < 1<<8
	case Uint16, Float16, BFloat16:
		return v < 1<<16
	case Bool:
		return v < 2
	}
	return v < 1<<32
}
