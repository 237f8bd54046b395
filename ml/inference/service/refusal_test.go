package service_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/inference/pipeline/pipelinetest"
	"github.com/virtengine/virtengine/ml/inference/service"
	"github.com/virtengine/virtengine/ml/inference/service/api"
	"github.com/virtengine/virtengine/ml/inference/service/client"
	"github.com/virtengine/virtengine/ml/inference/service/servicetest"
	"github.com/virtengine/virtengine/security/hashes"
)

func TestRequestsThatAreNotComputed(t *testing.T) {
	models := servicetest.Models(t)
	d := servicetest.Deps(t, models)
	d.Limits.MACs = servicetest.ScoreMACs(models)
	r := servicetest.Start(t, d)
	infer := func(change func(*api.InferRequest)) proto.Message {
		in := zeros(t, r, "face-embedder")
		change(in)
		return in
	}
	score := func(change func(*api.ScoreRequest)) proto.Message {
		in := servicetest.Request(pipelinetest.Ordinary(), models)
		change(in)
		return in
	}
	for name, tc := range map[string]struct {
		reason string
		in     proto.Message
		want   service.FailureReason
		code   codes.Code
		http   int
		says   string
	}{
		"NoModel":   {"a model that is nowhere is named, and so are those that are", infer(func(r *api.InferRequest) { r.Model = "scorer" }), service.UnknownModel, codes.NotFound, 404, `"scorer"; loaded are document-anomaly`},
		"OtherPack": {"a pack that is not loaded", infer(func(r *api.InferRequest) { r.PackId = hashes.Of([]byte("other")).String() }), service.UnknownPack, codes.NotFound, 404, "is loaded from"},
		"NoPack":    {"nobody says which pack", infer(func(r *api.InferRequest) { r.PackId = "" }), service.UnknownPack, codes.NotFound, 404, "is loaded from"},
		"NoInput":   {"no input at all", infer(func(r *api.InferRequest) { r.Inputs = nil }), service.Malformed, codes.InvalidArgument, 400, `needs input "x"`},
		"TwoInputs": {"one input too many", infer(func(r *api.InferRequest) {
			r.Inputs = append(r.Inputs, api.Tensor{Name: "y", Type: "int8", Data: []byte{1}})
		}), service.Malformed, codes.InvalidArgument, 400, "has 1"},
		"Twice":       {"an input twice", infer(func(r *api.InferRequest) { r.Inputs = append(r.Inputs, r.Inputs[0]) }), service.Malformed, codes.InvalidArgument, 400, "twice"},
		"Shape":       {"another shape", infer(func(r *api.InferRequest) { r.Inputs[0].Shape = []int64{1, 1, 32, 128} }), service.Malformed, codes.InvalidArgument, 400, "want int8 [1 1 64 64]"},
		"Bytes":       {"fewer bytes than the shape has", infer(func(r *api.InferRequest) { r.Inputs[0].Data = r.Inputs[0].Data[1:] }), service.Malformed, codes.InvalidArgument, 400, "4095 bytes"},
		"Negative":    {"a negative dimension", infer(func(r *api.InferRequest) { r.Inputs[0].Shape = []int64{1, -1, 64, 64} }), service.Malformed, codes.InvalidArgument, 400, "dimension -1"},
		"Huge":        {"more elements than there are", infer(func(r *api.InferRequest) { r.Inputs[0].Shape = []int64{1 << 40, 1 << 40, 1, 1} }), service.Malformed, codes.InvalidArgument, 400, "elements"},
		"Type":        {"elements of another type", infer(func(r *api.InferRequest) { r.Inputs[0].Type = "uint8" }), service.Malformed, codes.InvalidArgument, 400, "is uint8"},
		"NoType":      {"elements of no type", infer(func(r *api.InferRequest) { r.Inputs[0].Type = "complex64" }), service.Malformed, codes.InvalidArgument, 400, "write int8"},
		"TooLarge":    {"eleven megabytes", infer(func(r *api.InferRequest) { r.Inputs[0].Data = make([]byte, 10<<20) }), service.TooLarge, codes.ResourceExhausted, 413, "at most"},
		"ScorePacks":  {"a score by other packs", score(func(r *api.ScoreRequest) { r.PackIds = r.PackIds[1:] }), service.UnknownPack, codes.NotFound, 404, "loaded are"},
		"ScoreDigest": {"a digest of five bytes", score(func(r *api.ScoreRequest) { r.Document.CiphertextDigest = []byte("short") }), service.Malformed, codes.InvalidArgument, 400, "ciphertext_digest"},
		"ScoreScope":  {"a frame of no scope", score(func(r *api.ScoreRequest) { r.SelfieFrames[2].ScopeId = "" }), service.Malformed, codes.InvalidArgument, 400, "scope id"},
	} {
		t.Run(name, func(t *testing.T) {
			overHTTP := proto.Clone(tc.in)
			err, path := error(nil), "/v1/infer"
			if in, ok := tc.in.(*api.InferRequest); ok {
				_, err = r.GRPC.Infer(t.Context(), in)
			} else {
				path = "/v1/score"
				_, err = r.GRPC.Score(t.Context(), tc.in.(*api.ScoreRequest))
			}
			require.Equal(t, tc.code, status.Code(err), "%s: %v", tc.reason, err)
			require.Equal(t, string(tc.want), client.Reason(err), tc.reason)
			require.ErrorContains(t, err, tc.says)
			code, body := post(t, r.HTTP, path, overHTTP, nil)
			require.Equal(t, tc.http, code, tc.reason)
			require.Contains(t, body, `"code":"`+string(tc.want)+`"`)
		})
	}
	_, body := get(t, r.HTTP, "/metrics")
	require.Contains(t, body, `ve_inference_refusals_total{reason="UNKNOWN_MODEL"} 2`, "once over each way")
	for name, tc := range map[string]struct {
		body string
		want int
	}{"NoJSON": {"{", 400}, "UnknownField": {`{"model":"x","fallback":true}`, 400}, "OtherType": {`{"model":7}`, 400}} {
		res, err := r.HTTP.Post("http://service/v1/infer", "application/json", strings.NewReader(tc.body))
		require.NoError(t, err)
		require.Equal(t, tc.want, res.StatusCode, name)
		require.NoError(t, res.Body.Close())
	}
	res, err := r.HTTP.Get("http://service/v1/score")
	require.NoError(t, err)
	require.Equal(t, http.StatusMethodNotAllowed, res.StatusCode)
	require.NoError(t, res.Body.Close())
}

func TestAServiceThatIsNotReadySaysSo(t *testing.T) {
	d := servicetest.Deps(t, servicetest.Models(t))
	s, err := service.New(d)
	require.NoError(t, err)
	r := servicetest.Serve(t, s, d, time.Second)
	_, err = r.GRPC.Infer(t.Context(), zeros(t, r, "liveness"))
	require.Equal(t, "NOT_READY", client.Reason(err))
	code, _ := get(t, r.HTTP, "/readyz")
	require.Equal(t, http.StatusServiceUnavailable, code)
	require.NoError(t, s.WarmUp(t.Context()))
	code, _ = get(t, r.HTTP, "/readyz")
	require.Equal(t, http.StatusOK, code)
	require.NoError(t, r.Stop())
}

func TestServicesThatDoNotStart(t *testing.T) {
	models := servicetest.Models(t)
	for name, tc := range map[string]struct {
		reason string
		change func(*service.Deps)
		says   string
	}{
		"NoModels":  {"nothing to compute with", func(d *service.Deps) { d.Models = nil }, "dependency"},
		"NoDecoder": {"nothing to see with", func(d *service.Deps) { d.Decode = nil }, "dependency"},
		"NoLog":     {"nobody to tell", func(d *service.Deps) { d.Log = nil }, "dependency"},
		"NoMetrics": {"nobody to count", func(d *service.Deps) { d.Metrics = nil }, "dependency"},
		"NoClock":   {"no time", func(d *service.Deps) { d.Clock = nil }, "dependency"},
		"Limits":    {"nobody at a time", func(d *service.Deps) { d.Limits.Parallel = 0 }, "requests at a time"},
		"Params":    {"weights of 101 points", func(d *service.Deps) { d.Params.Score.Weights[0]++ }, "101"},
		"Missing":   {"a model is in no pack: it is named", func(d *service.Deps) { d.Models = servicetest.Models(t, "liveness", "text-line") }, `model "liveness" is in none of the packs`},
		"Shape":     {"a model that gives something else than its name says", func(d *service.Deps) { d.Models = reshaped{models} }, "want one of"},
		"Scale":     {"integers of which nobody says what they stand for", func(d *service.Deps) { d.Models = scaleless{models} }, "stand for"},
		"Budget":    {"a score that no request may cost", func(d *service.Deps) { d.Limits.MACs = servicetest.ScoreMACs(models) - 1 }, "one score takes"},
		"Metrics": {"metrics that are taken", func(d *service.Deps) {
			_, err := service.New(*d)
			require.NoError(t, err)
		}, "metrics"},
	} {
		t.Run(name, func(t *testing.T) {
			d := servicetest.Deps(t, models)
			d.Metrics = prometheus.NewRegistry()
			tc.change(&d)
			s, err := service.New(d)
			require.ErrorIs(t, err, service.ErrConfig, tc.reason)
			require.ErrorContains(t, err, tc.says)
			require.Nil(t, s)
		})
	}
}

func TestRawOnlyHasNoScores(t *testing.T) {
	models := servicetest.Models(t, "liveness")
	d := servicetest.Deps(t, models)
	d.RawOnly = true
	r := servicetest.Start(t, d)
	_, err := r.GRPC.Infer(t.Context(), zeros(t, r, "face-embedder"))
	require.NoError(t, err)
	reply, err := r.GRPC.Score(t.Context(), servicetest.Request(pipelinetest.Ordinary(), models))
	require.Equal(t, "UNKNOWN_MODEL", client.Reason(err))
	require.ErrorContains(t, err, `"liveness"`)
	require.Nil(t, reply)
}

func TestABudgetIsSpentOnce(t *testing.T) {
	models := servicetest.Models(t)
	d := servicetest.Deps(t, models)
	d.Limits.MACs, d.RawOnly = servicetest.ScoreMACs(models)-1, true
	r := servicetest.Start(t, d)
	_, err := r.GRPC.Score(t.Context(), servicetest.Request(pipelinetest.Ordinary(), models))
	require.Equal(t, "OVER_BUDGET", client.Reason(err), "%v", err)
	for range 3 {
		_, err = r.GRPC.Infer(t.Context(), zeros(t, r, "liveness"))
		require.NoError(t, err, "another request has an account of its own")
	}
}

// reshaped and scaleless are models that say other things of themselves.
type (
	reshaped  struct{ service.Models }
	scaleless struct{ service.Models }
)

func (r reshaped) List() []service.Model {
	all := r.Models.List()
	all[0].Outputs = []service.Value{{Name: "y", Type: "int8", Shape: []int64{1}}}
	return all
}

func (s scaleless) List() []service.Model {
	all := s.Models.List()
	all[0].Scale = 0
	return all
}

// broken is a model that fails, and one that panics.
type broken struct {
	service.Models
	fail func() error
}

func (b broken) Run(context.Context, string, map[string]*value.Tensor, service.Observe) (map[string]*value.Tensor, error) {
	return nil, b.fail()
}

func TestAModelThatBreaksIsAnErrorOfOurs(t *testing.T) {
	models := servicetest.Models(t)
	for name, fail := range map[string]func() error{"Fails": func() error { return errors.New("no such luck") }, "Panics": func() error { panic("secret") }} {
		b := &broken{models, func() error { return nil }}
		d := servicetest.Deps(t, b)
		s, err := service.New(d)
		require.NoError(t, err)
		require.NoError(t, s.WarmUp(t.Context()))
		r := servicetest.Serve(t, s, d, time.Second)
		b.fail = fail
		in := zeros(t, r, "liveness")
		_, err = r.GRPC.Infer(t.Context(), proto.Clone(in).(*api.InferRequest))
		require.Equal(t, codes.Internal, status.Code(err), name)
		require.NotContains(t, fmt.Sprint(err), "secret")
		code, body := post(t, r.HTTP, "/v1/infer", in, nil)
		require.Equal(t, http.StatusInternalServerError, code, name)
		require.NotContains(t, body, "secret")
		_, err = r.GRPC.Describe(t.Context(), &api.DescribeRequest{})
		require.NoError(t, err, "others are answered")
		require.NoError(t, r.Stop())
	}
}
