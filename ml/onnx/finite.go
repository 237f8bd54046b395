package onnx

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// Finite fails with ErrMalformed where a tensor of floats holds a NaN or an infinity: in most formats, all bits of the
// exponent are set. Float4E2M1 has neither.
func (t *Tensor) Finite() error {
	size := t.DType.Size()
	var mask uint64
	switch t.DType {
	case Float8E4M3FN: // one NaN, with a sign
		mask = 0x7f
	case Float8E5M2:
		mask = 0x7c
	case Float8E4M3FNUZ, Float8E5M2FNUZ: // one NaN, where others have a zero below zero
		if i := slices.Index(t.Data, 0x80); i >= 0 {
			return fmt.Errorf("%w: %s: element %d is no finite number", ErrMalformed, quoted(t.Name), i)
		}
		return nil
	case Float16:
		mask = 0x7c00
	case BFloat16:
		mask = 0x7f80
	case Float32:
		mask = 0x7f80_0000
	case Float64:
		mask = 0x7ff0_0000_0000_0000
	case Complex64:
		size, mask = 4, 0x7f80_0000
	case Complex128:
		size, mask = 8, 0x7ff0_0000_0000_0000
	default:
		return nil
	}
	for i := 0; i+size <= len(t.Data); i += size {
		var bits uint64
		switch size {
		case 1:
			bits = uint64(t.Data[i])
		case 2:
			bits = uint64(binary.LittleEndian.Uint16(t.Data[i:]))
		case 4:
			bits = uint64(binary.LittleEndian.Uint32(t.Data[i:]))
		default:
			bits = binary.LittleEndian.Uint64(t.Data[i:])
		}
		if bits&mask == mask {
			return fmt.Errorf("%w: %s: element %d is no finite number", ErrMalformed, quoted(t.Name), i/t.DType.Size())
		}
	}
	return nil
}
