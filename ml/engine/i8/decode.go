package i8

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// reader takes one node of a file apart. The first mistake is kept.
type reader struct {
	node      *onnx.Node
	constants map[string]*onnx.Tensor
	used      map[string]bool // constants, over the whole file: each serves one operand
	read      map[string]bool // attributes
	operands  []string
	err       error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s %q: %s", ErrMalformed, r.node.Op, r.node.Name, fmt.Sprintf(format, args...))
	}
}

// parameters reads what writer.parameters wrote.
func (r *reader) parameters(n *node) {
	switch n.op {
	case opConv:
		n.window = window{pair2(r, "kernel_shape"), pair2(r, "strides"), [4]int(r.ints("pads", 4)), pair2(r, "dilations")}
		n.groups = r.small("group")
	case opMaxPool, opAveragePool:
		n.window = window{pair2(r, "kernel_shape"), pair2(r, "strides"), [4]int(r.ints("pads", 4)), [2]int{1, 1}}
	case opConvTranspose:
		k := pair2(r, "kernel_shape")
		n.window, n.groups = window{k, k, [4]int{}, [2]int{1, 1}}, 1
	case opAdd:
		f := pair2(r, "multipliers")
		n.factors = [2]int32{narrow[int32](r, "multipliers", int64(f[0])), narrow[int32](r, "multipliers", int64(f[1]))}
		n.rq.Shift = []int8{narrow[int8](r, "shift", r.integer("shift"))}
	case opResize:
		n.factor = pair2(r, "factors")
	case opTranspose:
		n.dims = r.ints("perm", -1)
	case opReshape:
		n.dims = r.ints("shape", -1)
	case opSlice:
		n.dims = []int{r.small("start"), r.small("end")}
	}
	switch n.op {
	case opMul, opAveragePool, opGlobalAveragePool:
		n.rq.Multiplier = []int32{narrow[int32](r, "multiplier", r.integer("multiplier"))}
		n.rq.Shift = []int8{narrow[int8](r, "shift", r.integer("shift"))}
	}
	n.rq.Scale = r.scale()
}

// finish reads the bounds, which depend on the operands, and refuses what was not asked for.
func (r *reader) finish(n *node) error {
	if n.clamps() {
		n.rq.Min = narrow[int8](r, "min", r.integer("min"))
		n.rq.Max = narrow[int8](r, "max", r.integer("max"))
	} else {
		n.rq.Min, n.rq.Max = -128, 127
	}
	for i := range r.node.Attrs {
		if name := r.node.Attrs[i].Name; !r.read[name] {
			r.fail("attribute %q is unknown", name)
		}
	}
	if r.err == nil && len(r.read) != len(r.node.Attrs) {
		r.fail("an attribute is given twice")
	}
	return r.err
}

func (r *reader) attribute(name string, kind onnx.AttrKind) *onnx.Attribute {
	r.read[name] = true
	a, found := r.node.Attr(name)
	if !found || a.Kind != kind {
		r.fail("attribute %q is missing or of another kind", name)
		return &onnx.Attribute{}
	}
	return a
}

func (r *reader) integer(name string) int64 { return r.attribute(name, onnx.AttrInt).I }

func (r *reader) small(name string) int {
	return int(narrow[int32](r, name, r.integer(name)))
}

// ints reads a list of so many numbers; of any length up to 8 for -1.
func (r *reader) ints(name string, count int) []int {
	a := r.attribute(name, onnx.AttrInts)
	if len(a.Is) != count && (count >= 0 || len(a.Is) > 8) {
		r.fail("attribute %q has %d numbers, want %d", name, len(a.Is), max(count, 0))
		return make([]int, max(count, 0))
	}
	out := make([]int, len(a.Is))
	for i, v := range a.Is {
		out[i] = int(narrow[int32](r, name, v))
	}
	return out
}

func (r *reader) scale() float64 { return scaleOf(r, string(r.attribute("scale", onnx.AttrString).S)) }

// scaleOf accepts the shortest text of a positive number, so that one number has one text.
func scaleOf(r *reader, text string) float64 {
	v, err := parseScale(text)
	if err != nil {
		r.fail("scale %.40q is no positive number in its shortest form", text)
		return 1
	}
	return v
}

func parseScale(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v > 0) || v > math.MaxFloat64 || decimal(v) != text {
		return 0, fmt.Errorf("%w: %.40q", ErrScale, text)
	}
	return v, nil
}

func pair2(r *reader, name string) [2]int { return [2]int(r.ints(name, 2)) }

func narrow[T int8 | int32](r *reader, name string, v int64) T {
	out, err := safemath.To[T](v)
	if err != nil {
		r.fail("attribute %q: %d is too large", name, v)
	}
	return out
}

// weights reads the constant operands: those behind the activations.
func (r *reader) weights(n *node, x []int) {
	switch n.op {
	case opTable:
		t := r.constant("table")
		if !slices.Equal(t.Shape, []int64{256}) && (len(t.Shape) != 2 || t.Shape[1] != 256 || t.Shape[0] != int64(x[1]) || x[1] == 1) {
			r.fail("tables of shape %v; hint: [256], or [%d, 256]", t.Shape, x[1])
		}
		n.table = values[int8](r, t, nil)
		return
	case opConv, opConvTranspose, opGemm:
	default:
		return
	}
	t := r.constant("weights")
	want := r.weightShape(n, t, x)
	n.weights = values[int8](r, t, want)
	outputs := []int64{int64(n.out)}
	n.bias = values[int32](r, r.constant("bias"), outputs)
	if len(r.operands) > 0 {
		n.rq.Multiplier = values[int32](r, r.constant("multiplier"), outputs)
		n.rq.Shift = values[int8](r, r.constant("shift"), outputs)
	}
}

// weightShape finds the number of outputs, and what shape the weights must have then.
func (r *reader) weightShape(n *node, t *onnx.Tensor, x []int) []int64 {
	rank, at := 4, 0
	switch n.op {
	case opGemm:
		rank = 2
	case opConvTranspose:
		at = 1
	}
	if len(t.Shape) != rank || len(x) != rank || t.Shape[at] < 1 || t.Shape[at] > MaxElements {
		r.fail("weights of shape %v for an operand of shape %v", t.Shape, x)
		return nil
	}
	n.out = int(narrow[int32](r, "weights", t.Shape[at]))
	in, out := int64(x[1]), t.Shape[at]
	kh, kw := int64(n.window.kernel[0]), int64(n.window.kernel[1])
	switch n.op {
	case opGemm:
		return []int64{out, in}
	case opConvTranspose:
		return []int64{in, out, kh, kw}
	}
	return []int64{out, in / int64(max(n.groups, 1)), kh, kw}
}

// constant takes the next operand, which must be an initializer that nothing else uses.
func (r *reader) constant(what string) *onnx.Tensor {
	none := &onnx.Tensor{}
	if len(r.operands) == 0 {
		r.fail("no %s", what)
		return none
	}
	name := r.operands[0]
	r.operands = r.operands[1:]
	t := r.constants[name]
	if t == nil {
		r.fail("its %s, %.40q, is no initializer", what, name)
		return none
	}
	if r.used[name] {
		r.fail("its %s, %.40q, is used already; hint: every operand has its own initializer", what, name)
		return none
	}
	r.used[name] = true
	return t
}

// values reads a constant's elements, of one type and, unless it is nil, one shape.
func values[T int8 | int32](r *reader, t *onnx.Tensor, shape []int64) []T {
	if r.err != nil {
		return nil
	}
	if t.DType == onnx.Int4 {
		r.fail("%.40q holds %s", t.Name, t.DType)
		return nil
	}
	if shape != nil && !slices.Equal(t.Shape, shape) {
		r.fail("%.40q has shape %v, want %v", t.Name, t.Shape, shape)
		return nil
	}
	v, err := onnx.Values[T](t)
	if err != nil {
		r.fail("%.40q: %v", t.Name, err)
	}
	return v
}
