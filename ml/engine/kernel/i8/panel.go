package i8

import "fmt"

// Taps are the places of a window: distances from its first pixel, in bytes. Reach is the largest.
type Taps struct {
	offsets []int32
	reach   int
}

// NewTaps fails with ErrBounds for none, and for a negative one.
func NewTaps(offsets []int32) (Taps, error) {
	t := Taps{offsets: offsets}
	for _, o := range offsets {
		if o < 0 {
			return Taps{}, fmt.Errorf("%w: tap %d", ErrBounds, o)
		}
		t.reach = max(t.reach, int(o))
	}
	if len(offsets) == 0 {
		return Taps{}, fmt.Errorf("%w: no taps", ErrBounds)
	}
	return t, nil
}

// Panel is the weights of 16 outputs as a set wants them. Dense panels sum over taps and channels, the others over taps.
type Panel struct {
	taps, groups int
	dense        []int8  // [taps][groups][16][4]
	lanes        []int32 // [taps][16], low halves: a processor multiplies them as int16 beside zeros
	start        [Lanes]int32
}

// Bytes is the memory of the weights.
func (p *Panel) Bytes() int { return len(p.dense) + 4*len(p.lanes) }

// Pack makes a dense panel of 4*groups channels. weight gives the number for a tap, a channel and one of 16 outputs.
func (s *Set) Pack(taps, groups int, bias [Lanes]int32, weight func(tap, channel, out int) int8) *Panel {
	p := &Panel{taps: taps, groups: groups, dense: make([]int8, taps*groups*4*Lanes), start: bias} //ve:allow overflow the loader bounds weights, and panels with them
	i := 0
	for t := range taps {
		for g := range groups {
			for o := range Lanes {
				for c := range 4 {
					w := weight(t, 4*g+c, o)
					p.dense[i] = w
					if s.biased {
						p.start[o] -= 128 * int32(w) // modulo 2^32, as the sum that it corrects
					}
					i++
				}
			}
		}
	}
	return p
}

// PackLanes makes a panel whose outputs look at one channel each: depthwise convolution, and sums of windows.
func (s *Set) PackLanes(taps int, bias [Lanes]int32, weight func(tap, out int) int8) *Panel {
	p := &Panel{taps: taps, lanes: make([]int32, taps*Lanes), start: bias} //ve:allow overflow the loader bounds windows to 2^14 taps
	for t := range taps {
		for o := range Lanes {
			p.lanes[t*Lanes+o] = int32(weight(t, o)) & 0xffff
		}
	}
	return p
}

// Scale is the requantization of 16 outputs (CONTRACT.md of ml/engine/i8, rule 2). Its layout is known to the assembly.
type Scale struct {
	multiplier [Lanes]int32
	shift      [Lanes]int32
	lo, hi     int32
}

// NewScale takes multipliers from 0, shifts of 0 to 62 and bounds, which ml/engine/i8 has checked.
func NewScale(multiplier [Lanes]int32, shift [Lanes]int8, lo, hi int8) *Scale {
	q := &Scale{multiplier: multiplier, lo: int32(lo), hi: int32(hi)}
	for i, s := range shift {
		q.shift[i] = int32(s)
	}
	return q
}

// Sum is an addition: clamp(R(a*a' + b*b', shift)). Its layout is known to the assembly.
type Sum struct {
	a, b, half, shift, lo, hi int32
}

// NewSum takes multipliers within 2^22 and a shift of 0 to 30, which ml/engine/i8 has checked.
func NewSum(a, b int32, shift, lo, hi int8) *Sum {
	s := &Sum{a: a, b: b, shift: int32(shift), lo: int32(lo), hi: int32(hi)}
	if shift > 0 {
		s.half = 1 << (shift - 1)
	}
	return s
}
