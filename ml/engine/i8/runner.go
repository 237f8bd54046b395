package i8

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"

	kernel "github.com/virtengine/virtengine/ml/engine/kernel/i8"
)

// MaxThreads bounds Options.Threads.
const MaxThreads = 64

// Options of a Runner. None changes what it computes.
type Options struct {
	Threads int                  // goroutines that share the rows of a node; 0 is 1
	Kernels *kernel.Set          // nil: kernel.Best()
	Clock   func() time.Duration // for Profile: a monotonic reading; nil: no times are kept
}

// Runner computes a program fast, and byte for byte what Program.Run does. Its memory is planned when it is made. It is for one
// caller at a time: a second one gets ErrBusy.
type Runner struct {
	program *Program
	set     *kernel.Set
	clock   func() time.Duration
	layouts []layout
	arena   []int8
	wide    [][]int32 // accumulators that are outputs, by tensor
	steps   []step
	workers []worker
	starts  []func() // of workers behind the first
	pending sync.WaitGroup
	times   []time.Duration
	packed  int // bytes
	busy    atomic.Bool
}

// step is a node, ready to run: rows from..to of its result, by one worker.
type step interface {
	rows() int
	run(w *worker, from, to int) error
}

// worker is the memory of one goroutine.
type worker struct {
	runner   *Runner
	step     step
	from, to int
	err      error
	acc      []int32 // [chunk][16]
	taps     []int32
}

// chunk is how many pixels are summed before they are requantized: their accumulators stay in the nearest cache.
const chunk = 64

// NewRunner packs weights, plans memory and has the kernels checked. Fails with ErrOption, ErrLimit and ErrKernel.
func NewRunner(p *Program, o Options) (*Runner, error) {
	if p == nil || o.Threads < 0 || o.Threads > MaxThreads {
		return nil, fmt.Errorf("%w: a program is needed, and 0 to %d threads, not %d", ErrOption, MaxThreads, o.Threads)
	}
	r := &Runner{program: p, set: o.Kernels, clock: o.Clock, wide: make([][]int32, len(p.tensors)), times: make([]time.Duration, len(p.nodes))}
	if r.set == nil {
		r.set = kernel.Best()
	}
	if err := r.set.Check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKernel, err)
	}
	layouts, size, err := p.layouts()
	if err != nil {
		return nil, err
	}
	r.layouts, r.arena = layouts, make([]int8, size)
	widest := 0
	for i := range p.nodes {
		n := &p.nodes[i]
		if t := &p.tensors[n.result]; t.wide {
			r.wide[n.result] = make([]int32, t.len())
		}
		s, err := r.prepare(n)
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", n.op, n.name, err)
		}
		r.steps = append(r.steps, s)
		if n.op == opMaxPool {
			widest = max(widest, n.window.kernel[0]*n.window.kernel[1])
		}
	}
	r.workers = make([]worker, max(o.Threads, 1))
	for i := range r.workers {
		w := &r.workers[i]
		*w = worker{runner: r, acc: make([]int32, chunk*kernel.Lanes), taps: make([]int32, 0, widest)}
		r.starts = append(r.starts, func() { defer r.pending.Done(); w.do() })
	}
	return r, nil
}

// ArenaBytes is the memory for activations.
func (r *Runner) ArenaBytes() int { return len(r.arena) }

// PackedBytes is the memory for weights as the kernels want them.
func (r *Runner) PackedBytes() int { return r.packed }

// Kernels names the set in use.
func (r *Runner) Kernels() string { return r.set.Name() }

// Run computes the outputs. It allocates them and nothing else; see RunInto. Fails with ErrInput, ErrBusy, with ctx's error
// between two nodes, and with ErrKernel where a kernel refuses its operands: a defect, to be reported.
func (r *Runner) Run(ctx context.Context, inputs map[string]*value.Tensor) (map[string]*value.Tensor, error) {
	out := r.NewOutputs()
	if err := r.RunInto(ctx, inputs, out); err != nil {
		return nil, err
	}
	return out, nil
}

// NewOutputs makes memory for RunInto.
func (r *Runner) NewOutputs() map[string]*value.Tensor {
	out := make(map[string]*value.Tensor, len(r.program.outputs))
	for _, port := range r.program.Outputs() {
		t := &value.Tensor{Shape: port.Shape}
		if n := t.Len(); port.DType == onnx.Int32 {
			t.Data = make([]int32, n)
		} else {
			t.Data = make([]int8, n)
		}
		out[port.Name] = t
	}
	return out
}

// RunInto computes the outputs into memory of NewOutputs, and allocates nothing. After an error outputs are as they were.
func (r *Runner) RunInto(ctx context.Context, inputs, outputs map[string]*value.Tensor) error {
	if !r.busy.CompareAndSwap(false, true) {
		return ErrBusy
	}
	defer r.busy.Store(false)
	if err := r.load(inputs); err != nil {
		return err
	}
	if err := r.fit(outputs); err != nil {
		return err
	}
	for i := range r.steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.one(i); err != nil {
			n := &r.program.nodes[i]
			return fmt.Errorf("%s %q: %w", n.op, n.name, err)
		}
	}
	for _, id := range r.program.outputs {
		r.store(id, outputs[r.program.tensors[id].name])
	}
	return nil
}

// one runs a node, its rows shared out in equal parts.
func (r *Runner) one(i int) error {
	var begin time.Duration
	if r.clock != nil {
		begin = r.clock()
	}
	s := r.steps[i]
	if result := r.program.nodes[i].result; r.wide[result] == nil {
		r.layouts[result].border(r.arena)
	}
	rows, threads := s.rows(), len(r.workers)
	threads = max(min(threads, rows), 1)
	for k := range threads {
		w := &r.workers[k]
		w.step, w.from, w.to, w.err = s, rows*k/threads, rows*(k+1)/threads, nil
		if k > 0 {
			r.pending.Add(1)
			go r.starts[k]()
		}
	}
	r.workers[0].do()
	r.pending.Wait()
	if r.clock != nil {
		r.times[i] = r.clock() - begin
	}
	for k := range threads {
		if err := r.workers[k].err; err != nil {
			return err
		}
	}
	return nil
}

// do is a worker's part. What a kernel does not expect ends the run, not the process.
func (w *worker) do() {
	defer func() {
		if v := recover(); v != nil {
			w.err = fmt.Errorf("%w: %v", ErrKernel, v)
		}
	}()
	if err := w.step.run(w, w.from, w.to); err != nil {
		w.err = fmt.Errorf("%w: %w", ErrKernel, err)
	}
}
