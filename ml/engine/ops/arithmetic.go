package ops

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

type integer interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64
}

type float interface{ float32 | float64 }

type number interface{ integer | float }

// typed is one binary operation for every type of numbers; nil where it has none.
type typed struct {
	f32 func(a, b float32) float32
	f64 func(a, b float64) float64
	i8  func(a, b int8) int8
	i16 func(a, b int16) int16
	i32 func(a, b int32) int32
	i64 func(a, b int64) int64
	u8  func(a, b uint8) uint8
	u16 func(a, b uint16) uint16
	u32 func(a, b uint32) uint32
	u64 func(a, b uint64) uint64
}

// Integers wrap, as ONNX's other runtimes do; floats are rounded once.
func add[T number](a, b T) T { return T(a + b) }
func sub[T number](a, b T) T { return T(a - b) }
func mul[T number](a, b T) T { return T(a * b) }

// quotient of integers has no answer for a division by zero; the caller looks for one before.
func quotient[T number](a, b T) T { return T(a / b) }

// lesser and greater pass a NaN on, wherever it stands.
func lesser[T number](a, b T) T {
	if a != a || b != b { //nolint:staticcheck // NaN
		return a + b
	}
	return min(a, b)
}

func greater[T number](a, b T) T {
	if a != a || b != b { //nolint:staticcheck // NaN
		return a + b
	}
	return max(a, b)
}

// modulo has the sign of the divisor, as Python's.
func modulo[T integer](a, b T) T {
	m := a % b
	if m != 0 && (m < 0) != (b < 0) {
		m += b
	}
	return m
}

// remainder has the sign of the dividend, as C's fmod. It is exact.
func remainder[T integer](a, b T) T { return a % b }

func fmod64(a, b float64) float64 {
	if b == 0 || math.IsInf(a, 0) || math.IsNaN(a) || math.IsNaN(b) {
		return math.NaN()
	}
	return math.Mod(a, b) // by its definition an exact result
}

func fmod32(a, b float32) float32 { return float32(fmod64(float64(a), float64(b))) }

var (
	adds   = typed{add[float32], add[float64], add[int8], add[int16], add[int32], add[int64], add[uint8], add[uint16], add[uint32], add[uint64]}
	subs   = typed{sub[float32], sub[float64], sub[int8], sub[int16], sub[int32], sub[int64], sub[uint8], sub[uint16], sub[uint32], sub[uint64]}
	muls   = typed{mul[float32], mul[float64], mul[int8], mul[int16], mul[int32], mul[int64], mul[uint8], mul[uint16], mul[uint32], mul[uint64]}
	divs   = typed{quotient[float32], quotient[float64], quotient[int8], quotient[int16], quotient[int32], quotient[int64], quotient[uint8], quotient[uint16], quotient[uint32], quotient[uint64]}
	mins   = typed{lesser[float32], lesser[float64], lesser[int8], lesser[int16], lesser[int32], lesser[int64], lesser[uint8], lesser[uint16], lesser[uint32], lesser[uint64]}
	maxs   = typed{greater[float32], greater[float64], greater[int8], greater[int16], greater[int32], greater[int64], greater[uint8], greater[uint16], greater[uint32], greater[uint64]}
	mods   = typed{nil, nil, modulo[int8], modulo[int16], modulo[int32], modulo[int64], modulo[uint8], modulo[uint16], modulo[uint32], modulo[uint64]}
	fmods  = typed{fmod32, fmod64, remainder[int8], remainder[int16], remainder[int32], remainder[int64], remainder[uint8], remainder[uint16], remainder[uint32], remainder[uint64]}
	prelus = typed{f32: prelu[float32], f64: prelu[float64], i32: prelu[int32], i64: prelu[int64]}
)

func prelu[T number](x, slope T) T {
	if x < 0 {
		return T(x * slope)
	}
	return x
}

// apply computes one operation on two tensors of one type.
func (o typed) apply(a, b *value.Tensor) (*value.Tensor, error) {
	if a.DType() != b.DType() {
		return nil, fmt.Errorf("%w: %s and %s", value.ErrType, a.DType(), b.DType())
	}
	shape, err := broadcast(a.Shape, b.Shape)
	if err != nil {
		return nil, err
	}
	out := &value.Tensor{Shape: shape}
	switch x := a.Data.(type) {
	case []float32:
		out.Data = on(shape, a, b, x, o.f32)
	case []float64:
		out.Data = on(shape, a, b, x, o.f64)
	case []int8:
		out.Data = on(shape, a, b, x, o.i8)
	case []int16:
		out.Data = on(shape, a, b, x, o.i16)
	case []int32:
		out.Data = on(shape, a, b, x, o.i32)
	case []int64:
		out.Data = on(shape, a, b, x, o.i64)
	case []uint8:
		out.Data = on(shape, a, b, x, o.u8)
	case []uint16:
		out.Data = on(shape, a, b, x, o.u16)
	case []uint32:
		out.Data = on(shape, a, b, x, o.u32)
	case []uint64:
		out.Data = on(shape, a, b, x, o.u64)
	}
	if out.DType() == 0 || isNil(out.Data) {
		return nil, fmt.Errorf("%w: %s", value.ErrType, a.DType())
	}
	return out, nil
}

func on[T value.Elem](shape []int, a, b *value.Tensor, x []T, f func(a, b T) T) []T {
	y, ok := b.Data.([]T)
	if f == nil || !ok {
		return nil
	}
	return zip(shape, a.Shape, x, b.Shape, y, f)
}

// isNil tells a slice that was not made from an empty one.
func isNil(data any) bool {
	switch d := data.(type) {
	case []float32:
		return d == nil
	case []float64:
		return d == nil
	case []int8:
		return d == nil
	case []int16:
		return d == nil
	case []int32:
		return d == nil
	case []int64:
		return d == nil
	case []uint8:
		return d == nil
	case []uint16:
		return d == nil
	case []uint32:
		return d == nil
	case []uint64:
		return d == nil
	}
	return data == nil
}

// binary is an operator of two operands.
func binary(o typed) Func {
	return viaFloat32(func(c *Call) ([]*value.Tensor, error) {
		a, b, err := c.pair()
		if err != nil {
			return nil, err
		}
		return one(o.apply(a, b))
	})
}

// pair returns two operands. Before opset 7, the second was aligned with the first at an axis.
func (c *Call) pair() (a, b *value.Tensor, err error) {
	if a, err = c.need(0); err != nil {
		return nil, nil, err
	}
	if b, err = c.need(1); err != nil {
		return nil, nil, err
	}
	if c.Opset >= 7 {
		return a, b, nil
	}
	if c.Op == "PRelu" && b.Rank() == 1 && a.Rank() > 1 { // one slope for each channel
		shape := []int{b.Shape[0]}
		for range a.Shape[2:] {
			shape = append(shape, 1)
		}
		b, err = b.Reshaped(shape)
		return a, b, err
	}
	if _, found := c.Node.Attr("axis"); !found {
		return a, b, nil
	}
	at, err := c.int("axis", 0)
	if err != nil {
		return nil, nil, err
	}
	if at, err = axis(at, a.Rank()); err != nil {
		return nil, nil, err
	}
	shape := append([]int(nil), b.Shape...)
	for len(shape) < a.Rank()-at {
		shape = append(shape, 1)
	}
	b, err = b.Reshaped(shape)
	return a, b, err
}

// several folds an operation over one or more operands, from the left.
func several(o typed) Func {
	return viaFloat32(func(c *Call) ([]*value.Tensor, error) {
		sum, err := c.need(0)
		if err != nil {
			return nil, err
		}
		for i := 1; i < len(c.In); i++ {
			next, err := c.need(i)
			if err != nil {
				return nil, err
			}
			if sum, err = o.apply(sum, next); err != nil {
				return nil, err
			}
		}
		return []*value.Tensor{sum}, nil
	})
}

// divide refuses what integers cannot be divided by.
func divide(c *Call) ([]*value.Tensor, error) {
	if b := c.in(1); b != nil && hasZero(b) {
		return nil, fmt.Errorf("%w 1: an integer divided by zero", ErrOperand)
	}
	return binary(divs)(c)
}

func hasZero(t *value.Tensor) bool {
	switch d := t.Data.(type) {
	case []int8:
		return contains(d)
	case []int16:
		return contains(d)
	case []int32:
		return contains(d)
	case []int64:
		return contains(d)
	case []uint8:
		return contains(d)
	case []uint16:
		return contains(d)
	case []uint32:
		return contains(d)
	case []uint64:
		return contains(d)
	}
	return false
}

func contains[T integer](all []T) bool {
	for _, v := range all {
		if v == 0 {
			return true
		}
	}
	return false
}

func mod(c *Call) ([]*value.Tensor, error) {
	asC, err := c.flag("fmod", false)
	if err != nil {
		return nil, err
	}
	if b := c.in(1); b != nil && hasZero(b) {
		return nil, fmt.Errorf("%w 1: an integer divided by zero", ErrOperand)
	}
	if asC {
		return binary(fmods)(c)
	}
	return binary(mods)(c)
}

// pow raises in float64 and rounds to the type of its base; its exponent may have another.
func pow(c *Call) ([]*value.Tensor, error) {
	a, b, err := c.pair()
	if err != nil {
		return nil, err
	}
	shape, err := broadcast(a.Shape, b.Shape)
	if err != nil {
		return nil, err
	}
	base, err := convert(a, onnx.Float64)
	if err != nil {
		return nil, err
	}
	exponent, err := convert(b, onnx.Float64)
	if err != nil {
		return nil, err
	}
	x, err := value.As[float64](base)
	if err != nil {
		return nil, err
	}
	y, err := value.As[float64](exponent)
	if err != nil {
		return nil, err
	}
	wide := &value.Tensor{Shape: shape, Data: zip(shape, a.Shape, x, b.Shape, y, funcs.Pow)}
	return one(convert(wide, a.DType()))
}
