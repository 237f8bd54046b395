package onnx

import (
	"fmt"
	"math"
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

// fields calls f for each field of a message. Groups, which no ONNX has, are refused.
func fields(at string, b []byte, f func(field) error) error {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fmt.Errorf("%w: %s: %w", ErrMalformed, at, protowire.ParseError(n))
		}
		b = b[n:]
		v := field{number: number, kind: kind}
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
			return fmt.Errorf("%w: %s: field %d has wire type %d", ErrMalformed, at, number, kind)
		}
		if n < 0 {
			return fmt.Errorf("%w: %s: field %d: %w", ErrMalformed, at, number, protowire.ParseError(n))
		}
		b = b[n:]
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

// wrong says that a field has another wire type than onnx.proto gives it.
func (f field) wrong(at string) error {
	return fmt.Errorf("%w: %s: field %d has wire type %d", ErrMalformed, at, f.number, f.kind)
}

func (f field) message(at string) ([]byte, error) {
	if f.kind != protowire.BytesType {
		return nil, f.wrong(at)
	}
	return f.bytes, nil
}

// text is a string; names are UTF-8, or two programs could show them differently.
func (f field) text(at string, limit int) (string, error) {
	switch {
	case f.kind != protowire.BytesType:
		return "", f.wrong(at)
	case len(f.bytes) > limit:
		return "", over(at+": bytes of a text", len(f.bytes), limit)
	case !utf8.Valid(f.bytes):
		return "", fmt.Errorf("%w: %s: a text that is not UTF-8", ErrMalformed, at)
	}
	return string(f.bytes), nil
}

func (f field) int(at string) (int64, error) {
	if f.kind != protowire.VarintType {
		return 0, f.wrong(at)
	}
	return signed(f.varint), nil
}

// signed reads an int64 as protobuf writes it: in two's complement.
func signed(v uint64) int64 {
	return int64(v) //ve:allow overflow protobuf writes negative numbers in two's complement
}

// varints reads a repeated integer field, packed or not.
func (f field) varints(at string, each func(uint64) error) error {
	switch f.kind {
	case protowire.VarintType:
		return each(f.varint)
	case protowire.BytesType:
		for b := f.bytes; len(b) > 0; {
			v, n := protowire.ConsumeVarint(b)
			if n < 0 {
				return fmt.Errorf("%w: %s: field %d: %w", ErrMalformed, at, f.number, protowire.ParseError(n))
			}
			b = b[n:]
			if err := each(v); err != nil {
				return err
			}
		}
		return nil
	}
	return f.wrong(at)
}

// fixed reads a repeated float or double field, packed or not: 4 or 8 bytes each, as bits.
func (f field) fixed(at string, size int, each func(uint64) error) error {
	switch {
	case f.kind == protowire.Fixed32Type && size == 4, f.kind == protowire.Fixed64Type && size == 8:
		return each(f.varint)
	case f.kind == protowire.BytesType && len(f.bytes)%size == 0:
		for b := f.bytes; len(b) > 0; b = b[size:] {
			var v uint64
			if size == 4 {
				x, n := protowire.ConsumeFixed32(b)
				if n < 0 {
					return f.wrong(at)
				}
				v = uint64(x)
			} else {
				x, n := protowire.ConsumeFixed64(b)
				if n < 0 {
					return f.wrong(at)
				}
				v = x
			}
			if err := each(v); err != nil {
				return err
			}
		}
		return nil
	}
	return f.wrong(at)
}

// float32Of takes the bits of a float.
func float32Of(bits uint64) float32 { return math.Float32frombits(uint32(bits & math.MaxUint32)) }
