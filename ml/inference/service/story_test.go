package service_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/pipelinetest"
	"github.com/virtengine/virtengine/ml/inference/service/api"
	"github.com/virtengine/virtengine/ml/inference/service/packs"
	"github.com/virtengine/virtengine/ml/inference/service/servicetest"
	"github.com/virtengine/virtengine/ml/publish/pack"
)

// post asks over HTTP.
func post(t *testing.T, c *http.Client, path string, in, out proto.Message) (status int, body string) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, (&jsonpb.Marshaler{OrigName: true}).Marshal(&b, in))
	res, err := c.Post("http://service"+path, "application/json", &b)
	require.NoError(t, err)
	raw, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	if res.StatusCode == http.StatusOK {
		require.NoError(t, jsonpb.UnmarshalString(string(raw), out))
	}
	return res.StatusCode, string(raw)
}

// wire is a message's bytes: an empty list and none are the same.
func wire(t *testing.T, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	require.NoError(t, err)
	return b
}

func get(t *testing.T, c *http.Client, path string) (status int, body string) {
	t.Helper()
	res, err := c.Get("http://service" + path)
	require.NoError(t, err)
	raw, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res.StatusCode, string(raw)
}

func TestAPersonIsScoredOverBothWays(t *testing.T) {
	models := servicetest.Models(t)
	r := servicetest.Start(t, servicetest.Deps(t, models))

	scored, err := r.GRPC.Score(t.Context(), servicetest.Request(pipelinetest.Ordinary(), models))
	require.NoError(t, err)
	require.Equal(t, api.STATUS_SCORED, scored.Status)
	require.GreaterOrEqual(t, scored.Score, int64(80))
	require.Len(t, scored.Factors, 6)
	require.False(t, scored.Factors[4].Known || scored.Factors[5].Known, "history and risk are the chain's")
	require.Empty(t, scored.Reasons)
	require.Equal(t, servicetest.PackIDs(models), scored.PackIds)

	var overHTTP api.ScoreReply
	status, body := post(t, r.HTTP, "/v1/score", servicetest.Request(pipelinetest.Ordinary(), models), &overHTTP)
	require.Equal(t, http.StatusOK, status, body)
	require.Equal(t, wire(t, scored), wire(t, &overHTTP), "both ways give the same bits")

	stranger := pipelinetest.Ordinary()
	stranger.Selfie = 12
	capped, err := r.GRPC.Score(t.Context(), servicetest.Request(stranger, models))
	require.NoError(t, err)
	require.LessOrEqual(t, capped.Score, int64(49))
	require.Equal(t, []api.Reason{api.REASON_GATE_FACE_MATCH, api.REASON_GATE_DOCUMENT_TO_FACE}, capped.Reasons)
	require.NotEqual(t, scored.InputDigest, capped.InputDigest)

	seven := servicetest.Request(pipelinetest.Ordinary(), models)
	seven.SelfieFrames = seven.SelfieFrames[:7]
	refused, err := r.GRPC.Score(t.Context(), seven)
	require.NoError(t, err)
	require.Equal(t, api.STATUS_REFUSED, refused.Status)
	require.Equal(t, []api.Reason{api.REASON_SELFIE_MISSING}, refused.Reasons)
	require.Zero(t, refused.Score)
	require.Empty(t, refused.Factors)
}

// zeros is an inference of one of the small models on nothing.
func zeros(t *testing.T, r *servicetest.Running, model string) *api.InferRequest {
	t.Helper()
	d, err := r.GRPC.Describe(t.Context(), &api.DescribeRequest{})
	require.NoError(t, err)
	for _, m := range d.Models {
		if m.Name == model {
			n := int64(1)
			for _, s := range m.Inputs[0].Shape {
				n *= s
			}
			return &api.InferRequest{Model: model, PackId: m.PackId, Inputs: []api.Tensor{{Name: "x", Type: "int8", Shape: m.Inputs[0].Shape, Data: make([]byte, n)}}}
		}
	}
	t.Fatalf("no model %s", model)
	return nil
}

func TestAModelRunsOverBothWays(t *testing.T) {
	r := servicetest.Start(t, servicetest.Deps(t, servicetest.Models(t)))
	in := zeros(t, r, "liveness")
	in.Inputs[0].Data[7*1024+24*32+12] = 100
	again := proto.Clone(in).(*api.InferRequest)
	reply, err := r.GRPC.Infer(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 4}, reply.Outputs[0].Shape)
	require.Equal(t, []byte{3, 20, 0, 0}, reply.Outputs[0].Data, "100/128 in quarters, and the bias of print")
	var overHTTP api.InferReply
	status, body := post(t, r.HTTP, "/v1/infer", again, &overHTTP)
	require.Equal(t, http.StatusOK, status, body)
	require.Equal(t, wire(t, reply), wire(t, &overHTTP))
}

func TestWhatIsLoadedIsDescribed(t *testing.T) {
	models := servicetest.Models(t)
	r := servicetest.Start(t, servicetest.Deps(t, models))
	d, err := r.GRPC.Describe(t.Context(), &api.DescribeRequest{})
	require.NoError(t, err)
	require.Len(t, d.Models, 6)
	require.Equal(t, servicetest.PackIDs(models), d.PackIds)
	require.Equal(t, int64(10<<20), d.MaxRequestBytes)
	status, body := get(t, r.HTTP, "/v1/describe")
	require.Equal(t, http.StatusOK, status)
	var overHTTP api.DescribeReply
	require.NoError(t, jsonpb.UnmarshalString(body, &overHTTP))
	require.Equal(t, wire(t, d), wire(t, &overHTTP))
}

func TestMonitorsSeeHowItDoes(t *testing.T) {
	models := servicetest.Models(t)
	r := servicetest.Start(t, servicetest.Deps(t, models))
	_, err := r.GRPC.Score(t.Context(), servicetest.Request(pipelinetest.Ordinary(), models))
	require.NoError(t, err)
	h, err := grpc_health_v1.NewHealthClient(r.GRPC.Conn).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: "virtengine.inference.v1.Inference"})
	require.NoError(t, err)
	require.Equal(t, grpc_health_v1.HealthCheckResponse_SERVING, h.Status)
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ready"} {
		status, body := get(t, r.HTTP, path)
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, body, want)
	}
	_, body := get(t, r.HTTP, "/metrics")
	for _, line := range []string{"ve_inference_ready 1", "ve_inference_queue_depth 0", "ve_inference_running 0", `ve_inference_model_seconds_count{model="face-detector"} 46`,
		`ve_inference_request_seconds_count{method="Score",outcome="ok"} 1`} {
		require.Contains(t, body, line)
	}
}

func TestLoadChangesNoBit(t *testing.T) {
	models := servicetest.Models(t)
	r := servicetest.Start(t, servicetest.Deps(t, models))
	want, err := r.GRPC.Score(t.Context(), servicetest.Request(pipelinetest.Ordinary(), models))
	require.NoError(t, err)
	var wg sync.WaitGroup
	replies, errs := make([]*api.ScoreReply, 24), make([]error, 24)
	for i := range replies {
		wg.Go(func() {
			if i%2 == 0 {
				replies[i], errs[i] = r.GRPC.Score(t.Context(), servicetest.Request(pipelinetest.Ordinary(), models))
				return
			}
			var b strings.Builder
			if errs[i] = (&jsonpb.Marshaler{}).Marshal(&b, servicetest.Request(pipelinetest.Ordinary(), models)); errs[i] != nil {
				return
			}
			var res *http.Response
			if res, errs[i] = r.HTTP.Post("http://service/v1/score", "application/json", strings.NewReader(b.String())); errs[i] != nil {
				return
			}
			replies[i] = &api.ScoreReply{}
			errs[i] = jsonpb.Unmarshal(res.Body, replies[i])
			_ = res.Body.Close()
		})
	}
	wg.Wait()
	for i := range replies {
		require.NoError(t, errs[i])
		require.Equal(t, wire(t, want), wire(t, replies[i]))
	}
}

func TestFloatPacksScoreToo(t *testing.T) {
	var all []*pack.Pack
	for _, name := range pipeline.Models() {
		all = append(all, servicetest.Float(t, name))
	}
	models, err := packs.Load(t.Context(), all, servicetest.Options(t))
	require.NoError(t, err)
	r := servicetest.Start(t, servicetest.Deps(t, models))
	reply, err := r.GRPC.Score(t.Context(), servicetest.Request(pipelinetest.Ordinary(), models))
	require.NoError(t, err)
	_, body := get(t, r.HTTP, "/metrics")
	require.Contains(t, body, `ve_inference_node_seconds_total{model="face-detector",op="Conv"}`, "plans say how long their nodes take")
	require.Equal(t, api.STATUS_SCORED, reply.Status, "%v", reply.Reasons)
	require.GreaterOrEqual(t, reply.Score, int64(84))
	stranger := pipelinetest.Ordinary()
	stranger.Selfie = 12
	reply, err = r.GRPC.Score(t.Context(), servicetest.Request(stranger, models))
	require.NoError(t, err)
	require.LessOrEqual(t, reply.Score, int64(49))
}
