package plan

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// builder is a plan in the making.
type builder struct {
	*Plan
	model *onnx.Model
	ids   map[string]int
	uses  map[string]int // operands and outputs of each name
	zeros []float32      // what stands for every float32 value while shapes are found
	spans []span
	read  map[int]bool // constants that a run reads
	ones  bool         // samples of integers are ones
	fused map[int]bool // nodes that the step before them computes too
}

// forget lets go of what only the planning needed: the file, and constants that kernels hold packed.
func (b *builder) forget() {
	for id := range b.values {
		if v := &b.values[id]; v.constant != nil && !b.read[id] && !slices.Contains(b.outputs, id) {
			v.constant = &value.Tensor{Shape: v.shape}
		}
	}
	b.model, b.ids, b.uses, b.zeros, b.spans, b.read, b.fused = nil, nil, nil, nil, nil, nil, nil
}

func (b *builder) declare() error {
	for _, t := range b.model.Graph.Initializers {
		v, err := value.FromONNX(t)
		if err != nil {
			return fmt.Errorf("initializer %q: %w", t.Name, err)
		}
		b.constant(t.Name, v)
	}
	for _, in := range b.model.Graph.Inputs {
		if _, found := b.ids[in.Name]; found {
			continue
		}
		if in.Unknown || in.DType == 0 {
			return fmt.Errorf("%w: input %q", ErrDynamic, in.Name)
		}
		var shape []int
		for i, d := range in.Shape {
			if d.Value < 0 || d.Value > value.MaxElements {
				return fmt.Errorf("%w: input %q, dimension %d %q\nhint: fix it in the file", ErrDynamic, in.Name, i, d.Symbol)
			}
			shape = append(shape, int(d.Value))
		}
		id, err := b.value(in.Name, in.DType, shape)
		if err != nil {
			return err
		}
		b.inputs = append(b.inputs, id)
	}
	for i := range b.model.Graph.Nodes {
		for _, in := range b.model.Graph.Nodes[i].Inputs {
			b.uses[in]++
		}
	}
	for _, o := range b.model.Graph.Outputs {
		b.uses[o.Name]++
	}
	return nil
}

func (b *builder) constant(name string, t *value.Tensor) int {
	id := len(b.values)
	b.values = append(b.values, val{name: name, dtype: t.DType(), shape: t.Shape, len: t.Len(), constant: t, root: id, at: -1})
	b.spans = append(b.spans, span{})
	if name != "" {
		b.ids[name] = id
	}
	return id
}

// value makes a name known whose elements a run computes.
func (b *builder) value(name string, t onnx.DType, shape []int) (int, error) {
	n, err := value.Count(shape)
	if err != nil {
		return 0, err
	}
	id := len(b.values)
	b.values = append(b.values, val{name: name, dtype: t, shape: slices.Clone(shape), len: n, root: id, at: -1})
	b.spans = append(b.spans, span{first: len(b.steps), last: len(b.steps)})
	if name != "" {
		b.ids[name] = id
	}
	return id, nil
}

// sample is a tensor as a value's shape and type say, of zeros; a constant is itself.
func (b *builder) sample(id int) (*value.Tensor, error) {
	v := &b.values[id]
	if v.constant != nil {
		return v.constant, nil
	}
	if v.dtype == onnx.Float32 {
		if len(b.zeros) < v.len {
			b.zeros = make([]float32, v.len)
		}
		return &value.Tensor{Shape: v.shape, Data: b.zeros[:v.len:v.len]}, nil
	}
	return filled(v.dtype, v.shape, v.len, b.ones)
}

// filled is a tensor of one number; of text that is a number.
func filled(t onnx.DType, shape []int, n int, one bool) (*value.Tensor, error) {
	out, of, also := &value.Tensor{Shape: shape}, int8(0), uint8(0)
	if one {
		of, also = 1, 1
	}
	switch t {
	case onnx.Int8:
		out.Data = slices.Repeat([]int8{of}, n)
	case onnx.Int16:
		out.Data = slices.Repeat([]int16{int16(of)}, n)
	case onnx.Int32:
		out.Data = slices.Repeat([]int32{int32(of)}, n)
	case onnx.Int64:
		out.Data = slices.Repeat([]int64{int64(of)}, n)
	case onnx.Uint8:
		out.Data = slices.Repeat([]uint8{also}, n)
	case onnx.Uint16:
		out.Data = slices.Repeat([]uint16{uint16(also)}, n)
	case onnx.Uint32:
		out.Data = slices.Repeat([]uint32{uint32(also)}, n)
	case onnx.Uint64:
		out.Data = slices.Repeat([]uint64{uint64(also)}, n)
	case onnx.Bool:
		out.Data = slices.Repeat([]bool{one}, n)
	case onnx.String:
		out.Data = slices.Repeat([]string{"0"}, n)
	default: // of zeros in any case
		size, err := safemath.Mul(n, t.Size())
		if err != nil {
			return nil, err
		}
		wire := &onnx.Tensor{DType: t, Data: make([]byte, size)}
		for _, d := range shape {
			wire.Shape = append(wire.Shape, int64(d))
		}
		return value.FromONNX(wire)
	}
	return out, nil
}
