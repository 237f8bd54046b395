package service

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/netutil"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/local"

	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/tlsconf"
)

// Front is where a service listens. One of GRPC and HTTP is needed.
type Front struct {
	GRPC, HTTP net.Listener        // unix sockets by AllowUsers, or TCP with TLS
	TLS        *tls.Config         // of tlsconf, with certificates of clients; nil: both are unix sockets
	Metrics    prometheus.Gatherer // for GET /metrics
	Entropy    io.Reader           // for ids of requests: entropy.Reader() outside tests
	Grace      time.Duration       // how long requests that run may go on when serving is to end
}

// connections is how many may be open at each listener; those above wait in the kernel.
const connections = 64

// lastWords is how long answers that are computed may take to be sent.
const lastWords = time.Second

// ErrGrace says that requests were cut off since they had not ended in time.
var ErrGrace = errors.New("requests were still running")

// Serve answers until ctx ends. Then it takes no new requests, lets those that run end for at most Grace, and cuts off the rest,
// whose models stop at their next node; that is ErrGrace. It fails with ErrConfig, and when a listener breaks. It closes the
// listeners.
func (s *Service) Serve(ctx context.Context, f Front) error {
	if err := f.check(); err != nil {
		return errors.Join(err, f.close())
	}
	group, broken := errgroup.WithContext(ctx)
	stopped, stop := context.WithCancel(context.WithoutCancel(ctx)) // when the transports end
	defer stop()
	var server *grpc.Server
	if f.GRPC != nil {
		server = NewGRPC(s, f.credentials())
		group.Go(func() error { return server.Serve(netutil.LimitListener(f.GRPC, connections)) })
	}
	if f.HTTP != nil {
		web, err := f.web(s)
		if err != nil {
			return errors.Join(err, f.close())
		}
		group.Go(func() error { return web.Serve(stopped, f.HTTP) })
	}
	var late error
	group.Go(func() error {
		<-broken.Done() // or ctx
		late = s.drainWithin(f.Grace)
		stop()
		s.end(server, late == nil)
		return nil
	})
	if err := group.Wait(); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return errors.Join(err, late)
	}
	return late
}

// check says whether what listens is what may.
func (f Front) check() error {
	if f.Metrics == nil || f.Entropy == nil || f.Grace <= 0 || (f.GRPC == nil && f.HTTP == nil) {
		return fmt.Errorf("%w: a listener, metrics, entropy and a grace are needed", ErrConfig)
	}
	for _, l := range []net.Listener{f.GRPC, f.HTTP} {
		if l == nil {
			continue
		}
		if _, checked := l.(peers); f.TLS == nil && !checked {
			return fmt.Errorf("%w: %s is neither a unix socket that knows its users, nor is there TLS", ErrConfig, l.Addr())
		}
	}
	if f.TLS == nil {
		return nil
	}
	if err := tlsconf.CheckServer(f.TLS); err != nil {
		return fmt.Errorf("%w: %w", ErrConfig, err)
	}
	if a := f.TLS.ClientAuth; a != tls.RequireAnyClientCert && a != tls.RequireAndVerifyClientCert {
		return fmt.Errorf("%w: TLS does not ask clients for a certificate; hint: give authorities or pins of clients", ErrConfig)
	}
	return nil
}

func (f Front) close() error {
	var errs []error
	for _, l := range []net.Listener{f.GRPC, f.HTTP} {
		if l != nil {
			errs = append(errs, l.Close())
		}
	}
	return errors.Join(errs...)
}

func (f Front) credentials() credentials.TransportCredentials {
	if f.TLS == nil {
		return local.NewCredentials() // which refuses what is not local
	}
	return credentials.NewTLS(f.TLS)
}

func (f Front) web(s *Service) (*httpx.Server, error) {
	handler, err := Handler(s, f.Metrics)
	if err != nil {
		return nil, err
	}
	return httpx.NewServer(httpx.ServerConfig{Handler: handler, Log: s.log, Entropy: f.Entropy, TLS: f.TLS, Write: s.limits.Wait + s.limits.Timeout + 10*time.Second,
		Grace: lastWords, MaxBody: bodyLimit(s.limits), MaxConnections: connections})
}

// drainWithin is Drain with a limit by the service's clock.
func (s *Service) drainWithin(grace time.Duration) error {
	late, stop := s.clock.After(grace)
	defer stop()
	idle := s.queue.drain()
	s.health.Shutdown()
	select {
	case <-idle:
		return nil
	case <-late:
		_, running := s.queue.depth()
		return fmt.Errorf("%w: %d after %s", ErrGrace, running, grace)
	}
}

// end ends the gRPC server: gently while answers are being sent, and then at once.
func (s *Service) end(server *grpc.Server, gently bool) {
	if server == nil {
		return
	}
	if gently {
		sent := make(chan struct{})
		go func() { server.GracefulStop(); close(sent) }()
		defer func() { <-sent }() // Stop ends it too
		late, stop := s.clock.After(lastWords)
		defer stop()
		select {
		case <-sent:
			return
		case <-late: // a client that watches our health keeps its stream open
		}
	}
	server.Stop()
}
