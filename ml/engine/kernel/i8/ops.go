package i8

import "fmt"

func outside(what string, need, have int) error {
	return fmt.Errorf("%w: %s of %d, %d are there", ErrBounds, what, need, have)
}

// window checks what a run over pixels reads and writes.
func window(acc []int32, pixels int, a []int8, step int, t Taps, width int) error {
	if pixels < 1 || step < 0 || len(acc) < pixels*Lanes {
		return outside("accumulators", pixels*Lanes, len(acc))
	}
	if need := t.reach + (pixels-1)*step + width; need > len(a) {
		return outside("activations", need, len(a))
	}
	return nil
}

// Dot sets acc[pixel][o] to the panel's start plus the sum over taps t and channels c of
//
//	a[t + pixel*step + c] * weight(t, c, o)
//
// for pixels of a row. Fails with ErrBounds.
func (s *Set) Dot(acc []int32, pixels int, a []int8, step int, t Taps, p *Panel) error {
	if p.dense == nil || p.taps != len(t.offsets) {
		return outside("taps", p.taps, len(t.offsets))
	}
	if err := window(acc, pixels, a, step, t, 4*p.groups); err != nil {
		return err
	}
	if s.dot1 == nil {
		dotGo(acc, pixels, a, step, t.offsets, p)
		return nil
	}
	for at := 0; at < pixels; {
		width, kernel := 1, s.dot1
		switch left := pixels - at; {
		case s.dot8 != nil && (left >= 8 || left > 4 && at >= 8-left):
			width, kernel = 8, s.dot8
		case left >= 4 || left > 1 && at >= 4-left:
			width, kernel = 4, s.dot4
		}
		at = min(at, pixels-width) // the last tile may compute some pixels again
		kernel(&acc[at*Lanes], &a[at*step], step, &t.offsets[0], len(t.offsets), p.groups, &p.dense[0], &p.start[0])
		at += width
	}
	return nil
}

// Depth sets acc[pixel][o] to the panel's start plus the sum over taps t of a[t + pixel*step + o] * weight(t, o): each output
// sees its own channel. Fails with ErrBounds.
func (s *Set) Depth(acc []int32, pixels int, a []int8, step int, t Taps, p *Panel) error {
	if p.lanes == nil || p.taps != len(t.offsets) {
		return outside("taps", p.taps, len(t.offsets))
	}
	if err := window(acc, pixels, a, step, t, Lanes); err != nil {
		return err
	}
	if s.depth1 == nil {
		depthGo(acc, pixels, a, step, t.offsets, p)
		return nil
	}
	for at := 0; at < pixels; {
		width, kernel := 1, s.depth1
		if left := pixels - at; left >= 4 || left > 1 && at >= 4-left {
			width, kernel = 4, s.depth4
		}
		at = min(at, pixels-width)
		kernel(&acc[at*Lanes], &a[at*step], step, &t.offsets[0], len(t.offsets), &p.lanes[0], &p.start[0])
		at += width
	}
	return nil
}

// Requant writes dst[pixel*step + o] = clamp(R(acc[pixel][o] * multiplier[o], shift[o])). Fails with ErrBounds.
func (s *Set) Requant(dst []int8, step int, acc []int32, pixels int, q *Scale) error {
	if pixels < 1 || step < 0 || len(acc) < pixels*Lanes {
		return outside("accumulators", pixels*Lanes, len(acc))
	}
	if need := (pixels-1)*step + Lanes; need > len(dst) {
		return outside("results", need, len(dst))
	}
	if s.requant == nil {
		requantGo(dst, step, acc, pixels, q)
		return nil
	}
	s.requant(&dst[0], step, &acc[0], pixels, q)
	return nil
}

// Add writes dst[i] = clamp(R(a[i]*q.a + b[i]*q.b, shift)) for every element of dst. Fails with ErrBounds.
func (s *Set) Add(dst, a, b []int8, q *Sum) error {
	if len(a) < len(dst) || len(b) < len(dst) {
		return outside("operands", len(dst), min(len(a), len(b)))
	}
	whole := 0
	if s.add != nil && len(dst) >= Lanes {
		whole = len(dst) / Lanes * Lanes
		s.add(&dst[0], &a[0], &b[0], whole, q)
	}
	addGo(dst[whole:], a[whole:], b[whole:], q)
	return nil
}

// Max writes dst[o], of 16, as the largest of a[t + o] over the taps. Fails with ErrBounds.
func (s *Set) Max(dst, a []int8, t Taps) error {
	if len(dst) < Lanes || len(t.offsets) == 0 || t.reach+Lanes > len(a) {
		return outside("activations", t.reach+Lanes, min(len(a), len(dst)))
	}
	if s.maxWindow == nil {
		maxGo(dst, a, t.offsets)
		return nil
	}
	s.maxWindow(&dst[0], &a[0], &t.offsets[0], len(t.offsets))
	return nil
}
