package plan

// pool is a window that moves over planes; a line is a plane of height one.
type pool struct {
	in, out, kernel, stride, dilation, begin, end [2]int
	planes                                        int
	shape                                         []int
}

// pooled reads a pool's attributes, as the reference does.
func (n *node) pooled() (p pool, ok bool) {
	if len(n.in) == 0 || !n.float(0) || !n.alone() || n.len(0) == 0 {
		return p, false
	}
	x := n.shape(0)
	if len(x) != 3 && len(x) != 4 {
		return p, false
	}
	axes := len(x) - 2
	kernel, ok0 := n.ints("kernel_shape", axes, 0)
	stride, ok1 := n.ints("strides", axes, 1)
	dilation, ok2 := n.ints("dilations", axes, 1)
	pads, ok3 := n.ints("pads", 2*axes, 0)
	auto, ok4 := n.text("auto_pad", "NOTSET")
	ceil, ok5 := n.int("ceil_mode", 0)
	if !(ok0 && ok1 && ok2 && ok3 && ok4 && ok5) {
		return p, false
	}
	p = pool{in: [2]int{1, 1}, out: [2]int{1, 1}, kernel: [2]int{1, 1}, stride: [2]int{1, 1}, dilation: [2]int{1, 1}, planes: x[0] * x[1], shape: []int{x[0], x[1]}}
	for i := range axes {
		d := 2 - axes + i
		if kernel[i] < 1 || stride[i] < 1 || dilation[i] < 1 || !padded(auto, x[2+i], kernel[i], stride[i], dilation[i], &pads[i], &pads[axes+i]) {
			return p, false
		}
		p.in[d], p.kernel[d], p.stride[d], p.dilation[d], p.begin[d], p.end[d] = x[2+i], kernel[i], stride[i], dilation[i], pads[i], pads[axes+i]
		room := x[2+i] + pads[i] + pads[axes+i] - (kernel[i]-1)*dilation[i] - 1
		if room < 0 {
			return p, false
		}
		p.out[d] = room/stride[i] + 1
		if ceil != 0 {
			p.out[d] = (room+stride[i]-1)/stride[i] + 1
			if (p.out[d]-1)*stride[i] >= x[2+i]+pads[i] {
				p.out[d]--
			}
		}
		p.shape = append(p.shape, p.out[d])
	}
	return p, true
}

// reach is the taps of an axis that are inside, seen from a place of the result.
func (p *pool) reach(d, place int) (from, first, behind int) {
	from = place*p.stride[d] - p.begin[d]
	if from < 0 {
		first = (-from + p.dilation[d] - 1) / p.dilation[d]
	}
	behind = p.kernel[d]
	if room := p.in[d] - from; room <= 0 {
		behind = 0
	} else {
		behind = min(behind, (room+p.dilation[d]-1)/p.dilation[d])
	}
	return from, min(first, behind), behind
}

// maxPool takes the largest of each window; of equals the first. A window that sees nothing gives zero.
func maxPool(n *node) (bool, error) {
	p, ok := n.pooled()
	if !ok {
		return false, nil
	}
	from, to, in, out := n.in[0], len(n.values), p.in[0]*p.in[1], p.out[0]*p.out[1]
	return true, n.emit(p.shape, kernel{units: p.planes, run: func(r *Runner, _ *worker, unit int) {
		src, dst := r.float[from][unit*in:(unit+1)*in], r.float[to][unit*out:(unit+1)*out]
		for y := range p.out[0] {
			fromY, y0, y1 := p.reach(0, y)
			for x := range p.out[1] {
				fromX, x0, x1 := p.reach(1, x)
				var best float32
				if y0 < y1 && x0 < x1 {
					best = src[(fromY+y0*p.dilation[0])*p.in[1]+fromX+x0*p.dilation[1]]
				}
				for ky := y0; ky < y1; ky++ {
					row := src[(fromY+ky*p.dilation[0])*p.in[1]:]
					for kx := x0; kx < x1; kx++ {
						if v := row[fromX+kx*p.dilation[1]]; v > best {
							best = v
						}
					}
				}
				dst[y*p.out[1]+x] = best
			}
		}
	}})
}

// averagePool sums each window in ascending order and divides by how many it saw, or by its size.
func averagePool(n *node) (bool, error) {
	p, ok := n.pooled()
	all, fine := n.int("count_include_pad", 0)
	if !ok || !fine {
		return false, nil
	}
	from, to, in, out := n.in[0], len(n.values), p.in[0]*p.in[1], p.out[0]*p.out[1]
	return true, n.emit(p.shape, kernel{units: p.planes, run: func(r *Runner, _ *worker, unit int) {
		src, dst := r.float[from][unit*in:(unit+1)*in], r.float[to][unit*out:(unit+1)*out]
		for y := range p.out[0] {
			fromY, y0, y1 := p.reach(0, y)
			for x := range p.out[1] {
				fromX, x0, x1 := p.reach(1, x)
				var sum float32
				for ky := y0; ky < y1; ky++ {
					row := src[(fromY+ky*p.dilation[0])*p.in[1]:]
					for kx := x0; kx < x1; kx++ {
						sum = float32(sum + row[fromX+kx*p.dilation[1]])
					}
				}
				count := (y1 - y0) * (x1 - x0)
				if all != 0 {
					count = p.padded(0, y) * p.padded(1, x)
				}
				dst[y*p.out[1]+x] = float32(sum / float32(count))
			}
		}
	}})
}

// padded is how many taps of an axis are inside or on the padding.
func (p *pool) padded(d, place int) int {
	seen := 0
	for k := range p.kernel[d] {
		if place*p.stride[d]+k*p.dilation[d] < p.in[d]+p.begin[d]+p.end[d] {
			seen++
		}
	}
	return seen
}

func globalAveragePool(n *node) (bool, error) {
	return n.global(func(plane []float32) float32 {
		var sum float32
		for _, v := range plane {
			sum = float32(sum + v)
		}
		return float32(sum / float32(len(plane)))
	})
}

func globalMaxPool(n *node) (bool, error) {
	return n.global(func(plane []float32) float32 {
		best := plane[0]
		for _, v := range plane {
			if v > best {
				best = v
			}
		}
		return best
	})
}

// global folds whole planes.
func (n *node) global(f func([]float32) float32) (bool, error) {
	if !n.float(0) || len(n.shape(0)) < 3 || n.len(0) == 0 {
		return false, nil
	}
	x := n.shape(0)
	shape := []int{x[0], x[1]}
	for range x[2:] {
		shape = append(shape, 1)
	}
	from, to, in := n.in[0], len(n.values), product(x[2:])
	const per = 16 // planes of a unit
	planes := x[0] * x[1]
	return true, n.emit(shape, kernel{units: (planes + per - 1) / per, run: func(r *Runner, _ *worker, unit int) {
		for p := unit * per; p < min((unit+1)*per, planes); p++ {
			r.float[to][p] = f(r.float[from][p*in : (p+1)*in])
		}
	}})
}
