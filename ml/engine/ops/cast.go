package ops

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// convert is Cast. Numbers become integers without their fraction; what does not fit is the nearest number that does
// (contract ve-f32-1, rule 7), except between integers, where bits above are cut off as everywhere.
func convert(t *value.Tensor, to onnx.DType) (*value.Tensor, error) {
	if t.DType() == to {
		return t, nil
	}
	var out any
	var err error
	switch d := t.Data.(type) {
	case []float32:
		out, err = fromFloats(d, func(v float32) float64 { return float64(v) }, to)
	case []float64:
		out, err = fromFloats(d, func(v float64) float64 { return v }, to)
	case []value.Half:
		out, err = fromFloats(d, func(v value.Half) float64 { return float64(v.Float32()) }, to)
	case []value.BHalf:
		out, err = fromFloats(d, func(v value.BHalf) float64 { return float64(v.Float32()) }, to)
	case []int8:
		out, err = fromInts(d, to)
	case []int16:
		out, err = fromInts(d, to)
	case []int32:
		out, err = fromInts(d, to)
	case []int64:
		out, err = fromInts(d, to)
	case []uint8:
		out, err = fromInts(d, to)
	case []uint16:
		out, err = fromInts(d, to)
	case []uint32:
		out, err = fromInts(d, to)
	case []uint64:
		out, err = fromInts(d, to)
	case []bool:
		n := make([]uint8, len(d))
		for i, v := range d {
			if v {
				n[i] = 1
			}
		}
		if to == onnx.Uint8 {
			return &value.Tensor{Shape: t.Shape, Data: n}, nil
		}
		out, err = fromInts(n, to)
	case []string:
		out, err = fromTexts(d, to)
	case []value.Int4:
		out, err = fromInts(mapped(d, func(v value.Int4) int8 { return int8(v) }), to)
	case []value.Uint4:
		out, err = fromInts(mapped(d, func(v value.Uint4) uint8 { return uint8(v) }), to)
	default:
		if narrow, found := widened(t); found {
			out, err = fromFloats(narrow, func(v float32) float64 { return float64(v) }, to)
			break
		}
		err = fmt.Errorf("%w: %s", value.ErrType, t.DType())
	}
	if err != nil {
		return nil, err
	}
	return &value.Tensor{Shape: t.Shape, Data: out}, nil
}

func mapped[A, B any](in []A, f func(A) B) []B {
	out := make([]B, len(in))
	for i, v := range in {
		out[i] = f(v)
	}
	return out
}

// whole is a float without its fraction, or the nearest number that fits; a NaN is zero.
func whole[T integer](f float64) T {
	if math.IsNaN(f) {
		return 0
	}
	if v, err := safemath.FromFloat[T](math.Trunc(f)); err == nil {
		return v
	}
	least, most := bounds[T]()
	if f < 0 {
		return least
	}
	return most
}

func bounds[T integer]() (least, most T) {
	if ones := ^T(0); ones > 0 {
		return 0, ones
	}
	least = 1
	for least > 0 {
		least *= 2
	}
	return least, ^least
}

func fromFloats[T any](d []T, f func(T) float64, to onnx.DType) (any, error) {
	switch to {
	case onnx.Float32:
		return mapped(d, func(v T) float32 { return float32(f(v)) }), nil
	case onnx.Float64:
		return mapped(d, f), nil
	case onnx.Float16:
		return mapped(d, func(v T) value.Half { return halfOf(f(v)) }), nil
	case onnx.BFloat16:
		return mapped(d, func(v T) value.BHalf { return value.BHalfOf(float32(f(v))) }), nil
	case onnx.Int8:
		return mapped(d, func(v T) int8 { return whole[int8](f(v)) }), nil
	case onnx.Int16:
		return mapped(d, func(v T) int16 { return whole[int16](f(v)) }), nil
	case onnx.Int32:
		return mapped(d, func(v T) int32 { return whole[int32](f(v)) }), nil
	case onnx.Int64:
		return mapped(d, func(v T) int64 { return whole[int64](f(v)) }), nil
	case onnx.Uint8:
		return mapped(d, func(v T) uint8 { return whole[uint8](f(v)) }), nil
	case onnx.Uint16:
		return mapped(d, func(v T) uint16 { return whole[uint16](f(v)) }), nil
	case onnx.Uint32:
		return mapped(d, func(v T) uint32 { return whole[uint32](f(v)) }), nil
	case onnx.Uint64:
		return mapped(d, func(v T) uint64 { return whole[uint64](f(v)) }), nil
	case onnx.Bool:
		return mapped(d, func(v T) bool { return f(v) != 0 }), nil
	case onnx.String:
		return mapped(d, func(v T) string { return shown(f(v)) }), nil
	case onnx.Int4:
		return mapped(d, func(v T) value.Int4 { return int4(whole[int64](f(v))) }), nil
	case onnx.Uint4:
		return mapped(d, func(v T) value.Uint4 { return uint4(whole[int64](f(v))) }), nil
	}
	return narrowFloats(mapped(d, func(v T) float32 { return float32(f(v)) }), to, true)
}

// halfOf rounds a float64 once: through float32 it would be twice, which a tie shows.
func halfOf(f float64) value.Half {
	narrow := float32(f)
	if math.IsNaN(f) || math.IsInf(f, 0) || float64(narrow) == f {
		return value.HalfOf(narrow)
	}
	// Between two float32 numbers: the odd one of both rounds on to the right half (sticky bit).
	b := math.Float32bits(narrow)
	if math.Abs(float64(narrow)) > math.Abs(f) {
		b--
	}
	return value.HalfOf(math.Float32frombits(b | 1))
}

// shown writes a float as numpy does: eight digits are enough for a float32.
func shown(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "INF"
	case math.IsInf(f, -1):
		return "-INF"
	}
	s := strconv.FormatFloat(f, 'g', -1, 32)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

func fromInts[T integer](d []T, to onnx.DType) (any, error) {
	switch to {
	case onnx.Float32:
		return mapped(d, func(v T) float32 { return float32(v) }), nil
	case onnx.Float64:
		return mapped(d, func(v T) float64 { return float64(v) }), nil
	case onnx.Float16:
		return mapped(d, func(v T) value.Half { return halfOf(float64(v)) }), nil
	case onnx.BFloat16:
		return mapped(d, func(v T) value.BHalf { return value.BHalfOf(float32(v)) }), nil
	case onnx.Int8:
		return mapped(d, cut[int8, T]), nil
	case onnx.Int16:
		return mapped(d, cut[int16, T]), nil
	case onnx.Int32:
		return mapped(d, cut[int32, T]), nil
	case onnx.Int64:
		return mapped(d, cut[int64, T]), nil
	case onnx.Uint8:
		return mapped(d, cut[uint8, T]), nil
	case onnx.Uint16:
		return mapped(d, cut[uint16, T]), nil
	case onnx.Uint32:
		return mapped(d, cut[uint32, T]), nil
	case onnx.Uint64:
		return mapped(d, cut[uint64, T]), nil
	case onnx.Bool:
		return mapped(d, func(v T) bool { return v != 0 }), nil
	case onnx.String:
		return mapped(d, func(v T) string { return fmt.Sprint(v) }), nil
	case onnx.Int4:
		return mapped(d, func(v T) value.Int4 { return int4(cut[int64](v)) }), nil
	case onnx.Uint4:
		return mapped(d, func(v T) value.Uint4 { return uint4(cut[int64](v)) }), nil
	}
	return narrowFloats(mapped(d, func(v T) float32 { return float32(v) }), to, true)
}

// cut keeps the low bits, which is what Go's conversion does on every machine.
func cut[To, From integer](v From) To {
	return To(v)
}

func fromTexts(d []string, to onnx.DType) (any, error) {
	numbers := make([]float64, len(d))
	for i, s := range d {
		bits := 64
		if to == onnx.Float32 {
			bits = 32 // a text is rounded once, to the type it becomes
		}
		f, err := strconv.ParseFloat(strings.TrimSpace(s), bits)
		if err != nil {
			return nil, fmt.Errorf("%w 0: %.40q is no number", ErrOperand, s)
		}
		numbers[i] = f
	}
	return fromFloats(numbers, func(v float64) float64 { return v }, to)
}

func cast(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	to, err := c.int("to", 0)
	if err != nil {
		return nil, err
	}
	n, err := safemath.To[uint8](to)
	if err != nil || !onnx.DType(n).Known() {
		return nil, fmt.Errorf("%w to: element type %d", ErrAttribute, to)
	}
	saturate, err := c.flag("saturate", true)
	if err != nil {
		return nil, err
	}
	return castTo(t, onnx.DType(n), c.Opset, saturate)
}

func castTo(t *value.Tensor, to onnx.DType, opset int64, saturate bool) ([]*value.Tensor, error) {
	if !saturate && isNarrow(to) {
		wide, err := convert(t, onnx.Float32)
		if err != nil {
			return nil, err
		}
		x, err := value.As[float32](wide)
		if err != nil {
			return nil, err
		}
		d, err := narrowFloats(x, to, false)
		return []*value.Tensor{{Shape: t.Shape, Data: d}}, err
	}
	if d, ok := t.Data.([]float32); ok && to == onnx.BFloat16 && opset < 19 {
		// The published cases of these opsets cut off; those of later ones round to the nearest.
		return one(value.Of(t.Shape, mapped(d, func(v float32) value.BHalf { return value.BHalf(math.Float32bits(v) >> 16) })))
	}
	return one(convert(t, to))
}

// castLike is Cast to the type of another operand.
func castLike(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	like, err := c.need(1)
	if err != nil {
		return nil, err
	}
	saturate, err := c.flag("saturate", true)
	if err != nil {
		return nil, err
	}
	return castTo(t, like.DType(), c.Opset, saturate)
}
