package plan

import (
	"errors"
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// Errors of this package; those of engine, onnx and ops are passed on.
var (
	// ErrDynamic says that a shape is not known before a run.
	ErrDynamic = errors.New("shape is not known before a run")
	// ErrOptions says that the options are none.
	ErrOptions = errors.New("options")
)

// MaxThreads bounds Options.Threads.
const MaxThreads = 64

// Options say how to compute. No bit of a result depends on them.
type Options struct {
	Kernels *f32.Set // see f32.Best; required
	Threads int      // at least 1
}

// Plan is a model that is ready to run. It does not change and is safe for concurrent use; each Runner is one user's.
type Plan struct {
	kernels         *f32.Set
	threads         int
	values          []val
	inputs, outputs []int
	steps           []step
	arena           int // floats
	live            int // floats: the most that is needed at once, were memory not to fragment
}

// val is what a name of the graph stands for.
type val struct {
	name     string
	dtype    onnx.DType
	shape    []int
	len      int
	constant *value.Tensor
	root     int // whose elements these are, seen in another shape; its own index if they are its own
	at       int // in the arena; -1: elsewhere
}

// step computes one node, in units that may run at once.
type step struct {
	name, op  string
	macs      int64
	units     int
	run       func(r *Runner, w *worker, unit int)
	reference func(r *Runner) error // where there is no run
	out       []int                 // values
}

// New plans a model. Fails as engine.Load does, with ErrOptions, and with ErrDynamic where a shape of an input or a value is
// not known before a run.
func New(m *onnx.Model, o Options) (*Plan, error) {
	if o.Kernels == nil {
		return nil, fmt.Errorf("%w: no kernels\nhint: f32.Best()", ErrOptions)
	}
	if o.Threads < 1 || o.Threads > MaxThreads {
		return nil, fmt.Errorf("%w: %d threads, want 1 to %d", ErrOptions, o.Threads, MaxThreads)
	}
	if _, err := engine.Load(m); err != nil {
		return nil, err
	}
	b := &builder{Plan: &Plan{kernels: o.Kernels, threads: o.Threads}, model: m, ids: map[string]int{}, uses: map[string]int{}, fused: map[int]bool{}, read: map[int]bool{}}
	if err := b.declare(); err != nil {
		return nil, err
	}
	for i := range m.Graph.Nodes {
		if err := b.add(i); err != nil {
			return nil, fmt.Errorf("%w %d %q (%s): %w", engine.ErrNode, i, m.Graph.Nodes[i].Name, m.Graph.Nodes[i].Op, err)
		}
	}
	for _, o := range m.Graph.Outputs {
		b.outputs = append(b.outputs, b.ids[o.Name])
	}
	if err := b.place(); err != nil {
		return nil, err
	}
	b.forget()
	return b.Plan, nil
}

// Unplanned lists the nodes that the reference operators compute, by operator and name.
func (p *Plan) Unplanned() []string {
	var out []string
	for _, s := range p.steps {
		if s.reference != nil {
			out = append(out, fmt.Sprintf("%s %q", s.op, s.name))
		}
	}
	return out
}

// ArenaBytes is the memory that a Runner holds for what is computed, besides a few buffers of bounded size for each thread.
func (p *Plan) ArenaBytes() int64 { return 4 * int64(p.arena) }

// LiveBytes is what no order of memory can do without: the most that is computed and still needed at once.
func (p *Plan) LiveBytes() int64 { return 4 * int64(p.live) }

// MACs is the multiplications of a run whose product is summed: of convolutions, dense layers and matrix products that are
// planned.
func (p *Plan) MACs() int64 {
	var n int64
	for _, s := range p.steps {
		n += s.macs
	}
	return n
}

// Port is an input or output of a model.
type Port struct {
	Name  string
	DType onnx.DType
	Shape []int
}

// Inputs are what Run needs, in its order: the declared inputs that are no constants.
func (p *Plan) Inputs() []Port { return p.ports(p.inputs) }

// Outputs are what Run computes, in its order.
func (p *Plan) Outputs() []Port { return p.ports(p.outputs) }

func (p *Plan) ports(ids []int) []Port {
	var out []Port
	for _, id := range ids {
		v := p.values[id]
		out = append(out, Port{v.name, v.dtype, slices.Clone(v.shape)})
	}
	return out
}
