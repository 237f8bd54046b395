package onnx

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/security/safemath"
)

// DecodeTensor reads a TensorProto: a file of test data. Fails with ErrMalformed, ErrLimit, ErrUnsupported.
func DecodeTensor(b []byte, l Limits) (*Tensor, error) {
	l = l.settled()
	if len(b) > l.Bytes {
		return nil, over("bytes of the file", len(b), l.Bytes)
	}
	return decodeTensor("tensor", b, l)
}

// Len is how many elements a tensor has.
func (t *Tensor) Len() int {
	if t.DType == String {
		return len(t.Strings)
	}
	return len(t.Data) / max(t.DType.Size(), 1)
}

// elements multiplies a shape, checked.
func elements(at string, shape []int64, l Limits) (int64, error) {
	count := int64(1)
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("%w: %s: dimension %d", ErrMalformed, at, d)
		}
	}
	if slices.Contains(shape, 0) {
		return 0, nil
	}
	for _, d := range shape {
		next, err := safemath.Mul(count, d)
		if err != nil || next > l.Elements {
			return 0, fmt.Errorf("%w: %s: shape %v has more than %d elements", ErrLimit, at, shape, l.Elements)
		}
		count = next
	}
	return count, nil
}

// rawTensor is a TensorProto before its data is looked at.
type rawTensor struct {
	tensor Tensor
	raw    []byte
	isRaw  bool
	typed  []field // float_data, int32_data, int64_data, double_data, uint64_data
}

func decodeTensor(at string, b []byte, l Limits) (*Tensor, error) {
	r := rawTensor{}
	var dtype int64
	err := fields(at, b, func(f field) (err error) {
		switch f.number {
		case 1: // dims
			return f.varints(at+".dims", func(v uint64) error {
				if len(r.tensor.Shape) >= l.Rank {
					return over(at+": rank", len(r.tensor.Shape)+1, l.Rank)
				}
				r.tensor.Shape = append(r.tensor.Shape, signed(v))
				return nil
			})
		case 2: // data_type
			dtype, err = f.int(at + ".data_type")
		case 3: // segment
			return fmt.Errorf("%w: %s: a tensor in segments", ErrUnsupported, at)
		case 4, 5, 7, 10, 11:
			r.typed = append(r.typed, f)
		case 6: // string_data
			var s []byte
			if s, err = f.message(at + ".string_data"); err == nil {
				r.tensor.Strings = append(r.tensor.Strings, slices.Clone(s))
			}
		case 8: // name
			r.tensor.Name, err = f.text(at+".name", l.Name)
		case 9: // raw_data
			r.raw, err = f.message(at + ".raw_data")
			r.isRaw = true
		case 13:
			return fmt.Errorf("%w: %s: its data is outside the file", ErrUnsupported, at)
		case 14: // data_location
			var where int64
			if where, err = f.int(at + ".data_location"); err == nil && where != 0 {
				return fmt.Errorf("%w: %s: its data is outside the file", ErrUnsupported, at)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if r.tensor.DType, err = knownType(at, dtype); err != nil {
		return nil, err
	}
	return r.settle(at, l)
}

func knownType(at string, number int64) (DType, error) {
	d, err := safemath.To[uint8](number)
	if err != nil || !DType(d).Known() {
		return 0, fmt.Errorf("%w: %s: element type %d", ErrUnsupported, at, number)
	}
	return DType(d), nil
}

// settle brings the data of a tensor, in whichever field it is, into one form.
func (r *rawTensor) settle(at string, l Limits) (*Tensor, error) {
	t := &r.tensor
	count, err := elements(at, t.Shape, l)
	if err != nil {
		return nil, err
	}
	if t.DType == String {
		if int64(len(t.Strings)) != count || r.isRaw || len(r.typed) > 0 {
			return nil, fmt.Errorf("%w: %s: shape %v of strings, and %d strings", ErrMalformed, at, t.Shape, len(t.Strings))
		}
		return t, nil
	}
	if len(t.Strings) > 0 {
		return nil, fmt.Errorf("%w: %s: strings in a tensor of %s", ErrMalformed, at, t.DType)
	}
	switch {
	case r.isRaw && len(r.typed) > 0:
		return nil, fmt.Errorf("%w: %s: data in two fields", ErrMalformed, at)
	case r.isRaw:
		t.Data = slices.Clone(r.raw)
	default:
		if err := r.unpack(at, count); err != nil {
			return nil, err
		}
	}
	want, err := safemath.Mul(count, int64(t.DType.Size()))
	if err != nil || int64(len(t.Data)) != want {
		return nil, fmt.Errorf("%w: %s: shape %v of %s takes %d bytes, and %d are there", ErrMalformed, at, t.Shape, t.DType, want, len(t.Data))
	}
	if t.DType == Bool {
		for _, b := range t.Data {
			if b > 1 {
				return nil, fmt.Errorf("%w: %s: a bool of %d", ErrMalformed, at, b)
			}
		}
	}
	return t, nil
}

// homes says in which field the data of a type is, when it is not raw.
var homes = map[DType]struct {
	number int32
	fixed  int // bytes of each, in the fields of floats
}{
	Float32: {4, 4}, Complex64: {4, 4}, Int32: {5, 0}, Int16: {5, 0}, Int8: {5, 0}, Uint16: {5, 0}, Uint8: {5, 0}, Bool: {5, 0}, Float16: {5, 0}, BFloat16: {5, 0},
	Int64: {7, 0}, Float64: {10, 8}, Complex128: {10, 8}, Uint32: {11, 0}, Uint64: {11, 0},
}

func (r *rawTensor) unpack(at string, count int64) error {
	t, home := &r.tensor, homes[r.tensor.DType]
	unit := t.DType.Size()
	if t.DType == Complex64 || t.DType == Complex128 {
		unit, count = unit/2, 2*count
	}
	put := func(v uint64) error {
		if int64(len(t.Data)/unit) >= count {
			return fmt.Errorf("%w: %s: more data than its shape %v", ErrMalformed, at, t.Shape)
		}
		if unit < 8 && !fits(t.DType, v) {
			return fmt.Errorf("%w: %s: %d in a tensor of %s", ErrMalformed, at, signed(v), t.DType)
		}
		var eight [8]byte
		binary.LittleEndian.PutUint64(eight[:], v)
		t.Data = append(t.Data, eight[:unit]...)
		return nil
	}
	for _, f := range r.typed {
		if int32(f.number) != home.number {
			return fmt.Errorf("%w: %s: %s in field %d", ErrMalformed, at, t.DType, f.number)
		}
		var err error
		if home.fixed > 0 {
			err = f.fixed(at, home.fixed, put)
		} else {
			err = f.varints(at, put)
		}
		if err != nil {
			return err
		}
	}
	return nil
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
	case Uint8:
		return v < 1<<8
	case Uint16, Float16, BFloat16:
		return v < 1<<16
	case Bool:
		return v < 2
	}
	return v < 1<<32
}
