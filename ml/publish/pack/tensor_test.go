package pack_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
)

func TestADigestIsOfTypeShapeAndElements(t *testing.T) {
	seen := map[string]string{}
	for name, tensor := range map[string]value.Tensor{
		"Row":      {Shape: []int{1, 4}, Data: []float32{1, 2, 3, 4}},
		"Column":   {Shape: []int{4, 1}, Data: []float32{1, 2, 3, 4}},
		"Vector":   {Shape: []int{4}, Data: []float32{1, 2, 3, 4}},
		"Integers": {Shape: []int{1, 4}, Data: []int32{1, 2, 3, 4}},
		"Bits":     {Shape: []int{1, 4}, Data: []int32{0x3f800000, 0x40000000, 0x40400000, 0x40800000}}, // Row's own
		"Zero":     {Shape: []int{1}, Data: []float32{0}},
		"Minus":    {Shape: []int{1}, Data: []float32{float32(math.Copysign(0, -1))}},
		"Scalar":   {Shape: []int{}, Data: []float32{0}},
	} {
		d, err := pack.TensorDigest(&tensor)
		require.NoError(t, err)
		require.Empty(t, seen[d.String()], "%s has the digest of another", name)
		seen[d.String()] = name
	}
	for name, tensor := range map[string]*value.Tensor{
		"Nil":      nil,
		"NaN":      {Shape: []int{1}, Data: []float32{float32(math.NaN())}},
		"Infinity": {Shape: []int{1}, Data: []float64{math.Inf(-1)}},
		"Text":     {Shape: []int{1}, Data: []string{"a"}},
		"Short":    {Shape: []int{2}, Data: []float32{1}},
	} {
		_, err := pack.TensorDigest(tensor)
		require.ErrorIs(t, err, pack.ErrTensor, name)
	}
}

func TestInputsGrowFromSeeds(t *testing.T) {
	// SplitMix64 of seed 1234567 begins 6457827717110365317, 3203168211198807973, 9817491932198370423 in the reference
	// implementation; the upper 8 bits of these are 89, 44 and 136.
	for dtype, want := range map[string]any{
		"uint8": []uint8{89, 44, 136}, "int8": []int8{-39, -84, 8}, "int32": []int32{-39, -84, 8}, "int64": []int64{-39, -84, 8},
		"float32": []float32{-39.0 / 128, -84.0 / 128, 8.0 / 128},
	} {
		got, err := pack.Seeded(manifest.Value{Name: "x", DType: dtype, Shape: []int64{1, 3}}, 1234567)
		require.NoError(t, err)
		require.Equal(t, &value.Tensor{Shape: []int{1, 3}, Data: want}, got)
	}
	for name, v := range map[string]manifest.Value{
		"Text": {Name: "x", DType: "string", Shape: []int64{1}}, "Empty": {Name: "x", DType: "int8", Shape: []int64{0}},
		"Huge": {Name: "x", DType: "int8", Shape: []int64{1 << 30}},
	} {
		_, err := pack.Seeded(v, 1)
		require.Error(t, err, name)
	}
}

func TestAFloatBecomesAScore(t *testing.T) {
	table := manifest.ScoreTable{Output: "y", Index: 1, Scale: 2, Steps: []manifest.Step{
		{From: -math.MaxInt32, Score: 1}, {From: -1, Score: 10}, {From: 0, Score: 20}, {From: 2, Score: 30}, {From: math.MaxInt32, Score: 40}}}
	for name, tc := range map[string]struct {
		reason string
		y      float32
		want   int64
	}{
		"Exact":     {"1 times 2 is 2", 1, 30},
		"TieDown":   {"0.25 times 2 is a half, to even: 0", 0.25, 20},
		"TieUp":     {"0.75 times 2 is one and a half, to even: 2", 0.75, 30},
		"TieMinus":  {"-0.25 times 2 is minus a half, to even: 0", -0.25, 20},
		"MinusZero": {"-0 is 0", float32(math.Copysign(0, -1)), 20},
		"Below":     {"just below the threshold", -0.26, 10},
		"Huge":      {"what is too large is the largest", math.MaxFloat32, 40},
		"Least":     {"and the least", -math.MaxFloat32, 1},
		"Infinite":  {"also without end", float32(math.Inf(1)), 40},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := pack.Score(table, map[string]*value.Tensor{"y": {Shape: []int{2}, Data: []float32{9, tc.y}}})
			require.NoError(t, err)
			require.Equal(t, tc.want, got, tc.reason)
		})
	}
	for name, y := range map[string]*value.Tensor{
		"NaN": {Shape: []int{2}, Data: []float32{0, float32(math.NaN())}}, "Short": {Shape: []int{1}, Data: []float32{0}},
		"Text": {Shape: []int{2}, Data: []string{"", ""}}, "Missing": nil,
	} {
		_, err := pack.Score(table, map[string]*value.Tensor{"y": y})
		require.ErrorIs(t, err, pack.ErrTensor, name)
	}
	for _, data := range []any{[]int8{0, 2}, []uint8{0, 2}, []int16{0, 2}, []uint16{0, 2}, []int32{0, 2}, []int64{0, 2}} {
		got, err := pack.Score(table, map[string]*value.Tensor{"y": {Shape: []int{2}, Data: data}})
		require.NoError(t, err)
		require.Equal(t, int64(30), got, "an integer is its own raw number, %T", data)
	}
	none, err := pack.Score(manifest.ScoreTable{}, nil)
	require.NoError(t, err)
	require.Equal(t, int64(manifest.NoScore), none)
}
