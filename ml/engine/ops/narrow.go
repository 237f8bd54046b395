package ops

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

func isNarrow(d onnx.DType) bool {
	return d >= onnx.Float8E4M3FN && d <= onnx.Float8E5M2FNUZ || d == onnx.Float4E2M1
}

// widened reads floats of eight and four bits.
func widened(t *value.Tensor) ([]float32, bool) {
	switch d := t.Data.(type) {
	case []value.E4M3FN:
		return mapped(d, value.E4M3FN.Float32), true
	case []value.E4M3FNUZ:
		return mapped(d, value.E4M3FNUZ.Float32), true
	case []value.E5M2:
		return mapped(d, value.E5M2.Float32), true
	case []value.E5M2FNUZ:
		return mapped(d, value.E5M2FNUZ.Float32), true
	case []value.E2M1:
		return mapped(d, value.E2M1.Float32), true
	}
	return nil, false
}

// narrowFloats writes them. Fails with value.ErrType for other types.
func narrowFloats(d []float32, to onnx.DType, saturate bool) (any, error) {
	switch to {
	case onnx.Float8E4M3FN:
		return mapped(d, func(v float32) value.E4M3FN { return value.E4M3FNOf(v, saturate) }), nil
	case onnx.Float8E4M3FNUZ:
		return mapped(d, func(v float32) value.E4M3FNUZ { return value.E4M3FNUZOf(v, saturate) }), nil
	case onnx.Float8E5M2:
		return mapped(d, func(v float32) value.E5M2 { return value.E5M2Of(v, saturate) }), nil
	case onnx.Float8E5M2FNUZ:
		return mapped(d, func(v float32) value.E5M2FNUZ { return value.E5M2FNUZOf(v, saturate) }), nil
	case onnx.Float4E2M1:
		return mapped(d, value.E2M1Of), nil
	}
	return nil, fmt.Errorf("%w: into %s", value.ErrType, to)
}

// int4 and uint4 keep the low four bits, as ONNX's published cases do, of floats without their fraction too.
func int4(v int64) value.Int4   { return value.Int4((v&15 ^ 8) - 8) }
func uint4(v int64) value.Uint4 { return value.Uint4(v & 15) }
