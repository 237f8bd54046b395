package i8

// joinStep is Concat, and Slice, which takes a part of one operand.
type joinStep struct{ operation }

func (s *joinStep) run(_ *worker, from, to int) error {
	arena, y := s.r.arena, s.y
	for oy := from; oy < to; oy++ {
		first := 0
		for _, x := range s.x {
			skip, count := 0, x.c
			if s.n.op == opSlice {
				skip, count = s.n.dims[0], y.c
			}
			at, out := x.pixel(oy, 0)+skip, y.pixel(oy, 0)+first
			for range y.w {
				copy(arena[out:][:count], arena[at:][:count])
				at += x.stride
				out += y.stride
			}
			first += count
		}
	}
	return nil
}

type resizeStep struct{ operation }

func (s *resizeStep) run(_ *worker, from, to int) error {
	arena, x, y := s.r.arena, s.x[0], s.y
	for oy := from; oy < to; oy++ {
		out := y.pixel(oy, 0)
		for ix := range x.w {
			at := x.pixel(oy/s.n.factor[0], ix)
			for range s.n.factor[1] {
				copy(arena[out:][:x.c], arena[at:][:x.c])
				out += y.stride
			}
		}
	}
	return nil
}

// transposeStep goes through the result, the operand's distances permuted.
type transposeStep struct {
	operation
	dc, dy, dx int // in x, for a step in the result's channel, row, column
}

func (r *Runner) prepareTranspose(n *node) step {
	s := &transposeStep{operation: r.operation(n)}
	x := s.x[0]
	distance := []int{0, 1, x.pitch(), x.stride} // of dimensions of x
	if len(n.dims) == 3 {
		distance = []int{0, 1, x.stride}
	}
	d := make([]int, len(n.dims))
	for i, from := range n.dims {
		d[i] = distance[from]
	}
	s.dc = d[1]
	switch len(d) {
	case 3:
		s.dx = d[2]
	case 4:
		s.dy, s.dx = d[2], d[3]
	}
	return s
}

func (s *transposeStep) run(_ *worker, from, to int) error {
	arena, y := s.r.arena, s.y
	origin := s.x[0].pixel(0, 0)
	for oy := from; oy < to; oy++ {
		for ox := range y.w {
			at, out := origin+oy*s.dy+ox*s.dx, y.pixel(oy, ox)
			for c := range y.c {
				arena[out+c] = arena[at+c*s.dc]
			}
		}
	}
	return nil
}

// reshapeStep goes through both in row-major order of their shapes.
type reshapeStep struct{ operation }

func (s *reshapeStep) rows() int { return 1 }

func (s *reshapeStep) run(_ *worker, _, _ int) error {
	arena, x, y := s.r.arena, s.x[0], s.y
	c, iy, ix := 0, 0, 0
	for oc := range y.c {
		for oy := range y.h {
			out := y.pixel(oy, 0) + oc
			for range y.w {
				arena[out] = arena[x.pixel(iy, ix)+c]
				out += y.stride
				if ix++; ix == x.w {
					ix = 0
					if iy++; iy == x.h {
						iy = 0
						c++
					}
				}
			}
		}
	}
	return nil
}
