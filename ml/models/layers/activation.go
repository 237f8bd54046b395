package layers

import (
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
)

// relu cuts off below 0, and above top where top is not 0.
type relu struct{ top float32 }

// Relu adds max(x, 0).
func (b *Builder) Relu(x Value) Value { return b.add("relu", relu{}, b.Shape(x), x) }

// Relu6 adds min(max(x, 0), 6).
func (b *Builder) Relu6(x Value) Value { return b.add("relu", relu{6}, b.Shape(x), x) }

func (relu) macs([]Shape, Shape) int { return 0 }

func (r relu) forward(c *call) {
	x := c.in[0][:len(c.out)]
	// Signs change from place to place as if by chance: masks are several times faster than branches, here and below.
	for i, v := range x {
		bits := math.Float32bits(v)
		v = math.Float32frombits(bits &^ uint32(int32(bits)>>31)) //ve:allow overflow the sign, in every bit
		if r.top != 0 && v > r.top {
			v = r.top
		}
		c.out[i] = v
	}
}

func (r relu) backward(c *call) {
	if c.din[0] == nil {
		return
	}
	y, dx := c.out[:len(c.dout)], c.din[0][:len(c.dout)]
	for i, d := range c.dout {
		passes := uint32(-int32(math.Float32bits(y[i])) >> 31) //ve:allow overflow the bits of what is not negative; all ones, or none for zero
		if r.top != 0 && y[i] >= r.top {
			passes = 0
		}
		dx[i] += math.Float32frombits(math.Float32bits(d) & passes)
	}
}

// leaky multiplies what is negative.
type leaky struct{ slope float32 }

// LeakyRelu adds x where x ≥ 0, slope·x elsewhere.
func (b *Builder) LeakyRelu(x Value, slope float32) Value {
	return b.add("leaky", leaky{slope}, b.Shape(x), x)
}

func (leaky) macs([]Shape, Shape) int { return 0 }

func (l leaky) forward(c *call) {
	for i, v := range c.in[0] {
		if v < 0 {
			v = float32(v * l.slope)
		}
		c.out[i] = v
	}
}

func (l leaky) backward(c *call) {
	if c.din[0] == nil {
		return
	}
	for i, d := range c.dout {
		if c.in[0][i] < 0 {
			d = float32(d * l.slope)
		}
		c.din[0][i] += d
	}
}

// prelu is leaky with a learnt slope for each channel.
type prelu struct{}

// PRelu adds x where x ≥ 0 and slope·x elsewhere, with a learnt slope of each channel that begins at 0.25 (He et al. 2015).
func (b *Builder) PRelu(x Value) Value {
	v := b.add("prelu", prelu{}, b.Shape(x), x)
	b.param("slope", false, 0.25, b.Shape(x).C, 1, 1)
	return v
}

func (prelu) macs([]Shape, Shape) int { return 0 }

func (prelu) forward(c *call) {
	plane := c.outShape.H * c.outShape.W
	for i, v := range c.in[0] {
		if v < 0 {
			v = float32(v * c.w[0][i/plane%c.outShape.C])
		}
		c.out[i] = v
	}
}

func (prelu) backward(c *call) {
	plane := c.outShape.H * c.outShape.W
	for i, d := range c.dout {
		if v, ch := c.in[0][i], i/plane%c.outShape.C; v < 0 {
			c.dw[0][ch] += float32(d * v)
			d = float32(d * c.w[0][ch])
		}
		if c.din[0] != nil {
			c.din[0][i] += d
		}
	}
}

type sigmoid struct{}

// Sigmoid adds 1/(1+e^-x).
func (b *Builder) Sigmoid(x Value) Value { return b.add("sigmoid", sigmoid{}, b.Shape(x), x) }

func (sigmoid) macs([]Shape, Shape) int { return 0 }

func (sigmoid) forward(c *call) {
	for i, v := range c.in[0] {
		c.out[i] = float32(funcs.Sigmoid(float64(v)))
	}
}

func (sigmoid) backward(c *call) {
	if c.din[0] == nil {
		return
	}
	for i, d := range c.dout {
		y := c.out[i]
		c.din[0][i] += float32(d * float32(y*float32(1-y)))
	}
}
