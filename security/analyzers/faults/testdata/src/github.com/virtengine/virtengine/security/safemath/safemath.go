// Package safemath stands for the one of the same name.
package safemath

func To[T, F ~int | ~int32 | ~int64 | ~uint64](v F) (T, error) { return T(v), nil }

func FromFloat[T ~int64](f float64) (T, error) { return T(f), nil }
