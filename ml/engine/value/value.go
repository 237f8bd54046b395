// Package value is tensors as the engine computes them: a shape, and elements in a Go slice, row-major.
package value

import (
	"errors"
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// MaxElements bounds one tensor: 512 MiB of float32, which the largest layers of published networks need.
const MaxElements = 1 << 27

// Errors of this package.
var (
	// ErrShape says that shapes do not fit together, or are none.
	ErrShape = errors.New("shapes do not fit")
	// ErrType says that an element type is not the one that is wanted, or that nothing computes with it.
	ErrType = errors.New("element type")
)

// Half is IEEE 754 binary16, as bits.
type Half uint16

// BHalf is the upper half of a binary32, as bits.
type BHalf uint16

// Tensor is a shape and its elements. Data is one of the slices of Elem; its length is the shape's product. Tensors are
// not changed once they are made: operations that only reshape share the elements.
type Tensor struct {
	Shape []int
	Data  any
}

// Elem is every element type there is.
type Elem interface {
	float32 | float64 | Half | BHalf | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | bool | string |
		E4M3FN | E4M3FNUZ | E5M2 | E5M2FNUZ | E2M1 | Int4 | Uint4
}

// Of makes a tensor of elements. Fails with ErrShape.
func Of[T Elem](shape []int, data []T) (*Tensor, error) {
	n, err := Count(shape)
	if err != nil {
		return nil, err
	}
	if n != len(data) {
		return nil, fmt.Errorf("%w: shape %v has %d elements, and %d are given", ErrShape, shape, n, len(data))
	}
	return &Tensor{Shape: slices.Clone(shape), Data: data}, nil
}

// Count multiplies a shape. Fails with ErrShape where it is negative or over MaxElements.
func Count(shape []int) (int, error) {
	n := 1
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("%w: dimension %d", ErrShape, d)
		}
	}
	if slices.Contains(shape, 0) {
		return 0, nil
	}
	for _, d := range shape {
		next, err := safemath.Mul(n, d)
		if err != nil || next > MaxElements {
			return 0, fmt.Errorf("%w: shape %v has more than %d elements", ErrShape, shape, MaxElements)
		}
		n = next
	}
	return n, nil
}

// As returns the elements where they are of one type. Fails with ErrType.
func As[T Elem](t *Tensor) ([]T, error) {
	if t == nil {
		return nil, fmt.Errorf("%w: an operand is missing", ErrType)
	}
	if d, ok := t.Data.([]T); ok {
		return d, nil
	}
	var want T
	return nil, fmt.Errorf("%w: %s, want %T", ErrType, t.DType(), want)
}

// Len is how many elements there are.
func (t *Tensor) Len() int {
	n := 1
	for _, d := range t.Shape {
		n *= d
	}
	return n
}

// Rank is how many dimensions there are.
func (t *Tensor) Rank() int { return len(t.Shape) }

// DType is the element type.
func (t *Tensor) DType() onnx.DType {
	switch t.Data.(type) {
	case []float32:
		return onnx.Float32
	case []float64:
		return onnx.Float64
	case []Half:
		return onnx.Float16
	case []BHalf:
		return onnx.BFloat16
	case []int8:
		return onnx.Int8
	case []int16:
		return onnx.Int16
	case []int32:
		return onnx.Int32
	case []int64:
		return onnx.Int64
	case []uint8:
		return onnx.Uint8
	case []uint16:
		return onnx.Uint16
	case []uint32:
		return onnx.Uint32
	case []uint64:
		return onnx.Uint64
	case []bool:
		return onnx.Bool
	case []string:
		return onnx.String
	case []E4M3FN:
		return onnx.Float8E4M3FN
	case []E4M3FNUZ:
		return onnx.Float8E4M3FNUZ
	case []E5M2:
		return onnx.Float8E5M2
	case []E5M2FNUZ:
		return onnx.Float8E5M2FNUZ
	case []E2M1:
		return onnx.Float4E2M1
	case []Int4:
		return onnx.Int4
	case []Uint4:
		return onnx.Uint4
	}
	return 0
}

// Reshaped shares t's elements under another shape of as many. Fails with ErrShape.
func (t *Tensor) Reshaped(shape []int) (*Tensor, error) {
	n, err := Count(shape)
	if err != nil {
		return nil, err
	}
	if n != t.Len() {
		return nil, fmt.Errorf("%w: %v into %v", ErrShape, t.Shape, shape)
	}
	return &Tensor{Shape: slices.Clone(shape), Data: t.Data}, nil
}

// Ints reads a tensor of int64, int32 or scalars of them as numbers: axes, shapes, sizes. Fails with ErrType.
func Ints(t *Tensor) ([]int, error) {
	var out []int
	switch d := t.Data.(type) {
	case []int64:
		for _, v := range d {
			n, err := safemath.To[int](v)
			if err != nil {
				return nil, err
			}
			out = append(out, n)
		}
	case []int32:
		for _, v := range d {
			out = append(out, int(v))
		}
	default:
		return nil, fmt.Errorf("%w: %s, want int64 or int32", ErrType, t.DType())
	}
	return out, nil
}
