package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	"github.com/virtengine/virtengine/ml/engine/plan"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

const referenceKernels = "reference"

func newRunner(m *onnx.Model, threads int, f benchFlags) (runner, error) {
	inputs, err := benchInputs(m, f.inputs)
	if err != nil {
		return runner{}, err
	}
	if isInteger(m) {
		return integerRunner(m, inputs, threads, f)
	}
	if f.kernels == referenceKernels {
		return referenceRunner(m, inputs)
	}
	return plannedRunner(m, inputs, threads, f)
}

func referenceRunner(m *onnx.Model, inputs map[string]*value.Tensor) (runner, error) {
	p, err := engine.Load(m)
	if err != nil {
		return runner{}, err
	}
	return runner{engine: "ve-f32-1", kernels: referenceKernels, run: func(ctx context.Context) error {
		_, err := p.Run(ctx, inputs)
		return err
	}}, nil
}

func plannedRunner(m *onnx.Model, inputs map[string]*value.Tensor, threads int, f benchFlags) (runner, error) {
	set := f32.Best()
	if f.kernels != "best" {
		var err error
		if set, err = f32.Named(f.kernels); err != nil {
			return runner{}, err
		}
	}
	p, err := plan.New(m, plan.Options{Kernels: set, Threads: threads})
	if errors.Is(err, plan.ErrDynamic) {
		return runner{}, fmt.Errorf("%w\nhint: --dim NAME=SIZE settles what a model leaves open; --kernels reference needs no shapes ahead", err)
	}
	if err != nil {
		return runner{}, err
	}
	r, outputs := p.NewRun(), p.NewOutputs()
	var in []*value.Tensor
	for _, port := range p.Inputs() {
		in = append(in, inputs[port.Name])
	}
	if f.profile {
		start := time.Now()
		r.Timed(func() time.Duration { return time.Since(start) })
	}
	return runner{
		engine: "ve-f32-1", kernels: set.Name(), macs: p.MACs(), arena: p.ArenaBytes(),
		run: func(ctx context.Context) error { return r.Run(ctx, in, outputs) },
		spent: func() (all []spent) {
			for _, s := range r.Profile() {
				all = append(all, spent{s.Node, s.Op, s.Time, s.MACs})
			}
			return all
		},
	}, nil
}

// benchInputs reads the inputs that are given, and draws the others.
func benchInputs(m *onnx.Model, pairs []string) (map[string]*value.Tensor, error) {
	given := map[string]*value.Tensor{}
	for _, pair := range pairs {
		name, file, found := strings.Cut(pair, "=")
		if !found || name == "" || given[name] != nil {
			return nil, fmt.Errorf("--input %q: want NAME=FILE, each name once", pair)
		}
		t, err := tensor(file)
		if err != nil {
			return nil, err
		}
		given[name] = t
	}
	weights := map[string]bool{}
	for _, t := range m.Graph.Initializers {
		weights[t.Name] = true
	}
	for _, v := range m.Graph.Inputs {
		if weights[v.Name] || given[v.Name] != nil {
			continue
		}
		t, err := drawn(v)
		if err != nil {
			return nil, err
		}
		given[v.Name] = t
	}
	return given, nil
}

// drawn is an input of numbers from a counter: floats between -1 and 1, bytes of all values, small integers that any index may be.
func drawn(v onnx.ValueInfo) (*value.Tensor, error) {
	var shape []int
	for i, d := range v.Shape {
		if v.Unknown || d.Value < 0 {
			return nil, fmt.Errorf("input %q: dimension %d (%s) is open\nhint: --dim NAME=SIZE settles it, or --input %s=FILE.pb", v.Name, i, d.Symbol, v.Name)
		}
		shape = append(shape, int(d.Value))
	}
	n, err := value.Count(shape)
	if err != nil {
		return nil, fmt.Errorf("input %q: %w", v.Name, err)
	}
	mixed := func(i int) int { return (i*7919 + 13) % 256 }
	switch v.DType {
	case onnx.Float32:
		return filled(shape, n, func(i int) float32 { return float32(mixed(i)-128) / 128 })
	case onnx.Float64:
		return filled(shape, n, func(i int) float64 { return float64(mixed(i)-128) / 128 })
	case onnx.Int8:
		return filled(shape, n, func(i int) int8 { return int8(mixed(i) - 128) }) //ve:allow overflow mixed is below 256
	case onnx.Uint8:
		return filled(shape, n, func(i int) uint8 { return uint8(mixed(i)) }) //ve:allow overflow mixed is below 256
	case onnx.Int32:
		return filled(shape, n, func(i int) int32 { return int32(i % 2) })
	case onnx.Int64:
		return filled(shape, n, func(i int) int64 { return int64(i % 2) })
	case onnx.Bool:
		return filled(shape, n, func(i int) bool { return mixed(i) < 128 })
	}
	return nil, fmt.Errorf("input %q: nothing is drawn for %s\nhint: --input %s=FILE.pb", v.Name, v.DType, v.Name)
}

func filled[T value.Elem](shape []int, n int, f func(int) T) (*value.Tensor, error) {
	d := make([]T, n)
	for i := range d {
		d[i] = f(i)
	}
	return value.Of(shape, d)
}
