package service

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/security/safemath"
)

// account is what one request may still spend. It travels in the request's context.
type account struct{ left atomic.Int64 }

type accountKey struct{}

func withAccount(ctx context.Context, macs int64) context.Context {
	a := &account{}
	a.left.Store(macs)
	return context.WithValue(ctx, accountKey{}, a)
}

// charge takes a model's multiplications from the request's account. Fails with ErrBudget, and then takes nothing.
func charge(ctx context.Context, m Model) error {
	a, ok := ctx.Value(accountKey{}).(*account)
	if !ok {
		return fmt.Errorf("%w: nobody said how much", ErrBudget)
	}
	for {
		have := a.left.Load()
		if have < m.MACs {
			return fmt.Errorf("%w: model %q takes %d, %d are left", ErrBudget, m.Name, m.MACs, have)
		}
		if a.left.CompareAndSwap(have, have-m.MACs) {
			return nil
		}
	}
}

// compute runs a model on a request's account, and records how long it took.
func (s *Service) compute(ctx context.Context, m Model, inputs map[string]*value.Tensor) (map[string]*value.Tensor, error) {
	if err := charge(ctx, m); err != nil {
		return nil, err
	}
	begin := s.clock.Now()
	out, err := s.models.Run(ctx, m.Name, inputs, func(op string, took time.Duration) {
		s.metrics.nodes.WithLabelValues(m.Name, op).Add(took.Seconds())
	})
	s.metrics.models.WithLabelValues(m.Name).Observe(s.clock.Now().Sub(begin).Seconds())
	if err != nil {
		return nil, fmt.Errorf("model %q of pack %s: %w", m.Name, m.Pack, err)
	}
	return out, nil
}

// executor is the pipeline's way to the models.
type executor struct{ *Service }

// Run is pipeline.Executor for models of one input and one output.
func (e executor) Run(ctx context.Context, model string, inputs []pipeline.Tensor) ([]pipeline.Output, error) {
	m, ok := e.catalogue.byName[model]
	if !ok {
		return nil, fmt.Errorf("%w: %q; loaded are %s", ErrUnknownModel, model, e.catalogue.names())
	}
	if len(inputs) != 1 || len(m.Inputs) != 1 || len(m.Outputs) != 1 {
		return nil, fmt.Errorf("%w: %q has %d inputs and %d outputs, want one of each", pipeline.ErrOutput, model, len(m.Inputs), len(m.Outputs))
	}
	x, err := picture(inputs[0], m.Inputs[0].Type)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", model, err)
	}
	defer wipeTensor(x)
	out, err := e.compute(ctx, m, map[string]*value.Tensor{m.Inputs[0].Name: x})
	if err != nil {
		return nil, err
	}
	y := out[m.Outputs[0].Name]
	defer wipeTensor(y)
	o, err := numbers(y, m.Scale)
	if err != nil {
		return nil, fmt.Errorf("%w: %q: %w", pipeline.ErrOutput, model, err)
	}
	return []pipeline.Output{o}, nil
}

// picture is the pipeline's tensor as a model wants it: as it is for integers, and the number that it stands for, which is exact,
// for float32.
func picture(t pipeline.Tensor, want string) (*value.Tensor, error) {
	switch want {
	case "int8":
		return value.Of(t.Shape, append([]int8(nil), t.Data...))
	case "float32":
		f := make([]float32, len(t.Data))
		for i, v := range t.Data {
			f[i] = float32(float64(int64(v)*t.Scale) / (1 << 24))
		}
		return value.Of(t.Shape, f)
	}
	return nil, fmt.Errorf("%w: it wants %s, and pictures are int8 or float32", pipeline.ErrOutput, want)
}

var (
	errScale  = errors.New("nobody says what its integers stand for")
	errNumber = errors.New("it is no number of this pipeline")
)

// floatScale is what one step of a float32 output stands for here: 2^-16.
const floatScale = 1 << 8

// numbers is a model's output as the pipeline reads it. float32 becomes the nearest multiple of 2^-16, ties to even.
func numbers(t *value.Tensor, scale int64) (pipeline.Output, error) {
	if t == nil {
		return pipeline.Output{}, fmt.Errorf("%w: there is none", errNumber)
	}
	out := pipeline.Output{Shape: t.Shape, Data: make([]int32, t.Len()), Scale: scale}
	switch d := t.Data.(type) {
	case []int8:
		for i, v := range d {
			out.Data[i] = int32(v)
		}
	case []int32:
		copy(out.Data, d)
	case []float32:
		out.Scale = floatScale
		for i, v := range d {
			n, err := safemath.FromFloat[int32](math.RoundToEven(float64(v) * 65536)) // NaN and what is too large fail
			if err != nil {
				return pipeline.Output{}, fmt.Errorf("%w: element %d: %w", errNumber, i, err)
			}
			out.Data[i] = n
		}
	default:
		return pipeline.Output{}, fmt.Errorf("%w: it is %s", errNumber, t.DType())
	}
	if out.Scale <= 0 {
		return pipeline.Output{}, errScale
	}
	return out, nil
}
