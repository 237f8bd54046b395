package servicetest

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/inference/pipeline/pipelinetest"
	"github.com/virtengine/virtengine/ml/inference/service"
	"github.com/virtengine/virtengine/ml/inference/service/api"
	"github.com/virtengine/virtengine/ml/inference/service/client"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/safemath"
)

// Deps are what a service over the small models needs. Its limits are ten times as generous as the default, for slow machines.
func Deps(t testing.TB, models service.Models) service.Deps {
	t.Helper()
	limits := service.DefaultLimits()
	limits.Timeout, limits.Wait = 10*limits.Timeout, 10*limits.Wait
	return service.Deps{Models: models, Decode: pipelinetest.Decode, Params: pipelinetest.Params(), Limits: limits,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Metrics: prometheus.NewRegistry(), Clock: service.System{}}
}

// Running is a service that answers on two unix sockets.
type Running struct {
	Service *service.Service
	GRPC    *client.Client
	HTTP    *http.Client
	Metrics *prometheus.Registry
	Socket  string // of gRPC
	stop    context.CancelFunc
	ended   chan error
}

// Start starts a service that is ready. It is stopped when the test ends, and must then end without a complaint.
func Start(t testing.TB, d service.Deps) *Running {
	t.Helper()
	s, err := service.New(d)
	require.NoError(t, err)
	require.NoError(t, s.WarmUp(t.Context()))
	r := Serve(t, s, d, 10*time.Second)
	t.Cleanup(func() { require.NoError(t, r.Stop()) })
	return r
}

// Serve lets a service answer. Who calls it stops it.
func Serve(t testing.TB, s *service.Service, d service.Deps, grace time.Duration) *Running {
	t.Helper()
	metrics := Registry(t, d)
	dir, err := os.MkdirTemp("", "inference") // a socket's path has 107 bytes at most
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, os.RemoveAll(dir)) //ve:allow filepaths the folder that this test just made
	})
	ctx, stop := context.WithCancel(context.Background())
	r := &Running{Service: s, Metrics: metrics, Socket: filepath.Join(dir, "grpc.sock"), stop: stop, ended: make(chan error, 1)}
	user := safemath.Clamp[uint32](os.Getuid())
	f := service.Front{Metrics: metrics, Entropy: entropy.Reader(), Grace: grace}
	for path, to := range map[string]*net.Listener{r.Socket: &f.GRPC, filepath.Join(dir, "http.sock"): &f.HTTP} {
		l, err := httpx.ListenUnix(t.Context(), path)
		require.NoError(t, err)
		*to, err = service.AllowUsers(l, d.Log, user)
		require.NoError(t, err)
	}
	r.GRPC, err = client.Unix(r.Socket)
	require.NoError(t, err)
	r.HTTP, err = httpx.NewClient(httpx.ClientConfig{Unix: filepath.Join(dir, "http.sock")})
	require.NoError(t, err)
	go func() { r.ended <- s.Serve(ctx, f) }()
	return r
}

// Stop asks the service to end, waits until it has, and returns what it said.
func (r *Running) Stop() error {
	r.stop()
	err := <-r.ended
	r.ended <- err
	r.HTTP.CloseIdleConnections()
	if e := r.GRPC.Close(); e != nil && err == nil && e.Error() != "rpc error: code = Canceled desc = grpc: the client connection is closing" {
		return e
	}
	return err
}

// Ask lets the service begin to stop without waiting.
func (r *Running) Ask() { r.stop() }

// Request is a holder's evidence as a request to a service with these models.
func Request(h pipelinetest.Holder, models service.Models) *api.ScoreRequest {
	return RequestTo(h, PackIDs(models))
}

// RequestTo is a holder's evidence as a request to a service with these packs.
func RequestTo(h pipelinetest.Holder, packs []string) *api.ScoreRequest {
	e := h.Evidence()
	evidence := func(scope string, ciphertext, data []byte) api.Evidence {
		return api.Evidence{ScopeId: scope, CiphertextDigest: ciphertext, Data: data}
	}
	document := evidence(e.Document.ScopeID, e.Document.Ciphertext.Bytes(), e.Document.Data)
	r := &api.ScoreRequest{PackIds: packs, Document: &document, CapturedOn: e.CapturedOn,
		Claims: &api.Claims{Surname: e.Claims.Surname, GivenNames: e.Claims.GivenNames, DocumentNumber: e.Claims.Number, BirthDate: e.Claims.BirthDate}}
	for _, f := range e.Selfie {
		r.SelfieFrames = append(r.SelfieFrames, evidence(f.ScopeID, f.Ciphertext.Bytes(), f.Data))
	}
	return r
}

// PackIDs are the ids of all packs, ascending.
func PackIDs(models service.Models) []string {
	var out []string
	for _, m := range models.List() { // by pack
		if id := m.Pack.String(); len(out) == 0 || out[len(out)-1] != id {
			out = append(out, id)
		}
	}
	return out
}

// Registry is the registry of a service's metrics.
func Registry(t testing.TB, d service.Deps) *prometheus.Registry {
	t.Helper()
	r, ok := d.Metrics.(*prometheus.Registry)
	require.True(t, ok)
	return r
}
