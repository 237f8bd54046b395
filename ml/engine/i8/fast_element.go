package i8

import (
	kernel "github.com/virtengine/virtengine/ml/engine/kernel/i8"
)

// row is the bytes of one row, without its borders.
func (l *layout) row(arena []int8, y int) []int8 { return arena[l.pixel(y, 0):][:l.w*l.stride] }

type addStep struct {
	operation
	sum *kernel.Sum
}

func (s *addStep) run(_ *worker, from, to int) error {
	arena := s.r.arena
	for y := from; y < to; y++ {
		if err := s.r.set.Add(s.y.row(arena, y), s.x[0].row(arena, y), s.x[1].row(arena, y), s.sum); err != nil {
			return err
		}
	}
	return nil
}

type mulStep struct {
	operation
	scale *kernel.Scale
}

func (s *mulStep) run(w *worker, from, to int) error {
	arena, x, y := s.r.arena, s.x[0], s.y
	for oy := from; oy < to; oy++ {
		for ox := 0; ox < y.w; ox += chunk {
			count := min(chunk, y.w-ox)
			for c := 0; c < y.c; c += kernel.Lanes {
				s.products(w.acc, oy, ox, c, count, x)
				if err := s.r.set.Requant(arena[y.pixel(oy, ox)+c:], y.stride, w.acc, count, s.scale); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// products fills the accumulators of count pixels and 16 channels. The gate of one pixel serves all.
func (s *mulStep) products(acc []int32, oy, ox, c, count int, x *layout) {
	arena, g := s.r.arena, s.x[1]
	at, gate, step := x.pixel(oy, ox)+c, g.pixel(0, 0)+c, 0
	if g.h == x.h && g.w == x.w {
		gate, step = g.pixel(oy, ox)+c, g.stride
	}
	for px := range count {
		a, b := (*[kernel.Lanes]int8)(arena[at+px*x.stride:]), (*[kernel.Lanes]int8)(arena[gate+px*step:])
		out := (*[kernel.Lanes]int32)(acc[px*kernel.Lanes:])
		for o := range out {
			out[o] = int32(a[o]) * int32(b[o])
		}
	}
}

type tableStep struct{ operation }

func (s *tableStep) run(_ *worker, from, to int) error {
	arena, x, y := s.r.arena, s.x[0], s.y
	for oy := from; oy < to; oy++ {
		in, out := x.row(arena, oy), y.row(arena, oy)
		if len(s.n.table) == 256 {
			table := (*[256]int8)(s.n.table)
			for i, v := range in {
				out[i] = table[uint8(v)^0x80] //ve:allow overflow the bits of v plus 128
			}
			continue
		}
		for px := range y.w {
			a, b := in[px*x.stride:][:x.c], out[px*y.stride:][:x.c]
			for c, v := range a {
				b[c] = s.n.table[256*c+int(v)+128]
			}
		}
	}
	return nil
}
