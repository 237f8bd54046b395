package i8_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
)

func TestStepsAddUpToTheProgram(t *testing.T) {
	for seed := range uint64(50) {
		m, err := program(seed, 12)
		require.NoError(t, err)
		p, err := i8.Load(m)
		require.NoError(t, err)
		macs, weights, largest := int64(0), 0, 0
		for i, s := range p.Steps() {
			require.Equal(t, m.Graph.Nodes[i].Name, s.Name)
			require.Equal(t, m.Graph.Nodes[i].Op, s.Op)
			require.NotEmpty(t, s.Inputs)
			require.LessOrEqual(t, s.Accumulator, int64(math.MaxInt32), "Load would have refused it")
			require.Positive(t, s.Scale)
			size := 1
			for _, d := range s.Shape {
				size *= d
			}
			macs, weights, largest = macs+s.MACs, weights+s.WeightBytes, max(largest, size)
		}
		require.Equal(t, p.MACs(), macs)
		require.Equal(t, p.WeightBytes(), weights)
		require.GreaterOrEqual(t, p.LargestActivation(), largest)
	}
}

func TestTheAccumulatorsBoundIsReached(t *testing.T) {
	b := i8.NewBuilder("bound")
	b.Output(b.Gemm("y", b.Input("x", []int{1, 3}, 1), i8.GemmSpec{Out: 2, Weights: []int8{1, 1, 1, 127, 3, 0}, Bias: []int32{0, -77}, Requant: i8.Raw(1)}))
	m, err := b.Model()
	require.NoError(t, err)
	p, err := i8.Load(m)
	require.NoError(t, err)
	out, err := p.Run(t.Context(), map[string]*value.Tensor{"x": {Shape: []int{1, 3}, Data: []int8{-128, -128, -128}}})
	require.NoError(t, err)
	require.Equal(t, -p.Steps()[0].Accumulator, int64(out["y"].Data.([]int32)[1]), "128 * (127 + 3) + 77: no smaller bound holds")
	require.Equal(t, 8, p.LargestActivation(), "two accumulators of four bytes")
}
