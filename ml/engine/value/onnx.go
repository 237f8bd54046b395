package value

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// FromONNX takes a constant. Fails with ErrType for complex numbers, and ErrShape.
func FromONNX(t *onnx.Tensor) (*Tensor, error) {
	shape := make([]int, len(t.Shape))
	for i, d := range t.Shape {
		n, err := safemath.To[int](d)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrShape, err)
		}
		shape[i] = n
	}
	n, err := Count(shape)
	if err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	b := t.Data
	if t.DType != onnx.String && len(b) != n*t.DType.Size() {
		return nil, fmt.Errorf("%w: %d bytes for shape %v of %s", ErrShape, len(b), shape, t.DType)
	}
	out := &Tensor{Shape: shape}
	switch t.DType {
	case onnx.Float32:
		out.Data = each(n, func(i int) float32 { return math.Float32frombits(le.Uint32(b[4*i:])) })
	case onnx.Float64:
		out.Data = each(n, func(i int) float64 { return math.Float64frombits(le.Uint64(b[8*i:])) })
	case onnx.Float16:
		out.Data = each(n, func(i int) Half { return Half(le.Uint16(b[2*i:])) })
	case onnx.BFloat16:
		out.Data = each(n, func(i int) BHalf { return BHalf(le.Uint16(b[2*i:])) })
	case onnx.Int8:
		out.Data = each(n, func(i int) int8 { return int8(b[i]) }) //ve:allow overflow the file holds two's complement
	case onnx.Int16:
		out.Data = each(n, func(i int) int16 { return int16(le.Uint16(b[2*i:])) }) //ve:allow overflow the file holds two's complement
	case onnx.Int32:
		out.Data = each(n, func(i int) int32 { return int32(le.Uint32(b[4*i:])) }) //ve:allow overflow the file holds two's complement
	case onnx.Int64:
		out.Data = each(n, func(i int) int64 { return int64(le.Uint64(b[8*i:])) }) //ve:allow overflow the file holds two's complement
	case onnx.Uint8:
		out.Data = each(n, func(i int) uint8 { return b[i] })
	case onnx.Uint16:
		out.Data = each(n, func(i int) uint16 { return le.Uint16(b[2*i:]) })
	case onnx.Uint32:
		out.Data = each(n, func(i int) uint32 { return le.Uint32(b[4*i:]) })
	case onnx.Uint64:
		out.Data = each(n, func(i int) uint64 { return le.Uint64(b[8*i:]) })
	case onnx.Bool:
		out.Data = each(n, func(i int) bool { return b[i] != 0 })
	case onnx.Float8E4M3FN:
		out.Data = each(n, func(i int) E4M3FN { return E4M3FN(b[i]) })
	case onnx.Float8E4M3FNUZ:
		out.Data = each(n, func(i int) E4M3FNUZ { return E4M3FNUZ(b[i]) })
	case onnx.Float8E5M2:
		out.Data = each(n, func(i int) E5M2 { return E5M2(b[i]) })
	case onnx.Float8E5M2FNUZ:
		out.Data = each(n, func(i int) E5M2FNUZ { return E5M2FNUZ(b[i]) })
	case onnx.Float4E2M1:
		out.Data = each(n, func(i int) E2M1 { return E2M1(b[i]) })
	case onnx.Int4:
		out.Data = each(n, func(i int) Int4 { return Int4(b[i]) }) //ve:allow overflow the file holds two's complement
	case onnx.Uint4:
		out.Data = each(n, func(i int) Uint4 { return Uint4(b[i]) })
	case onnx.String:
		if len(t.Strings) != n {
			return nil, fmt.Errorf("%w: %d strings for shape %v", ErrShape, len(t.Strings), shape)
		}
		out.Data = each(n, func(i int) string { return string(t.Strings[i]) })
	default:
		return nil, fmt.Errorf("%w: nothing computes with %s", ErrType, t.DType)
	}
	return out, nil
}

func each[T any](n int, f func(int) T) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

// ToONNX writes a tensor as a constant of that name.
func (t *Tensor) ToONNX(name string) *onnx.Tensor {
	out := &onnx.Tensor{Name: name, DType: t.DType()}
	for _, d := range t.Shape {
		out.Shape = append(out.Shape, int64(d))
	}
	le := binary.LittleEndian
	switch d := t.Data.(type) {
	case []float32:
		for _, v := range d {
			out.Data = le.AppendUint32(out.Data, math.Float32bits(v))
		}
	case []float64:
		for _, v := range d {
			out.Data = le.AppendUint64(out.Data, math.Float64bits(v))
		}
	case []Half:
		for _, v := range d {
			out.Data = le.AppendUint16(out.Data, uint16(v))
		}
	case []BHalf:
		for _, v := range d {
			out.Data = le.AppendUint16(out.Data, uint16(v))
		}
	case []int8:
		for _, v := range d {
			out.Data = append(out.Data, uint8(v)) //ve:allow overflow the file holds two's complement
		}
	case []int16:
		for _, v := range d {
			out.Data = le.AppendUint16(out.Data, uint16(v)) //ve:allow overflow the file holds two's complement
		}
	case []int32:
		for _, v := range d {
			out.Data = le.AppendUint32(out.Data, uint32(v)) //ve:allow overflow the file holds two's complement
		}
	case []int64:
		for _, v := range d {
			out.Data = le.AppendUint64(out.Data, uint64(v)) //ve:allow overflow the file holds two's complement
		}
	case []uint8:
		out.Data = append(out.Data, d...)
	case []uint16:
		for _, v := range d {
			out.Data = le.AppendUint16(out.Data, v)
		}
	case []uint32:
		for _, v := range d {
			out.Data = le.AppendUint32(out.Data, v)
		}
	case []uint64:
		for _, v := range d {
			out.Data = le.AppendUint64(out.Data, v)
		}
	case []bool:
		for _, v := range d {
			b := byte(0)
			if v {
				b = 1
			}
			out.Data = append(out.Data, b)
		}
	case []E4M3FN:
		out.Data = octets(d)
	case []E4M3FNUZ:
		out.Data = octets(d)
	case []E5M2:
		out.Data = octets(d)
	case []E5M2FNUZ:
		out.Data = octets(d)
	case []E2M1:
		out.Data = octets(d)
	case []Uint4:
		out.Data = octets(d)
	case []Int4:
		for _, v := range d {
			out.Data = append(out.Data, uint8(v)) //ve:allow overflow the file holds two's complement
		}
	case []string:
		for _, v := range d {
			out.Strings = append(out.Strings, []byte(v))
		}
	}
	return out
}

func octets[T ~uint8](d []T) []byte {
	out := make([]byte, len(d))
	for i, v := range d {
		out[i] = byte(v)
	}
	return out
}
