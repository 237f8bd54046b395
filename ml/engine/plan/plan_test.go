package plan_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	"github.com/virtengine/virtengine/ml/engine/plan"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// compare runs a model of one input by the reference and by plans of every set and several thread counts.
func compare(m *onnx.Model, x *value.Tensor, unplanned int) error {
	reference, err := engine.Load(m)
	if err != nil {
		return err
	}
	want, err := reference.Run(context.Background(), map[string]*value.Tensor{"x": x})
	if err != nil {
		return err
	}
	for _, s := range f32.Sets() {
		for _, threads := range []int{1, 2, 5} {
			p, err := plan.New(m, plan.Options{Kernels: s, Threads: threads})
			if err != nil {
				return err
			}
			if n := p.Unplanned(); unplanned >= 0 && len(n) != unplanned {
				return fmt.Errorf("left to the reference: %v", n)
			}
			r, out := p.NewRun(), p.NewOutputs()
			for range 2 {
				if err := r.Run(context.Background(), []*value.Tensor{x}, out); err != nil {
					return err
				}
				for i, port := range p.Outputs() {
					if d := differ(out[i], want[port.Name]); d != "" {
						return fmt.Errorf("%s, %d threads, output %s: %s", s.Name(), threads, port.Name, d)
					}
				}
			}
		}
	}
	return nil
}

func TestNetsEqualTheReference(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		model  *onnx.Model
		side   int
	}{
		"Residual":  {"shortcuts keep a value alive past the next", residualNet(33), 33},
		"Separable": {"depthwise and pointwise convolutions take other ways", separableNet(40), 40},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, compare(tc.model, picture(3, 1, 3, tc.side, tc.side), 0), tc.reason)
		})
	}
}

// Graphs that nobody would train: what matters is that any order of any operators keeps every value until it is read.
func TestRandomGraphs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const c = 4
		g := newGraph(17, rapid.Uint32().Draw(t, "seed"), 1, c, 7, 6)
		pool := []string{"x"}
		pick := func() string { return rapid.SampledFrom(pool).Draw(t, "operand") }
		for range rapid.IntRange(1, 12).Draw(t, "nodes") {
			var y string
			switch rapid.IntRange(0, 13).Draw(t, "kind") {
			case 0:
				y = g.conv(pick(), c, c, 3, 1, 1)
			case 1:
				y = g.node("Relu", nil, g.conv(pick(), c, c, 3, 1, c))
			case 2:
				y = g.norm(pick(), c)
			case 3:
				y = g.node(rapid.SampledFrom([]string{"Add", "Sub", "Mul", "Max", "Min", "Div"}).Draw(t, "op"), nil, pick(), pick())
			case 4:
				y = g.node("Mul", nil, pick(), g.weights(1, c, 1, 1))
			case 5:
				y = g.node(rapid.SampledFrom([]string{"Sigmoid", "Tanh", "Relu", "LeakyRelu", "HardSwish", "Abs", "Neg", "Floor", "HardSigmoid", "Elu", "Softplus", "Erf"}).Draw(t, "op"), nil, pick())
			case 6:
				y = g.node("MaxPool", []onnx.Attribute{ints("kernel_shape", 3, 3), ints("pads", 1, 1, 1, 1)}, pick())
			case 7:
				y = g.node("AveragePool", []onnx.Attribute{ints("kernel_shape", 3, 2), ints("pads", 1, 0, 1, 1), number("count_include_pad", int64(rapid.IntRange(0, 1).Draw(t, "all")))}, pick())
			case 8:
				y = g.node("Slice", nil, g.node("Concat", []onnx.Attribute{number("axis", 1)}, pick(), pick()), g.list(2), g.list(2+c), g.list(1))
			case 9:
				y = g.node("Reshape", nil, g.node("Transpose", []onnx.Attribute{ints("perm", 0, 1, 3, 2)}, pick()), g.list(1, c, 7, 6))
			case 10:
				y = g.node("Softmax", []onnx.Attribute{number("axis", int64(rapid.IntRange(1, 3).Draw(t, "axis")))}, pick())
			case 11:
				y = g.node("Mul", nil, pick(), g.node("Sigmoid", nil, g.node("Conv", nil, g.node("GlobalAveragePool", nil, pick()), g.weights(1, c, c, 1, 1))))
			case 12:
				y = g.node("MatMul", nil, pick(), g.weights(1, 6, 6))
			case 13:
				y = g.node("Add", nil, pick(), g.node(rapid.SampledFrom([]string{"ReduceMean", "ReduceMax", "ReduceL2"}).Draw(t, "op"), []onnx.Attribute{ints("axes", 2, 3)}, pick()))
			}
			pool = append(pool, y)
		}
		outputs := []string{pool[len(pool)-1]}
		if second := pick(); second != outputs[0] && second != "x" {
			outputs = append(outputs, second)
		}
		if err := compare(g.gives(outputs...), picture(rapid.Uint32().Draw(t, "picture"), 1, c, 7, 6), 0); err != nil {
			t.Fatal(err)
		}
	})
}

// What has no kernel is computed by the reference, and said so.
func TestUnplannedIsListed(t *testing.T) {
	g := newGraph(17, 4, 1, 2, 4, 4)
	y := g.node("Selu", nil, g.node("Relu", nil, "x"))
	m := g.gives(g.node("Add", nil, y, "x"))
	require.NoError(t, compare(m, picture(1, 1, 2, 4, 4), 1))
	p, err := plan.New(m, plan.Options{Kernels: f32.Best(), Threads: 1})
	require.NoError(t, err)
	require.Equal(t, []string{`Selu "nv2"`}, p.Unplanned())
}

// A run of a planned model allocates nothing, on one thread and on several.
func TestRunAllocatesNothing(t *testing.T) {
	for _, threads := range []int{1, 2, 4} {
		p, err := plan.New(residualNet(33), plan.Options{Kernels: f32.Best(), Threads: threads})
		require.NoError(t, err)
		require.Empty(t, p.Unplanned())
		r, out, in := p.NewRun(), p.NewOutputs(), []*value.Tensor{picture(3, 1, 3, 33, 33)}
		for range 20 { // workers meet each kind of step
			require.NoError(t, r.Run(context.Background(), in, out))
		}
		least := 1e9 // the runtime itself may ask for a goroutine's bookkeeping now and then: what a run asks for, each run asks for
		for range 5 {
			least = min(least, testing.AllocsPerRun(20, func() { require.NoError(t, r.Run(context.Background(), in, out)) }))
		}
		require.Zero(t, least, "%d threads", threads)
	}
}

// GOMAXPROCS and the number of threads are not in the result.
func TestThreadsDoNotShow(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	m, in := separableNet(36), []*value.Tensor{picture(3, 1, 3, 36, 36)}
	var want *value.Tensor
	for procs := 1; procs <= 8; procs++ {
		runtime.GOMAXPROCS(procs)
		for _, threads := range []int{1, 2, 3, 8} {
			p, err := plan.New(m, plan.Options{Kernels: f32.Best(), Threads: threads})
			require.NoError(t, err)
			out := p.NewOutputs()
			require.NoError(t, p.NewRun().Run(context.Background(), in, out))
			if want == nil {
				want = out[0]
			}
			require.Empty(t, differ(out[0], want), "GOMAXPROCS %d, %d threads", procs, threads)
		}
	}
}

// A chain needs no more than two neighbours at once.
func TestChainsNeedTwoNeighbours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := newGraph(17, 1, 1, 2, 8, 8)
		x, c, largest := "x", 2, 0
		for range rapid.IntRange(1, 8).Draw(t, "layers") {
			next := rapid.IntRange(1, 9).Draw(t, "channels")
			x, c = g.conv(x, c, next, 3, 1, 1), next
			x = g.node("Sigmoid", nil, g.norm(x, c))
			largest = max(largest, c*8*8*4)
		}
		p, err := plan.New(g.gives(x), plan.Options{Kernels: f32.Best(), Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		if p.ArenaBytes() > int64(2*largest) || p.ArenaBytes() != p.LiveBytes() {
			t.Fatalf("%d bytes of arena, %d live, largest activation %d", p.ArenaBytes(), p.LiveBytes(), largest)
		}
	})
}

func TestNewRefuses(t *testing.T) {
	symbol := newGraph(17, 1, 1, 2)
	symbol.m.Graph.Inputs[0].Shape[0] = onnx.Dim{Value: -1, Symbol: "N"}
	data := newGraph(17, 1, 4)
	good := newGraph(17, 1, 4)
	unknown := newGraph(17, 1, 4)
	for name, tc := range map[string]struct {
		reason string
		model  *onnx.Model
		opts   plan.Options
		want   error
	}{
		"Symbol":    {"a batch of any size has no plan", symbol.gives(symbol.node("Relu", nil, "x")), plan.Options{Kernels: f32.Best(), Threads: 1}, plan.ErrDynamic},
		"Data":      {"how many are not zero is known in a run", data.gives(data.node("NonZero", nil, "x")), plan.Options{Kernels: f32.Best(), Threads: 1}, plan.ErrDynamic},
		"NoKernels": {"a missing dependency is an error at once", good.gives(good.node("Relu", nil, "x")), plan.Options{Threads: 1}, plan.ErrOptions},
		"NoThreads": {"nobody would compute", good.m, plan.Options{Kernels: f32.Best()}, plan.ErrOptions},
		"Operator":  {"as the reference does", unknown.gives(unknown.node("Abacus", nil, "x")), plan.Options{Kernels: f32.Best(), Threads: 1}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := plan.New(tc.model, tc.opts)
			require.Error(t, err, tc.reason)
			if tc.want != nil {
				require.ErrorIs(t, err, tc.want, tc.reason)
			}
		})
	}
}

func TestRunRefuses(t *testing.T) {
	p, err := plan.New(separableNet(36), plan.Options{Kernels: f32.Best(), Threads: 2})
	require.NoError(t, err)
	r, out, in := p.NewRun(), p.NewOutputs(), picture(1, 1, 3, 36, 36)
	require.ErrorIs(t, r.Run(context.Background(), nil, out), engine.ErrInput)
	require.ErrorIs(t, r.Run(context.Background(), []*value.Tensor{picture(1, 1, 3, 36, 35)}, out), engine.ErrInput)
	require.ErrorIs(t, r.Run(context.Background(), []*value.Tensor{nil}, out), engine.ErrInput)
	require.ErrorIs(t, r.Run(context.Background(), []*value.Tensor{in}, []*value.Tensor{{Shape: []int{1, 10}}}), engine.ErrInput)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, r.Run(ctx, []*value.Tensor{in}, out), context.Canceled)
	require.NoError(t, r.Run(context.Background(), []*value.Tensor{in}, out), "a run that was stopped leaves a good Runner")
}

func TestProfile(t *testing.T) {
	p, err := plan.New(residualNet(33), plan.Options{Kernels: f32.Best(), Threads: 1})
	require.NoError(t, err)
	now := time.Duration(0)
	r := p.NewRun()
	r.Timed(func() time.Duration { now += time.Millisecond; return now })
	require.NoError(t, r.Run(context.Background(), []*value.Tensor{picture(3, 1, 3, 33, 33)}, p.NewOutputs()))
	var macs int64
	for _, s := range r.Profile() {
		require.Equal(t, time.Millisecond, s.Time, s.Node)
		macs += s.MACs
	}
	require.Equal(t, "Conv", r.Profile()[0].Op)
	require.Equal(t, int64(3*3*3*16*17*17), r.Profile()[0].MACs)
	require.Equal(t, p.MACs(), macs)
}

// Weights that are packed are not held twice, and those that something else reads too are still there.
func TestSharedWeights(t *testing.T) {
	g := newGraph(17, 5, 1, 3, 5, 5)
	w := g.weights(1, 3, 3, 1, 1)
	bias := g.weights(1, 3)
	x := g.node("Conv", nil, "x", w, bias)
	x = g.node("Add", nil, x, g.node("Reshape", nil, bias, g.list(3, 1, 1)))
	x = g.node("Conv", nil, x, w)
	y := g.node("Softplus", nil, g.node("Add", nil, g.node("ReduceMax", nil, x), w))
	require.NoError(t, compare(g.gives(x, y), picture(1, 1, 3, 5, 5), 0))
}
