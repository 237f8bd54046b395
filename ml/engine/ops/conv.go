package ops

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/value"
)

// window is how a kernel moves over the axes behind batch and channel.
type window struct {
	kernel, stride, dilation, begin, end []int
	out                                  []int
}

// windowOf reads kernel_shape, strides, dilations, pads and auto_pad for the axes in.
func (c *Call) windowOf(in, kernel []int, ceil bool) (window, error) {
	w := window{kernel: kernel}
	n := len(in)
	var err error
	if given, err := c.ints("kernel_shape"); err != nil {
		return w, err
	} else if given != nil {
		if kernel != nil && fmt.Sprint(given) != fmt.Sprint(kernel) {
			return w, fmt.Errorf("%w kernel_shape: %v, the weights say %v", ErrAttribute, given, kernel)
		}
		w.kernel = given
	}
	if w.stride, err = c.listOf("strides", n, 1); err != nil {
		return w, err
	}
	if w.dilation, err = c.listOf("dilations", n, 1); err != nil {
		return w, err
	}
	pads, err := c.listOf("pads", 2*n, 0)
	if err != nil {
		return w, err
	}
	w.begin, w.end = pads[:n], pads[n:]
	auto, err := c.text("auto_pad", "NOTSET")
	if err != nil {
		return w, err
	}
	if len(w.kernel) != n {
		return w, fmt.Errorf("%w kernel_shape: %v over %v", ErrAttribute, w.kernel, in)
	}
	for i := range n {
		if w.kernel[i] < 1 || w.stride[i] < 1 || w.dilation[i] < 1 || w.begin[i] < 0 || w.end[i] < 0 {
			return w, fmt.Errorf("%w: kernel %v, strides %v, dilations %v, pads %v", ErrAttribute, w.kernel, w.stride, w.dilation, pads)
		}
		reach := (w.kernel[i]-1)*w.dilation[i] + 1
		switch auto {
		case "SAME_UPPER", "SAME_LOWER":
			out := (in[i] + w.stride[i] - 1) / w.stride[i]
			pad := max((out-1)*w.stride[i]+reach-in[i], 0)
			w.begin[i], w.end[i] = pad/2, pad-pad/2
			if auto == "SAME_LOWER" {
				w.begin[i], w.end[i] = w.end[i], w.begin[i]
			}
		case "VALID":
			w.begin[i], w.end[i] = 0, 0
		case "NOTSET", "":
		default:
			return w, fmt.Errorf("%w auto_pad: %q", ErrAttribute, auto)
		}
		room := in[i] + w.begin[i] + w.end[i] - reach
		if room < 0 {
			return w, fmt.Errorf("%w: a kernel of %d over %d", value.ErrShape, reach, in[i]+w.begin[i]+w.end[i])
		}
		out := room/w.stride[i] + 1
		if ceil {
			out = (room+w.stride[i]-1)/w.stride[i] + 1
			if (out-1)*w.stride[i] >= in[i]+w.begin[i] { // a window that begins behind everything is none
				out--
			}
		}
		w.out = append(w.out, out)
	}
	return w, nil
}

// listOf reads a list of n, or n times a default.
func (c *Call) listOf(name string, n, otherwise int) ([]int, error) {
	list, err := c.ints(name)
	if err != nil {
		return nil, err
	}
	if list == nil {
		list = make([]int, n)
		for i := range list {
			list[i] = otherwise
		}
	}
	if len(list) != n {
		return nil, fmt.Errorf("%w %s: %d numbers, want %d", ErrAttribute, name, len(list), n)
	}
	return list, nil
}

// taps are the offsets that the window sees from one place of the result: of the kernel and of the operand's plane, those
// outside left out. In ascending order of the kernel.
func (w window) taps(in, place []int, f func(tap, at int)) {
	own := strides(in)
	n := product(w.kernel)
	index := make([]int, len(in))
	for tap := range n {
		at, inside, rest := 0, true, tap
		for d := len(in) - 1; d >= 0; d-- {
			index[d] = rest % w.kernel[d]
			rest /= w.kernel[d]
			x := place[d]*w.stride[d] - w.begin[d] + index[d]*w.dilation[d]
			if x < 0 || x >= in[d] {
				inside = false
				break
			}
			at += x * own[d]
		}
		if inside {
			f(tap, at)
		}
	}
}

// places calls f for each place of a shape.
func places(shape []int, f func(i int, place []int)) {
	place := make([]int, len(shape))
	for i := range product(shape) {
		rest := i
		for d := len(shape) - 1; d >= 0; d-- {
			place[d] = rest % shape[d]
			rest /= shape[d]
		}
		f(i, place)
	}
}

func conv(c *Call) ([]*value.Tensor, error) {
	x, err := c.need(0)
	if err != nil {
		return nil, err
	}
	switch x.Data.(type) {
	case []float32:
		return convOf[float32](c)
	case []float64:
		return convOf[float64](c)
	case []value.Half:
		return viaFloat32(conv)(c)
	}
	return nil, fmt.Errorf("%w: %s", value.ErrType, x.DType())
}

// convolution is the shapes of a Conv.
type convolution struct {
	window
	plane              []int // of the operand
	batch, in, out     int   // channels
	groups, per, taken int   // results and operands of one group
	shape              []int
}

func (c *Call) convolution(x, w []int) (convolution, error) {
	g := convolution{}
	if len(x) < 3 || len(w) != len(x) {
		return g, fmt.Errorf("%w: a convolution of %v with %v", value.ErrShape, x, w)
	}
	var err error
	if g.groups, err = c.int("group", 1); err != nil {
		return g, err
	}
	g.plane, g.batch, g.in, g.out = x[2:], x[0], x[1], w[0]
	if g.groups < 1 || g.in%g.groups != 0 || g.out%g.groups != 0 || w[1]*g.groups != g.in {
		return g, fmt.Errorf("%w: %v with %v in %d groups", value.ErrShape, x, w, g.groups)
	}
	g.per, g.taken = g.out/g.groups, g.in/g.groups
	if g.window, err = c.windowOf(g.plane, w[2:], false); err != nil {
		return g, err
	}
	g.shape = append([]int{g.batch, g.out}, g.window.out...)
	_, err = value.Count(g.shape)
	return g, err
}

// convOf sums in ascending order of channel and kernel, then adds the bias.
func convOf[T interface {
	float
	value.Elem
}](c *Call) ([]*value.Tensor, error) {
	wt, err := c.need(1)
	if err != nil {
		return nil, err
	}
	g, err := c.convolution(c.In[0].Shape, wt.Shape)
	if err != nil {
		return nil, err
	}
	x, err := value.As[T](c.In[0])
	if err != nil {
		return nil, err
	}
	w, err := value.As[T](wt)
	if err != nil {
		return nil, err
	}
	bias, err := biasOf[T](c.in(2), g.out)
	if err != nil {
		return nil, err
	}
	out := make([]T, product(g.shape))
	plane, kernel, cells := product(g.plane), product(g.kernel), product(g.window.out)
	places(g.window.out, func(cell int, place []int) {
		var taps, ats []int
		g.taps(g.plane, place, func(tap, at int) { taps, ats = append(taps, tap), append(ats, at) })
		for n := range g.batch {
			for o := range g.out {
				group := o / g.per
				var sum T
				for i := range g.taken {
					from := (n*g.in + group*g.taken + i) * plane
					weights := w[(o*g.taken+i)*kernel : (o*g.taken+i+1)*kernel]
					for t, tap := range taps {
						sum = T(sum + T(x[from+ats[t]]*weights[tap]))
					}
				}
				if bias != nil {
					sum = T(sum + bias[o])
				}
				out[(n*g.out+o)*cells+cell] = sum
			}
		}
	})
	return one(value.Of(g.shape, out))
}

func biasOf[T value.Elem](t *value.Tensor, n int) ([]T, error) {
	if t == nil {
		return nil, nil
	}
	d, err := value.As[T](t)
	if err == nil && len(d) != n {
		err = fmt.Errorf("%w: a bias of %d for %d channels", value.ErrShape, len(d), n)
	}
	return d, err
}

// convTranspose adds each operand's share to the results it reaches; every result is one sum in ascending order of
// channel and kernel, then its bias.
func convTranspose(c *Call) ([]*value.Tensor, error) {
	xt, err := c.need(0)
	if err != nil {
		return nil, err
	}
	wt, err := c.need(1)
	if err != nil {
		return nil, err
	}
	x, err := value.As[float32](xt)
	if err != nil {
		return nil, err
	}
	w, err := value.As[float32](wt)
	if err != nil {
		return nil, err
	}
	if xt.Rank() < 3 || wt.Rank() != xt.Rank() || wt.Shape[0] != xt.Shape[1] {
		return nil, fmt.Errorf("%w: %v with %v", value.ErrShape, xt.Shape, wt.Shape)
	}
	groups, err := c.int("group", 1)
	if err != nil || groups < 1 || xt.Shape[1]%groups != 0 {
		return nil, fmt.Errorf("%w group: %d", ErrAttribute, groups)
	}
	g, err := c.transposed(xt.Shape[2:], wt.Shape[2:])
	if err != nil {
		return nil, err
	}
	in, per := xt.Shape[1], wt.Shape[1]
	taken, channels := in/groups, per*groups
	bias, err := biasOf[float32](c.in(2), channels)
	if err != nil {
		return nil, err
	}
	shape := append([]int{xt.Shape[0], channels}, g.out...)
	n, err := value.Count(shape)
	if err != nil {
		return nil, err
	}
	out := make([]float32, n)
	plane, kernel, cells := product(xt.Shape[2:]), product(g.kernel), product(g.out)
	places(g.out, func(cell int, place []int) {
		var taps, ats []int
		g.sources(xt.Shape[2:], place, func(tap, at int) { taps, ats = append(taps, tap), append(ats, at) })
		for b := range xt.Shape[0] {
			for o := range channels {
				group := o / per
				var sum float32
				for i := range taken {
					channel := group*taken + i
					for t, tap := range taps {
						sum = float32(sum + float32(x[(b*in+channel)*plane+ats[t]]*w[(channel*per+o%per)*kernel+tap]))
					}
				}
				if bias != nil {
					sum = float32(sum + bias[o])
				}
				out[(b*channels+o)*cells+cell] = sum
			}
		}
	})
	return one(value.Of(shape, out))
}

// transposed reads a ConvTranspose's window: pads are what is cut off, unless the result's shape is given.
func (c *Call) transposed(in, kernel []int) (window, error) {
	w := window{kernel: kernel}
	n := len(in)
	var err error
	if w.stride, err = c.listOf("strides", n, 1); err != nil {
		return w, err
	}
	if w.dilation, err = c.listOf("dilations", n, 1); err != nil {
		return w, err
	}
	pads, err := c.listOf("pads", 2*n, 0)
	if err != nil {
		return w, err
	}
	extra, err := c.listOf("output_padding", n, 0)
	if err != nil {
		return w, err
	}
	given, err := c.ints("output_shape")
	if err != nil {
		return w, err
	}
	auto, err := c.text("auto_pad", "NOTSET")
	if err != nil {
		return w, err
	}
	w.begin, w.end = pads[:n], pads[n:]
	if len(given) > n {
		given = given[len(given)-n:]
	}
	for i := range n {
		if w.kernel[i] < 1 || w.stride[i] < 1 || w.dilation[i] < 1 || in[i] < 1 {
			return w, fmt.Errorf("%w: kernel %v, strides %v, dilations %v", ErrAttribute, w.kernel, w.stride, w.dilation)
		}
		full := w.stride[i]*(in[i]-1) + extra[i] + (w.kernel[i]-1)*w.dilation[i] + 1
		same := auto == "SAME_UPPER" || auto == "SAME_LOWER"
		if given != nil || same {
			want := in[i] * w.stride[i]
			if given != nil {
				want = given[i]
			}
			pad := max(full-want, 0)
			w.begin[i], w.end[i] = pad-pad/2, pad/2
			if auto == "SAME_UPPER" || given != nil && auto != "SAME_LOWER" {
				w.begin[i], w.end[i] = pad/2, pad-pad/2
			}
			if given != nil && full < want {
				full = want // zeros behind everything
			}
		}
		out := full - w.begin[i] - w.end[i]
		if out < 1 {
			return w, fmt.Errorf("%w: a result of %d", value.ErrShape, out)
		}
		w.out = append(w.out, out)
	}
	return w, nil
}

// sources are the kernel's taps that reach a place of the result, and from where.
func (w window) sources(in, place []int, f func(tap, at int)) {
	own := strides(in)
	for tap := range product(w.kernel) {
		at, hit, rest := 0, true, tap
		for d := len(in) - 1; d >= 0 && hit; d-- {
			k := rest % w.kernel[d]
			rest /= w.kernel[d]
			x := place[d] + w.begin[d] - k*w.dilation[d]
			if x < 0 || x%w.stride[d] != 0 || x/w.stride[d] >= in[d] {
				hit = false
				break
			}
			at += x / w.stride[d] * own[d]
		}
		if hit {
			f(tap, at)
		}
	}
}
