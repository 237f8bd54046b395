package i8

import (
	kernel "github.com/virtengine/virtengine/ml/engine/kernel/i8"
)

// operation is a node with the places of its operands.
type operation struct {
	r *Runner
	n *node
	x []*layout
	y *layout
}

func (r *Runner) operation(n *node) operation {
	o := operation{r: r, n: n, y: &r.layouts[n.result]}
	for _, in := range n.in {
		o.x = append(o.x, &r.layouts[in])
	}
	return o
}

func (o *operation) rows() int { return o.y.h }

// block is 16 outputs of a convolution.
type block struct {
	channel int // the first that it reads
	panel   *kernel.Panel
	scale   *kernel.Scale // nil: raw
}

// convStep is a convolution or a Gemm, which is one of a single pixel.
type convStep struct {
	operation
	taps   kernel.Taps
	lanes  bool // depthwise
	blocks []block
	merged bool // rows lie one behind the other on both sides: the image is one row
}

func (r *Runner) prepareConv(n *node) (step, error) {
	s := &convStep{operation: r.operation(n)}
	x := s.x[0]
	w := n.window
	if n.op == opGemm {
		w = window{kernel: [2]int{1, 1}, stride: [2]int{1, 1}, dilation: [2]int{1, 1}}
	}
	s.n = n
	var offsets []int32
	for ky := range w.kernel[0] {
		for kx := range w.kernel[1] {
			offsets = append(offsets, int32(ky*w.dilation[0]*x.pitch()+kx*w.dilation[1]*x.stride)) //ve:allow overflow the arena is smaller than 2^30 bytes
		}
	}
	var err error
	if s.taps, err = kernel.NewTaps(offsets); err != nil {
		return nil, err
	}
	s.lanes = n.depthwise(x.c)
	s.merged = w.kernel == [2]int{1, 1} && w.stride == [2]int{1, 1} && w.pads == [4]int{} && x.pitch() == x.w*x.stride && s.y.pitch() == s.y.w*s.y.stride
	area := w.kernel[0] * w.kernel[1]
	for first := 0; first < n.out; first += kernel.Lanes {
		s.blocks = append(s.blocks, s.block(first, area, max(n.groups, 1)))
	}
	return s, nil
}

// block packs outputs first..first+15. Those of several groups see the channels of all of them, with zeros for weights where a
// channel is not theirs.
func (s *convStep) block(first, area, groups int) block {
	n, c := s.n, s.x[0].c
	perIn, perOut := c/groups, n.out/groups
	last := min(first+kernel.Lanes, n.out) - 1
	weight := func(tap, channel, out int) int8 {
		o := first + out
		i := channel - o/perOut*perIn
		if o > last || i < 0 || i >= perIn {
			return 0
		}
		return n.weights[(o*perIn+i)*area+tap]
	}
	b := block{channel: first}
	if s.lanes {
		b.panel = s.r.set.PackLanes(area, n.biases(first), func(tap, out int) int8 { return weight(tap, first+out, out) })
	} else {
		b.channel = first / perOut * perIn / 4 * 4
		end := (last/perOut + 1) * perIn
		b.panel = s.r.set.Pack(area, (end-b.channel+3)/4, n.biases(first), func(tap, channel, out int) int8 { return weight(tap, b.channel+channel, out) })
	}
	s.r.packed += b.panel.Bytes()
	if !n.raw() {
		b.scale = n.scales(first)
	}
	return b
}

func (n *node) biases(first int) (out [kernel.Lanes]int32) {
	copy(out[:], n.bias[first:])
	return out
}

func (n *node) scales(first int) *kernel.Scale {
	var m [kernel.Lanes]int32
	var s [kernel.Lanes]int8
	copy(m[:], n.rq.Multiplier[first:])
	copy(s[:], n.rq.Shift[first:])
	return kernel.NewScale(m, s, n.rq.Min, n.rq.Max)
}

func (s *convStep) rows() int {
	if s.merged {
		return (s.y.h*s.y.w + chunk - 1) / chunk
	}
	return s.y.h
}

func (s *convStep) run(w *worker, from, to int) error {
	x, y := s.x[0], s.y
	if s.merged {
		for k := from; k < to; k++ {
			first := k * chunk
			if err := s.pixels(w, x.pixel(0, 0)+first*x.stride, x.stride, first, min(chunk, y.h*y.w-first)); err != nil {
				return err
			}
		}
		return nil
	}
	win := &s.n.window
	sy, sx := max(win.stride[0], 1), max(win.stride[1], 1) // a Gemm has none
	for oy := from; oy < to; oy++ {
		for ox := 0; ox < y.w; ox += chunk {
			at := x.pixel(oy*sy-win.pads[0], ox*sx-win.pads[1])
			if err := s.pixels(w, at, sx*x.stride, oy*y.w+ox, min(chunk, y.w-ox)); err != nil {
				return err
			}
		}
	}
	return nil
}

// pixels computes count results from first on, of one row; at is the first window's place.
func (s *convStep) pixels(w *worker, at, step, first, count int) error {
	set, arena := s.r.set, s.r.arena
	out := s.y.pixel(first/s.y.w, first%s.y.w)
	for j := range s.blocks {
		b := &s.blocks[j]
		var err error
		if s.lanes {
			err = set.Depth(w.acc, count, arena[at+b.channel:], step, s.taps, b.panel)
		} else {
			err = set.Dot(w.acc, count, arena[at+b.channel:], step, s.taps, b.panel)
		}
		if err != nil {
			return err
		}
		if b.scale == nil {
			s.spread(w.acc, j*kernel.Lanes, first, count)
			continue
		}
		if err := set.Requant(arena[out+j*kernel.Lanes:], s.y.stride, w.acc, count, b.scale); err != nil {
			return err
		}
	}
	return nil
}

// spread stores accumulators as an output: channel by channel.
func (s *convStep) spread(acc []int32, channel, first, count int) {
	wide := s.r.wide[s.n.result]
	area := s.y.h * s.y.w
	for o := range min(kernel.Lanes, s.n.out-channel) {
		row := wide[(channel+o)*area+first:][:count]
		for px := range row {
			row[px] = acc[px*kernel.Lanes+o]
		}
	}
}

// transposedStep is a convolution of one pixel for each place of the kernel.
type transposedStep struct {
	operation
	taps   kernel.Taps
	places [][]block // by ky*kw+kx
}

func (r *Runner) prepareTransposed(n *node) (step, error) {
	s := &transposedStep{operation: r.operation(n)}
	var err error
	if s.taps, err = kernel.NewTaps([]int32{0}); err != nil {
		return nil, err
	}
	c, area := s.x[0].c, n.window.kernel[0]*n.window.kernel[1]
	for place := range area {
		var blocks []block
		for first := 0; first < n.out; first += kernel.Lanes {
			b := block{panel: r.set.Pack(1, (c+3)/4, n.biases(first), func(_, channel, out int) int8 {
				if channel >= c || first+out >= n.out {
					return 0
				}
				return n.weights[(channel*n.out+first+out)*area+place]
			})}
			r.packed += b.panel.Bytes()
			if !n.raw() {
				b.scale = n.scales(first)
			}
			blocks = append(blocks, b)
		}
		s.places = append(s.places, blocks)
	}
	return s, nil
}

func (s *transposedStep) rows() int { return s.x[0].h }

func (s *transposedStep) run(w *worker, from, to int) error {
	x := s.x[0]
	for iy := from; iy < to; iy++ {
		for ix := 0; ix < x.w; ix += chunk {
			for place := range s.places {
				if err := s.pixels(w, iy, ix, min(chunk, x.w-ix), place); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// pixels computes what count pixels of x, from ix on, give at one place of the kernel.
func (s *transposedStep) pixels(w *worker, iy, ix, count, place int) error {
	set, arena := s.r.set, s.r.arena
	kh, kw := s.n.window.kernel[0], s.n.window.kernel[1]
	oy, ox := iy*kh+place/kw, ix*kw+place%kw
	for j, b := range s.places[place] {
		if err := set.Dot(w.acc, count, arena[s.x[0].pixel(iy, ix):], s.x[0].stride, s.taps, b.panel); err != nil {
			return err
		}
		if b.scale != nil {
			if err := set.Requant(arena[s.y.pixel(oy, ox)+j*kernel.Lanes:], kw*s.y.stride, w.acc, count, b.scale); err != nil {
				return err
			}
			continue
		}
		wide := s.r.wide[s.n.result]
		for o := range min(kernel.Lanes, s.n.out-j*kernel.Lanes) {
			row := wide[((j*kernel.Lanes+o)*s.y.h+oy)*s.y.w:]
			for px := range count {
				row[ox+px*kw] = w.acc[px*kernel.Lanes+o]
			}
		}
	}
	return nil
}
