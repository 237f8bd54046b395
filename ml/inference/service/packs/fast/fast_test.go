package fast_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/pipelinetest"
	"github.com/virtengine/virtengine/ml/inference/service/packs"
	"github.com/virtengine/virtengine/ml/inference/service/packs/fast"
	"github.com/virtengine/virtengine/ml/publish/execute"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
)

func both(t *testing.T, name string) (reference, quick pack.Runner) {
	t.Helper()
	x, err := fast.New(f32.Best(), time.Now)
	require.NoError(t, err)
	raw := pipelinetest.FloatModels()[name].Encode()
	reference, err = execute.Engine{}.Load(raw, manifest.Float32)
	require.NoError(t, err)
	quick, err = x.Load(raw, manifest.Float32)
	require.NoError(t, err)
	return reference, quick
}

func TestPlansGiveTheReferencesBits(t *testing.T) {
	for _, rule := range pipeline.Rules() {
		reference, quick := both(t, rule.Model)
		var shape []int
		n := 1
		for _, d := range rule.In {
			shape = append(shape, int(d))
			n *= int(d)
		}
		rapid.Check(t, func(t *rapid.T) {
			seed := rapid.Uint32().Draw(t, "seed")
			data := make([]float32, n)
			for i := range data {
				seed = seed*1664525 + 1013904223
				data[i] = float32(int32(seed)>>8) / (1 << 23)
			}
			x, err := value.Of(shape, data)
			if err != nil {
				t.Fatal(err)
			}
			want, err := reference.Run(context.Background(), map[string]*value.Tensor{"x": x})
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			have, err := quick.(packs.Observed).RunObserved(context.Background(), map[string]*value.Tensor{"x": x}, func(op string, took time.Duration) { seen[op] = took >= 0 })
			if err != nil || !seen["Conv"] {
				t.Fatalf("%v, nodes %v", err, seen)
			}
			if a, b := want["y"].ToONNX("y"), have["y"].ToONNX("y"); string(a.Data) != string(b.Data) {
				t.Fatalf("%s differs", rule.Model)
			}
		})
	}
}

func TestPlansRefuseAsTheReferenceDoes(t *testing.T) {
	_, quick := both(t, pipeline.LivenessModel)
	x, err := value.Of([]int{1}, []float32{1})
	require.NoError(t, err)
	for name, in := range map[string]map[string]*value.Tensor{"Missing": {}, "Shape": {"x": x}, "Unknown": {"x": x, "z": x}} {
		_, err := quick.Run(t.Context(), in)
		require.ErrorIs(t, err, engine.ErrInput, name)
	}
	good, err := value.Of([]int{1, 8, 32, 32}, make([]float32, 8*1024))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = quick.Run(ctx, map[string]*value.Tensor{"x": good})
	require.ErrorIs(t, err, context.Canceled)

	x2, err := fast.New(f32.Best(), time.Now)
	require.NoError(t, err)
	_, err = x2.Load([]byte(strings.Repeat("x", 9)), manifest.Float32)
	require.Error(t, err)
	_, err = x2.Load(pipelinetest.FloatModels()[pipeline.TextLine].Encode(), manifest.Integer8)
	require.Error(t, err, "a model of one contract is none of the other's")
	_, err = fast.New(nil, time.Now)
	require.ErrorIs(t, err, packs.ErrSource)
}
