package layers

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/onnx"
)

// everything is a network in which each layer occurs.
func everything(t *testing.T) *Net {
	t.Helper()
	b := Start("everything", Shape{2, 12, 12})
	x := b.Relu6(b.Norm(b.Conv(Input, Square(6, 3, 1))))
	skip := x
	x = b.PRelu(b.Norm(b.Conv(x, Depth(3, 2))))
	x = b.LeakyRelu(b.Norm(b.Conv(x, Square(8, 1, 1).WithBias())), 0.125)
	x = b.Concat(b.Upsample(x), skip)
	x = b.Conv(x, Square(6, 3, 1).WithBias())
	x = b.Relu(b.Add(x, skip))
	x = b.AvgPool(b.MaxPool(x, 2), 2)
	y := b.Flatten(b.GlobalAvgPool(x))
	z := b.Linear(b.Flatten(x), 6, true)
	x = b.Relu(b.Norm(b.Linear(b.Add(y, z), 5, false)))
	x = b.Sigmoid(b.Linear(x, 3, true))
	net, err := b.Build(x, 1, 3, 1)
	require.NoError(t, err)
	net.Init(7)
	s := stream.New(9, "test/state", 0)
	for _, st := range net.stats {
		for i := range st.Mean {
			st.Mean[i], st.Variance[i] = float32(s.Normal()/4), s.Unit()+0.25
		}
	}
	return net
}

func TestTheEngineComputesWhatTheLayersDo(t *testing.T) {
	net := everything(t)
	m, err := Export(net)
	require.NoError(t, err)
	raw := m.Encode()
	again, err := Export(net)
	require.NoError(t, err)
	require.Equal(t, raw, again.Encode(), "equal weights are equal bytes")
	back, err := onnx.Decode(raw, onnx.DefaultLimits())
	require.NoError(t, err)
	require.NoError(t, profile().Check(back), "what is exported may be in a pack")
	program, err := engine.Load(back)
	require.NoError(t, err)

	tape := net.NewTape(2)
	s := stream.New(2, "test/input", 0)
	for i := range tape.In() {
		tape.In()[i] = s.Normal()
	}
	for sample := range 2 {
		want := tape.Forward(2, false)[3*sample : 3*sample+3]
		in, err := value.Of([]int{1, 2, 12, 12}, tape.In()[288*sample:288*(sample+1)])
		require.NoError(t, err)
		out, err := program.Run(context.Background(), map[string]*value.Tensor{InputName: in})
		require.NoError(t, err)
		got, err := value.As[float32](out[OutputName])
		require.NoError(t, err)
		require.Equal(t, []int{1, 3, 1}, out[OutputName].Shape)
		for i := range want {
			require.InDelta(t, want[i], got[i], 2e-6, "folding norms rounds differently, and no more than that")
		}
	}
}

// profile is what packs allow, as far as it matters here.
func profile() onnx.Profile {
	operators := map[string]bool{}
	for _, op := range []string{"Conv", "Gemm", "Relu", "Clip", "LeakyRelu", "PRelu", "Sigmoid", "MaxPool", "AveragePool", "GlobalAveragePool", "Resize",
		"Flatten", "Reshape", "Add", "Concat"} {
		operators[op] = true
	}
	return onnx.Profile{Operators: operators, DTypes: []onnx.DType{onnx.Float32, onnx.Int64}, MinOpset: Opset, MaxOpset: Opset}
}

func TestExportRefuses(t *testing.T) {
	b := Start("alone", Shape{2, 4, 4})
	net, err := b.Build(b.Norm(Input), 1, 32)
	require.NoError(t, err)
	_, err = Export(net)
	require.ErrorIs(t, err, ErrExport, "a norm that cannot be folded")

	net = everything(t)
	net.params[0].W[0] = float32(math.Inf(1))
	_, err = Export(net)
	require.ErrorIs(t, err, ErrExport, "a weight that ran away")
}
