package plan

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// Runner runs a plan in memory of its own. One goroutine at a time uses one.
type Runner struct {
	plan    *Plan
	arena   []float32
	float   [][]float32     // of each value of float32
	boxed   []*value.Tensor // of each value that is no float32, as operands; views of the others
	workers []*worker
	clock   func() time.Duration
	spent   []time.Duration

	step *step // that workers work on
	next atomic.Int64
	done sync.WaitGroup
	mu   sync.Mutex
	err  error
}

// worker is one thread's buffers.
type worker struct {
	f32   f32.Work
	row   []float64
	start func() // shares in the step of the moment
}

// NewRun makes a Runner.
func (p *Plan) NewRun() *Runner {
	r := &Runner{plan: p, arena: make([]float32, p.arena), float: make([][]float32, len(p.values)), boxed: make([]*value.Tensor, len(p.values)), spent: make([]time.Duration, len(p.steps))}
	for i, v := range p.values {
		switch {
		case v.constant != nil:
			r.boxed[i] = v.constant
			r.float[i], _ = v.constant.Data.([]float32)
		case v.at >= 0:
			r.float[i] = r.arena[v.at : v.at+v.len : v.at+v.len]
			r.boxed[i] = &value.Tensor{Shape: v.shape, Data: r.float[i]}
		}
	}
	for range p.threads {
		w := &worker{}
		w.start = func() {
			defer r.done.Done()
			r.share(w)
		}
		r.workers = append(r.workers, w)
	}
	return r
}

// Timed makes the Runner note how long each step takes, by a clock that the caller passes in; nil: not at all.
func (r *Runner) Timed(clock func() time.Duration) { r.clock = clock }

// Spent is what a node took in the last run that was timed.
type Spent struct {
	Node, Op string
	Time     time.Duration
	MACs     int64
}

// Profile lists the steps of the plan, in order. Nodes that cost nothing, because they only give a tensor another shape or
// are constants, are not among them.
func (r *Runner) Profile() []Spent {
	out := make([]Spent, len(r.plan.steps))
	for i, s := range r.plan.steps {
		out[i] = Spent{s.name, s.op, r.spent[i], s.macs}
	}
	return out
}

// Outputs makes tensors that Run can write to. Those that are no float32 get their elements by Run.
func (p *Plan) NewOutputs() []*value.Tensor {
	var out []*value.Tensor
	for _, id := range p.outputs {
		t := &value.Tensor{Shape: slices.Clone(p.values[id].shape)}
		if p.values[id].dtype == onnx.Float32 {
			t.Data = make([]float32, p.values[id].len)
		}
		out = append(out, t)
	}
	return out
}

// Run computes outputs from inputs, both in the order of Plan.Inputs and Plan.Outputs. Float32 outputs are written into the
// elements that they have; of other types, an output's elements are replaced. Outputs must not share elements with inputs.
// Fails with engine.ErrInput, engine.ErrNode with what an operator said, and ctx's error between two nodes.
func (r *Runner) Run(ctx context.Context, inputs, outputs []*value.Tensor) error {
	if err := r.accept(inputs, outputs); err != nil {
		return err
	}
	r.err = nil
	if err := r.compute(ctx); err != nil {
		return err
	}
	for i, id := range r.plan.outputs {
		if into, ok := outputs[i].Data.([]float32); ok && r.plan.values[id].dtype == onnx.Float32 {
			copy(into, r.float[id])
			continue
		}
		outputs[i].Data = r.boxed[id].Data
	}
	return nil
}

func (r *Runner) compute(ctx context.Context) error {
	for i := range r.plan.steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		s, began := &r.plan.steps[i], time.Duration(0)
		if r.clock != nil {
			began = r.clock()
		}
		if err := r.do(s); err != nil {
			return fmt.Errorf("%w %q (%s): %w", engine.ErrNode, s.name, s.op, err)
		}
		if r.clock != nil {
			r.spent[i] = r.clock() - began
		}
	}
	return nil
}

// do runs a step; its units are shared out among the workers.
func (r *Runner) do(s *step) error {
	if s.reference != nil {
		return s.reference(r)
	}
	r.step = s
	r.next.Store(0)
	if s.units > 1 {
		for _, w := range r.workers[1:] {
			r.done.Add(1)
			go w.start() // no channel: the runtime would allocate for who waits at one
		}
	}
	r.share(r.workers[0])
	r.done.Wait()
	return r.err
}

// share computes units until none is left. A unit's results are its own, so it does not matter who computes it.
func (r *Runner) share(w *worker) {
	defer r.caught()
	for {
		unit := int(r.next.Add(1)) - 1
		if unit >= r.step.units {
			return
		}
		r.step.run(r, w, unit)
	}
}

// caught keeps a defect from ending the process.
func (r *Runner) caught() {
	if p := recover(); p != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.err = fmt.Errorf("%w: %v", engine.ErrDefect, p)
	}
}

// accept holds inputs and outputs against the plan, and takes the inputs in.
func (r *Runner) accept(inputs, outputs []*value.Tensor) error {
	if len(inputs) != len(r.plan.inputs) || len(outputs) != len(r.plan.outputs) {
		return fmt.Errorf("%w: %d inputs and %d outputs, want %d and %d", engine.ErrInput, len(inputs), len(outputs), len(r.plan.inputs), len(r.plan.outputs))
	}
	for i, id := range r.plan.inputs {
		v := &r.plan.values[id]
		t := inputs[i]
		if t == nil || t.DType() != v.dtype || !slices.Equal(t.Shape, v.shape) {
			return fmt.Errorf("%w %q: want %s of shape %v", engine.ErrInput, v.name, v.dtype, v.shape)
		}
		r.boxed[id] = t
		r.float[id], _ = t.Data.([]float32)
		if v.dtype == onnx.Float32 && len(r.float[id]) != v.len {
			return fmt.Errorf("%w %q: %d elements, want %d", engine.ErrInput, v.name, len(r.float[id]), v.len)
		}
	}
	for i, id := range r.plan.outputs {
		v := &r.plan.values[id]
		t := outputs[i]
		if t == nil || !slices.Equal(t.Shape, v.shape) {
			return fmt.Errorf("%w: output %q: want shape %v\nhint: Plan.NewOutputs", engine.ErrInput, v.name, v.shape)
		}
		if d, ok := t.Data.([]float32); v.dtype == onnx.Float32 && (!ok || len(d) != v.len) {
			return fmt.Errorf("%w: output %q: want %d elements of float32\nhint: Plan.NewOutputs", engine.ErrInput, v.name, v.len)
		}
	}
	for id := range r.plan.values { // other shapes of the inputs
		if v := &r.plan.values[id]; v.root != id && v.at < 0 && v.constant == nil {
			r.float[id] = r.float[v.root]
			r.boxed[id] = nil
		}
	}
	return nil
}

// tensor is a value as an operand of a reference operator.
func (r *Runner) tensor(id int) *value.Tensor {
	if r.boxed[id] == nil {
		r.boxed[id] = &value.Tensor{Shape: r.plan.values[id].shape, Data: r.float[id]}
	}
	return r.boxed[id]
}

// refer runs the reference operator of a node.
func (r *Runner) refer(n *node, in, out []int) error {
	operands := make([]*value.Tensor, len(in))
	for i, id := range in {
		if id >= 0 {
			operands[i] = r.tensor(id)
		}
	}
	results, err := n.call(operands)
	if err != nil {
		return err
	}
	for i, id := range out {
		if id < 0 {
			continue
		}
		v := &r.plan.values[id]
		if i >= len(results) || results[i] == nil || results[i].DType() != v.dtype || !slices.Equal(results[i].Shape, v.shape) {
			return fmt.Errorf("%w: result %d is not what it was for other numbers", ErrDynamic, i)
		}
		if v.dtype == onnx.Float32 {
			d, err := value.As[float32](results[i])
			if err != nil {
				return err
			}
			copy(r.float[id], d)
			continue
		}
		r.boxed[id] = results[i]
	}
	return nil
}
