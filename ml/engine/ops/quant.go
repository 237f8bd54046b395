package ops

import (
	"fmt"
	"math"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// levels are integers of 8 or 16 bits, widened.
func levels(t *value.Tensor) ([]int32, error) {
	switch d := t.Data.(type) {
	case []uint8:
		return mapped(d, func(v uint8) int32 { return int32(v) }), nil
	case []int8:
		return mapped(d, func(v int8) int32 { return int32(v) }), nil
	case []uint16:
		return mapped(d, func(v uint16) int32 { return int32(v) }), nil
	case []int16:
		return mapped(d, func(v int16) int32 { return int32(v) }), nil
	case []int32:
		return d, nil
	case []value.Int4:
		return mapped(d, func(v value.Int4) int32 { return int32(v) }), nil
	case []value.Uint4:
		return mapped(d, func(v value.Uint4) int32 { return int32(v) }), nil
	}
	return nil, fmt.Errorf("%w: %s, want an integer of 4, 8, 16 or 32 bits", value.ErrType, t.DType())
}

// narrowed saturates to a type of 4, 8 or 16 bits.
func narrowed(shape []int, d []float64, to onnx.DType) (*value.Tensor, error) {
	switch to {
	case onnx.Uint8:
		return value.Of(shape, mapped(d, whole[uint8]))
	case onnx.Int8:
		return value.Of(shape, mapped(d, whole[int8]))
	case onnx.Uint16:
		return value.Of(shape, mapped(d, whole[uint16]))
	case onnx.Int16:
		return value.Of(shape, mapped(d, whole[int16]))
	case onnx.Int4:
		return value.Of(shape, mapped(d, func(v float64) value.Int4 { return value.Int4(whole[int8](clamp(v, -8, 7))) }))
	case onnx.Uint4:
		return value.Of(shape, mapped(d, func(v float64) value.Uint4 { return value.Uint4(whole[uint8](clamp(v, 0, 15))) }))
	}
	return nil, fmt.Errorf("%w: quantized to %s", value.ErrType, to)
}

// zeroPoint is operand i, or zeros of a type.
func (c *Call) zeroPoint(i int, otherwise onnx.DType) (*value.Tensor, error) {
	if t := c.in(i); t != nil {
		return t, nil
	}
	return convert(&value.Tensor{Data: []int32{0}}, otherwise)
}

// along says which of n numbers belongs to element i: the only one, or the one of its place on an axis.
func along(shape []int, at, n int) (func(i int) int, error) {
	if n == 1 {
		return func(int) int { return 0 }, nil
	}
	at, err := axis(at, len(shape))
	if err != nil {
		return nil, err
	}
	if shape[at] != n {
		return nil, fmt.Errorf("%w: %d scales for axis %d of %v", value.ErrShape, n, at, shape)
	}
	inner := product(shape[at+1:])
	return func(i int) int { return i / inner % n }, nil
}

// scaled says which of a tensor's scales belongs to element i: the only one, the one of its place on the axis, or, since
// opset 21, the one of its block on the axis.
func (c *Call) scaled(shape []int, scale *value.Tensor) (func(i int) int, error) {
	at, err := c.int("axis", 1)
	if err != nil {
		return nil, err
	}
	block, err := c.int("block_size", 0)
	if err != nil {
		return nil, err
	}
	if block == 0 {
		return along(shape, at, scale.Len())
	}
	if at, err = axis(at, len(shape)); err != nil {
		return nil, err
	}
	want := append([]int(nil), shape...)
	if block < 0 {
		return nil, fmt.Errorf("%w block_size: %d", ErrAttribute, block)
	}
	want[at] = (shape[at] + block - 1) / block
	if !slices.Equal(want, scale.Shape) {
		return nil, fmt.Errorf("%w: scales %v for %v in blocks of %d", value.ErrShape, scale.Shape, shape, block)
	}
	inner, n, blocks := product(shape[at+1:]), shape[at], want[at]
	return func(i int) int { return (i/(inner*n)*blocks+i/inner%n/block)*inner + i%inner }, nil
}

// levelsOf is the element type that QuantizeLinear writes: of its zero point, or by its attribute, or uint8.
func (c *Call) levelsOf() (onnx.DType, error) {
	n, err := c.int("output_dtype", int(onnx.Uint8))
	if err != nil {
		return 0, err
	}
	to, err := safemath.To[uint8](n)
	if err != nil {
		return 0, fmt.Errorf("%w output_dtype: %d", ErrAttribute, n)
	}
	if to == 0 {
		return onnx.Uint8, nil
	}
	return onnx.DType(to), nil
}

func quantizeLinear(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	st, err := c.need(1)
	if err != nil {
		return nil, err
	}
	scale, err := value.As[float32](st)
	if err != nil {
		return nil, err
	}
	usual, err := c.levelsOf()
	if err != nil {
		return nil, err
	}
	zt, err := c.zeroPoint(2, usual)
	if err != nil {
		return nil, err
	}
	wide, err := convert(t, onnx.Float32)
	if err != nil {
		return nil, err
	}
	x, err := value.As[float32](wide)
	if err != nil {
		return nil, err
	}
	s, err := c.scaled(t.Shape, st)
	if err != nil {
		return nil, err
	}
	if isNarrow(zt.DType()) {
		return c.quantizedFloats(t, zt, x, scale, s)
	}
	zero, err := levels(zt)
	if err != nil {
		return nil, err
	}
	z := func(int) int { return 0 }
	if len(zero) != 1 {
		if z, err = c.scaled(t.Shape, zt); err != nil {
			return nil, err
		}
	}
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = math.RoundToEven(float64(float32(v/scale[s(i)]))) + float64(zero[z(i)])
	}
	return one(narrowed(t.Shape, y, zt.DType()))
}

// quantizedFloats has no zero point to speak of: floats have a zero of their own.
func (c *Call) quantizedFloats(t, zero *value.Tensor, x, scale []float32, s func(int) int) ([]*value.Tensor, error) {
	if z, _ := widened(zero); slices.ContainsFunc(z, func(v float32) bool { return v != 0 }) {
		return nil, fmt.Errorf("%w 2: a zero point of %s that is not zero", ErrOperand, zero.DType())
	}
	saturate, err := c.flag("saturate", true)
	if err != nil {
		return nil, err
	}
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v / scale[s(i)])
	}
	d, err := narrowFloats(y, zero.DType(), saturate)
	return []*value.Tensor{{Shape: t.Shape, Data: d}}, err
}

func dequantizeLinear(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	st, err := c.need(1)
	if err != nil {
		return nil, err
	}
	scale, err := value.As[float32](st)
	if err != nil {
		return nil, err
	}
	if x, found := widened(t); found {
		return c.dequantizedFloats(t, x, st, scale)
	}
	zt, err := c.zeroPoint(2, onnx.Int32)
	if err != nil {
		return nil, err
	}
	zero, err := levels(zt)
	if err != nil {
		return nil, err
	}
	x, err := levels(t)
	if err != nil {
		return nil, err
	}
	s, err := c.scaled(t.Shape, st)
	if err != nil {
		return nil, err
	}
	z := func(int) int { return 0 }
	if len(zero) != 1 {
		if z, err = c.scaled(t.Shape, zt); err != nil {
			return nil, err
		}
	}
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(float32(v-zero[z(i)]) * scale[s(i)])
	}
	return one(value.Of(t.Shape, y))
}

func (c *Call) dequantizedFloats(t *value.Tensor, x []float32, st *value.Tensor, scale []float32) ([]*value.Tensor, error) {
	s, err := c.scaled(t.Shape, st)
	if err != nil {
		return nil, err
	}
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v * scale[s(i)])
	}
	return one(value.Of(t.Shape, y))
}

// dynamicQuantizeLinear finds scale and zero point of uint8 so that the range holds every number, and zero exactly.
func dynamicQuantizeLinear(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	x, err := value.As[float32](t)
	if err != nil {
		return nil, err
	}
	var low, high float32
	for _, v := range x {
		low, high = min(low, v), max(high, v)
	}
	scale := float32(float32(high-low) / 255)
	zero := 0.0
	if scale != 0 {
		zero = clamp(math.RoundToEven(float64(float32(-low/scale))), 0, 255)
	}
	y := make([]float64, len(x))
	for i, v := range x {
		if scale != 0 {
			y[i] = math.RoundToEven(float64(float32(v/scale))) + zero
		}
	}
	out, err := narrowed(t.Shape, y, onnx.Uint8)
	if err != nil {
		return nil, err
	}
	return []*value.Tensor{out, {Data: []float32{scale}}, {Data: []uint8{whole[uint8](zero)}}}, nil
}

// centered are levels less their zero point, which is one number or one for each place of an axis.
func centered(t, zero *value.Tensor, at int) ([]int32, error) {
	x, err := levels(t)
	if err != nil {
		return nil, err
	}
	z, err := levels(zero)
	if err != nil {
		return nil, err
	}
	which, err := along(t.Shape, at, len(z))
	if err != nil {
		return nil, err
	}
	out := make([]int32, len(x))
	for i, v := range x {
		out[i] = v - z[which(i)]
	}
	return out, nil
}

// integerProduct is the product of two centered matrices in int32.
func integerProduct(a, b *value.Tensor, x, y []int32) (*value.Tensor, error) {
	p, err := newProduct(a.Shape, b.Shape)
	if err != nil {
		return nil, err
	}
	out := make([]int32, product(p.full))
	p.each(func(to, left, right int) {
		product2d(out[to:to+p.m*p.n], x[left:left+p.m*p.k], y[right:right+p.k*p.n], p.m, p.k, p.n)
	})
	return value.Of(p.shape, out)
}

func matmulInteger(c *Call) ([]*value.Tensor, error) {
	a, err := c.need(0)
	if err != nil {
		return nil, err
	}
	b, err := c.need(1)
	if err != nil {
		return nil, err
	}
	za, err := c.zeroPoint(2, a.DType())
	if err != nil {
		return nil, err
	}
	zb, err := c.zeroPoint(3, b.DType())
	if err != nil {
		return nil, err
	}
	x, err := centered(a, za, max(a.Rank()-2, 0))
	if err != nil {
		return nil, err
	}
	y, err := centered(b, zb, max(b.Rank()-1, 0))
	if err != nil {
		return nil, err
	}
	return one(integerProduct(a, b, x, y))
}

// rescaled turns sums into levels of a result: times the product of both scales over its own, in float64, rounded half to
// even, plus its zero point, saturated.
func rescaled(sum *value.Tensor, left, right, own []float32, zero *value.Tensor, at int) (*value.Tensor, error) {
	d, err := value.As[int32](sum)
	if err != nil {
		return nil, err
	}
	z, err := levels(zero)
	if err != nil {
		return nil, err
	}
	if len(left) != 1 || len(own) != 1 || len(z) != 1 {
		return nil, fmt.Errorf("%w: scales of operand and result are one number each", value.ErrShape)
	}
	which, err := along(sum.Shape, at, len(right))
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(d))
	for i, v := range d {
		factor := float64(float64(float64(left[0])*float64(right[which(i)])) / float64(own[0]))
		out[i] = math.RoundToEven(float64(float64(v)*factor)) + float64(z[0])
	}
	return narrowed(sum.Shape, out, zero.DType())
}

// quantized are the eight operands that QLinearConv and QLinearMatMul begin with.
type quantized struct {
	a, zeroA, b, zeroB, zeroY *value.Tensor
	scaleA, scaleB, scaleY    []float32
}

func (c *Call) quantized() (q quantized, err error) {
	for i, into := range []**value.Tensor{&q.a, nil, &q.zeroA, &q.b, nil, &q.zeroB, nil, &q.zeroY} {
		if into == nil {
			continue
		}
		if *into, err = c.need(i); err != nil {
			return q, err
		}
	}
	for i, into := range []*[]float32{&q.scaleA, &q.scaleB, &q.scaleY} {
		t, err := c.need([]int{1, 4, 6}[i])
		if err != nil {
			return q, err
		}
		if *into, err = value.As[float32](t); err != nil {
			return q, err
		}
	}
	return q, nil
}

func qlinearMatMul(c *Call) ([]*value.Tensor, error) {
	q, err := c.quantized()
	if err != nil {
		return nil, err
	}
	x, err := centered(q.a, q.zeroA, max(q.a.Rank()-2, 0))
	if err != nil {
		return nil, err
	}
	y, err := centered(q.b, q.zeroB, max(q.b.Rank()-1, 0))
	if err != nil {
		return nil, err
	}
	sum, err := integerProduct(q.a, q.b, x, y)
	if err != nil {
		return nil, err
	}
	return one(rescaled(sum, q.scaleA, q.scaleB, q.scaleY, q.zeroY, -1))
}

// integerConvolution sums centered levels in int32, and the bias.
func (c *Call) integerConvolution(xt, wt *value.Tensor, x, w, bias []int32) (*value.Tensor, error) {
	g, err := c.convolution(xt.Shape, wt.Shape)
	if err != nil {
		return nil, err
	}
	out := make([]int32, product(g.shape))
	plane, kernel, cells := product(g.plane), product(g.kernel), product(g.window.out)
	places(g.window.out, func(cell int, place []int) {
		var taps, ats []int
		g.taps(g.plane, place, func(tap, at int) { taps, ats = append(taps, tap), append(ats, at) })
		for n := range g.batch {
			for o := range g.out {
				var sum int32
				for i := range g.taken {
					from := (n*g.in + o/g.per*g.taken + i) * plane
					for t, tap := range taps {
						sum += x[from+ats[t]] * w[(o*g.taken+i)*kernel+tap]
					}
				}
				if bias != nil {
					sum += bias[o]
				}
				out[(n*g.out+o)*cells+cell] = sum
			}
		}
	})
	return value.Of(g.shape, out)
}

func convInteger(c *Call) ([]*value.Tensor, error) {
	xt, err := c.need(0)
	if err != nil {
		return nil, err
	}
	wt, err := c.need(1)
	if err != nil {
		return nil, err
	}
	zx, err := c.zeroPoint(2, xt.DType())
	if err != nil {
		return nil, err
	}
	zw, err := c.zeroPoint(3, wt.DType())
	if err != nil {
		return nil, err
	}
	x, err := centered(xt, zx, 0)
	if err != nil {
		return nil, err
	}
	w, err := centered(wt, zw, 0)
	if err != nil {
		return nil, err
	}
	return one(c.integerConvolution(xt, wt, x, w, nil))
}

func qlinearConv(c *Call) ([]*value.Tensor, error) {
	q, err := c.quantized()
	if err != nil {
		return nil, err
	}
	x, err := centered(q.a, q.zeroA, 0)
	if err != nil {
		return nil, err
	}
	w, err := centered(q.b, q.zeroB, 0)
	if err != nil {
		return nil, err
	}
	var bias []int32
	if b := c.in(8); b != nil && q.b.Rank() > 0 {
		if bias, err = biasOf[int32](b, q.b.Shape[0]); err != nil {
			return nil, err
		}
	}
	sum, err := c.integerConvolution(q.a, q.b, x, w, bias)
	if err != nil {
		return nil, err
	}
	return one(rescaled(sum, q.scaleA, q.scaleB, q.scaleY, q.zeroY, 1))
}
