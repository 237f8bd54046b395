package main

import (
	"context"
	"errors"
	"time"

	"github.com/virtengine/virtengine/ml/engine/i8"
	kernels "github.com/virtengine/virtengine/ml/engine/kernel/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// integerRunner is a program of ve-i8-1 ready to run.
func integerRunner(m *onnx.Model, inputs map[string]*value.Tensor, threads int, f benchFlags) (runner, error) {
	p, err := i8.Load(m)
	if err != nil {
		return runner{}, err
	}
	if f.kernels == referenceKernels {
		return runner{engine: i8.Contract, kernels: referenceKernels, macs: p.MACs(), run: func(ctx context.Context) error {
			_, err := p.Run(ctx, inputs)
			return err
		}}, nil
	}
	set := kernels.Best()
	if f.kernels != "best" {
		if set, err = kernels.Named(f.kernels); err != nil {
			return runner{}, err
		}
	}
	start := time.Now()
	clock := func() time.Duration { return time.Since(start) }
	peak, err := kernels.PeakTime(set, p.MACs(), clock)
	if err != nil && !errors.Is(err, kernels.ErrNoPeak) {
		return runner{}, err
	}
	o := i8.Options{Threads: threads, Kernels: set}
	if f.profile {
		o.Clock = clock
	}
	r, err := i8.NewRunner(p, o)
	if err != nil {
		return runner{}, err
	}
	outputs := r.NewOutputs()
	return runner{
		engine: i8.Contract, kernels: r.Kernels(), macs: p.MACs(), peak: peak,
		arena: int64(r.ArenaBytes()), packed: int64(r.PackedBytes()), bare: int64(p.WeightBytes()) + 2*int64(p.LargestActivation()),
		run: func(ctx context.Context) error { return r.RunInto(ctx, inputs, outputs) },
		spent: func() (all []spent) {
			nodes, err := r.Profile()
			if err != nil { // without a clock, which --profile gives
				return nil
			}
			for _, n := range nodes {
				all = append(all, spent{n.Name, n.Op, n.Time, n.MACs})
			}
			return all
		},
	}, nil
}
