package persons

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/models/eval/task"
	"github.com/virtengine/virtengine/security/safemath"
)

// ErrNetworks says that a network of the pipeline is missing.
var ErrNetworks = errors.New("networks of the pipeline")

// Networks are the pipeline's models, by name.
type Networks map[string]*task.Opened

// check fails with ErrNetworks naming what is missing.
func (n Networks) check() error {
	for _, name := range pipeline.Models() {
		if n[name] == nil {
			return fmt.Errorf("%w: %s is missing; hint: all of %v are needed", ErrNetworks, name, pipeline.Models())
		}
		r, ok := pipeline.RuleOf(name)
		if !ok {
			return fmt.Errorf("%w: %s has no rule", ErrNetworks, name)
		}
		var shape []int64
		for _, d := range n[name].Input.Shape {
			shape = append(shape, d.Value)
		}
		if !slices.Equal(shape, r.In) {
			return fmt.Errorf("%w: %s takes %v, the pipeline gives %v", ErrNetworks, name, shape, r.In)
		}
	}
	return nil
}

// step is what one step of an output stands for: 2^-16, as the inference service has it for floats.
const (
	step  = 1 << 8
	steps = 1 << 16
)

// Run is pipeline.Executor.
func (n Networks) Run(ctx context.Context, model string, inputs []pipeline.Tensor) ([]pipeline.Output, error) {
	m := n[model]
	r, ok := pipeline.RuleOf(model)
	if m == nil || !ok || len(inputs) != 1 || inputs[0].Scale != pipeline.InputScale {
		return nil, fmt.Errorf("%w: %s of %d inputs", ErrNetworks, model, len(inputs))
	}
	numbers, err := m.Run(ctx, inputs[0].Data)
	if err != nil {
		return nil, err
	}
	out := pipeline.Output{Data: make([]int32, len(numbers)), Scale: step}
	for _, d := range r.Out {
		out.Shape = append(out.Shape, int(d))
	}
	for i, v := range numbers {
		if out.Data[i], err = safemath.FromFloat[int32](math.RoundToEven(float64(v) * steps)); err != nil {
			return nil, fmt.Errorf("%s: element %d: %w", model, i, err)
		}
	}
	return []pipeline.Output{out}, nil
}
