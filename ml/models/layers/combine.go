package layers

type add struct{}

// Add adds two results of one shape, which are not the same value.
func (b *Builder) Add(x, y Value) Value {
	if b.Shape(x) != b.Shape(y) || x == y {
		b.fail("a sum of %v and %v, values %d and %d", b.Shape(x), b.Shape(y), x, y)
	}
	return b.add("add", add{}, b.Shape(x), x, y)
}

func (add) macs([]Shape, Shape) int { return 0 }

func (add) forward(c *call) {
	x, y := c.in[0][:len(c.out)], c.in[1][:len(c.out)]
	for i, v := range x {
		c.out[i] = v + y[i]
	}
}

func (add) backward(c *call) {
	addTo(c.din[0], c.dout)
	addTo(c.din[1], c.dout)
}

type concat struct{}

// Concat puts the channels of one result behind those of another of the same height and width.
func (b *Builder) Concat(x, y Value) Value {
	s, t := b.Shape(x), b.Shape(y)
	if s.H != t.H || s.W != t.W || x == y {
		b.fail("channels of %v and %v, values %d and %d", s, t, x, y)
	}
	return b.add("concat", concat{}, Shape{s.C + t.C, s.H, s.W}, x, y)
}

func (concat) macs([]Shape, Shape) int { return 0 }

func (concat) forward(c *call) {
	a, b := c.inShape[0].Len(), c.inShape[1].Len()
	for i := range c.n {
		copy(c.out[i*(a+b):], c.in[0][i*a:(i+1)*a])
		copy(c.out[i*(a+b)+a:], c.in[1][i*b:(i+1)*b])
	}
}

func (concat) backward(c *call) {
	a, b := c.inShape[0].Len(), c.inShape[1].Len()
	for i := range c.n {
		d := c.dout[i*(a+b) : (i+1)*(a+b)]
		if c.din[0] != nil {
			addTo(c.din[0][i*a:(i+1)*a], d[:a])
		}
		if c.din[1] != nil {
			addTo(c.din[1][i*b:(i+1)*b], d[a:])
		}
	}
}
