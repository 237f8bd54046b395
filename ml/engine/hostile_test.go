package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/ops"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// upTo is a number from 0 up to but without n.
func (n *numbers) upTo(k int) int { return int(n.next() % uint64(k)) }

// odd is a tensor of a random type and a small, odd shape.
func (n *numbers) odd() *value.Tensor {
	var shape []int
	for range n.upTo(5) {
		shape = append(shape, n.upTo(5))
	}
	t := &value.Tensor{Shape: shape}
	size := t.Len()
	some := func() int64 { return int64(n.upTo(9)) - 4 }
	switch n.upTo(8) {
	case 0, 1, 2:
		return n.tensor(shape...)
	case 3, 4:
		d := make([]int64, size)
		for i := range d {
			d[i] = some()
		}
		t.Data = d
	case 5:
		return n.bytes(n.upTo(2) == 0, shape...)
	case 6:
		d := make([]bool, size)
		for i := range d {
			d[i] = n.upTo(2) == 0
		}
		t.Data = d
	default:
		d := make([]int32, size)
		for i := range d {
			d[i] = int32(some())
		}
		t.Data = d
	}
	return t
}

// names are the attributes that operators read, and texts what some of them say.
var (
	names = []string{"axis", "axes", "keepdims", "perm", "to", "pads", "strides", "dilations", "kernel_shape", "group", "auto_pad", "mode", "k", "starts", "ends",
		"transA", "transB", "ceil_mode", "hidden_size", "direction", "num_groups", "p", "blocksize", "split", "num_outputs", "output_shape", "output_padding",
		"allowzero", "count_include_pad", "storage_order", "layout", "scales", "fmod", "largest", "select_last_index", "center_point_box", "shape"}
	texts = []string{"SAME_UPPER", "VALID", "linear", "cubic", "nearest", "reflect", "edge", "bidirectional", "reverse", "CRD", "constant", ""}
)

func (n *numbers) attribute(name string) onnx.Attribute {
	switch n.upTo(4) {
	case 0:
		return integer(name, int64(n.upTo(9))-4)
	case 1:
		return text(name, texts[n.upTo(len(texts))])
	}
	var list []int64
	for range n.upTo(9) {
		list = append(list, int64(n.upTo(8))-3)
	}
	return ints(name, list...)
}

// ask runs one random operator on random operands and returns what was said.
func ask(seed uint64) (string, error) {
	n := numbers(seed)
	known := ops.Names()
	op := known[n.upTo(len(known))]
	g := &onnx.Graph{Name: "hostile"}
	node := onnx.Node{Op: op}
	inputs := map[string]*value.Tensor{}
	for i := range n.upTo(9) {
		name := ""
		if n.upTo(6) > 0 {
			name = string(rune('a' + i))
			inputs[name] = n.odd()
			g.Inputs = append(g.Inputs, onnx.ValueInfo{Name: name, Unknown: true})
		}
		node.Inputs = append(node.Inputs, name)
	}
	for _, name := range names {
		if n.upTo(8) == 0 {
			node.Attrs = append(node.Attrs, n.attribute(name))
		}
	}
	for i := range 1 + n.upTo(3) {
		name := string(rune('A' + i))
		node.Outputs = append(node.Outputs, name)
	}
	g.Outputs = []onnx.ValueInfo{{Name: "A", Unknown: true}}
	g.Nodes = []onnx.Node{node}
	opset := []int64{1, 6, 7, 10, 11, 13, 17, 21}[n.upTo(8)]
	p, err := engine.Load(&onnx.Model{IRVersion: 8, Opsets: map[string]int64{"": opset}, Graph: g})
	if err != nil {
		return op, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err = p.Run(ctx, inputs)
	return op, err
}

// Whatever operands and attributes an operator gets, it answers or says why not: a panic would be a defect.
func TestNoOperatorIsSurprised(t *testing.T) {
	answered := 0
	for seed := range uint64(60_000) {
		op, err := ask(seed * 0x9e3779b97f4a7c15)
		if errors.Is(err, engine.ErrDefect) {
			t.Errorf("seed %d: %s: %v", seed, op, err)
		}
		if err == nil {
			answered++
		}
	}
	if answered < 3_000 {
		t.Errorf("%d of 60,000 were answered: the others were refused before they could go wrong", answered)
	}
}

func FuzzOperators(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		if op, err := ask(seed); errors.Is(err, engine.ErrDefect) {
			t.Fatalf("%s: %v", op, err)
		}
	})
}
