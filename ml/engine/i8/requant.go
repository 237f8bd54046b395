package i8

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/security/safemath"
)

// Bounds of requantization.
const (
	MaxShift     = 62      // of Requant, MulSpec, AverageSpec
	MaxAddShift  = 30      // of AddSpec
	MaxAddFactor = 1 << 22 // of AddSpec, either sign: a sum of two then fits int32 with its rounding
)

// Round is the one rounding rule: p / 2^shift to the nearest integer, halves away from zero. p is below 2^62 in either direction
// and shift is 0..62: a caller's duty, which Load establishes for programs.
func Round(p int64, shift int8) int64 {
	if shift == 0 {
		return p
	}
	half := int64(1) << (shift - 1)
	if p < 0 {
		return -((half - p) >> shift)
	}
	return (p + half) >> shift
}

// requantize is the only way from an accumulator to an activation.
func requantize(acc int32, multiplier int32, shift, lo, hi int8) int8 {
	return clamp(Round(int64(acc)*int64(multiplier), shift), lo, hi)
}

func clamp(v int64, lo, hi int8) int8 {
	return int8(min(max(v, int64(lo)), int64(hi)))
}

// Quantize writes a positive real number as multiplier / 2^shift: 2^30 <= multiplier < 2^31 wherever shift can reach, so the
// error is at most one part in 2^31. Below 2^-32 the multiplier becomes smaller, at last 0. A float64's bits decide, so
// every machine finds the same pair. Fails with ErrScale for what is not positive and finite, and from 2^31 on.
func Quantize(factor float64) (multiplier int32, shift int8, err error) {
	if !(factor > 0) || factor >= 1<<31 {
		return 0, 0, fmt.Errorf("%w: %v is not between 0 and 2^31", ErrScale, factor)
	}
	s := int8(31)
	f := factor
	for f >= 1 { // halving and doubling a normal number are exact
		f /= 2
		s--
	}
	for f < 0.5 && s < MaxShift {
		f = float64(f * 2)
		s++
	}
	return pair(math.RoundToEven(float64(f*(1<<31))), s, 1<<30)
}

// QuantizeAdd writes the factors sa/sy and sb/sy of an addition as multipliers over one power of two: the largest shift up to
// 30 for which both stay within MaxAddFactor. Fails with ErrScale where a factor is not positive, or over 2^22.
func QuantizeAdd(a, b float64) (multiplierA, multiplierB int32, shift int8, err error) {
	large := max(a, b)
	if !(a > 0) || !(b > 0) || large > MaxAddFactor {
		return 0, 0, 0, fmt.Errorf("%w: %v and %v are not both between 0 and 2^22", ErrScale, a, b)
	}
	power := float64(1)
	for shift < MaxAddShift && float64(large*float64(power*2)) <= MaxAddFactor {
		power = float64(power * 2)
		shift++
	}
	if multiplierA, _, err = pair(math.RoundToEven(float64(a*power)), shift, MaxAddFactor); err != nil {
		return 0, 0, 0, err
	}
	multiplierB, _, err = pair(math.RoundToEven(float64(b*power)), shift, MaxAddFactor)
	return multiplierA, multiplierB, shift, err
}

// pair converts a rounded multiplier. One that rounding made 2^31 is halved, once.
func pair(m float64, shift int8, half int32) (int32, int8, error) {
	if m == 1<<31 && shift > 0 {
		return half, shift - 1, nil
	}
	multiplier, err := safemath.FromFloat[int32](m)
	if err != nil {
		return 0, 0, fmt.Errorf("%w: %w", ErrScale, err)
	}
	return multiplier, shift, nil
}
