package service_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/virtengine/virtengine/ml/inference/pipeline/pipelinetest"
	"github.com/virtengine/virtengine/ml/inference/service"
	"github.com/virtengine/virtengine/ml/inference/service/api"
	"github.com/virtengine/virtengine/ml/inference/service/client"
	"github.com/virtengine/virtengine/ml/inference/service/servicetest"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/safemath"
	"github.com/virtengine/virtengine/security/tlsconf"
)

// pair is a certificate for localhost, and its pin.
func pair(t *testing.T, subject string) (tlsconf.KeyPair, tlsconf.Pin) {
	t.Helper()
	p, err := tlsconf.SelfSigned(subject, []string{"localhost"}, time.Now().Add(-time.Hour), 24*time.Hour, entropy.Reader())
	require.NoError(t, err)
	der, err := p.DER()
	require.NoError(t, err)
	return p, tlsconf.CertificatePin(der)
}

func TestOverTLSBothSidesProveThemselves(t *testing.T) {
	models := servicetest.Models(t)
	d := servicetest.Deps(t, models)
	s, err := service.New(d)
	require.NoError(t, err)
	require.NoError(t, s.WarmUp(t.Context()))
	server, serverPin := pair(t, "service")
	validator, validatorPin := pair(t, "validator")
	stranger, _ := pair(t, "stranger")
	conf, err := tlsconf.NewServer(tlsconf.ServerConfig{Identity: server, Pins: []tlsconf.Pin{validatorPin}, Now: time.Now})
	require.NoError(t, err)
	overGRPC, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	overHTTP, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- s.Serve(ctx, service.Front{GRPC: overGRPC, HTTP: overHTTP, TLS: conf, Metrics: servicetest.Registry(t, d), Entropy: entropy.Reader(), Grace: time.Second})
	}()
	for name, tc := range map[string]struct {
		reason   string
		identity tlsconf.Identity
		pin      tlsconf.Pin
		answered bool
	}{
		"Validator":   {"who is pinned is answered", validator, serverPin, true},
		"Nobody":      {"a client without a certificate is not", nil, serverPin, false},
		"Stranger":    {"nor one with another", stranger, serverPin, false},
		"OtherServer": {"and a client does not talk to a service that it does not know", validator, validatorPin, false},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := tlsconf.NewClient(tlsconf.ClientConfig{Pins: []tlsconf.Pin{tc.pin}, Identity: tc.identity, ALPN: []string{"h2"}, Now: time.Now})
			require.NoError(t, err)
			g, err := client.TLS(overGRPC.Addr().String(), c)
			require.NoError(t, err)
			defer func() { require.NoError(t, g.Close()) }()
			_, err = g.Describe(t.Context(), &api.DescribeRequest{})
			web, e := httpx.NewClient(httpx.ClientConfig{TLS: c})
			require.NoError(t, e)
			defer web.CloseIdleConnections()
			res, e := web.Get("https://" + overHTTP.Addr().String() + "/healthz")
			if tc.answered {
				require.NoError(t, err, tc.reason)
				require.NoError(t, e, tc.reason)
				require.Equal(t, http.StatusOK, res.StatusCode)
				require.NoError(t, res.Body.Close())
				return
			}
			require.Equal(t, codes.Unavailable, status.Code(err), tc.reason)
			require.Error(t, e, tc.reason)
		})
	}
	stop()
	require.NoError(t, <-ended)
}

func TestFrontsThatAreNotOpened(t *testing.T) {
	d := servicetest.Deps(t, servicetest.Models(t))
	s, err := service.New(d)
	require.NoError(t, err)
	server, _ := pair(t, "service")
	open, err := tlsconf.Server(server)
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		reason string
		change func(f *service.Front)
		says   string
	}{
		"Nowhere":   {"nobody could ask", func(f *service.Front) { f.GRPC = nil }, "listener"},
		"PlainTCP":  {"anybody on this machine could ask", func(*service.Front) {}, "nor is there TLS"},
		"Everybody": {"TLS that asks for no certificate", func(f *service.Front) { f.TLS = open }, "certificate"},
		"Old":       {"settings that others made", func(f *service.Front) { f.TLS = &tls.Config{ClientCAs: x509.NewCertPool()} }, "TLS"}, //nolint:gosec // refused
		"NoGrace":   {"no time to end", func(f *service.Front) { f.Grace = 0 }, "grace"},
		"NoEntropy": {"no ids for requests", func(f *service.Front) { f.Entropy = nil }, "entropy"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			f := service.Front{GRPC: l, Metrics: servicetest.Registry(t, d), Entropy: entropy.Reader(), Grace: time.Second}
			tc.change(&f)
			err = s.Serve(t.Context(), f)
			require.ErrorIs(t, err, service.ErrConfig, tc.reason)
			require.ErrorContains(t, err, tc.says)
			_ = l.Close()
		})
	}
}

func TestASocketIsItsUsersAlone(t *testing.T) {
	dir, err := os.MkdirTemp("", "peer")
	require.NoError(t, err)
	defer func() { require.NoError(t, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "s")
	l, err := httpx.ListenUnix(t.Context(), path)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	var said strings.Builder
	log := slog.New(slog.NewTextHandler(&said, nil))
	me := safemath.Clamp[uint32](os.Getuid())

	others, err := service.AllowUsers(l, log, me+1)
	require.NoError(t, err)
	accepted := make(chan error, 1)
	go func() { _, err := others.Accept(); accepted <- err }()
	c, err := net.Dial("unix", path)
	require.NoError(t, err)
	_, err = c.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF, "the kernel says that we are not the other user: closed without a word")
	require.NoError(t, c.Close())
	require.NoError(t, l.Close())
	require.ErrorIs(t, <-accepted, net.ErrClosed)
	require.Contains(t, said.String(), "refused")

	for name, users := range map[string][]uint32{"Nobody": nil} {
		_, err = service.AllowUsers(l, log, users...)
		require.ErrorIs(t, err, service.ErrConfig, name)
	}
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, err = service.AllowUsers(tcp, log, me)
	require.ErrorIs(t, err, service.ErrConfig, "TCP knows no users")
	require.NoError(t, tcp.Close())
}

func TestNothingIsLeftRunning(t *testing.T) {
	models := servicetest.Models(t)
	before := runtime.NumGoroutine()
	for range 3 {
		d := servicetest.Deps(t, models)
		s, err := service.New(d)
		require.NoError(t, err)
		require.NoError(t, s.WarmUp(t.Context()))
		r := servicetest.Serve(t, s, d, 10*time.Second)
		_, err = r.GRPC.Score(t.Context(), servicetest.Request(pipelinetest.Ordinary(), models))
		require.NoError(t, err)
		watch, err := grpc_health_v1.NewHealthClient(r.GRPC.Conn).Watch(t.Context(), &grpc_health_v1.HealthCheckRequest{})
		require.NoError(t, err)
		_, err = watch.Recv()
		require.NoError(t, err)
		code, _ := get(t, r.HTTP, "/readyz")
		require.Equal(t, http.StatusOK, code)
		require.NoError(t, r.Stop(), "who watches its health does not keep it from ending")
	}

	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, 20*time.Second, 10*time.Millisecond, "goroutines are left, besides the one that asks")
}
