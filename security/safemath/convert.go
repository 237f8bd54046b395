package safemath

import (
	"errors"
	"fmt"
	"math"
)

// Errors of this package.
var (
	// ErrOverflow says that a result does not fit its type.
	ErrOverflow = errors.New("number does not fit")
	// ErrDivisionByZero says that a divisor is zero.
	ErrDivisionByZero = errors.New("division by zero")
	// ErrNotInteger says that a float is infinite, no number, or has a fraction.
	ErrNotInteger = errors.New("not an integer")
)

// Integer is every integer type except uintptr, which is an address and not a number.
type Integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// To converts v to T. Fails with ErrOverflow if T has no such number.
func To[T, F Integer](v F) (T, error) {
	t := T(v)
	// Both are needed: -1 converts to uint64 and back unharmed, and 256 converts to uint8 without changing its sign.
	if F(t) != v || (t < 0) != (v < 0) {
		return 0, fmt.Errorf("%w: %d into %T", ErrOverflow, v, t)
	}
	return t, nil
}

// Clamp converts v to T, and to the nearest number of T where there is no such: for gauges and displays, where a wrong
// order of magnitude is worse than the end of the scale. Never for amounts, sizes and limits.
func Clamp[T, F Integer](v F) T {
	if t, err := To[T](v); err == nil {
		return t
	}
	least, most := limits[T]()
	if v < 0 {
		return least
	}
	return most
}

// FromFloat converts a whole number to T. Fails with ErrNotInteger for NaN, infinities and fractions, and with
// ErrOverflow if T has no such number. -0 is 0.
func FromFloat[T Integer](f float64) (T, error) {
	var zero T
	if math.IsNaN(f) || math.IsInf(f, 0) || f != math.Trunc(f) {
		return 0, fmt.Errorf("%w: %v into %T", ErrNotInteger, f, zero)
	}
	least, most := limits[T]()
	// Least numbers and powers of two are exact floats. The greatest number of 64 bits is not, and would round up to one
	// too many, so f is held against twice the power of two that the greatest begins with.
	if f < float64(least) || f >= 2*float64(most/2+1) {
		return 0, fmt.Errorf("%w: %v into %T", ErrOverflow, f, zero)
	}
	return T(f), nil
}

// limits returns the least and the greatest number of T.
func limits[T Integer]() (least, most T) {
	if ones := ^T(0); ones > 0 {
		return 0, ones
	}
	for bit := T(1); bit != 0; bit <<= 1 {
		least = bit // ends at the sign's bit alone: the least in two's complement
	}
	return least, ^least
}
