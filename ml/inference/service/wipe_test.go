package service_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/inference/pipeline/pipelinetest"
	"github.com/virtengine/virtengine/ml/inference/service"
	"github.com/virtengine/virtengine/ml/inference/service/api"
	"github.com/virtengine/virtengine/ml/inference/service/servicetest"
)

func TestRequestsAreOverwrittenAnswersOrNot(t *testing.T) {
	models := servicetest.Models(t)
	s, err := service.New(servicetest.Deps(t, models))
	require.NoError(t, err)
	zeroed := func(b []byte) { require.Equal(t, make([]byte, len(b)), b) }
	ask := func() error {
		r := servicetest.Request(pipelinetest.Ordinary(), models)
		_, err := s.Score(t.Context(), r)
		zeroed(r.Document.Data)
		for _, f := range r.SelfieFrames {
			require.NotEmpty(t, f.Data)
			zeroed(f.Data)
		}
		return err
	}
	err = ask()
	require.ErrorIs(t, err, service.ErrNotReady, "what was refused is overwritten too")
	require.NoError(t, s.WarmUp(t.Context()))
	err = ask()
	require.NoError(t, err)

	in := &api.InferRequest{Model: "liveness", PackId: "other", Inputs: []api.Tensor{{Name: "x", Type: "int8", Shape: []int64{1, 8, 32, 32}, Data: []byte("somebody's face")}}}
	_, err = s.Infer(t.Context(), in)
	require.ErrorIs(t, err, service.ErrUnknownPack)
	zeroed(in.Inputs[0].Data)
}

func BenchmarkScore(b *testing.B) {
	models := servicetest.Models(b)
	s, err := service.New(servicetest.Deps(b, models))
	require.NoError(b, err)
	require.NoError(b, s.WarmUp(b.Context()))
	requests := make([]*api.ScoreRequest, b.N)
	for i := range requests {
		requests[i] = servicetest.Request(pipelinetest.Ordinary(), models)
	}
	b.ResetTimer()
	for i := range b.N {
		if _, err := s.Score(b.Context(), requests[i]); err != nil {
			b.Fatal(err)
		}
	}
}
