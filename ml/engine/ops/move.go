package ops

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/value"
)

// gathered makes a tensor of elements of others, by their index when these stand one behind the other. -1 is zero, false
// or the empty text. Fails with value.ErrType where the types differ.
func gathered(shape []int, from []int, parts ...*value.Tensor) (*value.Tensor, error) {
	if len(parts) == 0 {
		return nil, fmt.Errorf("%w: nothing to take from", ErrOperand)
	}
	for _, p := range parts[1:] {
		if p.DType() != parts[0].DType() {
			return nil, fmt.Errorf("%w: %s and %s", value.ErrType, parts[0].DType(), p.DType())
		}
	}
	out := &value.Tensor{Shape: shape}
	switch parts[0].Data.(type) {
	case []float32:
		out.Data = moved[float32](from, parts)
	case []float64:
		out.Data = moved[float64](from, parts)
	case []value.Half:
		out.Data = moved[value.Half](from, parts)
	case []value.BHalf:
		out.Data = moved[value.BHalf](from, parts)
	case []int8:
		out.Data = moved[int8](from, parts)
	case []int16:
		out.Data = moved[int16](from, parts)
	case []int32:
		out.Data = moved[int32](from, parts)
	case []int64:
		out.Data = moved[int64](from, parts)
	case []uint8:
		out.Data = moved[uint8](from, parts)
	case []uint16:
		out.Data = moved[uint16](from, parts)
	case []uint32:
		out.Data = moved[uint32](from, parts)
	case []uint64:
		out.Data = moved[uint64](from, parts)
	case []bool:
		out.Data = moved[bool](from, parts)
	case []string:
		out.Data = moved[string](from, parts)
	case []value.E4M3FN:
		out.Data = moved[value.E4M3FN](from, parts)
	case []value.E4M3FNUZ:
		out.Data = moved[value.E4M3FNUZ](from, parts)
	case []value.E5M2:
		out.Data = moved[value.E5M2](from, parts)
	case []value.E5M2FNUZ:
		out.Data = moved[value.E5M2FNUZ](from, parts)
	case []value.E2M1:
		out.Data = moved[value.E2M1](from, parts)
	case []value.Int4:
		out.Data = moved[value.Int4](from, parts)
	case []value.Uint4:
		out.Data = moved[value.Uint4](from, parts)
	default:
		return nil, fmt.Errorf("%w: %s", value.ErrType, parts[0].DType())
	}
	return out, nil
}

func moved[T value.Elem](from []int, parts []*value.Tensor) []T {
	out := make([]T, len(from))
	first, _ := parts[0].Data.([]T)
	if len(parts) == 1 {
		for i, at := range from {
			if at >= 0 {
				out[i] = first[at]
			}
		}
		return out
	}
	var all []T
	for _, p := range parts {
		d, _ := p.Data.([]T)
		all = append(all, d...)
	}
	for i, at := range from {
		if at >= 0 {
			out[i] = all[at]
		}
	}
	return out
}

// repeated fills a shape with one element.
func repeated(shape []int, n int, t *value.Tensor) (*value.Tensor, error) {
	out := &value.Tensor{Shape: shape}
	switch d := t.Data.(type) {
	case []float32:
		out.Data = copies(d[0], n)
	case []float64:
		out.Data = copies(d[0], n)
	case []int32:
		out.Data = copies(d[0], n)
	case []int64:
		out.Data = copies(d[0], n)
	case []uint8:
		out.Data = copies(d[0], n)
	case []int8:
		out.Data = copies(d[0], n)
	case []bool:
		out.Data = copies(d[0], n)
	default:
		return gathered(shape, make([]int, n), t)
	}
	return out, nil
}

func copies[T comparable](v T, n int) []T {
	out := make([]T, n)
	var zero T
	if v != zero {
		for i := range out {
			out[i] = v
		}
	}
	return out
}

// pick makes a tensor of one other's elements.
func pick(t *value.Tensor, shape []int, from []int) ([]*value.Tensor, error) {
	return one(gathered(shape, from, t))
}
