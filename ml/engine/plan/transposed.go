package plan

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	"github.com/virtengine/virtengine/ml/engine/value"
)

// convTranspose plans transposed convolutions over planes and lines with constant weights.
func convTranspose(n *node) (bool, error) {
	if len(n.in) < 2 || !n.float(0) || n.has(2) && n.weights(2) == nil {
		return false, nil
	}
	w, bias := n.weights(1), n.weights(2)
	x, k := n.shape(0), n.shape(1)
	if w == nil || !finite(w) || len(x) != 3 && len(x) != 4 || len(k) != len(x) || k[0] != x[1] || n.len(0) == 0 {
		return false, nil
	}
	g, ok := n.int("group", 1)
	if !ok || g < 1 || x[1]%g != 0 {
		return false, nil
	}
	s, h, wide, ok := n.transposed(x, k)
	s.Groups, s.InC, s.OutC = g, x[1], k[1]*g
	if !ok || n.has(2) && len(bias) != s.OutC {
		return false, nil
	}
	shape := []int{x[0], s.OutC, h, wide}
	if len(x) == 3 {
		shape = []int{x[0], s.OutC, wide}
	}
	if _, err := value.Count(shape); err != nil {
		return false, err
	}
	c, err := n.kernels.NewConvTranspose(s, h, wide, w, bias, n.rectified(), max(1, n.threads/x[0]))
	if err != nil {
		return false, fmt.Errorf("a transposed convolution: %w", err)
	}
	n.own = []int{1, 2}
	macs := int64(x[0]) * int64(len(w)) * int64(s.InH*s.InW)
	return true, n.emit(shape, convolved(c, n.in[0], len(n.values), x[0], s.InC*s.InH*s.InW, s.OutC*h*wide, macs))
}

// transposed reads the attributes; pads are what is cut off, unless the result's shape is given.
func (n *node) transposed(x, k []int) (s f32.ConvShape, h, wide int, ok bool) {
	axes := len(x) - 2
	stride, ok0 := n.ints("strides", axes, 1)
	dilation, ok1 := n.ints("dilations", axes, 1)
	pads, ok2 := n.ints("pads", 2*axes, 0)
	extra, ok3 := n.ints("output_padding", axes, 0)
	auto, ok4 := n.text("auto_pad", "NOTSET")
	if _, given := n.Attr("output_shape"); given || !(ok0 && ok1 && ok2 && ok3 && ok4) {
		return s, 0, 0, false
	}
	s = f32.ConvShape{InH: 1, KernelH: 1, StrideH: 1, DilationH: 1}
	h = 1
	for i := range axes {
		in, kernel := x[2+i], k[2+i]
		if kernel < 1 || stride[i] < 1 || dilation[i] < 1 {
			return s, 0, 0, false
		}
		full := stride[i]*(in-1) + extra[i] + (kernel-1)*dilation[i] + 1
		begin, end := pads[i], pads[axes+i]
		switch pad := max(full-in*stride[i], 0); auto {
		case "SAME_UPPER":
			begin, end = pad/2, pad-pad/2
		case "SAME_LOWER":
			begin, end = pad-pad/2, pad/2
		}
		out := full - begin - end
		if out < 1 {
			return s, 0, 0, false
		}
		if i == axes-1 {
			s.InW, s.KernelW, s.StrideW, s.DilationW, s.PadLeft, wide = in, kernel, stride[i], dilation[i], begin, out
		} else {
			s.InH, s.KernelH, s.StrideH, s.DilationH, s.PadTop, h = in, kernel, stride[i], dilation[i], begin, out
		}
	}
	return s, h, wide, true
}
