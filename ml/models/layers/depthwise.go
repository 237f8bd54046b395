package layers

// depthForward sums over the kernel, ascending.
func (c *Conv) depthForward(k *call) {
	s, o := k.inShape[0], k.outShape
	clear(k.out)
	c.taps(k, func(weight int, x, y []float32, stride int) {
		w := k.w[0][weight]
		if stride == 1 {
			x = x[:len(y)]
			for i, v := range x {
				y[i] += float32(v * w)
			}
			return
		}
		for i := range y {
			y[i] += float32(x[i*stride] * w)
		}
	}, k.in[0], k.out, s, o)
}

func (c *Conv) depthBackward(k *call) {
	s, o := k.inShape[0], k.outShape
	c.taps(k, func(weight int, x, dy []float32, stride int) {
		// Four sums whose order is fixed: elements 0, 4, 8…, then 1, 5, 9… and so on, added in this order.
		var part [4]float32
		i := 0
		if stride == 1 {
			x = x[:len(dy)]
			for ; i+4 <= len(dy); i += 4 {
				part[0] += float32(x[i] * dy[i])
				part[1] += float32(x[i+1] * dy[i+1])
				part[2] += float32(x[i+2] * dy[i+2])
				part[3] += float32(x[i+3] * dy[i+3])
			}
		}
		for ; i < len(dy); i++ {
			part[i&3] += float32(x[i*stride] * dy[i])
		}
		k.dw[0][weight] += part[0] + part[1] + part[2] + part[3]
	}, k.in[0], k.dout, s, o)
	if k.din[0] == nil {
		return
	}
	c.taps(k, func(weight int, dx, dy []float32, stride int) {
		w := k.w[0][weight]
		if stride == 1 {
			dx = dx[:len(dy)]
			for i, v := range dy {
				dx[i] += float32(v * w)
			}
			return
		}
		for i, v := range dy {
			dx[i*stride] += float32(v * w)
		}
	}, k.din[0], k.dout, s, o)
}

// taps calls f for every weight with each row of results and the places of the input that it meets there.
func (c *Conv) taps(k *call, f func(weight int, x, y []float32, stride int), xs, ys []float32, s, o Shape) {
	for i := range k.n * s.C {
		ch := i % s.C
		x, y := xs[i*s.H*s.W:(i+1)*s.H*s.W], ys[i*o.H*o.W:(i+1)*o.H*o.W]
		for ky := range c.KH {
			for kx := range c.KW {
				from, upto := c.span(kx, s.W, o.W)
				if from >= upto {
					continue
				}
				for oy := range o.H {
					row := oy*c.SH + ky - c.PH
					if row < 0 || row >= s.H {
						continue
					}
					f((ch*c.KH+ky)*c.KW+kx, x[row*s.W+from*c.SW+kx-c.PW:(row+1)*s.W], y[oy*o.W+from:oy*o.W+upto], c.SW)
				}
			}
		}
	}
}
