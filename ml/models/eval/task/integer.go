package task

import (
	"context"
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// integer is a network of contract ve-i8-1.
type integer struct {
	runner        *i8.Runner
	input, output string
	shape         []int
	scale         float64 // of a step of the output
}

// integers opens a program whose input's step is 1/128.
func (o *Opened) integers(m *onnx.Model) (*Opened, error) {
	p, err := i8.Load(m)
	if err != nil {
		return nil, err
	}
	in, out := p.Inputs(), p.Outputs()
	if len(in) != 1 || len(out) != 1 || in[0].Scale != 1.0/128 {
		return nil, fmt.Errorf("%w: an input with steps of 1/128 and one output are wanted", ErrNetwork)
	}
	r, err := i8.NewRunner(p, i8.Options{})
	if err != nil {
		return nil, err
	}
	o.Contract, o.Network = i8.Contract, &integer{r, in[0].Name, out[0].Name, o.shape, out[0].Scale}
	return o, nil
}

// Run is Network.
func (n *integer) Run(ctx context.Context, x []int8) ([]float32, error) {
	t, err := value.Of(n.shape, x)
	if err != nil {
		return nil, err
	}
	out, err := n.runner.Run(ctx, map[string]*value.Tensor{n.input: t})
	if err != nil {
		return nil, err
	}
	numbers := make([]float32, out[n.output].Len())
	switch q := out[n.output].Data.(type) {
	case []int8:
		for i, v := range q {
			numbers[i] = float32(float64(v) * n.scale)
		}
	case []int32:
		for i, v := range q {
			numbers[i] = float32(float64(v) * n.scale)
		}
	default:
		return nil, fmt.Errorf("%w: %T", ErrAnswer, q)
	}
	return numbers, nil
}
