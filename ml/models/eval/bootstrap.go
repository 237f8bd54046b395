package eval

import (
	"fmt"
	"slices"
)

// Source draws numbers: a keyed stream, so that the same key gives the same interval.
type Source interface {
	// IntN is a number from 0 up to but without n, each equally likely; n is above 0.
	IntN(n int) int
}

// Interval is the middle 95 % of a figure's distribution.
type Interval struct {
	Low  int64 `json:"low_ppm"`
	High int64 `json:"high_ppm"`
}

// Bootstrap draws n of n units with replacement, resamples times, and returns the interval between the 2.5th and the 97.5th
// percentile of what figure makes of each draw (B. Efron 1979, percentile method; the value at rank ceil(q·resamples)).
// A unit is what is independent: a person, and not one of a person's pairs. The slice is figure's for the call only. What
// figure fails with is passed on; a draw that lacks a class fails so, and figures of few units have no interval.
func Bootstrap(s Source, resamples, n int, figure func(units []int) (int64, error)) (Interval, error) {
	if s == nil || figure == nil {
		return Interval{}, fmt.Errorf("%w: no source or no figure", ErrRange)
	}
	if resamples < 40 || resamples > 100_000 || n < 1 {
		return Interval{}, fmt.Errorf("%w: %d resamples of %d units; hint: from 40 to 100000, of one or more", ErrRange, resamples, n)
	}
	units, values := make([]int, n), make([]int64, resamples)
	for r := range values {
		for i := range units {
			units[i] = s.IntN(n)
		}
		v, err := figure(units)
		if err != nil {
			return Interval{}, fmt.Errorf("resample %d: %w", r, err)
		}
		values[r] = v
	}
	slices.Sort(values)
	rank := func(thousandths int) int64 { return values[(thousandths*resamples+999)/1000-1] }
	return Interval{rank(25), rank(975)}, nil
}
