package layers

// linear is y = W·x + b on flat samples.
type linear struct{ bias bool }

// Linear adds a layer that connects every number of a sample with each of out results. Its weight is [out, in].
func (b *Builder) Linear(x Value, out int, bias bool) Value {
	in := b.Shape(x)
	if in.H != 1 || in.W != 1 {
		b.fail("a linear layer of %v; hint: Flatten before it", in)
	}
	v := b.add("linear", linear{bias}, Shape{out, 1, 1}, x)
	b.param("weight", true, 0, out, in.C)
	if bias {
		b.param("bias", false, 0, out)
	}
	return v
}

func (linear) macs(in []Shape, out Shape) int { return in[0].C * out.C }

func (l linear) forward(c *call) {
	in, out := c.inShape[0].C, c.outShape.C
	c.space.kernels.Gemm(false, true, c.n, out, in, c.in[0], in, c.w[0], in, false, c.out, out, &c.space.work)
	if l.bias {
		addBias(c.out, c.w[1], c.n, c.outShape)
	}
}

func (l linear) backward(c *call) {
	in, out := c.inShape[0].C, c.outShape.C
	c.space.kernels.Gemm(true, false, out, in, c.n, c.dout, out, c.in[0], in, true, c.dw[0], in, &c.space.work)
	if l.bias {
		sumPlanes(c.dw[1], c.dout, c.n, c.outShape)
	}
	if c.din[0] != nil {
		c.space.kernels.Gemm(false, false, c.n, in, out, c.dout, out, c.w[0], in, true, c.din[0], in, &c.space.work)
	}
}

// flatten changes the shape alone.
type flatten struct{}

// Flatten makes a sample one row of numbers.
func (b *Builder) Flatten(x Value) Value {
	return b.add("flatten", flatten{}, Shape{b.Shape(x).Len(), 1, 1}, x)
}

func (flatten) macs([]Shape, Shape) int { return 0 }
func (flatten) forward(c *call)         { copy(c.out, c.in[0]) }
func (flatten) backward(c *call)        { addTo(c.din[0], c.dout) }

// addTo adds element by element where anybody asks.
func addTo(to, from []float32) {
	if to == nil {
		return
	}
	from = from[:len(to)]
	for i, v := range from {
		to[i] += v
	}
}
