package service_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/inference/service"
	"github.com/virtengine/virtengine/ml/inference/service/client"
	"github.com/virtengine/virtengine/ml/inference/service/servicetest"
)

// gate holds every run of a model until somebody lets it go, or its context ends.
type gate struct {
	service.Models
	entered chan string
	release chan struct{}
	open    bool
}

func newGate(m service.Models) *gate {
	return &gate{Models: m, entered: make(chan string, 64), release: make(chan struct{})}
}

func (g *gate) Run(ctx context.Context, model string, in map[string]*value.Tensor, o service.Observe) (map[string]*value.Tensor, error) {
	if g.open {
		return g.Models.Run(ctx, model, in, o)
	}
	g.entered <- model
	select {
	case <-g.release:
		return g.Models.Run(ctx, model, in, o)
	case <-ctx.Done(): // as an engine does between two nodes
		return nil, ctx.Err()
	}
}

// startGated starts a service whose models wait.
func startGated(t *testing.T, change func(*service.Deps)) (*servicetest.Running, *gate) {
	t.Helper()
	g := newGate(servicetest.Models(t))
	d := servicetest.Deps(t, g)
	if change != nil {
		change(&d)
	}
	g.open = true
	s, err := service.New(d)
	require.NoError(t, err)
	require.NoError(t, s.WarmUp(t.Context()))
	g.open = false
	return servicetest.Serve(t, s, d, 10*time.Second), g
}

func TestAFullQueueSaysWhenToComeBack(t *testing.T) {
	r, g := startGated(t, func(d *service.Deps) { d.Limits.Parallel, d.Limits.Queue = 1, 1 })
	in := zeros(t, r, "liveness")
	results := make(chan error, 2)
	ask := func() {
		_, err := r.GRPC.Infer(t.Context(), in)
		results <- err
	}
	go ask()
	<-g.entered // one runs
	go ask()
	require.Eventually(t, func() bool { return metric(t, r, "ve_inference_queue_depth") == 1 }, 10*time.Second, time.Millisecond, "one waits")

	_, err := r.GRPC.Infer(t.Context(), in)
	require.Equal(t, codes.ResourceExhausted, status.Code(err))
	require.Equal(t, "BUSY", client.Reason(err))
	hint := false
	for _, d := range status.Convert(err).Details() {
		if i, ok := d.(*errdetails.RetryInfo); ok {
			hint = i.GetRetryDelay().AsDuration() > 0
		}
	}
	require.True(t, hint, "the third is told when to come back")
	res, err := r.HTTP.Post("http://service/v1/infer", "application/json", strings.NewReader(`{}`))
	require.NoError(t, err)
	require.Equal(t, http.StatusTooManyRequests, res.StatusCode)
	require.NotEmpty(t, res.Header.Get("Retry-After"))
	require.NoError(t, res.Body.Close())

	close(g.release)
	require.NoError(t, <-results)
	require.NoError(t, <-results)
	require.NoError(t, r.Stop())
}

// metric is the value of a gauge.
func metric(t *testing.T, r *servicetest.Running, name string) float64 {
	t.Helper()
	all, err := r.Metrics.Gather()
	require.NoError(t, err)
	for _, f := range all {
		if f.GetName() == name {
			return f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

func TestDeadlinesEndRuns(t *testing.T) {
	r, g := startGated(t, func(d *service.Deps) { d.Limits.Timeout = 50 * time.Millisecond })
	_, err := r.GRPC.Infer(t.Context(), zeros(t, r, "liveness"))
	require.Equal(t, "TIMEOUT", client.Reason(err), "the service's own limit: %v", err)
	require.Equal(t, codes.DeadlineExceeded, status.Code(err))
	<-g.entered
	require.Zero(t, metric(t, r, "ve_inference_running"), "its place is free again")
	require.NoError(t, r.Stop())

	r, g = startGated(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = r.GRPC.Infer(ctx, zeros(t, r, "liveness"))
	require.Equal(t, codes.DeadlineExceeded, status.Code(err), "the caller's")
	<-g.entered
	require.Eventually(t, func() bool { return metric(t, r, "ve_inference_running") == 0 }, 10*time.Second, time.Millisecond)
	require.NoError(t, r.Stop())
}

func TestAWaitThatIsTooLongEnds(t *testing.T) {
	r, g := startGated(t, func(d *service.Deps) { d.Limits.Parallel, d.Limits.Wait = 1, 30*time.Millisecond })
	in := zeros(t, r, "liveness")
	first := make(chan error, 1)
	go func() { _, err := r.GRPC.Infer(t.Context(), in); first <- err }()
	<-g.entered
	_, err := r.GRPC.Infer(t.Context(), in)
	require.Equal(t, "TIMEOUT", client.Reason(err), "%v", err)
	close(g.release)
	require.NoError(t, <-first)
	require.NoError(t, r.Stop())
}

func TestWhoGoesAwayFreesHisPlace(t *testing.T) {
	r, g := startGated(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	in := zeros(t, r, "liveness")
	go func() { _, err := r.GRPC.Infer(ctx, in); ended <- err }()
	<-g.entered
	cancel()
	require.Equal(t, codes.Canceled, status.Code(<-ended))
	require.Eventually(t, func() bool { return metric(t, r, "ve_inference_running") == 0 }, 10*time.Second, time.Millisecond)

	body, stop := context.WithCancel(t.Context())
	var b strings.Builder
	require.NoError(t, (&jsonpb.Marshaler{}).Marshal(&b, in))
	request, err := http.NewRequestWithContext(body, http.MethodPost, "http://service/v1/infer", strings.NewReader(b.String()))
	require.NoError(t, err)
	go func() {
		res, err := r.HTTP.Do(request)
		if err == nil {
			err = errors.Join(fmt.Errorf("answered with %s", res.Status), res.Body.Close())
		}
		ended <- err
	}()
	<-g.entered
	stop()
	require.ErrorIs(t, <-ended, context.Canceled)
	require.Eventually(t, func() bool { return metric(t, r, "ve_inference_running") == 0 }, 10*time.Second, time.Millisecond)
	require.NoError(t, r.Stop())
}

func TestStoppingLetsRunningRequestsEnd(t *testing.T) {
	r, g := startGated(t, nil)
	in := zeros(t, r, "liveness")
	running := make(chan error, 1)
	go func() { _, err := r.GRPC.Infer(t.Context(), in); running <- err }()
	<-g.entered
	r.Ask()
	require.Eventually(t, func() bool { return !r.Service.Ready() }, 10*time.Second, time.Millisecond)
	_, err := r.GRPC.Infer(t.Context(), in)
	require.Equal(t, "STOPPING", client.Reason(err), "%v", err)
	require.Equal(t, codes.Unavailable, status.Code(err))
	code, _ := get(t, r.HTTP, "/readyz")
	require.Equal(t, http.StatusServiceUnavailable, code)
	code, _ = get(t, r.HTTP, "/healthz")
	require.Equal(t, http.StatusOK, code, "it lives, though it takes nothing")
	h, err := grpc_health_v1.NewHealthClient(r.GRPC.Conn).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{})
	require.NoError(t, err)
	require.Equal(t, grpc_health_v1.HealthCheckResponse_NOT_SERVING, h.Status)
	close(g.release)
	require.NoError(t, <-running, "what ran got its answer")
	require.NoError(t, r.Stop())
}

func TestStoppingCutsOffWhatDoesNotEnd(t *testing.T) {
	g := newGate(servicetest.Models(t))
	g.open = true
	d := servicetest.Deps(t, g)
	s, err := service.New(d)
	require.NoError(t, err)
	require.NoError(t, s.WarmUp(t.Context()))
	g.open = false
	r := servicetest.Serve(t, s, d, 50*time.Millisecond)
	in := zeros(t, r, "liveness")
	running := make(chan error, 1)
	go func() { _, err := r.GRPC.Infer(t.Context(), in); running <- err }()
	<-g.entered
	require.ErrorIs(t, r.Stop(), service.ErrGrace)
	require.Contains(t, []codes.Code{codes.Unavailable, codes.Canceled}, status.Code(<-running), "no answer, and none in its place")
}

func TestAClientThatDiesWhileItDrainsHoldsNothingUp(t *testing.T) {
	r, g := startGated(t, nil)
	in := zeros(t, r, "liveness")
	second, err := client.Unix(r.Socket)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { _, err := second.Infer(t.Context(), in); ended <- err }()
	<-g.entered
	r.Ask()
	require.Eventually(t, func() bool { return !r.Service.Ready() }, 10*time.Second, time.Millisecond)
	require.NoError(t, second.Close(), "the only one who waits for an answer is gone")
	require.Error(t, <-ended)
	require.NoError(t, r.Stop(), "nothing was cut off: the model stopped between two nodes")
}
