package layers

// pool is a window without padding that moves by its own size.
type pool struct {
	k       int
	average bool
}

// MaxPool adds the greatest of each k×k window, of equals the first. Windows do not overlap; a rest is dropped.
func (b *Builder) MaxPool(x Value, k int) Value { return b.pool("maxpool", x, pool{k: k}) }

// AvgPool adds the mean of each k×k window. Windows do not overlap; a rest is dropped.
func (b *Builder) AvgPool(x Value, k int) Value {
	return b.pool("avgpool", x, pool{k: k, average: true})
}

func (b *Builder) pool(kind string, x Value, p pool) Value {
	s := b.Shape(x)
	if p.k < 1 {
		b.fail("a window of %d", p.k)
		return x
	}
	return b.add(kind, p, Shape{s.C, s.H / p.k, s.W / p.k}, x)
}

func (pool) macs([]Shape, Shape) int { return 0 }

// windows calls f with the place of each window's first element and of its result.
func (p pool) windows(c *call, f func(from, to int)) {
	s, o := c.inShape[0], c.outShape
	for i := range c.n * s.C {
		for y := range o.H {
			for x := range o.W {
				f(i*s.H*s.W+y*p.k*s.W+x*p.k, i*o.H*o.W+y*o.W+x)
			}
		}
	}
}

// first is where a window's greatest element lies.
func (p pool) first(x []float32, from, width int) int {
	best := from
	for j := range p.k {
		for i := range p.k {
			if at := from + j*width + i; x[at] > x[best] {
				best = at
			}
		}
	}
	return best
}

func (p pool) forward(c *call) {
	width, x := c.inShape[0].W, c.in[0]
	area := float32(p.k * p.k)
	p.windows(c, func(from, to int) {
		if !p.average {
			c.out[to] = x[p.first(x, from, width)]
			return
		}
		sum := float32(0)
		for j := range p.k {
			for _, v := range x[from+j*width : from+j*width+p.k] {
				sum += v
			}
		}
		c.out[to] = sum / area
	})
}

func (p pool) backward(c *call) {
	if c.din[0] == nil {
		return
	}
	width := c.inShape[0].W
	area := float32(p.k * p.k)
	p.windows(c, func(from, to int) {
		if !p.average {
			c.din[0][p.first(c.in[0], from, width)] += c.dout[to]
			return
		}
		d := c.dout[to] / area
		for j := range p.k {
			for i := range p.k {
				c.din[0][from+j*width+i] += d
			}
		}
	})
}

// globalPool is the mean of each channel.
type globalPool struct{}

// GlobalAvgPool adds the mean of each channel.
func (b *Builder) GlobalAvgPool(x Value) Value {
	return b.add("globalpool", globalPool{}, Shape{b.Shape(x).C, 1, 1}, x)
}

func (globalPool) macs([]Shape, Shape) int { return 0 }

func (globalPool) forward(c *call) {
	plane := c.inShape[0].H * c.inShape[0].W
	for i := range c.out {
		sum := float32(0)
		for _, v := range c.in[0][i*plane : (i+1)*plane] {
			sum += v
		}
		c.out[i] = sum / float32(plane)
	}
}

func (globalPool) backward(c *call) {
	if c.din[0] == nil {
		return
	}
	plane := c.inShape[0].H * c.inShape[0].W
	for i, d := range c.dout {
		d /= float32(plane)
		dx := c.din[0][i*plane : (i+1)*plane]
		for j := range dx {
			dx[j] += d
		}
	}
}

// upsample repeats every element twice in both directions.
type upsample struct{}

// Upsample adds the same picture with twice the height and width, every element repeated.
func (b *Builder) Upsample(x Value) Value {
	s := b.Shape(x)
	return b.add("upsample", upsample{}, Shape{s.C, 2 * s.H, 2 * s.W}, x)
}

func (upsample) macs([]Shape, Shape) int { return 0 }

func (upsample) forward(c *call) {
	s, w := c.inShape[0], c.outShape.W
	for r := range c.n * s.C * s.H {
		src, dst := c.in[0][r*s.W:(r+1)*s.W], c.out[2*r*w:(2*r+2)*w]
		for i, v := range src {
			dst[2*i], dst[2*i+1], dst[w+2*i], dst[w+2*i+1] = v, v, v, v
		}
	}
}

func (upsample) backward(c *call) {
	if c.din[0] == nil {
		return
	}
	s, w := c.inShape[0], c.outShape.W
	for r := range c.n * s.C * s.H {
		dx, dy := c.din[0][r*s.W:(r+1)*s.W], c.dout[2*r*w:(2*r+2)*w]
		for i := range dx {
			dx[i] += dy[2*i] + dy[2*i+1] + dy[w+2*i] + dy[w+2*i+1]
		}
	}
}
