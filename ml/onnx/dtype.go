package onnx

import "fmt"

// DType is an element type, by its number in TensorProto.DataType.
type DType uint8

// The element types.
const (
	Float32    DType = 1
	Uint8      DType = 2
	Int8       DType = 3
	Uint16     DType = 4
	Int16      DType = 5
	Int32      DType = 6
	Int64      DType = 7
	String     DType = 8
	Bool       DType = 9
	Float16    DType = 10
	Float64    DType = 11
	Uint32     DType = 12
	Uint64     DType = 13
	Complex64  DType = 14
	Complex128 DType = 15
	BFloat16   DType = 16

	Float8E4M3FN   DType = 17
	Float8E4M3FNUZ DType = 18
	Float8E5M2     DType = 19
	Float8E5M2FNUZ DType = 20
	Uint4          DType = 21
	Int4           DType = 22
	Float4E2M1     DType = 23
)

// layout is what is to be known about an element type.
type layout struct {
	name string
	size int // bytes of one element; 0: none that is fixed
	home int // the field of TensorProto that holds it where it is not raw
	wire int // bytes of one number in that field; 0: a varint
}

func (d DType) layout() (layout, bool) {
	switch d {
	case Float32:
		return layout{"float32", 4, 4, 4}, true
	case Uint8:
		return layout{"uint8", 1, 5, 0}, true
	case Int8:
		return layout{"int8", 1, 5, 0}, true
	case Uint16:
		return layout{"uint16", 2, 5, 0}, true
	case Int16:
		return layout{"int16", 2, 5, 0}, true
	case Int32:
		return layout{"int32", 4, 5, 0}, true
	case Int64:
		return layout{"int64", 8, 7, 0}, true
	case String:
		return layout{"string", 0, 6, 0}, true
	case Bool:
		return layout{"bool", 1, 5, 0}, true
	case Float16:
		return layout{"float16", 2, 5, 0}, true
	case Float64:
		return layout{"float64", 8, 10, 8}, true
	case Uint32:
		return layout{"uint32", 4, 11, 0}, true
	case Uint64:
		return layout{"uint64", 8, 11, 0}, true
	case Complex64:
		return layout{"complex64", 8, 4, 4}, true
	case Complex128:
		return layout{"complex128", 16, 10, 8}, true
	case BFloat16:
		return layout{"bfloat16", 2, 5, 0}, true
	case Float8E4M3FN:
		return layout{"float8e4m3fn", 1, 5, 0}, true
	case Float8E4M3FNUZ:
		return layout{"float8e4m3fnuz", 1, 5, 0}, true
	case Float8E5M2:
		return layout{"float8e5m2", 1, 5, 0}, true
	case Float8E5M2FNUZ:
		return layout{"float8e5m2fnuz", 1, 5, 0}, true
	case Uint4:
		return layout{"uint4", 1, 5, 0}, true
	case Int4:
		return layout{"int4", 1, 5, 0}, true
	case Float4E2M1:
		return layout{"float4e2m1", 1, 5, 0}, true
	}
	return layout{}, false
}

// String names the type as Go would, or as ONNX would where this package does not read it.
func (d DType) String() string {
	if l, found := d.layout(); found {
		return l.name
	}
	switch d {
	case 24:
		return "float8 without a fraction (element type 24)"
	case 25, 26:
		return fmt.Sprintf("integers of 2 bits (element type %d)", uint8(d))
	}
	return fmt.Sprintf("element type %d", uint8(d))
}

// halves says that a file holds two elements in a byte.
func (d DType) halves() bool { return d == Uint4 || d == Int4 || d == Float4E2M1 }

// packed is how many bytes, or numbers of *_data, a file takes for n elements of one byte.
func (d DType) packed(n int64) int64 {
	if d.halves() {
		return n/2 + n%2
	}
	return n
}

// Size is the bytes of one element in memory; 0 for strings and for types that are not known.
func (d DType) Size() int { l, _ := d.layout(); return l.size }

// Known says whether this package reads the type.
func (d DType) Known() bool { _, found := d.layout(); return found }
