package layers

import "math"

// normEpsilon is added to a variance.
const normEpsilon = 1e-5

// norm is BatchNorm2d: every channel of a batch becomes mean shift and deviation scale.
type norm struct{}

// Norm adds a batch norm (Ioffe and Szegedy 2015) behind a convolution or linear layer, into which Export folds it.
// In training the statistics are those of the samples of one Tape.
func (b *Builder) Norm(x Value) Value {
	s := b.Shape(x)
	v := b.add("norm", norm{}, s, x)
	b.param("scale", false, 1, s.C)
	b.param("shift", false, 0, s.C)
	if b.err == nil {
		d := &b.net.nodes[v]
		d.stat = len(b.net.stats)
		st := &Stat{Name: d.name, Mean: make([]float32, s.C), Variance: make([]float32, s.C)}
		for i := range st.Variance {
			st.Variance[i] = 1
		}
		b.net.stats = append(b.net.stats, st)
	}
	return v
}

func (norm) macs([]Shape, Shape) int { return 0 }

// keeps: the inverse deviation of each channel.
func (norm) keeps(s Shape) int { return s.C }

func (norm) forward(c *call) {
	s, plane := c.outShape, c.outShape.H*c.outShape.W
	for ch := range s.C {
		mean, inverse := float32(0), float32(0)
		if c.train {
			m, v := moments(c.in[0], c.n, s, ch)
			mean, inverse = float32(m), float32(1/math.Sqrt(v+normEpsilon))
			c.seen.Mean[ch], c.seen.Variance[ch] = mean, float32(v)
			c.aux[ch] = inverse
		} else {
			mean = c.running.Mean[ch]
			inverse = float32(1 / math.Sqrt(float64(c.running.Variance[ch])+normEpsilon))
		}
		a := float32(inverse * c.w[0][ch])
		shift := c.w[1][ch]
		for i := range c.n {
			at := (i*s.C + ch) * plane
			x, y := c.in[0][at:at+plane], c.out[at:at+plane]
			for j, v := range x {
				y[j] = float32(float32(v-mean)*a) + shift
			}
		}
	}
}

// moments are mean and variance of one channel, in float64, over samples and places ascending.
func moments(x []float32, n int, s Shape, ch int) (mean, variance float64) {
	plane := s.H * s.W
	sum, squares := 0.0, 0.0
	for i := range n {
		for _, v := range x[(i*s.C+ch)*plane : (i*s.C+ch+1)*plane] {
			f := float64(v)
			sum += f
			squares += float64(f * f)
		}
	}
	count := float64(n * plane)
	mean = sum / count
	return mean, max(squares/count-float64(mean*mean), 0)
}

func (norm) backward(c *call) {
	s, plane := c.outShape, c.outShape.H*c.outShape.W
	count := float64(c.n * plane)
	for ch := range s.C {
		mean, inverse := c.seen.Mean[ch], c.aux[ch]
		sum, dot := 0.0, 0.0 // of dy, and of dy times the normed input
		for i := range c.n {
			at := (i*s.C + ch) * plane
			x, dy := c.in[0][at:at+plane], c.dout[at:at+plane]
			for j, d := range dy {
				sum += float64(d)
				dot += float64(float64(d) * float64(float32(x[j]-mean)*inverse))
			}
		}
		c.dw[0][ch] += float32(dot)
		c.dw[1][ch] += float32(sum)
		if c.din[0] == nil {
			continue
		}
		a := float32(inverse * c.w[0][ch])
		meanDy, meanDot := float32(sum/count), float32(dot/count)
		for i := range c.n {
			at := (i*s.C + ch) * plane
			x, dy, dx := c.in[0][at:at+plane], c.dout[at:at+plane], c.din[0][at:at+plane]
			for j, d := range dy {
				normed := float32(float32(x[j]-mean) * inverse)
				dx[j] += float32(a * float32(float32(d-meanDy)-float32(normed*meanDot)))
			}
		}
	}
}
