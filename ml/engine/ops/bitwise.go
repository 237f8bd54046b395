package ops

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/value"
)

func and[T integer](a, b T) T { return a & b }
func or[T integer](a, b T) T  { return a | b }
func xor[T integer](a, b T) T { return a ^ b }

type unsigned interface {
	uint8 | uint16 | uint32 | uint64
}

// left and right shift by any distance: from the type's width on nothing is left.
func left[T unsigned](a, b T) T  { return a << b }
func right[T unsigned](a, b T) T { return a >> b }

var (
	ands   = typed{nil, nil, and[int8], and[int16], and[int32], and[int64], and[uint8], and[uint16], and[uint32], and[uint64]}
	ors    = typed{nil, nil, or[int8], or[int16], or[int32], or[int64], or[uint8], or[uint16], or[uint32], or[uint64]}
	xors   = typed{nil, nil, xor[int8], xor[int16], xor[int32], xor[int64], xor[uint8], xor[uint16], xor[uint32], xor[uint64]}
	lefts  = typed{u8: left[uint8], u16: left[uint16], u32: left[uint32], u64: left[uint64]}
	rights = typed{u8: right[uint8], u16: right[uint16], u32: right[uint32], u64: right[uint64]}
)

// bitShift moves unsigned integers by as many bits as the second operand says.
func bitShift(c *Call) ([]*value.Tensor, error) {
	direction, err := c.text("direction", "")
	if err != nil {
		return nil, err
	}
	switch direction {
	case "LEFT":
		return binary(lefts)(c)
	case "RIGHT":
		return binary(rights)(c)
	}
	return nil, fmt.Errorf("%w direction: %q, want LEFT or RIGHT", ErrAttribute, direction)
}

// bitwiseNot turns every bit over.
func bitwiseNot(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	switch d := t.Data.(type) {
	case []int8:
		return one(value.Of(t.Shape, mapped(d, turned[int8])))
	case []int16:
		return one(value.Of(t.Shape, mapped(d, turned[int16])))
	case []int32:
		return one(value.Of(t.Shape, mapped(d, turned[int32])))
	case []int64:
		return one(value.Of(t.Shape, mapped(d, turned[int64])))
	case []uint8:
		return one(value.Of(t.Shape, mapped(d, turned[uint8])))
	case []uint16:
		return one(value.Of(t.Shape, mapped(d, turned[uint16])))
	case []uint32:
		return one(value.Of(t.Shape, mapped(d, turned[uint32])))
	case []uint64:
		return one(value.Of(t.Shape, mapped(d, turned[uint64])))
	}
	return nil, fmt.Errorf("%w: %s", value.ErrType, t.DType())
}

func turned[T integer](a T) T { return ^a }
