package layers

// Conv says what a convolution is like. Zero strides are 1.
type Conv struct {
	Out       int // channels
	KH, KW    int
	SH, SW    int
	PH, PW    int  // zeros on both sides
	Depthwise bool // every channel on its own; Out is then the input's
	Bias      bool
}

// Square is a convolution with a k×k kernel that keeps the size at stride 1.
func Square(out, k, stride int) Conv {
	return Conv{Out: out, KH: k, KW: k, SH: stride, SW: stride, PH: k / 2, PW: k / 2}
}

// Depth is a depthwise convolution with a k×k kernel.
func Depth(k, stride int) Conv {
	return Conv{KH: k, KW: k, SH: stride, SW: stride, PH: k / 2, PW: k / 2, Depthwise: true}
}

// WithBias is the same with a bias.
func (c Conv) WithBias() Conv { c.Bias = true; return c }

// Conv adds a convolution: each result is the sum over channels, rows and columns of the kernel, ascending, then the bias.
func (b *Builder) Conv(x Value, c Conv) Value {
	in := b.Shape(x)
	c.SH, c.SW = max(c.SH, 1), max(c.SW, 1)
	if c.Depthwise {
		c.Out = in.C
	}
	if c.KH < 1 || c.KW < 1 || c.PH < 0 || c.PW < 0 || c.PH >= c.KH || c.PW >= c.KW || c.Out < 1 || in.H+2*c.PH < c.KH || in.W+2*c.PW < c.KW {
		b.fail("convolution %+v of %v", c, in)
		return x
	}
	out := Shape{c.Out, (in.H+2*c.PH-c.KH)/c.SH + 1, (in.W+2*c.PW-c.KW)/c.SW + 1}
	inner := in.C
	if c.Depthwise {
		inner = 1
	}
	v := b.add("conv", &c, out, x)
	b.param("weight", true, 0, c.Out, inner, c.KH, c.KW)
	if c.Bias {
		b.param("bias", false, 0, c.Out)
	}
	return v
}

func (c *Conv) macs(in []Shape, out Shape) int {
	if c.Depthwise {
		return out.Len() * c.KH * c.KW
	}
	return out.Len() * in[0].C * c.KH * c.KW
}

// plain says that a sample already is the matrix of its columns.
func (c *Conv) plain() bool {
	return c.KH == 1 && c.KW == 1 && c.SH == 1 && c.SW == 1
}

func (c *Conv) forward(k *call) {
	if c.Depthwise {
		c.depthForward(k)
	} else {
		s, o := k.inShape[0], k.outShape
		rows, cols := s.C*c.KH*c.KW, o.H*o.W
		for i := range k.n {
			x := k.in[0][i*s.Len() : (i+1)*s.Len()]
			if !c.plain() {
				x = sized(&k.space.columns, rows*cols)
				c.unfold(x, k.in[0][i*s.Len():(i+1)*s.Len()], s, o)
			}
			k.space.kernels.Gemm(false, false, o.C, cols, rows, k.w[0], rows, x, cols, false, k.out[i*o.Len():(i+1)*o.Len()], cols, &k.space.work)
		}
	}
	if c.Bias {
		addBias(k.out, k.w[1], k.n, k.outShape)
	}
}

func addBias(out, bias []float32, n int, s Shape) {
	plane := s.H * s.W
	for i := range n * s.C {
		v := bias[i%s.C]
		row := out[i*plane : (i+1)*plane]
		for j := range row {
			row[j] += v
		}
	}
}

func (c *Conv) backward(k *call) {
	if c.Bias {
		sumPlanes(k.dw[1], k.dout, k.n, k.outShape)
	}
	if c.Depthwise {
		c.depthBackward(k)
		return
	}
	s, o := k.inShape[0], k.outShape
	rows, cols := s.C*c.KH*c.KW, o.H*o.W
	for i := range k.n {
		x, dy := k.in[0][i*s.Len():(i+1)*s.Len()], k.dout[i*o.Len():(i+1)*o.Len()]
		columns := x
		if !c.plain() {
			columns = sized(&k.space.columns, rows*cols)
			c.unfold(columns, x, s, o)
		}
		k.space.kernels.Gemm(false, true, o.C, rows, cols, dy, cols, columns, cols, true, k.dw[0], rows, &k.space.work)
		if k.din[0] == nil {
			continue
		}
		dx := k.din[0][i*s.Len() : (i+1)*s.Len()]
		if c.plain() {
			k.space.kernels.Gemm(true, false, rows, cols, o.C, k.w[0], rows, dy, cols, true, dx, cols, &k.space.work)
			continue
		}
		back := sized(&k.space.other, rows*cols)
		k.space.kernels.Gemm(true, false, rows, cols, o.C, k.w[0], rows, dy, cols, false, back, cols, &k.space.work)
		c.fold(dx, back, s, o)
	}
}

// sumPlanes adds to each channel's place the sum of its numbers, sample by sample.
func sumPlanes(to, from []float32, n int, s Shape) {
	plane := s.H * s.W
	for i := range n * s.C {
		sum := to[i%s.C]
		for _, v := range from[i*plane : (i+1)*plane] {
			sum += v
		}
		to[i%s.C] = sum
	}
}

// unfold writes for each place of the kernel the row of what it meets; outside is zero.
func (c *Conv) unfold(to, x []float32, s, o Shape) {
	row := 0
	for ch := range s.C {
		plane := x[ch*s.H*s.W : (ch+1)*s.H*s.W]
		for ky := range c.KH {
			for kx := range c.KW {
				line := to[row*o.H*o.W : (row+1)*o.H*o.W]
				row++
				from, upto := c.span(kx, s.W, o.W)
				for oy := range o.H {
					dst := line[oy*o.W : (oy+1)*o.W]
					y := oy*c.SH + ky - c.PH
					if y < 0 || y >= s.H {
						clear(dst)
						continue
					}
					src := plane[y*s.W : (y+1)*s.W]
					clear(dst[:from])
					clear(dst[upto:])
					x0 := from*c.SW + kx - c.PW
					if c.SW == 1 {
						copy(dst[from:upto], src[x0:])
						continue
					}
					for ox := from; ox < upto; ox++ {
						dst[ox] = src[x0]
						x0 += c.SW
					}
				}
			}
		}
	}
}

// fold adds what unfold has spread.
func (c *Conv) fold(dx, columns []float32, s, o Shape) {
	row := 0
	for ch := range s.C {
		plane := dx[ch*s.H*s.W : (ch+1)*s.H*s.W]
		for ky := range c.KH {
			for kx := range c.KW {
				line := columns[row*o.H*o.W : (row+1)*o.H*o.W]
				row++
				from, upto := c.span(kx, s.W, o.W)
				if from >= upto {
					continue
				}
				for oy := range o.H {
					y := oy*c.SH + ky - c.PH
					if y < 0 || y >= s.H {
						continue
					}
					x0 := from*c.SW + kx - c.PW
					dst := plane[y*s.W+x0 : (y+1)*s.W]
					src := line[oy*o.W+from : oy*o.W+upto]
					if c.SW == 1 {
						dst = dst[:len(src)]
						for i, v := range src {
							dst[i] += v
						}
						continue
					}
					for i, v := range src {
						dst[i*c.SW] += v
					}
				}
			}
		}
	}
}

// span is which results of a row meet the input at column kx of the kernel.
func (c *Conv) span(kx, in, out int) (from, upto int) {
	from = max((c.PW-kx+c.SW-1)/c.SW, 0)
	if c.PW <= kx {
		from = 0
	}
	last := in - 1 - kx + c.PW
	if last < 0 {
		return from, from
	}
	return from, max(min(last/c.SW+1, out), from)
}
