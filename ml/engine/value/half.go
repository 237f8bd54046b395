package value

import "math"

// Float32 widens; every half is a float32.
func (h Half) Float32() float32 {
	sign, exp, frac := uint32(h)>>15<<31, uint32(h)>>10&0x1f, uint32(h)&0x3ff
	switch {
	case exp == 0x1f:
		return math.Float32frombits(sign | 0xff<<23 | frac<<13)
	case exp == 0 && frac == 0:
		return math.Float32frombits(sign)
	case exp == 0: // subnormal: frac * 2^-24, exact
		f := float32(float32(frac) * (1.0 / (1 << 24)))
		return math.Float32frombits(math.Float32bits(f) | sign)
	}
	return math.Float32frombits(sign | (exp+127-15)<<23 | frac<<13)
}

// HalfOf rounds to the nearest half, ties to even; what is too large becomes an infinity (IEEE 754-2019, 7.4).
func HalfOf(f float32) Half {
	b := math.Float32bits(f)
	sign, exp, frac := Half(b>>16&0x8000), int(b>>23&0xff), b&0x7fffff
	switch {
	case exp == 0xff && frac != 0:
		return sign | 0x7e00
	case exp-127 > 15:
		return sign | 0x7c00
	case exp-127 < -25:
		return sign
	}
	shift := uint32(13)
	if e := exp - 127; e < -14 { // subnormal: the hidden bit shows
		frac |= 1 << 23
		shift = uint32(min(-1-e, 31))
		exp = 0
	} else {
		exp -= 112
	}
	kept, rest, half := frac>>shift, frac&(1<<shift-1), uint32(1)<<(shift-1)
	if rest > half || rest == half && kept&1 == 1 {
		kept++ // may carry into the exponent, up to infinity: that is the right number then too
	}
	return sign | Half((uint32(min(max(exp, 0), 31))<<10+kept)&0x7fff)
}

// Float32 widens; every bfloat16 is a float32.
func (b BHalf) Float32() float32 { return math.Float32frombits(uint32(b) << 16) }

// BHalfOf rounds to the nearest bfloat16, ties to even.
func BHalfOf(f float32) BHalf {
	b := math.Float32bits(f)
	if b&0x7fffffff > 0x7f800000 {
		return BHalf(b>>16&0xffff) | 0x40
	}
	return BHalf((b + 0x7fff + b>>16&1) >> 16 & 0xffff)
}
