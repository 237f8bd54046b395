// Package admin is how operators and monitors reach a running daemon: health and metrics on a loopback address, everything else on
// a socket in the state folder that only its owner can open.
package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	provider "github.com/virtengine/virtengine/daemons/provider"
	"github.com/virtengine/virtengine/daemons/provider/bid"
	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/httpx"
)

// SocketName is the socket's name in the state folder.
const SocketName = "admin.sock"

// Server answers operators.
type Server struct {
	daemon  *provider.Daemon
	metrics prometheus.Gatherer
	log     *slog.Logger
}

// New makes a server that does not listen yet.
func New(d *provider.Daemon, metrics prometheus.Gatherer, log *slog.Logger) (*Server, error) {
	if d == nil || metrics == nil || log == nil {
		return nil, errors.New("admin: a dependency is missing")
	}
	return &Server{d, metrics, log}, nil
}

// Public answers monitors: /healthz, /readyz, /metrics.
func (s *Server) Public() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		s.write(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if why := s.daemon.NotReady(); len(why) > 0 {
			s.write(w, http.StatusServiceUnavailable, map[string]any{"ready": false, "why": why})
			return
		}
		s.write(w, http.StatusOK, map[string]any{"ready": true})
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics, promhttp.HandlerOpts{}))
	return mux
}

// Private answers operators too.
func (s *Server) Private() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", s.Public())
	answer := func(pattern string, fn func(r *http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			v, err := fn(r)
			if err != nil {
				s.write(w, code(err), problem{err.Error()})
				return
			}
			s.write(w, http.StatusOK, v)
		})
	}
	box, d := s.daemon.Outbox, s.daemon
	answer("GET /v1/status", func(*http.Request) (any, error) { return d.Status() })
	answer("GET /v1/queue", func(r *http.Request) (any, error) {
		q := outbox.Query{Status: outbox.Status(r.FormValue("status")), Lane: r.FormValue("lane")}
		ops, err := box.List(q)
		if err != nil || r.FormValue("all") != "" || q.Status != "" {
			return ops, err
		}
		var open []outbox.Op
		for _, op := range ops {
			if op.Status != outbox.Done && op.Status != outbox.Cancelled {
				open = append(open, op)
			}
		}
		return open, nil
	})
	answer("GET /v1/op", func(r *http.Request) (any, error) { return box.Get(r.FormValue("id")) })
	answer("POST /v1/op/retry", func(r *http.Request) (any, error) { return done(box.Retry(r.FormValue("id"))) })
	answer("POST /v1/op/cancel", func(r *http.Request) (any, error) { return done(box.Cancel(r.FormValue("id"))) })
	answer("POST /v1/queue/purge", func(r *http.Request) (any, error) {
		before, err := time.Parse(time.RFC3339, r.FormValue("before"))
		if err != nil {
			return nil, fmt.Errorf("%w: before: %w", errRequest, err)
		}
		n, err := box.Purge(before, r.FormValue("dead") == "true")
		return map[string]int{"purged": n}, err
	})
	answer("GET /v1/leases", func(*http.Request) (any, error) { return d.Leases.List() })
	answer("GET /v1/leases/{id}", func(r *http.Request) (any, error) {
		id, err := number(r, "id")
		if err != nil {
			return nil, err
		}
		return d.Leases.Status(r.Context(), id)
	})
	answer("GET /v1/usage", func(r *http.Request) (any, error) {
		if r.FormValue("lease") == "" {
			return d.Meter.Records(0)
		}
		id, err := strconv.ParseUint(r.FormValue("lease"), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%w: lease: %w", errRequest, err)
		}
		return d.Meter.Records(id)
	})
	answer("GET /v1/bids/{id}/explain", func(r *http.Request) (any, error) {
		id, err := number(r, "id")
		if err != nil {
			return nil, err
		}
		return d.Bids.Explain(r.Context(), id)
	})
	return mux
}

var errRequest = errors.New("bad request")

type problem struct {
	Error string `json:"error"`
}

func done(err error) (any, error) { return map[string]bool{"done": err == nil}, err }

func number(r *http.Request, name string) (uint64, error) {
	n, err := strconv.ParseUint(r.PathValue(name), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: %q is no number", errRequest, r.PathValue(name))
	}
	return n, nil
}

func code(err error) int {
	switch {
	case errors.Is(err, outbox.ErrUnknownOp), errors.Is(err, lease.ErrUnknownLease), errors.Is(err, bid.ErrUnknownOrder):
		return http.StatusNotFound
	case errors.Is(err, outbox.ErrStatus):
		return http.StatusConflict
	case errors.Is(err, errRequest):
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

func (s *Server) write(w http.ResponseWriter, status int, v any) {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error": "the answer cannot be encoded"}`)
		s.log.Error("answer to an operator", "error", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if _, err := w.Write(append(body, '\n')); err != nil {
		s.log.Debug("an operator went away", "error", err)
	}
}

// Serve answers until ctx ends: everything on the socket in home, and health and metrics on address unless it is empty.
func (s *Server) Serve(ctx context.Context, home, address string) error {
	// One that is there is of a process that was killed: the folder's lock is ours.
	socket, err := httpx.ListenUnix(ctx, filepath.Join(home, SocketName))
	if err != nil {
		return fmt.Errorf("admin socket: %w", err)
	}
	listeners, handlers := []net.Listener{socket}, []http.Handler{s.Private()}
	if address != "" {
		l, err := net.Listen("tcp", address)
		if err != nil {
			return errors.Join(fmt.Errorf("admin.listen: %w", err), socket.Close())
		}
		listeners, handlers = append(listeners, l), append(handlers, s.Public())
	}
	group, ctx := errgroup.WithContext(ctx)
	for i, l := range listeners {
		server, err := httpx.NewServer(httpx.ServerConfig{Handler: handlers[i], Log: s.log, Entropy: entropy.Reader(), Write: time.Minute, Grace: 5 * time.Second})
		if err != nil {
			return errors.Join(err, socket.Close(), l.Close())
		}
		group.Go(func() error { return server.Serve(ctx, l) })
	}
	return group.Wait()
}
