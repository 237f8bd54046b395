package i8_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/i8"
	kernel "github.com/virtengine/virtengine/ml/engine/kernel/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

func runnerOf(t *testing.T, o i8.Options) (*i8.Program, *i8.Runner, map[string]*value.Tensor) {
	t.Helper()
	p, err := mobile(64)
	require.NoError(t, err)
	r, err := i8.NewRunner(p, o)
	require.NoError(t, err)
	n := numbers(5)
	return p, r, n.feed(p)
}

func TestARunAllocatesNothing(t *testing.T) {
	for _, threads := range []int{1, 3} {
		_, r, in := runnerOf(t, i8.Options{Threads: threads})
		out := r.NewOutputs()
		least := 1e9 // the runtime itself may ask for a goroutine's bookkeeping now and then: what a run asks for, each run asks for
		for range 5 {
			least = min(least, testing.AllocsPerRun(20, func() { require.NoError(t, r.RunInto(t.Context(), in, out)) }))
		}
		require.Zero(t, least, "%d threads", threads)
	}
}

func TestThreadsDoNotShow(t *testing.T) {
	p, _, in := runnerOf(t, i8.Options{})
	want, err := p.Run(t.Context(), in)
	require.NoError(t, err)
	for _, threads := range []int{0, 1, 2, 5, i8.MaxThreads} {
		_, r, _ := runnerOf(t, i8.Options{Threads: threads})
		got, err := r.Run(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, want, got, "%d threads", threads)
	}
}

// cancelled ends after so many questions.
type cancelled struct {
	context.Context
	left int
}

func (c *cancelled) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestARunEndsBetweenTwoNodes(t *testing.T) {
	p, r, in := runnerOf(t, i8.Options{})
	for _, nodes := range []int{0, 1, 5} {
		_, err := r.Run(&cancelled{t.Context(), nodes}, in)
		require.ErrorIs(t, err, context.Canceled)
		_, err = p.Run(&cancelled{t.Context(), nodes}, in)
		require.ErrorIs(t, err, context.Canceled)
	}
	_, err := r.Run(t.Context(), in)
	require.NoError(t, err, "a run that was ended leaves the runner fit for another")
}

// busy asks the runner something in the middle of its run.
type busy struct {
	context.Context
	ask func()
}

func (b *busy) Err() error { b.ask(); return nil }

func TestARunnerServesOneAtATime(t *testing.T) {
	_, r, in := runnerOf(t, i8.Options{})
	asked := 0
	_, err := r.Run(&busy{t.Context(), func() {
		asked++
		_, err := r.Run(t.Context(), in)
		require.ErrorIs(t, err, i8.ErrBusy)
		_, err = r.Profile()
		require.ErrorIs(t, err, i8.ErrBusy)
	}}, in)
	require.NoError(t, err)
	require.NotZero(t, asked)
}

func TestInputsAndOutputsAreHeldAgainstTheProgram(t *testing.T) {
	p, r, in := runnerOf(t, i8.Options{})
	image := in["image"]
	for name, bad := range map[string]map[string]*value.Tensor{
		"None":      {},
		"OtherName": {"picture": image},
		"OneMore":   {"image": image, "more": image},
		"Nil":       {"image": nil},
		"Float":     {"image": {Shape: image.Shape, Data: make([]float32, image.Len())}},
		"Turned":    {"image": {Shape: []int{1, 3, image.Shape[3], image.Shape[2]}, Data: image.Data}},
		"Flat":      {"image": {Shape: []int{1, image.Len()}, Data: image.Data}},
		"Short":     {"image": {Shape: image.Shape, Data: image.Data.([]int8)[1:]}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := p.Run(t.Context(), bad)
			require.ErrorIs(t, err, i8.ErrInput)
			_, err = r.Run(t.Context(), bad)
			require.ErrorIs(t, err, i8.ErrInput)
		})
	}
	good := r.NewOutputs()["heads"]
	for name, bad := range map[string]map[string]*value.Tensor{
		"None":    nil,
		"OneMore": {"heads": good, "more": good},
		"Wide":    {"heads": {Shape: good.Shape, Data: make([]int32, good.Len())}},
		"Short":   {"heads": {Shape: good.Shape, Data: make([]int8, good.Len()-1)}},
		"Turned":  {"heads": {Shape: []int{1, good.Len()}, Data: good.Data}},
	} {
		require.ErrorIs(t, r.RunInto(t.Context(), in, bad), i8.ErrInput, name)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	p, _, _ := runnerOf(t, i8.Options{})
	for _, threads := range []int{-1, i8.MaxThreads + 1} {
		_, err := i8.NewRunner(p, i8.Options{Threads: threads})
		require.ErrorIs(t, err, i8.ErrOption)
	}
	_, err := i8.NewRunner(nil, i8.Options{})
	require.ErrorIs(t, err, i8.ErrOption)
}

func TestProfileCountsWhatRan(t *testing.T) {
	now := time.Duration(0)
	p, r, in := runnerOf(t, i8.Options{Clock: func() time.Duration { now += time.Millisecond; return now }})
	_, err := r.Run(t.Context(), in)
	require.NoError(t, err)
	nodes, err := r.Profile()
	require.NoError(t, err)
	sum := int64(0)
	for _, n := range nodes {
		require.Equal(t, time.Millisecond, n.Time, n.Name)
		sum += n.MACs
	}
	require.Equal(t, p.MACs(), sum)
	require.Equal(t, kernel.Best().Name(), r.Kernels())
	require.Equal(t, "heads", nodes[len(nodes)-1].Name)
}

func TestMemoryIsTwoActivationsInAChain(t *testing.T) {
	p, r, _ := runnerOf(t, i8.Options{})
	m := p.Inputs()[0].Shape
	largest := 64 * (m[2]/2 + 2) * (m[3]/2 + 2) // behind the first block, with its border
	require.LessOrEqual(t, r.ArenaBytes(), 2*largest)
	require.GreaterOrEqual(t, r.PackedBytes(), 0)
	require.Less(t, r.PackedBytes(), 4*p.WeightBytes())
}

func TestAProgramIsAFile(t *testing.T) {
	m := good(t)
	file := m.Encode()
	again, err := onnx.Decode(file, onnx.Limits{})
	require.NoError(t, err)
	require.Equal(t, file, again.Encode())
	p, err := i8.Load(again)
	require.NoError(t, err)
	require.Equal(t, "good", p.Name())
	require.Equal(t, []i8.Port{{Name: "image", Shape: []int{1, 2, 8, 8}, DType: onnx.Int8, Scale: 1.0 / 128}}, p.Inputs())
	require.Equal(t, []i8.Port{{Name: "logits", Shape: []int{1, 2}, DType: onnx.Int32, Scale: 0.001}}, p.Outputs())
	require.Positive(t, p.WeightBytes())
}

func TestScalesDoNotCompute(t *testing.T) {
	m := good(t)
	p, err := i8.Load(m)
	require.NoError(t, err)
	n := numbers(1)
	in := n.feed(p)
	want, err := p.Run(t.Context(), in)
	require.NoError(t, err)
	m.Metadata["scale/image"] = "77"
	for i := range m.Graph.Nodes {
		for j, a := range m.Graph.Nodes[i].Attrs {
			if a.Name == "scale" {
				m.Graph.Nodes[i].Attrs[j].S = []byte("3")
			}
		}
	}
	p, err = i8.Load(m)
	require.NoError(t, err)
	got, err := p.Run(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestABuilderKeepsItsFirstMistake(t *testing.T) {
	for name, row := range map[string]struct {
		reason string
		build  func(b *i8.Builder, x i8.Value)
		want   error
	}{
		"ForeignValue": {"a value of no builder", func(b *i8.Builder, _ i8.Value) { b.Output(i8.Value{}) }, i8.ErrMalformed},
		"NameTwice":    {"a name twice", func(b *i8.Builder, x i8.Value) { b.Table("x", x, make([]int8, 256), 1) }, i8.ErrMalformed},
		"NoScale":      {"a result without a scale", func(b *i8.Builder, x i8.Value) { b.Table("y", x, make([]int8, 256), 0) }, i8.ErrScale},
		"ScalesDiffer": {"Concat of two scales", func(b *i8.Builder, x i8.Value) { b.Concat("z", x, b.Table("y", x, make([]int8, 256), 2)) }, i8.ErrScale},
		"GlobalWindow": {"a window for a global pool", func(b *i8.Builder, x i8.Value) {
			b.GlobalAveragePool("y", x, i8.AverageSpec{PoolSpec: i8.PoolSpec{Kernel: [2]int{1, 1}}})
		}, i8.ErrMalformed},
		"NoWeights":   {"a convolution without weights", func(b *i8.Builder, x i8.Value) { b.Conv("y", x, i8.ConvSpec{Out: 1, Kernel: [2]int{1, 1}}) }, i8.ErrMalformed},
		"NoOut":       {"a Gemm without outputs", func(b *i8.Builder, x i8.Value) { b.Gemm("y", b.Flatten("", x), i8.GemmSpec{}) }, i8.ErrMalformed},
		"Overlapping": {"a transposed convolution without a kernel", func(b *i8.Builder, x i8.Value) { b.ConvTranspose("y", x, i8.ConvTransposeSpec{Out: 1}) }, i8.ErrMalformed},
		"MissingShifts": {"multipliers without shifts", func(b *i8.Builder, x i8.Value) {
			b.Gemm("y", b.Flatten("", x), i8.GemmSpec{Out: 1, Weights: make([]int8, 4), Bias: []int32{0}, Requant: i8.Requant{Multiplier: []int32{1}, Scale: 1}})
		}, i8.ErrMalformed},
		"Unread": {"a value that nothing reads", func(b *i8.Builder, x i8.Value) {
			b.Output(b.Table("y", x, make([]int8, 256), 1))
			b.Table("z", x, make([]int8, 256), 1)
		}, i8.ErrMalformed},
		"InputAsOutput": {"an input as an output", func(b *i8.Builder, x i8.Value) { b.Output(b.Table("y", x, make([]int8, 256), 1)); b.Output(x) }, i8.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			b := i8.NewBuilder("wrong")
			x := b.Input("x", []int{1, 1, 2, 2}, 1)
			row.build(b, x)
			kept := b.Err()
			b.Output(b.Table("last", x, make([]int8, 256), 1))
			if kept != nil {
				require.Equal(t, kept, b.Err(), "the first stays")
			}
			_, err := b.Model()
			require.ErrorIs(t, err, row.want, row.reason)
		})
	}
}
