package execute_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/ml/publish/execute"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/packtest"
)

func TestAModelRunsUnderItsContractOrNotAtAll(t *testing.T) {
	float, integer := packtest.Model().Encode(), packtest.IntegerModel(t).Encode()
	for name, tc := range map[string]struct {
		reason   string
		model    []byte
		contract manifest.Contract
		in, want any
	}{
		"Float":    {"1 - 2 + 0.5 + 0.25, and the bias", float, manifest.Float32, []float32{1, 1, 1, 1}, []float32{-0.125}},
		"Integer":  {"64 - 127 + 32 + 16, and the bias", integer, manifest.Integer8, []int8{1, 1, 1, 1}, []int32{985}},
		"Saturate": {"the least of all inputs", integer, manifest.Integer8, []int8{-128, 127, -128, -128}, []int32{1000 - 128*112 - 127*127}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := execute.Engine{}.Load(tc.model, tc.contract)
			require.NoError(t, err)
			out, err := r.Run(t.Context(), map[string]*value.Tensor{"features": {Shape: []int{1, 4}, Data: tc.in}})
			require.NoError(t, err)
			require.Equal(t, tc.want, out["logit"].Data, tc.reason)
		})
	}
	for name, tc := range map[string]struct {
		reason   string
		model    []byte
		contract manifest.Contract
		want     error
	}{
		"Unknown":      {"a contract of another release", float, "ve-f32-2", pack.ErrContract},
		"None":         {"no contract", float, "", pack.ErrContract},
		"FloatAsInt":   {"a float graph is no integer program", float, manifest.Integer8, nil},
		"IntegerFloat": {"nor the other way round", integer, manifest.Float32, nil},
		"Noise":        {"noise is no model", []byte("noise"), manifest.Float32, onnx.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := execute.Engine{}.Load(tc.model, tc.contract)
			require.Error(t, err, tc.reason)
			require.Nil(t, r)
			if tc.want != nil {
				require.ErrorIs(t, err, tc.want, tc.reason)
			}
		})
	}
}

func TestAPackOfIntegers(t *testing.T) {
	s, files := packtest.Integers(t)
	p, err := pack.Build(t.Context(), s, files, execute.Engine{}, nil)
	require.NoError(t, err)
	file, model := p.Manifest().Program()
	require.Equal(t, "scorer-i8.onnx", file.Name, "the integer program runs; the float graph is what it was made of")
	require.Equal(t, int64(4), model.MACs, "as the program counts them")
	require.Equal(t, "int32", model.Outputs[0].DType)
	require.Len(t, p.Manifest().Models, 2)
	i := 2
	require.Equal(t, "ones", p.Manifest().Conformance[i].Name)
	require.Equal(t, int64(5000), p.Manifest().Conformance[i].Score, "985 is at or above 0 and below 1000")
	p, err = p.Sign(t.Context(), packtest.Signer(t, 1))
	require.NoError(t, err)
	_, err = pack.Verify(t.Context(), p, pack.Policy{Trust: packtest.Trust(t, 1, 1)}, execute.Engine{}, nil)
	require.NoError(t, err)

	s.MACs = 5
	_, err = pack.Build(t.Context(), s, files, execute.Engine{}, nil)
	require.ErrorIs(t, err, pack.ErrSpec, "a spec does not say other than what is counted")
}
