package httpx_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/tlsconf"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon.Add(time.Minute) }

// soon ends a test that would otherwise hang.
const soon = 20 * time.Second

// journal is a log that many write to.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}
func (j *journal) String() string { j.mu.Lock(); defer j.mu.Unlock(); return j.text.String() }

// running is a server on loopback.
type running struct {
	t    *testing.T
	addr string
	log  *journal
	stop context.CancelFunc
	done chan error // what Serve returned
}

// serve runs a server on 127.0.0.1 until the test ends.
func serve(t *testing.T, c httpx.ServerConfig) *running {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return serveOn(t, l, c)
}

func serveOn(t *testing.T, l net.Listener, c httpx.ServerConfig) *running {
	r := &running{t: t, addr: l.Addr().String(), log: &journal{}, done: make(chan error, 1)}
	c.Log, c.Entropy = slog.New(slog.NewTextHandler(r.log, nil)), rand.Reader
	s, err := httpx.NewServer(c)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	r.stop = cancel
	go func() { r.done <- s.Serve(ctx, l) }()
	t.Cleanup(cancel)
	return r
}

func (r *running) url() string { return "http://" + r.addr }

// raw opens a connection on which a test writes what it likes.
func (r *running) raw() net.Conn {
	c, err := net.Dial("tcp", r.addr)
	require.NoError(r.t, err)
	require.NoError(r.t, c.SetDeadline(time.Now().Add(soon)))
	r.t.Cleanup(func() { _ = c.Close() })
	return c
}

func client(t *testing.T, c httpx.ClientConfig) *http.Client {
	h, err := httpx.NewClient(c)
	require.NoError(t, err)
	t.Cleanup(h.CloseIdleConnections)
	return h
}

func get(t *testing.T, c *http.Client, url string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	return c.Do(req)
}

// body is an answer's whole body.
func body(t *testing.T, res *http.Response, err error) string {
	require.NoError(t, err)
	data, err := httpx.ReadAll(res, 1<<20)
	require.NoError(t, err)
	return string(data)
}

func says(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) })
}

// secure is TLS settings of a server for host, and of a client that pins it.
func secure(t *testing.T) (server, client *tls.Config) {
	pair, err := tlsconf.SelfSigned("test", []string{"localhost"}, noon, time.Hour, rand.Reader)
	require.NoError(t, err)
	server, err = tlsconf.Server(pair)
	require.NoError(t, err)
	der, err := pair.DER()
	require.NoError(t, err)
	client, err = tlsconf.Pinned(clock, der)
	require.NoError(t, err)
	return server, client
}
