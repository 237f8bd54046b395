package ops

import (
	"fmt"
	"math"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// pad puts a constant, the edge, or the mirrored plane around a tensor; a negative pad cuts off.
func pad(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	name := "pads"
	if c.Opset < 2 {
		name = "paddings"
	}
	pads, err := c.listOrOperand(name, 1, 11)
	if err != nil {
		return nil, err
	}
	if given := c.in(3); given != nil { // since opset 18, of some axes alone
		if pads, err = spreadPads(given, pads, t.Rank()); err != nil {
			return nil, err
		}
	}
	if len(pads) != 2*t.Rank() {
		return nil, fmt.Errorf("%w pads: %d numbers for %d dimensions", ErrAttribute, len(pads), t.Rank())
	}
	mode, err := c.text("mode", "constant")
	if err != nil {
		return nil, err
	}
	shape := make([]int, t.Rank())
	for d := range shape {
		if shape[d], err = safemath.Sum(t.Shape[d], pads[d], pads[t.Rank()+d]); err != nil || shape[d] < 0 {
			return nil, fmt.Errorf("%w: %v with pads %v", value.ErrShape, t.Shape, pads)
		}
	}
	n, err := value.Count(shape)
	if err != nil {
		return nil, err
	}
	own, from := strides(t.Shape), make([]int, n)
	places(shape, func(i int, place []int) {
		at := 0
		for d := range place {
			x, ok := within(place[d]-pads[d], t.Shape[d], mode)
			if !ok {
				from[i] = t.Len() // the constant stands behind the tensor
				return
			}
			at += x * own[d]
		}
		from[i] = at
	})
	fill, err := c.fill(t)
	if err != nil {
		return nil, err
	}
	switch mode {
	case "constant", "edge", "reflect", "wrap":
		return one(gathered(shape, from, t, fill))
	}
	return nil, fmt.Errorf("%w mode: %q", ErrAttribute, mode)
}

// spreadPads puts the pads of some axes among zeros for the others.
func spreadPads(given *value.Tensor, pads []int, rank int) ([]int, error) {
	axes, err := value.Ints(given)
	if err != nil {
		return nil, err
	}
	if len(pads) != 2*len(axes) {
		return nil, fmt.Errorf("%w pads: %d numbers for %d axes", ErrAttribute, len(pads), len(axes))
	}
	begin, end := make([]int, rank), make([]int, rank)
	for i, a := range axes {
		if a, err = axis(a, rank); err != nil {
			return nil, err
		}
		begin[a], end[a] = pads[i], pads[len(axes)+i]
	}
	return append(begin, end...), nil
}

// fill is the constant that pads, of the tensor's type.
func (c *Call) fill(t *value.Tensor) (*value.Tensor, error) {
	if c.Opset < 11 {
		v, err := c.float("value", 0)
		if err != nil {
			return nil, err
		}
		return convert(&value.Tensor{Data: []float32{v}}, t.DType())
	}
	if given := c.in(2); given != nil {
		if given.Len() != 1 {
			return nil, fmt.Errorf("%w 2: the constant has %d elements", ErrOperand, given.Len())
		}
		return convert(given, t.DType())
	}
	zero, err := gathered(nil, []int{-1}, t)
	return zero, err
}

// within finds where a place outside lies inside; false: it takes the constant.
func within(x, n int, mode string) (int, bool) {
	if x >= 0 && x < n {
		return x, true
	}
	switch {
	case n == 0 || mode == "constant":
		return 0, false
	case mode == "wrap":
		return ((x % n) + n) % n, true
	case mode == "edge":
		return min(max(x, 0), n-1), true
	case n == 1:
		return 0, true
	}
	period := 2 * (n - 1)
	x = ((x % period) + period) % period
	if x >= n {
		x = period - x
	}
	return x, true
}

func depthToSpace(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	b, err := c.int("blocksize", 0)
	if err != nil {
		return nil, err
	}
	mode, err := c.text("mode", "DCR")
	if err != nil {
		return nil, err
	}
	if t.Rank() != 4 || b < 1 || t.Shape[1]%(b*b) != 0 || mode != "DCR" && mode != "CRD" {
		return nil, fmt.Errorf("%w: %v in blocks of %d, mode %q", value.ErrShape, t.Shape, b, mode)
	}
	n, ch, h, w := t.Shape[0], t.Shape[1]/(b*b), t.Shape[2], t.Shape[3]
	split, perm := []int{n, b, b, ch, h, w}, []int{0, 3, 4, 1, 5, 2}
	if mode == "CRD" {
		split, perm = []int{n, ch, b, b, h, w}, []int{0, 1, 4, 2, 5, 3}
	}
	six, err := t.Reshaped(split)
	if err != nil {
		return nil, err
	}
	out, err := permuted(six, perm)
	if err != nil {
		return nil, err
	}
	return one(out[0].Reshaped([]int{n, ch, h * b, w * b}))
}

// spaceToDepth is depthToSpace the other way, with blocks in front of channels.
func spaceToDepth(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	b, err := c.int("blocksize", 0)
	if err != nil {
		return nil, err
	}
	if t.Rank() != 4 || b < 1 || t.Shape[2]%b != 0 || t.Shape[3]%b != 0 {
		return nil, fmt.Errorf("%w: %v in blocks of %d", value.ErrShape, t.Shape, b)
	}
	n, ch, h, w := t.Shape[0], t.Shape[1], t.Shape[2]/b, t.Shape[3]/b
	six, err := t.Reshaped([]int{n, ch, h, b, w, b})
	if err != nil {
		return nil, err
	}
	out, err := permuted(six, []int{0, 3, 5, 1, 2, 4})
	if err != nil {
		return nil, err
	}
	return one(out[0].Reshaped([]int{n, ch * b * b, h, w}))
}

// resizing is one Resize or Upsample.
type resizing struct {
	mode, transform, nearest string
	cubic                    float32
	outside, smooth          bool
	extrapolation            float32
	scales                   []float64
	roi                      []float64
	shape                    []int
	in                       []int
}

func upsample(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	r := resizing{transform: "asymmetric", nearest: "floor", in: t.Shape}
	if r.mode, err = c.text("mode", "nearest"); err != nil {
		return nil, err
	}
	var scales []float32
	switch {
	case c.Opset >= 9:
		s, err := c.need(1)
		if err != nil {
			return nil, err
		}
		if scales, err = value.As[float32](s); err != nil {
			return nil, err
		}
	case c.Opset >= 7:
		if scales, err = c.floats("scales"); err != nil {
			return nil, err
		}
	default: // of height and width alone
		h, err := c.float("height_scale", 1)
		if err != nil {
			return nil, err
		}
		w, err := c.float("width_scale", 1)
		if err != nil {
			return nil, err
		}
		scales = []float32{1, 1, h, w}
	}
	if r.mode == "bilinear" {
		r.mode = "linear"
	}
	return r.byScales(t, scales)
}

func resize(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	r := resizing{in: t.Shape}
	for _, a := range []struct {
		into            *string
		name, otherwise string
	}{{&r.mode, "mode", "nearest"}, {&r.transform, "coordinate_transformation_mode", "half_pixel"}, {&r.nearest, "nearest_mode", "round_prefer_floor"}} {
		if *a.into, err = c.text(a.name, a.otherwise); err != nil {
			return nil, err
		}
	}
	if r.cubic, err = c.float("cubic_coeff_a", -0.75); err != nil {
		return nil, err
	}
	if r.outside, err = c.flag("exclude_outside", false); err != nil {
		return nil, err
	}
	if r.extrapolation, err = c.float("extrapolation_value", 0); err != nil {
		return nil, err
	}
	if r.smooth, err = c.flag("antialias", false); err != nil {
		return nil, err
	}
	axes, err := c.ints("axes")
	if err != nil {
		return nil, err
	}
	scaleAt := 2
	if c.Opset < 11 {
		scaleAt = 1
		r.transform, r.nearest = "asymmetric", "floor"
	} else if roi := c.in(1); roi != nil && roi.Len() > 0 {
		wide, err := convert(roi, onnx.Float64)
		if err != nil {
			return nil, err
		}
		if r.roi, err = value.As[float64](wide); err != nil {
			return nil, err
		}
		if axes != nil && len(r.roi) == 2*len(axes) {
			begin, err := full(r.roi[:len(axes)], axes, make([]float64, t.Rank()))
			if err != nil {
				return nil, err
			}
			ends := make([]float64, t.Rank())
			for i := range ends {
				ends[i] = 1
			}
			if ends, err = full(r.roi[len(axes):], axes, ends); err != nil {
				return nil, err
			}
			r.roi = append(begin, ends...)
		}
	}
	if s := c.in(scaleAt); s != nil && s.Len() > 0 {
		scales, err := value.As[float32](s)
		if err != nil {
			return nil, err
		}
		if axes != nil {
			ones := make([]float32, t.Rank())
			for i := range ones {
				ones[i] = 1
			}
			if scales, err = full(scales, axes, ones); err != nil {
				return nil, err
			}
		}
		return r.byScales(t, scales)
	}
	sizes, err := c.need(3)
	if err != nil {
		return nil, err
	}
	if r.shape, err = value.Ints(sizes); err != nil {
		return nil, err
	}
	policy, err := c.text("keep_aspect_ratio_policy", "stretch")
	if err != nil {
		return nil, err
	}
	if policy != "stretch" {
		return r.keepAspect(t, policy, axes)
	}
	if axes != nil {
		if r.shape, err = full(r.shape, axes, slices.Clone(t.Shape)); err != nil {
			return nil, err
		}
	}
	if len(r.shape) != t.Rank() {
		return nil, fmt.Errorf("%w: %v into %v", value.ErrShape, t.Shape, r.shape)
	}
	for d, n := range r.shape {
		if t.Shape[d] == 0 || n < 1 {
			return nil, fmt.Errorf("%w: %v into %v", value.ErrShape, t.Shape, r.shape)
		}
		r.scales = append(r.scales, float64(float64(n)/float64(t.Shape[d])))
	}
	return r.run(t)
}

// full puts the numbers of some axes among those of all.
func full[T any](some []T, axes []int, all []T) ([]T, error) {
	if len(some) != len(axes) {
		return nil, fmt.Errorf("%w axes: %d of them, and %d numbers", ErrAttribute, len(axes), len(some))
	}
	for i, a := range axes {
		a, err := axis(a, len(all))
		if err != nil {
			return nil, err
		}
		all[a] = some[i]
	}
	return all, nil
}

// keepAspect scales all given axes alike, so that none is larger, or none smaller, than asked for.
func (r resizing) keepAspect(t *value.Tensor, policy string, axes []int) ([]*value.Tensor, error) {
	if axes == nil {
		for i := range t.Shape {
			axes = append(axes, i)
		}
	}
	if len(r.shape) != len(axes) || policy != "not_larger" && policy != "not_smaller" {
		return nil, fmt.Errorf("%w keep_aspect_ratio_policy: %q for sizes %v of axes %v", ErrAttribute, policy, r.shape, axes)
	}
	var scale float64
	for i, a := range axes {
		a, err := axis(a, t.Rank())
		if err != nil {
			return nil, err
		}
		if t.Shape[a] == 0 {
			return nil, fmt.Errorf("%w: %v", value.ErrShape, t.Shape)
		}
		axes[i] = a
		s := float64(float64(r.shape[i]) / float64(t.Shape[a]))
		if i == 0 || (policy == "not_larger") == (s < scale) {
			scale = s
		}
	}
	shape := slices.Clone(t.Shape)
	r.scales = make([]float64, t.Rank())
	for i := range r.scales {
		r.scales[i] = 1
	}
	for _, a := range axes {
		n, err := safemath.FromFloat[int](math.Floor(float64(float64(scale*float64(t.Shape[a])) + 0.5)))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%w: scale %v of %v", value.ErrShape, scale, t.Shape)
		}
		shape[a], r.scales[a] = n, scale
	}
	r.shape = shape
	return r.run(t)
}

func (r resizing) byScales(t *value.Tensor, scales []float32) ([]*value.Tensor, error) {
	if len(scales) != t.Rank() {
		return nil, fmt.Errorf("%w: %d scales of %v", value.ErrShape, len(scales), t.Shape)
	}
	for d, s := range scales {
		n, err := safemath.FromFloat[int](math.Floor(float64(float64(t.Shape[d]) * float64(s))))
		if err != nil || !(s > 0) {
			return nil, fmt.Errorf("%w: scale %v", value.ErrShape, s)
		}
		r.shape, r.scales = append(r.shape, n), append(r.scales, float64(s))
	}
	return r.run(t)
}

// origin is where a place of the result comes from, in places of the operand.
func (r resizing) origin(d, x int) float64 {
	in, at := float64(r.in[d]), float64(x)
	out := float64(in * r.scales[d]) // with its fraction, where the scale has one
	switch r.transform {
	case "asymmetric":
		return float64(at / r.scales[d])
	case "align_corners":
		if r.shape[d] == 1 {
			return 0
		}
		return float64(float64(at*float64(in-1)) / float64(out-1))
	case "pytorch_half_pixel":
		if r.shape[d] == 1 {
			return 0
		}
	case "tf_half_pixel_for_nn":
		return float64(float64(at+0.5) / r.scales[d])
	case "half_pixel_symmetric": // the middle stays the middle, also where the result's size was rounded
		share := float64(float64(r.shape[d]) / out)
		offset := float64(float64(in/2) * float64(1-share))
		return float64(float64(offset+float64(float64(at+0.5)/r.scales[d])) - 0.5)
	case "tf_crop_and_resize":
		start, end := r.roi[d], r.roi[len(r.in)+d]
		if r.shape[d] == 1 {
			return float64(0.5 * float64(float64(start+end)*float64(in-1)))
		}
		return float64(float64(start*float64(in-1)) + float64(at*float64(float64(float64(end-start)*float64(in-1))/float64(out-1))))
	}
	return float64(float64(float64(at+0.5)/r.scales[d]) - 0.5)
}

// tap is one source of a result along an axis, with its weight.
type tap struct {
	at     int
	weight float64
}

func (r resizing) run(t *value.Tensor) ([]*value.Tensor, error) {
	n, err := value.Count(r.shape)
	if err != nil {
		return nil, err
	}
	if !slices.Contains([]string{"asymmetric", "align_corners", "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "tf_half_pixel_for_nn", "tf_crop_and_resize"}, r.transform) {
		return nil, fmt.Errorf("%w coordinate_transformation_mode: %q", ErrAttribute, r.transform)
	}
	if r.transform == "tf_crop_and_resize" && len(r.roi) != 2*t.Rank() {
		return nil, fmt.Errorf("%w 1: a region of %d numbers", ErrOperand, len(r.roi))
	}
	if r.mode == "nearest" {
		return r.nearestOf(t, n)
	}
	x, err := value.As[float32](t)
	if err != nil {
		return nil, err
	}
	axes := make([][][]tap, t.Rank())
	beyond := make([][]bool, t.Rank())
	for d := range axes {
		for i := range r.shape[d] {
			taps, out, err := r.taps(d, i)
			if err != nil {
				return nil, err
			}
			axes[d], beyond[d] = append(axes[d], taps), append(beyond[d], out)
		}
	}
	own, y := strides(t.Shape), make([]float32, n)
	places(r.shape, func(i int, place []int) {
		for d := range place {
			if beyond[d][place[d]] {
				y[i] = r.extrapolation
				return
			}
		}
		y[i] = float32(weighed(x, axes, place, own, 0, 0))
	})
	return one(value.Of(r.shape, y))
}

// weighed sums along the last axis first; each axis in ascending order.
func weighed(x []float32, axes [][][]tap, place, own []int, d, base int) float64 {
	if d == len(place) {
		return float64(x[base])
	}
	taps := axes[d][place[d]]
	if len(taps) == 1 && taps[0].weight == 1 {
		return weighed(x, axes, place, own, d+1, base+taps[0].at*own[d])
	}
	sum := 0.0
	for _, t := range taps {
		sum = float64(sum + float64(t.weight*weighed(x, axes, place, own, d+1, base+t.at*own[d])))
	}
	return sum
}

func (r resizing) nearestOf(t *value.Tensor, n int) ([]*value.Tensor, error) {
	own, from := strides(t.Shape), make([]int, n)
	axes := make([][]int, t.Rank())
	for d := range axes {
		for i := range r.shape[d] {
			x := r.origin(d, i)
			if r.transform == "tf_crop_and_resize" && (x < 0 || x > float64(t.Shape[d]-1)) {
				axes[d] = append(axes[d], -1)
				continue
			}
			switch r.nearest {
			case "round_prefer_floor":
				x = math.Ceil(float64(x - 0.5))
			case "round_prefer_ceil":
				x = math.Floor(float64(x + 0.5))
			case "floor":
				x = math.Floor(x)
			case "ceil":
				x = math.Ceil(x)
			default:
				return nil, fmt.Errorf("%w nearest_mode: %q", ErrAttribute, r.nearest)
			}
			axes[d] = append(axes[d], min(max(int(whole[int32](x)), 0), t.Shape[d]-1))
		}
	}
	places(r.shape, func(i int, place []int) {
		at := 0
		for d := range place {
			if axes[d][place[d]] < 0 {
				from[i] = t.Len()
				return
			}
			at += axes[d][place[d]] * own[d]
		}
		from[i] = at
	})
	fill, err := convert(&value.Tensor{Data: []float32{r.extrapolation}}, t.DType())
	if err != nil {
		return nil, err
	}
	return one(gathered(slices.Clone(r.shape), from, t, fill))
}

// taps are the sources of a place along an axis, and whether it lies outside the region that is looked at.
func (r resizing) taps(d, i int) ([]tap, bool, error) {
	n := r.in[d]
	if r.scales[d] == 1 && r.shape[d] == n && r.transform != "tf_crop_and_resize" {
		return []tap{{i, 1}}, false, nil
	}
	x := r.origin(d, i)
	if r.transform == "tf_crop_and_resize" && (x < 0 || x > float64(n-1)) {
		return nil, true, nil
	}
	if r.smooth && r.scales[d] < 1 {
		taps, err := r.smoothTaps(d, x)
		return taps, false, err
	}
	low := math.Floor(x)
	f := float64(x - low)
	base, err := safemath.FromFloat[int](low)
	if err != nil {
		return nil, false, fmt.Errorf("%w: %w", value.ErrShape, err)
	}
	var out []tap
	var weights []float64
	switch r.mode {
	case "linear":
		weights = []float64{float64(1 - f), f}
	case "cubic":
		base--
		for k := range 4 {
			weights = append(weights, cubic(math.Abs(float64(float64(f+1)-float64(k))), float64(r.cubic)))
		}
	default:
		return nil, false, fmt.Errorf("%w mode: %q", ErrAttribute, r.mode)
	}
	total := 0.0
	for k, w := range weights {
		at := base + k
		if r.outside && (at < 0 || at >= n) {
			continue
		}
		total = float64(total + w)
		out = append(out, tap{min(max(at, 0), n-1), w})
	}
	if r.outside {
		for k := range out {
			out[k].weight = float64(out[k].weight / total)
		}
	}
	return out, false, nil
}

// smoothTaps widen the kernel by how much the axis shrinks, so that nothing between the places is left out.
func (r resizing) smoothTaps(d int, x float64) ([]tap, error) {
	n, scale := r.in[d], r.scales[d]
	low := float64(math.Ceil(x) - 1) // the place on the left, also of a place itself
	f := float64(x - low)
	reach := 1.0
	if r.mode == "cubic" {
		reach = 2
	} else if r.mode != "linear" {
		return nil, fmt.Errorf("%w mode: %q", ErrAttribute, r.mode)
	}
	first, err := safemath.FromFloat[int](float64(math.Floor(float64(-reach/scale)) + 1))
	if err != nil {
		return nil, fmt.Errorf("%w: scale %v", value.ErrShape, scale)
	}
	base, err := safemath.FromFloat[int](low)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", value.ErrShape, err)
	}
	var out []tap
	total := 0.0
	for k := first; k < 2-first; k++ {
		arg := math.Abs(float64(float64(float64(k)-f) * scale))
		w := max(float64(1-arg), 0)
		if r.mode == "cubic" {
			w = cubic(arg, float64(r.cubic))
		}
		at := base + k
		if r.outside && (at < 0 || at >= n) {
			continue
		}
		total = float64(total + w)
		out = append(out, tap{min(max(at, 0), n-1), w})
	}
	for i := range out {
		out[i].weight = float64(out[i].weight / total)
	}
	return out, nil
}

// cubic is Keys' kernel.
func cubic(x, a float64) float64 {
	switch {
	case x <= 1:
		return float64(float64(float64(float64(float64(float64(a+2)*x)-float64(a+3))*x)*x) + 1)
	case x < 2:
		return float64(float64(float64(float64(float64(float64(float64(a*x)-float64(5*a))*x)+float64(8*a))*x)) - float64(4*a))
	}
	return 0
}
