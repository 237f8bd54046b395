package plan

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
)

// conv plans convolutions over planes and lines with constant weights.
func conv(n *node) (bool, error) {
	if !n.float(0) || n.has(2) && n.weights(2) == nil {
		return false, nil
	}
	w, bias := n.weights(1), n.weights(2)
	if w == nil || !finite(w) {
		return false, nil
	}
	x, k := n.shape(0), n.shape(1)
	s, ok := n.convShape(x, k)
	if !ok {
		return false, nil
	}
	h, wide, err := s.Out()
	if err != nil || x[0] < 1 {
		return false, nil // the reference says what is wrong
	}
	shape := []int{x[0], s.OutC, h, wide}
	if len(x) == 3 {
		shape = []int{x[0], s.OutC, wide}
	}
	rectify := n.rectified()
	n.own = []int{1, 2}
	batch, from, to := x[0], n.in[0], len(n.values)
	macs := int64(batch) * int64(len(w)/s.OutC) * int64(s.OutC*h*wide)
	if s.InH == 1 && s.InW == 1 && s.Groups == 1 && h == 1 && wide == 1 && s.KernelH == 1 && s.KernelW == 1 {
		return true, n.emit(shape, n.onePlace(batch, s.InC, s.OutC, w, bias, rectify, macs))
	}
	c, err := n.kernels.NewConv(s, w, bias, rectify, max(1, n.threads/batch))
	if err != nil {
		return false, fmt.Errorf("%w: a convolution", err)
	}
	return true, n.emit(shape, convolved(c, from, to, batch, s.InC*s.InH*s.InW, s.OutC*h*wide, macs))
}

// convolved runs a convolution on each image of a batch.
func convolved(c *f32.Conv, from, to, batch, in, out int, macs int64) kernel {
	units := c.Units()
	return kernel{macs: macs, units: batch * units, run: func(r *Runner, w *worker, unit int) {
		image := unit / units
		c.Run(unit%units, r.float[to][image*out:(image+1)*out], r.float[from][image*in:(image+1)*in], &w.f32)
	}}
}

// convShape reads a Conv's attributes; a line is a plane of height one.
func (n *node) convShape(x, k []int) (s f32.ConvShape, ok bool) {
	if len(x) != 3 && len(x) != 4 || len(k) != len(x) {
		return s, false
	}
	axes := len(x) - 2
	g, ok0 := n.int("group", 1)
	stride, ok1 := n.ints("strides", axes, 1)
	dilation, ok2 := n.ints("dilations", axes, 1)
	pads, ok3 := n.ints("pads", 2*axes, 0)
	auto, ok4 := n.text("auto_pad", "NOTSET")
	kernel, ok5 := n.ints("kernel_shape", axes, 0)
	if !(ok0 && ok1 && ok2 && ok3 && ok4 && ok5) || g < 1 || k[1]*g != x[1] {
		return s, false
	}
	for i := range axes {
		if kernel[i] != 0 && kernel[i] != k[2+i] || stride[i] < 1 || dilation[i] < 1 {
			return s, false
		}
		if !padded(auto, x[2+i], k[2+i], stride[i], dilation[i], &pads[i], &pads[axes+i]) {
			return s, false
		}
	}
	s = f32.ConvShape{InC: x[1], InH: 1, InW: x[len(x)-1], OutC: k[0], Groups: g, KernelH: 1, KernelW: k[len(k)-1], StrideH: 1, StrideW: stride[axes-1], DilationH: 1, DilationW: dilation[axes-1],
		PadLeft: pads[axes-1], PadRight: pads[2*axes-1]}
	if axes == 2 {
		s.InH, s.KernelH, s.StrideH, s.DilationH, s.PadTop, s.PadBottom = x[2], k[2], stride[0], dilation[0], pads[0], pads[2]
	}
	return s, true
}

// padded applies auto_pad to one axis.
func padded(auto string, in, kernel, stride, dilation int, begin, end *int) bool {
	switch auto {
	case "NOTSET", "":
	case "VALID":
		*begin, *end = 0, 0
	case "SAME_UPPER", "SAME_LOWER":
		pad := max(((in+stride-1)/stride-1)*stride+(kernel-1)*dilation+1-in, 0)
		*begin, *end = pad/2, pad-pad/2
		if auto == "SAME_LOWER" {
			*begin, *end = *end, *begin
		}
	default:
		return false
	}
	return true
}

// rectified says whether the only reader of the node's result is a Relu, which the node then computes too.
func (n *node) rectified() bool {
	name := n.Outputs[0]
	if n.uses[name] != 1 {
		return false
	}
	for i := n.at + 1; i < len(n.model.Graph.Nodes); i++ {
		g := &n.model.Graph.Nodes[i]
		if g.Op == "Relu" && g.Domain == "" && len(g.Inputs) == 1 && g.Inputs[0] == name {
			n.fused[i] = true
			return true
		}
	}
	return false
}

// onePlace is a convolution that is a dense layer: lanes are channels of the result.
func (n *node) onePlace(batch, in, out int, w, bias []float32, rectify bool, macs int64) kernel {
	c := n.kernels.PackColumns(true, in, out, w, in)
	x, y := n.in[0], len(n.values)
	return kernel{macs: macs, units: 1, run: func(r *Runner, k *worker, _ int) {
		to := r.float[y]
		c.Gemm(0, c.Panels(), batch, r.float[x], in, to, out, &k.f32)
		for i, v := range to {
			if bias != nil {
				v = float32(v + bias[i%out])
			}
			if rectify && v < 0 {
				v = 0
			}
			to[i] = v
		}
	}}
}
