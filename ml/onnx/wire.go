package onnx

import (
	"math"
	"slices"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// field is one field of a message: its number, and its value by wire type.
type field struct {
	number protowire.Number
	kind   protowire.Type
	varint uint64 // also of fixed32 and fixed64
	bytes  []byte // of length-delimited ones; a part of the file, not a copy
}

// numbers is a set of field numbers below 64, which is all that ONNX has.
type numbers uint64

func of(all ...uint) (s numbers) {
	for _, n := range all {
		s |= 1 << (n & 63)
	}
	return s
}

func (s numbers) has(n protowire.Number) bool { return n >= 0 && n < 64 && s&(1<<n) != 0 }

// fields calls f for each field of a message. Groups, which no ONNX has, are refused. So is one of single that comes twice:
// protobuf lets the last one win or merges them, and two readers could see two models in one file.
func (p *place) fields(b []byte, single numbers, f func(field) error) error {
	var seen numbers
	for len(b) > 0 {
		v, n, err := p.next(b)
		if err != nil {
			return err
		}
		b = b[n:]
		if single.has(v.number) {
			if seen.has(v.number) {
				return p.malformed("field %d twice", v.number)
			}
			seen |= 1 << v.number // has said that it is below 64
		}
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

// next reads one field, and says how many bytes it takes.
func (p *place) next(b []byte) (v field, size int, err error) {
	number, kind, n := protowire.ConsumeTag(b)
	if n < 0 {
		return v, 0, p.malformed("%v", protowire.ParseError(n))
	}
	v, size = field{number: number, kind: kind}, n
	b = b[n:]
	switch kind {
	case protowire.VarintType:
		v.varint, n = protowire.ConsumeVarint(b)
	case protowire.Fixed32Type:
		var x uint32
		x, n = protowire.ConsumeFixed32(b)
		v.varint = uint64(x)
	case protowire.Fixed64Type:
		v.varint, n = protowire.ConsumeFixed64(b)
	case protowire.BytesType:
		v.bytes, n = protowire.ConsumeBytes(b)
	default:
		return v, 0, p.malformed("field %d has wire type %d", number, kind)
	}
	if n < 0 {
		return v, 0, p.malformed("field %d: %v", number, protowire.ParseError(n))
	}
	return v, size + n, nil
}

// tally counts the fields of a message that have one of the given numbers, so that what they fill is allocated once: a list that
// grows takes several times its length on the way. What is malformed ends the count; fields finds it again, and says so.
func tally(b []byte, numbers ...protowire.Number) []int {
	out := make([]int, len(numbers))
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return out
		}
		size := protowire.ConsumeFieldValue(number, kind, b[n:])
		if size < 0 {
			return out
		}
		b = b[n+size:]
		if i := slices.Index(numbers, number); i >= 0 {
			out[i]++
		}
	}
	return out
}

// sized is a list that will hold n entries; nil for none, so that nothing and empty are one.
func sized[T any](n int) []T {
	if n == 0 {
		return nil
	}
	return make([]T, 0, n)
}

// wrong says that a field has another wire type than onnx.proto gives it.
func (p *place) wrong(f field) error {
	return p.malformed("field %d has wire type %d", f.number, f.kind)
}

func (p *place) message(f field) ([]byte, error) {
	if f.kind != protowire.BytesType {
		return nil, p.wrong(f)
	}
	return f.bytes, nil
}

// text is a string; names are UTF-8, or two programs could show them differently.
func (p *place) text(f field, limit int) (string, error) {
	switch {
	case f.kind != protowire.BytesType:
		return "", p.wrong(f)
	case len(f.bytes) > limit:
		return "", p.over("Name", len(f.bytes), limit)
	case !utf8.Valid(f.bytes):
		return "", p.malformed("field %d: a text that is not UTF-8", f.number)
	}
	return string(f.bytes), nil
}

func (p *place) int(f field) (int64, error) {
	if f.kind != protowire.VarintType {
		return 0, p.wrong(f)
	}
	return signed(f.varint), nil
}

// signed reads an int64 as protobuf writes it: in two's complement.
func signed(v uint64) int64 {
	return int64(v) //ve:allow overflow protobuf writes negative numbers in two's complement
}

// varints reads a repeated integer field, packed or not.
func (p *place) varints(f field, each func(uint64) error) error {
	switch f.kind {
	case protowire.VarintType:
		return each(f.varint)
	case protowire.BytesType:
		for b := f.bytes; len(b) > 0; {
			v, n := protowire.ConsumeVarint(b)
			if n < 0 {
				return p.malformed("field %d: %v", f.number, protowire.ParseError(n))
			}
			b = b[n:]
			if err := each(v); err != nil {
				return err
			}
		}
		return nil
	}
	return p.wrong(f)
}

// fixed reads a repeated float or double field, packed or not: 4 or 8 bytes each, as bits.
func (p *place) fixed(f field, size int, each func(uint64) error) error {
	switch {
	case f.kind == protowire.Fixed32Type && size == 4, f.kind == protowire.Fixed64Type && size == 8:
		return each(f.varint)
	case f.kind == protowire.BytesType && len(f.bytes)%size == 0:
		for b := f.bytes; len(b) > 0; b = b[size:] {
			v := uint64(0)
			for i := size - 1; i >= 0; i-- {
				v = v<<8 | uint64(b[i])
			}
			if err := each(v); err != nil {
				return err
			}
		}
		return nil
	}
	return p.wrong(f)
}

// entries is how many numbers a repeated field holds: of size bytes each, or varints for size 0. A varint ends at the first
// byte without its highest bit, so counting costs no memory; the caller allocates once, or refuses.
func (f field) entries(size int) int {
	if f.kind != protowire.BytesType {
		return 1
	}
	if size > 0 {
		return len(f.bytes) / size
	}
	count := 0
	for _, b := range f.bytes {
		if b < 0x80 {
			count++
		}
	}
	return count
}

// own copies a part of the file, so that a model does not keep the whole of it in memory. Nothing is nil.
func own(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return slices.Clone(b)
}

// float32Of takes the bits of a float.
func float32Of(bits uint64) float32 { return math.Float32frombits(uint32(bits & math.MaxUint32)) }
