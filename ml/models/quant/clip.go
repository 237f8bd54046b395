package quant

import "math"

// The candidates for the range of an activation: parts of the greatest magnitude, from an eighth to all of it.
const (
	candidates = 128
	leastPart  = candidates / 8
)

// levels is the greatest magnitude of a quantized number. −128 is used by inputs alone, whose scale is given.
const levels = 127

// clip chooses the range [−r, r] that loses least: of all candidates the one with the least sum of squared errors over the
// magnitudes that calibration counted, each taken at the middle of its bin. Of equals the widest wins. A value that was
// always zero has the range 1: any will do, and none may be zero.
func (o *observed) clip() float32 {
	if o.most == 0 {
		return 1
	}
	best, least := candidates, math.MaxFloat64
	for part := candidates; part >= leastPart; part-- {
		if e := o.loss(part); e < least {
			best, least = part, e
		}
	}
	r := float32(float64(o.most) * float64(best) / candidates)
	if r == 0 { // a subnormal that became nothing
		return o.most
	}
	return r
}

// loss is the sum of squared errors, in units of a bin, if magnitudes up to part/candidates of the greatest are kept. The sum
// ascends over bins; every product is rounded by itself.
func (o *observed) loss(part int) float64 {
	limit := float64(part) * bins / candidates // in bins
	step := limit / levels
	sum := 0.0
	for i, n := range o.counts {
		if n == 0 {
			continue
		}
		v := float64(i) + 0.5
		q := math.RoundToEven(v / step)
		e := v - float64(min(q, levels)*step)
		sum += float64(float64(e*e) * float64(n))
	}
	return sum
}
