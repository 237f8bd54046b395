package quant

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/onnx"
)

// builder makes an integer program of a graph and its ranges. Results have the names of the float model's values.
type builder struct {
	*i8.Builder
	*ranges
	source  *graph
	options Options
	seen    map[string]*observed
	values  map[string]i8.Value
}

func (b *builder) floats(name string) ([]float32, []int, error) { return b.source.floats(name) }

func (b *builder) clip(n *onnx.Node) (lo, hi float32, err error) { return b.source.clip(n) }

// build makes one layer. Fails with ErrUnsupported.
func (b *builder) build(l layer) (i8.Value, error) {
	x := b.values[l.in[0]]
	switch l.node.Op {
	case "Conv":
		return b.conv(l)
	case "ConvTranspose":
		return b.convTranspose(l)
	case "Gemm":
		return b.gemm(l)
	case "Relu", "Clip", "LeakyRelu", "Sigmoid", "Tanh", "PRelu":
		return b.function(l)
	case "Add":
		return b.add(l)
	case "Concat":
		return b.concat(l)
	case "MaxPool":
		return b.largest(l)
	case "AveragePool":
		return b.average(l)
	case "GlobalAveragePool":
		return b.globalAverage(l)
	case "Resize":
		return b.resize(l)
	case "Flatten", "Reshape":
		return b.Reshape(l.out, x, b.seen[l.out].shape), nil
	case "Transpose":
		return b.transpose(l)
	}
	return i8.Value{}, fmt.Errorf("%w: operator %s", ErrUnsupported, l.node.Op)
}

// add rescales both operands in one sum, with one rounding.
func (b *builder) add(l layer) (i8.Value, error) {
	if len(l.in) != 2 || !slices.Equal(b.seen[l.in[0]].shape, b.seen[l.in[1]].shape) {
		return i8.Value{}, fmt.Errorf("%w: Add of other than two equal shapes", ErrUnsupported)
	}
	y := b.scales[l.out].Real()
	spec := i8.AddSpec{Scale: y}
	var err error
	spec.MultiplierA, spec.MultiplierB, spec.Shift, err = i8.QuantizeAdd(b.scales[l.in[0]].Real()/y, b.scales[l.in[1]].Real()/y)
	if err != nil {
		return i8.Value{}, err
	}
	if l.relu {
		spec.Min, spec.Max = 0, levels
	}
	return b.Add(l.out, b.values[l.in[0]], b.values[l.in[1]], spec), nil
}

// concat brings every operand to the result's scale.
func (b *builder) concat(l layer) (i8.Value, error) {
	rank := len(b.seen[l.out].shape)
	axis, err := intOf(l.node, "axis", 0)
	if err != nil {
		return i8.Value{}, err
	}
	if axis != 1 && axis != 1-rank {
		return i8.Value{}, fmt.Errorf("%w: Concat along axis %d; hint: along channels", ErrUnsupported, axis)
	}
	var parts []i8.Value
	for k, in := range l.in {
		part := b.values[in]
		if b.scales[in] != b.scales[l.out] {
			part = b.Table(fmt.Sprintf("%s/operand_%d", l.out, k), part, tabled(b.scales[in], b.scales[l.out], same), b.scales[l.out].Real())
		}
		parts = append(parts, part)
	}
	return b.Concat(l.out, parts...), nil
}

// pool reads the window of a pool. Fails with ErrUnsupported where windows differ in size.
func pool(n *onnx.Node) (i8.PoolSpec, error) {
	w, err := windowOf(n)
	if err != nil {
		return i8.PoolSpec{}, err
	}
	for _, name := range []string{"ceil_mode", "storage_order"} {
		if v, err := intOf(n, name, 0); err != nil || v != 0 {
			return i8.PoolSpec{}, fmt.Errorf("%w: %s with %s", ErrUnsupported, n.Op, name)
		}
	}
	if w.dilations != [2]int{1, 1} || w.kernel[0] < 1 || w.kernel[1] < 1 {
		return i8.PoolSpec{}, fmt.Errorf("%w: %s with a kernel of %v, dilations %v; hint: two axes", ErrUnsupported, n.Op, w.kernel, w.dilations)
	}
	return i8.PoolSpec{Kernel: w.kernel, Stride: w.strides, Pads: w.pads}, nil
}

func (b *builder) largest(l layer) (i8.Value, error) {
	spec, err := pool(l.node)
	return b.MaxPool(l.out, b.values[l.in[0]], spec), err
}

// average divides by the window's size as a part of the factor.
func (b *builder) average(l layer) (i8.Value, error) {
	spec, err := pool(l.node)
	if err != nil {
		return i8.Value{}, err
	}
	counted, err := intOf(l.node, "count_include_pad", 0)
	if err != nil {
		return i8.Value{}, err
	}
	if spec.Pads != [4]int{} && counted == 0 {
		return i8.Value{}, fmt.Errorf("%w: AveragePool that leaves out what lies outside; hint: count_include_pad", ErrUnsupported)
	}
	a, err := b.mean(l, spec.Kernel[0]*spec.Kernel[1])
	a.PoolSpec = spec
	return b.AveragePool(l.out, b.values[l.in[0]], a), err
}

func (b *builder) globalAverage(l layer) (i8.Value, error) {
	in := b.seen[l.in[0]].shape
	if len(in) != 4 {
		return i8.Value{}, fmt.Errorf("%w: GlobalAveragePool of %v; hint: two axes", ErrUnsupported, in)
	}
	a, err := b.mean(l, in[2]*in[3])
	return b.GlobalAveragePool(l.out, b.values[l.in[0]], a), err
}

// mean is the factor of a mean of n elements.
func (b *builder) mean(l layer, n int) (i8.AverageSpec, error) {
	y := b.scales[l.out].Real()
	m, s, err := i8.Quantize(b.scales[l.in[0]].Real() / float64(y*float64(n)))
	return i8.AverageSpec{Multiplier: m, Shift: s, Scale: y}, err
}

// resize repeats elements: nearest, by whole factors.
func (b *builder) resize(l layer) (i8.Value, error) {
	in, out := b.seen[l.in[0]].shape, b.seen[l.out].shape
	text := func(name, otherwise string) string {
		if a, ok := l.node.Attr(name); ok {
			return string(a.S)
		}
		return otherwise
	}
	switch modes := [3]string{text("mode", "nearest"), text("coordinate_transformation_mode", "half_pixel"), text("nearest_mode", "round_prefer_floor")}; modes {
	case [3]string{"nearest", "asymmetric", "floor"}, [3]string{"nearest", "half_pixel", "round_prefer_floor"}, [3]string{"nearest", "half_pixel", "round_prefer_ceil"}:
	default:
		return i8.Value{}, fmt.Errorf("%w: Resize by %v; hint: nearest, asymmetric, floor", ErrUnsupported, modes)
	}
	if len(in) != 4 || len(out) != 4 || in[1] != out[1] || out[2]%in[2] != 0 || out[3]%in[3] != 0 {
		return i8.Value{}, fmt.Errorf("%w: Resize from %v to %v; hint: whole factors", ErrUnsupported, in, out)
	}
	return b.Resize(l.out, b.values[l.in[0]], [2]int{out[2] / in[2], out[3] / in[3]}), nil
}

func (b *builder) transpose(l layer) (i8.Value, error) {
	a, ok := l.node.Attr("perm")
	rank := len(b.seen[l.in[0]].shape)
	if !ok || len(a.Is) != rank || a.Is[0] != 0 {
		return i8.Value{}, fmt.Errorf("%w: Transpose that moves the batch", ErrUnsupported)
	}
	perm := make([]int, rank)
	for i, v := range a.Is {
		if v < 0 || v >= int64(rank) {
			return i8.Value{}, fmt.Errorf("%w: Transpose by %v", ErrUnsupported, a.Is)
		}
		perm[i] = int(v)
	}
	return b.Transpose(l.out, b.values[l.in[0]], perm), nil
}
