package i8

import (
	kernel "github.com/virtengine/virtengine/ml/engine/kernel/i8"
)

// one is the requantization of a node that has a single multiplier, for 16 channels.
func one(n *node) *kernel.Scale {
	var m [kernel.Lanes]int32
	var s [kernel.Lanes]int8
	for i := range m {
		m[i], s[i] = n.rq.Multiplier[0], n.rq.Shift[0]
	}
	return kernel.NewScale(m, s, n.rq.Min, n.rq.Max)
}

// inside clips a window to the image: positions from..to-1 of the kernel, the first at pixel at.
func inside(out, stride, pad, size, kernel int) (from, to, at int) {
	at = out*stride - pad
	from, to = max(0, -at), min(kernel, size-at)
	return from, to, at + from
}

// maxStep is MaxPool.
type maxStep struct {
	operation
	taps kernel.Taps // of a window that lies inside
}

func (r *Runner) prepareMax(n *node) (step, error) {
	s := &maxStep{operation: r.operation(n)}
	var err error
	s.taps, err = kernel.NewTaps(s.offsets(nil, n.window.kernel[0], n.window.kernel[1]))
	return s, err
}

func (s *maxStep) offsets(into []int32, h, w int) []int32 {
	for ky := range h {
		for kx := range w {
			into = append(into, int32(ky*s.x[0].pitch()+kx*s.x[0].stride)) //ve:allow overflow the arena is smaller than 2^30 bytes
		}
	}
	return into
}

func (s *maxStep) run(w *worker, from, to int) error {
	x, y, win := s.x[0], s.y, &s.n.window
	arena := s.r.arena
	for oy := from; oy < to; oy++ {
		y0, y1, iy := inside(oy, win.stride[0], win.pads[0], x.h, win.kernel[0])
		for ox := range y.w {
			x0, x1, ix := inside(ox, win.stride[1], win.pads[1], x.w, win.kernel[1])
			taps := s.taps
			if y1-y0 < win.kernel[0] || x1-x0 < win.kernel[1] {
				w.taps = s.offsets(w.taps[:0], y1-y0, x1-x0)
				var err error
				if taps, err = kernel.NewTaps(w.taps); err != nil {
					return err
				}
			}
			for c := 0; c < y.c; c += kernel.Lanes {
				if err := s.r.set.Max(arena[y.pixel(oy, ox)+c:], arena[x.pixel(iy, ix)+c:], taps); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// averageStep is AveragePool and GlobalAveragePool.
type averageStep struct {
	operation
	window window
	scale  *kernel.Scale
}

func (r *Runner) prepareAverage(n *node) step {
	s := &averageStep{operation: r.operation(n), window: n.window, scale: one(n)}
	if n.op == opGlobalAveragePool {
		s.window = window{kernel: [2]int{s.x[0].h, s.x[0].w}, stride: [2]int{1, 1}}
	}
	return s
}

func (s *averageStep) run(w *worker, from, to int) error {
	x, y, win := s.x[0], s.y, &s.window
	arena := s.r.arena
	acc := (*[kernel.Lanes]int32)(w.acc)
	for oy := from; oy < to; oy++ {
		y0, y1, iy := inside(oy, win.stride[0], win.pads[0], x.h, win.kernel[0])
		for ox := range y.w {
			x0, x1, ix := inside(ox, win.stride[1], win.pads[1], x.w, win.kernel[1])
			for c := 0; c < y.c; c += kernel.Lanes {
				clear(acc[:])
				for ky := range y1 - y0 {
					at := x.pixel(iy+ky, ix) + c
					for range x1 - x0 {
						for o, v := range (*[kernel.Lanes]int8)(arena[at:]) {
							acc[o] += int32(v)
						}
						at += x.stride
					}
				}
				if err := s.r.set.Requant(arena[y.pixel(oy, ox)+c:], y.stride, acc[:], 1, s.scale); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
