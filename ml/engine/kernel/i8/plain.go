package i8

// The plain loops: what every other set is compared with.

func dotGo(acc []int32, pixels int, a []int8, step int, taps []int32, p *Panel) {
	for px := range pixels {
		sum := (*[Lanes]int32)(acc[px*Lanes:])
		*sum = p.start
		for t, offset := range taps {
			at := px*step + int(offset)
			for g := range p.groups {
				x := (*[4]int8)(a[at+4*g:])
				x0, x1, x2, x3 := int32(x[0]), int32(x[1]), int32(x[2]), int32(x[3])
				w := (*[4 * Lanes]int8)(p.dense[(t*p.groups+g)*4*Lanes:])
				for o := range sum {
					sum[o] += x0*int32(w[4*o]) + x1*int32(w[4*o+1]) + x2*int32(w[4*o+2]) + x3*int32(w[4*o+3])
				}
			}
		}
	}
}

func depthGo(acc []int32, pixels int, a []int8, step int, taps []int32, p *Panel) {
	for px := range pixels {
		sum := p.start
		for t, offset := range taps {
			x := a[px*step+int(offset):][:Lanes:Lanes]
			w := p.lanes[t*Lanes:][:Lanes:Lanes]
			for o := range Lanes {
				sum[o] += int32(x[o]) * int32(int16(w[o])) //ve:allow overflow the low half is the weight
			}
		}
		copy(acc[px*Lanes:], sum[:])
	}
}

func requantGo(dst []int8, step int, acc []int32, pixels int, q *Scale) {
	for px := range pixels {
		y := dst[px*step:][:Lanes:Lanes]
		x := acc[px*Lanes:][:Lanes:Lanes]
		for o := range Lanes {
			y[o] = clamp(round(int64(x[o])*int64(q.multiplier[o]), q.shift[o]), q.lo, q.hi)
		}
	}
}

func addGo(dst, a, b []int8, q *Sum) {
	for i := range dst {
		dst[i] = clamp(round(int64(a[i])*int64(q.a)+int64(b[i])*int64(q.b), q.shift), q.lo, q.hi)
	}
}

func maxGo(dst, a []int8, taps []int32) {
	for o := range Lanes {
		largest := int8(-128)
		for _, t := range taps {
			largest = max(largest, a[int(t)+o])
		}
		dst[o] = largest
	}
}

// round is v / 2^shift to the nearest integer, halves away from zero; shift is below 63.
func round(v int64, shift int32) int64 {
	if shift == 0 {
		return v
	}
	half := int64(1) << (shift - 1)
	if v < 0 {
		return -((half - v) >> shift)
	}
	return (v + half) >> shift
}

func clamp(v int64, lo, hi int32) int8 {
	return int8(min(max(v, int64(lo)), int64(hi))) //ve:allow overflow the bounds are of int8
}
