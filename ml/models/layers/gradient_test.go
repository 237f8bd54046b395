package layers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// loss is a fixed mixture of all results: its gradient is the mixture.
func mixture(n int) []float32 {
	s := stream.New(3, "test/mixture", 0)
	m := make([]float32, n)
	for i := range m {
		m[i] = s.Normal()
	}
	return m
}

func dot(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(float64(a[i]) * float64(b[i]))
	}
	return sum
}

// differs holds every gradient of a network against a finite difference: in, weights, all of them.
func differs(t *testing.T, net *Net, samples int) {
	t.Helper()
	tape := net.NewTape(samples)
	tape.grads[Input] = make([]float32, len(tape.values[Input]))
	s := stream.New(5, "test/input", 0)
	x := make([]float32, samples*net.In().Len())
	for i := range x {
		x[i] = s.Normal()
	}
	for _, p := range net.params { // norms and slopes too
		for i := range p.W {
			p.W[i] += float32(0.3 * s.Normal())
		}
	}
	copy(tape.In(), x)
	mix := mixture(len(tape.Forward(samples, true)))
	tape.Zero()
	require.NoError(t, tape.Backward(mix))
	gradients := map[string][]float32{"input": append([]float32(nil), tape.grads[Input]...)}
	places := map[string][]float32{"input": x}
	for i, p := range net.params {
		gradients[p.Name] = append([]float32(nil), tape.dw[i]...)
		places[p.Name] = p.W
	}
	value := func() float64 {
		copy(tape.In(), x)
		return dot(tape.Forward(samples, true), mix)
	}
	const step = 1.0 / 1024
	for name, place := range places {
		for i := 0; i < len(place); i += max(len(place)/40, 1) {
			was := place[i]
			place[i] = was + step
			up := value()
			place[i] = was - step
			down := value()
			place[i] = was
			want := (up - down) / (2 * step)
			got := float64(gradients[name][i])
			require.InDelta(t, want, got, 0.02+0.02*math.Abs(want), "%s[%d]", name, i)
		}
	}
}

func TestGradients(t *testing.T) {
	// Kinks (at 0, at equal maxima) are met by chance only; inputs and steps are fixed, so a pass stays a pass.
	for name, tc := range map[string]struct {
		reason string
		in     Shape
		put    func(b *Builder) Value
	}{
		"Conv":       {"three by three, padded", Shape{3, 6, 5}, func(b *Builder) Value { return b.Conv(Input, Square(4, 3, 1).WithBias()) }},
		"Stride":     {"every second place", Shape{2, 7, 6}, func(b *Builder) Value { return b.Conv(Input, Square(3, 3, 2)) }},
		"Oblong":     {"a kernel and strides that differ by direction", Shape{2, 6, 9}, func(b *Builder) Value { return b.Conv(Input, Conv{Out: 3, KH: 2, KW: 5, SH: 2, SW: 1, PW: 2}) }},
		"OneByOne":   {"samples are their own columns", Shape{4, 3, 5}, func(b *Builder) Value { return b.Conv(Input, Square(6, 1, 1)) }},
		"Depth":      {"every channel alone", Shape{3, 6, 7}, func(b *Builder) Value { return b.Conv(Input, Depth(3, 1)) }},
		"DepthTwo":   {"with a stride", Shape{3, 7, 9}, func(b *Builder) Value { return b.Conv(Input, Depth(5, 2).WithBias()) }},
		"Linear":     {"flat samples", Shape{7, 1, 1}, func(b *Builder) Value { return b.Linear(Input, 5, true) }},
		"Flatten":    {"then linear", Shape{2, 2, 3}, func(b *Builder) Value { return b.Linear(b.Flatten(Input), 3, false) }},
		"Norm":       {"the mean and the deviation depend on all", Shape{3, 4, 4}, func(b *Builder) Value { return b.Norm(b.Conv(Input, Square(3, 1, 1))) }},
		"Relu":       {"a gradient where it passes", Shape{3, 4, 5}, func(b *Builder) Value { return b.Relu(Input) }},
		"Relu6":      {"the same below its limit", Shape{3, 4, 5}, func(b *Builder) Value { return b.Relu6(Input) }},
		"Leaky":      {"a tenth of it below zero", Shape{3, 4, 5}, func(b *Builder) Value { return b.LeakyRelu(Input, 0.1) }},
		"PRelu":      {"a learnt slope", Shape{3, 4, 5}, func(b *Builder) Value { return b.PRelu(Input) }},
		"Sigmoid":    {"by its own result", Shape{3, 4, 5}, func(b *Builder) Value { return b.Sigmoid(Input) }},
		"MaxPool":    {"to the greatest alone", Shape{2, 5, 6}, func(b *Builder) Value { return b.MaxPool(Input, 2) }},
		"AvgPool":    {"to all alike", Shape{2, 6, 7}, func(b *Builder) Value { return b.AvgPool(Input, 3) }},
		"GlobalPool": {"to the whole channel", Shape{4, 3, 5}, func(b *Builder) Value { return b.GlobalAvgPool(Input) }},
		"Upsample":   {"four places have one source", Shape{2, 3, 4}, func(b *Builder) Value { return b.Upsample(Input) }},
		"Add":        {"both operands, one of them twice read", Shape{2, 4, 4}, func(b *Builder) Value { return b.Add(b.Conv(Input, Square(2, 3, 1)), Input) }},
		"Concat":     {"each its channels", Shape{2, 4, 4}, func(b *Builder) Value { return b.Concat(b.Conv(Input, Square(3, 3, 1)), Input) }},
	} {
		t.Run(name, func(t *testing.T) {
			b := Start("test", tc.in)
			out := tc.put(b)
			net, err := b.Build(out, 1, int64(b.Shape(out).Len()))
			require.NoError(t, err, tc.reason)
			net.Init(1)
			differs(t, net, 3)
		})
	}
}

func TestRelu6EndsAtSix(t *testing.T) {
	b := Start("test", Shape{4, 1, 1})
	net, err := b.Build(b.Relu6(Input), 1, 4)
	require.NoError(t, err)
	tape := net.NewTape(1)
	tape.grads[Input] = make([]float32, 4)
	copy(tape.In(), []float32{-1, 3, 5.5, 7})
	require.Equal(t, []float32{0, 3, 5.5, 6}, tape.Forward(1, true))
	require.NoError(t, tape.Backward([]float32{1, 2, 3, 4}))
	require.Equal(t, []float32{0, 2, 3, 0}, tape.grads[Input], "what is cut off teaches nothing")
}

func TestWhatIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		put    func(b *Builder) Value
		shape  []int64
	}{
		"Kernel":  {"a kernel larger than its input", func(b *Builder) Value { return b.Conv(Input, Conv{Out: 1, KH: 9, KW: 9}) }, []int64{1, 1}},
		"Linear":  {"planes are not flat", func(b *Builder) Value { return b.Linear(Input, 2, true) }, []int64{1, 2}},
		"Add":     {"shapes that differ", func(b *Builder) Value { return b.Add(Input, b.Conv(Input, Square(5, 1, 1))) }, []int64{1, 32}},
		"Twice":   {"one operand twice, which decoders drop", func(b *Builder) Value { return b.Add(Input, Input) }, []int64{1, 32}},
		"Operand": {"a layer that is not there", func(b *Builder) Value { return b.Relu(7) }, []int64{1, 32}},
		"Shape":   {"an exported shape of another size", func(b *Builder) Value { return b.Relu(Input) }, []int64{1, 31}},
		"Batch":   {"an exported batch of two", func(b *Builder) Value { return b.Relu(Input) }, []int64{2, 16}},
	} {
		t.Run(name, func(t *testing.T) {
			b := Start("test", Shape{2, 4, 4})
			_, err := b.Build(tc.put(b), tc.shape...)
			require.ErrorIs(t, err, ErrBuild, tc.reason)
		})
	}
}
