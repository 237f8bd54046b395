package quant

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/security/safemath"
)

// Scale is what one step of a quantized value stands for, in 2^-24: a whole number, so that whoever reads a program's output needs no float.
type Scale int64

// One is the scale 1.
const One Scale = 1 << 24

// InputScale is the scale of every input: luma − 128 stands for (luma − 128) / 128.
const InputScale = One / 128

// maxScale bounds scales: the inference pipeline reads none above 2^32.
const maxScale = 1 << 32

// Real is the scale as a number, exact.
func (s Scale) Real() float64 { return float64(s) / float64(One) }

// scaleOf is the scale at which a range r takes all levels, rounded up, so that nothing within the range is cut off. Fails with
// ErrUnsupported for a range beyond what scales can say.
func scaleOf(r float32) (Scale, error) {
	v := math.Ceil(float64(r) / levels * float64(One))
	n, err := safemath.FromFloat[int64](v)
	if err != nil || n < 1 || n > maxScale {
		return 0, fmt.Errorf("%w: a range of ±%v", ErrUnsupported, r)
	}
	return Scale(n), nil
}

// quantized is the nearest level of a real value, ties to even, cut off at ±levels; and whether it was cut off.
func quantized(v float64, s float64) (int8, bool) {
	q := math.RoundToEven(v / s)
	if q > levels {
		return levels, true
	}
	if q < -levels {
		return -levels, true
	}
	return int8(q), false //ve:allow overflow a whole number within ±127
}
