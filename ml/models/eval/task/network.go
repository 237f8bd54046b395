package task

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	"github.com/virtengine/virtengine/ml/engine/plan"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// ErrNetwork says that a model is no network of this project: one input, one output, both of the kind that tasks read.
var ErrNetwork = errors.New("not a network of this project")

// Opened is a model that can be measured, by one goroutine at a time.
type Opened struct {
	Network
	Contract string
	Input    onnx.ValueInfo
	Output   onnx.ValueInfo
	shape    []int
}

// Open prepares a model of either arithmetic. Fails with ErrNetwork, and as the engine does.
func Open(m *onnx.Model) (*Opened, error) {
	if m == nil || m.Graph == nil || len(m.Graph.Inputs) != 1 || len(m.Graph.Outputs) != 1 {
		return nil, fmt.Errorf("%w: one input and one output are wanted", ErrNetwork)
	}
	o := &Opened{Input: m.Graph.Inputs[0], Output: m.Graph.Outputs[0]}
	for _, d := range o.Input.Shape {
		if d.Value < 1 || d.Value > onnx.DefaultLimits().Elements {
			return nil, fmt.Errorf("%w: input %q has a dimension that is not known", ErrNetwork, o.Input.Name)
		}
		o.shape = append(o.shape, int(d.Value))
	}
	switch o.Input.DType {
	case onnx.Float32:
		p, err := plan.New(m, plan.Options{Kernels: f32.Best(), Threads: 1})
		if err != nil {
			return nil, err
		}
		o.Contract, o.Network = "ve-f32-1", &float{p.NewRun(), p.NewOutputs(), o.shape}
		return o, nil
	case onnx.Int8:
		return o.integers(m)
	}
	return nil, fmt.Errorf("%w: its input holds %s; hint: float32 or int8", ErrNetwork, o.Input.DType)
}

// Fits says whether the model takes the task's inputs. Fails with ErrNetwork.
func (o *Opened) Fits(t Task) error {
	if !slices.Equal(o.shape, t.Shape) {
		return fmt.Errorf("%w: %s takes %v, and input %q is %v", ErrNetwork, t.Name, t.Shape, o.Input.Name, o.shape)
	}
	return nil
}

// Describe is a declared value as a card has it.
func Describe(v onnx.ValueInfo) string {
	text := fmt.Sprintf("%s: %s [", v.Name, v.DType)
	for i, d := range v.Shape {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprint(d.Value)
	}
	return text + "]"
}

// float is a network of contract ve-f32-1.
type float struct {
	runner *plan.Runner
	out    []*value.Tensor
	shape  []int
}

// Run is Network. Inputs are exact: a small integer over 128.
func (f *float) Run(ctx context.Context, x []int8) ([]float32, error) {
	t, err := FloatInput(f.shape, x)
	if err != nil {
		return nil, err
	}
	if err := f.runner.Run(ctx, []*value.Tensor{t}, f.out); err != nil {
		return nil, err
	}
	out, err := value.As[float32](f.out[0])
	return slices.Clone(out), err
}

// FloatInput is small integers as a float network takes them: x / 128, which is exact.
func FloatInput(shape []int, x []int8) (*value.Tensor, error) {
	data := make([]float32, len(x))
	for i, v := range x {
		data[i] = float32(v) / 128
	}
	return value.Of(shape, data)
}
