package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Element is what Values returns: numbers as Go has them, and the bits of halves as uint16.
type Element interface {
	float32 | float64 | int8 | uint8 | int16 | uint16 | int32 | uint32 | int64 | uint64 | bool | complex64 | complex128
}

// Values returns the elements of a tensor, row-major, in a new slice. T must be the tensor's own type; of Float16 and BFloat16,
// uint16 gives the bits; of narrower floats, and of Uint4, uint8; of Int4, int8. Nothing is converted, so nothing is rounded. Fails with ErrType, and with ErrMalformed where the bytes
// are no whole number of elements. Strings are in t.Strings.
func Values[T Element](t *Tensor) ([]T, error) {
	var zero T
	if !holds(t.DType, zero) {
		return nil, fmt.Errorf("%w: %s holds %s, not %T", ErrType, quoted(t.Name), t.DType, zero)
	}
	size := t.DType.Size()
	if len(t.Data)%size != 0 {
		return nil, fmt.Errorf("%w: %s: %d bytes of %s", ErrMalformed, quoted(t.Name), len(t.Data), t.DType)
	}
	out := make([]T, len(t.Data)/size)
	for i := range out {
		put(&out[i], t.Data[i*size:(i+1)*size])
	}
	return out, nil
}

// Float32s is Values[float32].
func (t *Tensor) Float32s() ([]float32, error) { return Values[float32](t) }

// Int64s is Values[int64]: shapes, axes, indices.
func (t *Tensor) Int64s() ([]int64, error) { return Values[int64](t) }

func holds(d DType, zero any) bool {
	switch zero.(type) {
	case float32:
		return d == Float32
	case float64:
		return d == Float64
	case int8:
		return d == Int8 || d == Int4
	case uint8:
		return d == Uint8 || d == Uint4 || d == Float4E2M1 || d >= Float8E4M3FN && d <= Float8E5M2FNUZ
	case int16:
		return d == Int16
	case uint16:
		return d == Uint16 || d == Float16 || d == BFloat16
	case int32:
		return d == Int32
	case uint32:
		return d == Uint32
	case int64:
		return d == Int64
	case uint64:
		return d == Uint64
	case bool:
		return d == Bool
	case complex64:
		return d == Complex64
	case complex128:
		return d == Complex128
	}
	return false
}

// put reads one element; the pointer's type says which.
func put(into any, b []byte) {
	switch v := into.(type) {
	case *float32:
		*v = math.Float32frombits(binary.LittleEndian.Uint32(b))
	case *float64:
		*v = math.Float64frombits(binary.LittleEndian.Uint64(b))
	case *int8:
		*v = int8(b[0]) //ve:allow overflow the same eight bits, as a signed number
	case *uint8:
		*v = b[0]
	case *int16:
		*v = int16(binary.LittleEndian.Uint16(b)) //ve:allow overflow the same sixteen bits, as a signed number
	case *uint16:
		*v = binary.LittleEndian.Uint16(b)
	case *int32:
		*v = int32(binary.LittleEndian.Uint32(b)) //ve:allow overflow the same 32 bits, as a signed number
	case *uint32:
		*v = binary.LittleEndian.Uint32(b)
	case *int64:
		*v = signed(binary.LittleEndian.Uint64(b))
	case *uint64:
		*v = binary.LittleEndian.Uint64(b)
	case *bool:
		*v = b[0] != 0
	case *complex64:
		*v = complex(math.Float32frombits(binary.LittleEndian.Uint32(b)), math.Float32frombits(binary.LittleEndian.Uint32(b[4:])))
	case *complex128:
		*v = complex(math.Float64frombits(binary.LittleEndian.Uint64(b)), math.Float64frombits(binary.LittleEndian.Uint64(b[8:])))
	}
}
