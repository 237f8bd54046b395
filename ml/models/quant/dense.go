package quant

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/security/safemath"
)

// dense is a layer of weights, whatever moves over the operand: weights by the channel of the result, and a bias.
type dense struct {
	*weights
	bias []int32
	rq   i8.Requant
}

// dense quantizes weights and corrects the bias. reads says which channel of the operand a weight reads.
func (b *builder) dense(l layer, values, bias []float32, channels int, reads func(channel, i int) int) (*dense, error) {
	x, y := b.scales[l.in[0]].Real(), b.scales[l.out].Real()
	if bias == nil {
		bias = make([]float32, max(channels, 0))
	}
	if len(bias) != channels {
		return nil, fmt.Errorf("%w: %d biases for %d channels", ErrUnsupported, len(bias), channels)
	}
	least := make([]float64, channels)
	for c, v := range bias {
		// A bias takes an eighth of what a sum may be, and a factor keeps twenty bits also where weights are next to nothing.
		least[c] = max(float64(magnitude(v))/x/(1<<28), y/x/(1<<40))
	}
	w, err := byChannel(values, channels, least)
	if err != nil {
		return nil, err
	}
	correction := make([]float64, channels)
	if !b.options.KeepBias {
		if correction, err = w.correction(b.real[l.in[0]], b.rounded[l.in[0]], reads); err != nil {
			return nil, err
		}
	}
	d := &dense{weights: w, bias: make([]int32, channels), rq: i8.Requant{
		Multiplier: make([]int32, channels), Shift: make([]int8, channels), Scale: y,
	}}
	if l.relu {
		d.rq.Min, d.rq.Max = 0, levels
	}
	for c := range channels {
		unit := float64(x * w.scales[c])
		v, err := safemath.FromFloat[int32](math.RoundToEven((float64(bias[c]) + correction[c]) / unit))
		if err != nil {
			return nil, fmt.Errorf("%w: channel %d has a bias of %v steps of its weights", ErrUnsupported, c, bias[c])
		}
		d.bias[c] = v
		if d.rq.Multiplier[c], d.rq.Shift[c], err = i8.Quantize(unit / y); err != nil {
			return nil, fmt.Errorf("channel %d: %w", c, err)
		}
	}
	return d, nil
}

// constants reads a layer's weights and bias.
func (b *builder) constants(l layer) (w []float32, shape []int, bias []float32, err error) {
	if len(l.node.Inputs) < 2 {
		return nil, nil, nil, fmt.Errorf("%w: no weights", ErrUnsupported)
	}
	if w, shape, err = b.floats(l.node.Inputs[1]); err != nil {
		return nil, nil, nil, err
	}
	if len(l.node.Inputs) > 2 && l.node.Inputs[2] != "" {
		bias, _, err = b.floats(l.node.Inputs[2])
	}
	return w, shape, bias, err
}

// grouped says which channel of the operand a weight reads, where every group has per channels of the result and takes taken
// of the operand.
func grouped(per, taken, kernel int) func(channel, i int) int {
	return func(channel, i int) int { return channel/max(per, 1)*taken + i/max(kernel, 1) }
}

// conv is Conv.
func (b *builder) conv(l layer) (i8.Value, error) {
	w, shape, bias, err := b.constants(l)
	if err != nil {
		return i8.Value{}, err
	}
	in := b.seen[l.in[0]].shape
	groups, err := intOf(l.node, "group", 1)
	if err != nil {
		return i8.Value{}, err
	}
	if len(shape) != 4 || len(in) != 4 || groups < 1 || in[1] != shape[1]*groups || shape[0]%groups != 0 {
		return i8.Value{}, fmt.Errorf("%w: Conv of %v with weights %v in %d groups; hint: two axes", ErrUnsupported, in, shape, groups)
	}
	window, err := windowOf(l.node)
	if err != nil {
		return i8.Value{}, err
	}
	d, err := b.dense(l, w, bias, shape[0], grouped(shape[0]/groups, shape[1], shape[2]*shape[3]))
	if err != nil {
		return i8.Value{}, err
	}
	return b.Conv(l.out, b.values[l.in[0]], i8.ConvSpec{
		Kernel: [2]int{shape[2], shape[3]}, Stride: window.strides, Pads: window.pads, Dilation: window.dilations,
		Groups: groups, Out: shape[0], Weights: d.q, Bias: d.bias, Requant: d.rq,
	}), nil
}

// convTranspose is ConvTranspose whose windows do not overlap, which is all that contract ve-i8-1 has.
func (b *builder) convTranspose(l layer) (i8.Value, error) {
	w, shape, bias, err := b.constants(l)
	if err != nil {
		return i8.Value{}, err
	}
	in := b.seen[l.in[0]].shape
	groups, err := intOf(l.node, "group", 1)
	if err != nil {
		return i8.Value{}, err
	}
	window, err := windowOf(l.node)
	if err != nil {
		return i8.Value{}, err
	}
	for _, name := range []string{"output_padding", "output_shape"} {
		if a, ok := l.node.Attr(name); ok && (name == "output_shape" || hasOther(a.Is, 0)) {
			return i8.Value{}, fmt.Errorf("%w: ConvTranspose with %s", ErrUnsupported, name)
		}
	}
	if len(shape) != 4 || len(in) != 4 || groups != 1 || in[1] != shape[0] || window.strides != [2]int{shape[2], shape[3]} ||
		window.pads != [4]int{} || window.dilations != [2]int{1, 1} {
		return i8.Value{}, fmt.Errorf("%w: ConvTranspose of %v with weights %v, strides %v, pads %v, %d groups; hint: strides equal to the kernel, or Resize and Conv",
			ErrUnsupported, in, shape, window.strides, window.pads, groups)
	}
	kernel := shape[2] * shape[3]
	d, err := b.dense(l, turned(w, shape[0], shape[1], kernel), bias, shape[1], grouped(shape[1], shape[0], kernel))
	if err != nil {
		return i8.Value{}, err
	}
	return b.ConvTranspose(l.out, b.values[l.in[0]], i8.ConvTransposeSpec{
		Kernel: [2]int{shape[2], shape[3]}, Out: shape[1], Weights: turned(d.q, shape[1], shape[0], kernel), Bias: d.bias, Requant: d.rq,
	}), nil
}

// gemm is Gemm with one row: x·W + b, of which W may be turned.
func (b *builder) gemm(l layer) (i8.Value, error) {
	w, shape, bias, err := b.constants(l)
	if err != nil {
		return i8.Value{}, err
	}
	for _, name := range []string{"alpha", "beta"} {
		if a, ok := l.node.Attr(name); ok && a.F != 1 {
			return i8.Value{}, fmt.Errorf("%w: Gemm with %s %v", ErrUnsupported, name, a.F)
		}
	}
	turnedA, err := intOf(l.node, "transA", 0)
	if err != nil {
		return i8.Value{}, err
	}
	turnedB, err := intOf(l.node, "transB", 0)
	if err != nil {
		return i8.Value{}, err
	}
	in := b.seen[l.in[0]].shape
	if turnedA != 0 || len(shape) != 2 || len(in) != 2 || in[0] != 1 {
		return i8.Value{}, fmt.Errorf("%w: Gemm of %v and %v; hint: one row, not turned", ErrUnsupported, in, shape)
	}
	out, taken := shape[0], shape[1]
	if turnedB == 0 { // to [out][in]
		w, out, taken = turned(w, shape[0], shape[1], 1), shape[1], shape[0]
	}
	if taken != in[1] {
		return i8.Value{}, fmt.Errorf("%w: Gemm of %v and %v", ErrUnsupported, in, shape)
	}
	d, err := b.dense(l, w, bias, out, func(_, i int) int { return i })
	if err != nil {
		return i8.Value{}, err
	}
	return b.Gemm(l.out, b.values[l.in[0]], i8.GemmSpec{Out: out, Weights: d.q, Bias: d.bias, Requant: d.rq}), nil
}

// turned makes [columns][rows][each] of [rows][columns][each].
func turned[T any](v []T, rows, columns, each int) []T {
	out := make([]T, 0, len(v))
	for c := range columns {
		for r := range rows {
			from := (r*columns + c) * each
			out = append(out, v[from:from+each]...)
		}
	}
	return out
}
