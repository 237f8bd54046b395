package httpx

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"

	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/tlsconf"
)

// ServerConfig is what a server needs: Handler, Log and Entropy, and TLS except where only this machine connects. A zero
// among the limits is the default of that name.
type ServerConfig struct {
	Handler http.Handler
	Log     *slog.Logger
	Entropy io.Reader   // for ids of requests: entropy.Reader() outside tests
	TLS     *tls.Config // of tlsconf; its ALPN says whether HTTP/2 is spoken. nil: plain text on loopback and unix sockets

	// InsecurePlaintext is why plain text is spoken on other addresses too. It is logged when serving begins.
	InsecurePlaintext string
	// Hosts are the names, without port, under which requests may come. Empty: any, but on loopback in plain text only
	// localhost and loopback addresses, which those given here add to.
	Hosts []string

	ReadHeader     time.Duration // until a request's headers are here; also a TLS handshake
	Read           time.Duration // until its body is here
	Write          time.Duration // from the end of its headers until its answer is written; its context ends then
	Idle           time.Duration // until the next request
	Grace          time.Duration // for requests that are under way when serving is to end
	MaxHeaderBytes int64
	MaxBody        int64 // bytes of a request; MaxBody, the function, sets another limit for a route
	MaxConnections int64 // those above wait in the kernel
}

// Server answers HTTP requests.
type Server struct {
	cfg     ServerConfig
	http    *http.Server
	ids     entropy.Source
	used    atomic.Bool
	open    sync.WaitGroup  // handlers that run
	ending  context.Context // ends when serving is to end; set before the first request
	browser bool            // requests may come from a browser on this machine: names are checked
}

// NewServer returns a server that does not listen yet. Fails with ErrConfig, tlsconf.ErrConfig, entropy.ErrSource.
func NewServer(c ServerConfig) (*Server, error) {
	if c.Handler == nil || c.Log == nil {
		return nil, fmt.Errorf("%w: a server needs a handler and a log", ErrConfig)
	}
	ids, err := entropy.From(c.Entropy)
	if err != nil {
		return nil, err
	}
	if err := settle(
		duration("ReadHeader", &c.ReadHeader, DefaultReadHeader), duration("Read", &c.Read, DefaultRead), duration("Write", &c.Write, DefaultWrite),
		duration("Idle", &c.Idle, DefaultIdle), duration("Grace", &c.Grace, DefaultGrace), limit{"MaxHeaderBytes", &c.MaxHeaderBytes, DefaultHeaderBytes},
		limit{"MaxBody", &c.MaxBody, DefaultRequestBytes}, limit{"MaxConnections", &c.MaxConnections, DefaultMaxConnections}); err != nil {
		return nil, err
	}
	if c.MaxHeaderBytes > 1<<30 || c.MaxConnections > 1<<20 {
		return nil, fmt.Errorf("%w: MaxHeaderBytes %d or MaxConnections %d is no limit", ErrConfig, c.MaxHeaderBytes, c.MaxConnections)
	}
	s := &Server{cfg: c, ids: ids, ending: context.Background()}
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.answer),
		ReadHeaderTimeout: c.ReadHeader, ReadTimeout: c.Read, WriteTimeout: c.Write, IdleTimeout: c.Idle, MaxHeaderBytes: int(c.MaxHeaderBytes),
		HTTP2:     &http.HTTP2Config{MaxConcurrentStreams: 64, SendPingTimeout: c.Idle, PingTimeout: c.ReadHeader, WriteByteTimeout: c.Write},
		Protocols: protocols(c.TLS),
		ErrorLog:  slog.NewLogLogger(c.Log.Handler(), slog.LevelDebug), // what clients do wrong, at their pace
	}
	if c.TLS == nil {
		return s, nil
	}
	if c.InsecurePlaintext != "" {
		return nil, fmt.Errorf("%w: InsecurePlaintext is set beside TLS; hint: leave one out", ErrConfig)
	}
	s.http.TLSConfig = c.TLS.Clone()
	return s, tlsconf.CheckServer(c.TLS)
}

// protocols are those that the ALPN of the TLS settings names; HTTP/1.1 without.
func protocols(c *tls.Config) *http.Protocols {
	p := new(http.Protocols)
	h2 := c != nil && slices.Contains(c.NextProtos, "h2")
	p.SetHTTP2(h2)
	p.SetHTTP1(!h2 || slices.Contains(c.NextProtos, "http/1.1"))
	return p
}

// Serve answers on l until ctx ends. Then streams are told to end and other requests go on, for at most Grace; what is
// still open is cut off, and Serve fails with ErrGrace. It fails with ErrPlaintext where l needs TLS, with ErrStopped when
// called twice, and when l breaks. It closes l, and it returns when all handlers have, or after Grace.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	if err := s.admit(l.Addr()); err != nil {
		return errors.Join(err, l.Close())
	}
	base, cut := context.WithCancel(context.WithoutCancel(ctx)) // requests under way outlive ctx by Grace
	defer cut()
	ending, end := context.WithCancel(base)
	defer end()
	s.ending = ending
	s.http.BaseContext = func(net.Listener) context.Context { return base }
	ended := make(chan error, 1)
	go func() { ended <- s.serve(netutil.LimitListener(l, int(s.cfg.MaxConnections))) }()
	var failure error
	select {
	case err := <-ended:
		failure = fmt.Errorf("serving on %s: %w", l.Addr(), err)
		ended <- nil
	case <-ctx.Done():
	}
	end()
	deadline, cancel := context.WithTimeout(base, s.cfg.Grace)
	defer cancel()
	if err := errors.Join(s.http.Shutdown(deadline), s.idle(deadline)); err != nil {
		cut()
		failure = errors.Join(failure, fmt.Errorf("%w on %s after %s: %w", ErrGrace, l.Addr(), s.cfg.Grace, err), s.http.Close())
	}
	<-ended
	return failure
}

// admit looks at where the server is to listen.
func (s *Server) admit(at net.Addr) error {
	if !s.used.CompareAndSwap(false, true) {
		return ErrStopped
	}
	tcp, isTCP := at.(*net.TCPAddr)
	loopback := isTCP && tcp.IP.IsLoopback()
	s.browser = s.cfg.TLS == nil && loopback
	if _, unix := at.(*net.UnixAddr); s.cfg.TLS != nil || unix || loopback {
		return nil
	}
	if s.cfg.InsecurePlaintext == "" {
		return fmt.Errorf("%w: on %s; hint: give it a certificate, listen on 127.0.0.1 or a unix socket, or say why with InsecurePlaintext", ErrPlaintext, at)
	}
	s.cfg.Log.Warn("plain text on a network", "address", at.String(), "reason", s.cfg.InsecurePlaintext)
	return nil
}

func (s *Server) serve(l net.Listener) error {
	if s.cfg.TLS != nil {
		return s.http.ServeTLS(l, "", "")
	}
	return s.http.Serve(l)
}

// idle waits until no handler runs: net/http does not wait for those that took their connection over.
func (s *Server) idle(ctx context.Context) error {
	done := make(chan struct{})
	go func() { s.open.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
