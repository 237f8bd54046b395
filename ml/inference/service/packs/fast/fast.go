// Package fast runs models of packs as fast as this release can: ve-f32-1 by plans and this machine's kernels, ve-i8-1 as package
// execute does.
//
// Guarantee: the same bits as package execute, which is the reference that a service compares with when it loads packs. Each run says
// how long its nodes took.
//
// For the command inference-service.
package fast

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	"github.com/virtengine/virtengine/ml/engine/plan"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/inference/service/packs"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/ml/publish/execute"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
)

// Executor is a pack.Executor.
type Executor struct {
	kernels *f32.Set
	now     func() time.Time
}

// New makes one of kernels and a clock, on which no bit of a result depends. Fails with packs.ErrSource where one is missing.
func New(kernels *f32.Set, now func() time.Time) (Executor, error) {
	if kernels == nil || now == nil {
		return Executor{}, fmt.Errorf("%w: kernels and a clock are needed", packs.ErrSource)
	}
	return Executor{kernels, now}, nil
}

// Load is pack.Executor.
func (x Executor) Load(model []byte, contract manifest.Contract) (pack.Runner, error) {
	if contract != manifest.Float32 {
		return execute.Engine{}.Load(model, contract)
	}
	m, err := onnx.Decode(model, onnx.Limits{})
	if err != nil {
		return nil, err
	}
	p, err := plan.New(m, plan.Options{Kernels: x.kernels, Threads: 1}) // requests run beside each other, not nodes
	if err != nil {
		return nil, err
	}
	return &planned{plan: p, now: x.now}, nil
}

// planned runs a plan, each request in memory of its own.
type planned struct {
	plan *plan.Plan
	now  func() time.Time
	idle sync.Pool // of *plan.Runner
}

// Cost is pack.Costed.
func (p *planned) Cost() pack.Cost {
	return pack.Cost{MACs: p.plan.MACs(), ArenaBytes: p.plan.ArenaBytes()}
}

// Run is pack.Runner.
func (p *planned) Run(ctx context.Context, inputs map[string]*value.Tensor) (map[string]*value.Tensor, error) {
	return p.RunObserved(ctx, inputs, nil)
}

// RunObserved is packs.Observed.
func (p *planned) RunObserved(ctx context.Context, inputs map[string]*value.Tensor, observe func(op string, took time.Duration)) (map[string]*value.Tensor, error) {
	in, err := p.inOrder(inputs)
	if err != nil {
		return nil, err
	}
	r, ok := p.idle.Get().(*plan.Runner)
	if !ok {
		r = p.plan.NewRun()
	}
	begin := p.now()
	r.Timed(func() time.Duration { return p.now().Sub(begin) })
	out := p.plan.NewOutputs()
	if err := r.Run(ctx, in, out); err != nil {
		return nil, err // the runner is left to the garbage collector
	}
	if observe != nil {
		for _, s := range r.Profile() {
			observe(s.Op, s.Time)
		}
	}
	p.idle.Put(r)
	named := map[string]*value.Tensor{}
	for i, port := range p.plan.Outputs() {
		named[port.Name] = out[i]
	}
	return named, nil
}

// inOrder are the inputs in the plan's order. Fails with engine.ErrInput.
func (p *planned) inOrder(inputs map[string]*value.Tensor) ([]*value.Tensor, error) {
	var in []*value.Tensor
	for _, port := range p.plan.Inputs() {
		t := inputs[port.Name]
		if t == nil {
			return nil, fmt.Errorf("%w %q is missing", engine.ErrInput, port.Name)
		}
		in = append(in, t)
	}
	if len(inputs) != len(in) {
		return nil, fmt.Errorf("%w: %d are given that the model does not have", engine.ErrInput, len(inputs)-len(in))
	}
	return in, nil
}
