package httpx_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/tlsconf"
)

func TestAServerSaysWhatItMisses(t *testing.T) {
	good := func() httpx.ServerConfig {
		return httpx.ServerConfig{Handler: says(""), Log: slog.New(slog.DiscardHandler), Entropy: rand.Reader}
	}
	conf, _ := secure(t)
	for name, tc := range map[string]struct {
		reason string
		spoil  func(*httpx.ServerConfig)
		want   error
	}{
		"Good":       {"the rest has defaults", func(*httpx.ServerConfig) {}, nil},
		"NoHandler":  {"nobody answers", func(c *httpx.ServerConfig) { c.Handler = nil }, httpx.ErrConfig},
		"NoLog":      {"nobody hears of panics", func(c *httpx.ServerConfig) { c.Log = nil }, httpx.ErrConfig},
		"NoEntropy":  {"ids need it", func(c *httpx.ServerConfig) { c.Entropy = nil }, entropy.ErrSource},
		"Endless":    {"net/http reads a negative limit as none", func(c *httpx.ServerConfig) { c.ReadHeader = -1 }, httpx.ErrConfig},
		"Negative":   {"nor are sizes negative", func(c *httpx.ServerConfig) { c.MaxBody = -1 }, httpx.ErrConfig},
		"HugeHeader": {"a limit that is none", func(c *httpx.ServerConfig) { c.MaxHeaderBytes = 1 << 40 }, httpx.ErrConfig},
		"OldTLS":     {"settings that were weakened", func(c *httpx.ServerConfig) { c.TLS = conf.Clone(); c.TLS.MinVersion-- }, tlsconf.ErrConfig},
		"Both":       {"TLS and a reason against it", func(c *httpx.ServerConfig) { c.TLS, c.InsecurePlaintext = conf, "why" }, httpx.ErrConfig},
	} {
		t.Run(name, func(t *testing.T) {
			c := good()
			tc.spoil(&c)
			_, err := httpx.NewServer(c)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

// elsewhere is a listener whose address is said to be another.
type elsewhere struct {
	net.Listener
	at net.Addr
}

func (e elsewhere) Addr() net.Addr { return e.at }

func TestPlainTextStaysOnThisMachine(t *testing.T) {
	conf, _ := secure(t)
	network := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80}
	for name, tc := range map[string]struct {
		reason string
		at     net.Addr
		tls    *tls.Config
		why    string
		want   error
	}{
		"Network":  {"everybody on the way could read and change it", network, nil, "", httpx.ErrPlaintext},
		"Any":      {"all interfaces are a network", &net.TCPAddr{IP: net.IPv6zero, Port: 80}, nil, "", httpx.ErrPlaintext},
		"NoIP":     {"so is an address without one", &net.TCPAddr{Port: 80}, nil, "", httpx.ErrPlaintext},
		"Unknown":  {"and what is neither TCP nor a unix socket", &net.IPAddr{IP: net.IPv4(127, 0, 0, 1)}, nil, "", httpx.ErrPlaintext},
		"Reasoned": {"unless somebody says why", network, nil, "the node's peers are on a wire of their own", nil},
		"TLS":      {"TLS goes anywhere", network, conf, "", nil},
		"Loopback": {"loopback is this machine", &net.TCPAddr{IP: net.IPv6loopback, Port: 80}, nil, "", nil},
		"Unix":     {"so is a unix socket", &net.UnixAddr{Name: "x", Net: "unix"}, nil, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			r := serveOn(t, elsewhere{l, tc.at}, httpx.ServerConfig{Handler: says("x"), TLS: tc.tls, InsecurePlaintext: tc.why})
			r.stop()
			require.ErrorIs(t, <-r.done, tc.want, tc.reason)
			_, err = net.Dial("tcp", l.Addr().String())
			require.Error(t, err, "the listener is closed either way")
			require.Equal(t, tc.why != "", strings.Contains(r.log.String(), "a wire of their own"), "the reason is logged")
		})
	}
}

// TestASlowClientIsCut sends one byte at a time, forever.
func TestASlowClientIsCut(t *testing.T) {
	const quick = 50 * time.Millisecond
	for name, tc := range map[string]struct {
		reason string
		limits httpx.ServerConfig
		begin  string // sent at once
		drip   string // sent byte by byte, again and again
	}{
		"Headers": {"headers that never end", httpx.ServerConfig{ReadHeader: quick}, "GET / HTTP/1.1\r\nHost: localhost\r\n", "X-A: b\r\n"},
		"Nothing": {"a client that only connects", httpx.ServerConfig{ReadHeader: quick}, "", ""},
		"Body":    {"a body that never ends", httpx.ServerConfig{Read: quick}, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n", "x"},
		"Chunks":  {"a chunked one", httpx.ServerConfig{Read: quick}, "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"},
		"Idle":    {"a client that asks for nothing more", httpx.ServerConfig{Idle: quick}, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			tc.limits.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var v any
				if err := httpx.ReadRequest(r, &v); errors.Is(err, os.ErrDeadlineExceeded) {
					w.WriteHeader(httpx.Status(err))
				}
			})
			conn := serve(t, tc.limits).raw()
			_, err := io.WriteString(conn, tc.begin)
			require.NoError(t, err)
			cut := make(chan error, 1)
			go func() {
				_, err := io.Copy(io.Discard, conn) // returns when the server ends the connection
				cut <- err
			}()
			tick := time.NewTicker(5 * time.Millisecond)
			defer tick.Stop()
			for i := 0; ; i++ {
				select {
				case err := <-cut:
					require.NotErrorIs(t, err, os.ErrDeadlineExceeded, tc.reason)
					return
				case <-tick.C:
					if tc.drip != "" {
						_, _ = conn.Write([]byte{tc.drip[i%len(tc.drip)]}) // fails when the server has cut, which the reader tells
					}
				}
			}
		})
	}
}

func TestAClientThatDoesNotReadIsCut(t *testing.T) {
	ended := make(chan error, 1)
	r := serve(t, httpx.ServerConfig{Write: 100 * time.Millisecond, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		piece := make([]byte, 1<<20)
		for {
			if _, err := w.Write(piece); err != nil {
				ended <- err
				return
			}
		}
	})})
	_, err := io.WriteString(r.raw(), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	require.NoError(t, err)
	require.ErrorIs(t, <-ended, os.ErrDeadlineExceeded)
}

func TestAHandlerThatWorksForNobodyIsTold(t *testing.T) {
	why := make(chan error, 1)
	r := serve(t, httpx.ServerConfig{Write: 50 * time.Millisecond, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		why <- context.Cause(r.Context())
	})})
	_, err := io.WriteString(r.raw(), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	require.NoError(t, err)
	require.ErrorIs(t, <-why, os.ErrDeadlineExceeded)
}

func TestHeadersHaveALimit(t *testing.T) {
	conf, pinned := secure(t)
	for name, protocol := range map[string]string{"HTTP1": "http/1.1", "HTTP2": "h2"} {
		t.Run(name, func(t *testing.T) {
			r := serve(t, httpx.ServerConfig{Handler: says("x"), TLS: conf, MaxHeaderBytes: 4 << 10})
			own := pinned.Clone()
			own.NextProtos = []string{protocol}
			c := client(t, httpx.ClientConfig{TLS: own})
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+r.addr, nil)
			require.NoError(t, err)
			res, err := c.Do(req)
			require.Equal(t, "x", body(t, res, err))
			require.Equal(t, protocol == "h2", res.ProtoMajor == 2)
			req.Header.Set("X-Big", strings.Repeat("x", 64<<10))
			if res, err = c.Do(req); err == nil { // some clients are told, others see the connection end
				require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, res.StatusCode)
				require.NoError(t, res.Body.Close())
			}
		})
	}
}

func TestBodiesHaveALimit(t *testing.T) {
	reads := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if errors.Is(err, httpx.ErrBodyTooLarge) {
			w.Header().Set("X-Seen", "typed")
			return // the server answers
		}
		_ = json.NewEncoder(w).Encode(n)
	})
	wide, err := httpx.MaxBody(100, reads)
	require.NoError(t, err)
	narrow, err := httpx.MaxBody(5, reads)
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle("/", reads)
	mux.Handle("/wide", wide)
	mux.Handle("/narrow", narrow)
	mux.HandleFunc("/own", func(w http.ResponseWriter, r *http.Request) {
		var v any
		w.WriteHeader(httpx.Status(httpx.ReadRequest(r, &v)))
	})
	mux.HandleFunc("/deaf", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	r := serve(t, httpx.ServerConfig{Handler: mux, MaxBody: 10})
	c := client(t, httpx.ClientConfig{})
	for name, tc := range map[string]struct {
		reason, path string
		bytes        int
		want         int
	}{
		"AtTheLimit":   {"the limit itself is allowed", "/", 10, 200},
		"OneMore":      {"one byte more is 413", "/", 11, 413},
		"WideRoute":    {"a route may allow more", "/wide", 100, 200},
		"TooWide":      {"with its own end", "/wide", 101, 413},
		"NarrowRoute":  {"or less", "/narrow", 6, 413},
		"OwnAnswer":    {"a handler may answer itself", "/own", 11, 413},
		"NoJSON":       {"and tell a bad body from a long one", "/own", 3, 400},
		"NobodyReads":  {"what nobody reads is not refused", "/deaf", 1000, 204},
		"NothingToSay": {"no body at all", "/", 0, 200},
	} {
		for kind, reader := range map[string]func() io.Reader{
			"Told":    func() io.Reader { return bytes.NewReader(make([]byte, tc.bytes)) },
			"Chunked": func() io.Reader { return io.MultiReader(bytes.NewReader(make([]byte, tc.bytes))) },
		} {
			t.Run(name+kind, func(t *testing.T) {
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url()+tc.path, reader())
				require.NoError(t, err)
				res, err := c.Do(req)
				text := body(t, res, err)
				require.Equal(t, tc.want, res.StatusCode, tc.reason)
				if tc.want == 413 && tc.path != "/own" {
					var p httpx.Problem
					require.NoError(t, json.Unmarshal([]byte(text), &p))
					require.Equal(t, "body-too-large", p.Code)
					require.Equal(t, res.Header.Get("X-Request-Id"), p.Request)
					require.Equal(t, "typed", res.Header.Get("X-Seen"))
				}
			})
		}
	}
	for _, limit := range []int64{0, -1} {
		_, err := httpx.MaxBody(limit, reads)
		require.ErrorIs(t, err, httpx.ErrConfig)
	}
}

func TestAPanicTellsNothing(t *testing.T) {
	const secret = "hunter2"
	mux := http.NewServeMux()
	mux.HandleFunc("/before/{token}", func(http.ResponseWriter, *http.Request) { panic("password is " + secret) })
	mux.HandleFunc("/after", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		w.(http.Flusher).Flush()
		panic(errors.New(secret))
	})
	mux.HandleFunc("/nil", func(http.ResponseWriter, *http.Request) { var p *http.Request; _ = p.Method })
	mux.Handle("/", says("fine"))
	r := serve(t, httpx.ServerConfig{Handler: mux})
	c := client(t, httpx.ClientConfig{})

	res, err := get(t, c, r.url()+"/before/"+secret+"?key="+secret)
	text := body(t, res, err)
	require.Equal(t, http.StatusInternalServerError, res.StatusCode)
	var p httpx.Problem
	require.NoError(t, json.Unmarshal([]byte(text), &p))
	require.Len(t, p.Request, 32)
	require.Contains(t, r.log.String(), p.Request, "the log and the client share the id")
	require.Contains(t, r.log.String(), "TestAPanicTellsNothing", "the log has the place")
	require.Contains(t, r.log.String(), "route=/before/{token}", "and the route, not the path")

	res, err = get(t, c, r.url()+"/after")
	require.NoError(t, err)
	_, err = io.ReadAll(res.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "half an answer does not look like a whole one")
	require.NoError(t, res.Body.Close())

	res, err = get(t, c, r.url()+"/nil")
	body(t, res, err)
	require.Equal(t, http.StatusInternalServerError, res.StatusCode)

	res, err = get(t, c, r.url())
	require.Equal(t, "fine", body(t, res, err), "the server goes on")
	require.NotContains(t, r.log.String()+text, secret)
}

func TestIdsAreOurs(t *testing.T) {
	var inside string
	r := serve(t, httpx.ServerConfig{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { inside = httpx.RequestID(r.Context()) })})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.url(), nil)
	require.NoError(t, err)
	req.Header.Set("X-Request-Id", "forged\x7f")
	req.Header.Set("X-Request-Id", "forged")
	res, err := client(t, httpx.ClientConfig{}).Do(req)
	body(t, res, err)
	require.Equal(t, inside, res.Header.Get("X-Request-Id"))
	require.NotEqual(t, "forged", inside)
	require.Empty(t, httpx.RequestID(t.Context()))
}

func TestWebPagesDoNotUseTheServer(t *testing.T) {
	plain := serve(t, httpx.ServerConfig{Handler: says("x"), Hosts: []string{"daemon.example"}})
	_, port, err := net.SplitHostPort(plain.addr)
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		reason, method, host string
		header               [2]string
		want                 int
	}{
		"Address":     {"the address itself", "GET", plain.addr, [2]string{}, 200},
		"Localhost":   {"its usual name", "GET", "localhost:" + port, [2]string{}, 200},
		"IPv6":        {"the other loopback", "GET", "[::1]:" + port, [2]string{}, 200},
		"Bare":        {"without a port", "GET", "[::1]", [2]string{}, 200},
		"Configured":  {"a name of the configuration, in any case", "GET", "Daemon.Example:" + port, [2]string{}, 200},
		"Rebound":     {"a name that somebody made point here", "GET", "evil.example.com:" + port, [2]string{}, 421},
		"Below":       {"a name below localhost may be looked up", "GET", "x.localhost", [2]string{}, 421},
		"Dotted":      {"as may one with a dot", "GET", "localhost.", [2]string{}, 421},
		"OtherSite":   {"a form of another site", "POST", plain.addr, [2]string{"Sec-Fetch-Site", "cross-site"}, 403},
		"OtherOrigin": {"the same in an older browser", "POST", plain.addr, [2]string{"Origin", "https://evil.example.com"}, 403},
		"SameOrigin":  {"a page of ours", "POST", plain.addr, [2]string{"Origin", "http://" + plain.addr}, 200},
		"NoBrowser":   {"a program", "POST", plain.addr, [2]string{}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), tc.method, plain.url(), nil)
			require.NoError(t, err)
			req.Host = tc.host
			if tc.header[0] != "" {
				req.Header.Set(tc.header[0], tc.header[1])
			}
			res, err := client(t, httpx.ClientConfig{}).Do(req)
			body(t, res, err)
			require.Equal(t, tc.want, res.StatusCode, tc.reason)
		})
	}
}

func TestConnectionsHaveALimit(t *testing.T) {
	r := serve(t, httpx.ServerConfig{Handler: says("x"), MaxConnections: 1})
	ask := func(c net.Conn) error {
		_, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
		require.NoError(t, err)
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return err
		}
		return res.Body.Close()
	}
	first, second := r.raw(), r.raw()
	require.NoError(t, ask(first))
	require.NoError(t, second.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
	require.ErrorIs(t, ask(second), os.ErrDeadlineExceeded, "the second waits")
	require.NoError(t, first.Close())
	require.NoError(t, second.SetReadDeadline(time.Now().Add(soon)))
	_, err := http.ReadResponse(bufio.NewReader(second), nil)
	require.NoError(t, err, "until the first has gone")
}

func TestServingEnds(t *testing.T) {
	t.Run("RequestsUnderWayEndWell", func(t *testing.T) {
		began, go_on := make(chan struct{}), make(chan struct{})
		r := serve(t, httpx.ServerConfig{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(began)
			<-go_on
			if r.Context().Err() == nil {
				_, _ = w.Write([]byte("whole"))
			}
		})})
		got := make(chan string)
		go func() {
			res, err := get(t, client(t, httpx.ClientConfig{}), r.url())
			if err != nil {
				got <- err.Error()
				return
			}
			data, _ := httpx.ReadAll(res, 100)
			got <- string(data)
		}()
		<-began
		r.stop()
		close(go_on)
		require.Equal(t, "whole", <-got)
		require.NoError(t, <-r.done)
	})
	t.Run("ButNotForever", func(t *testing.T) {
		began, released := make(chan struct{}), make(chan struct{})
		r := serve(t, httpx.ServerConfig{Grace: 50 * time.Millisecond, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(began)
			<-r.Context().Done()
			close(released)
		})})
		_, err := io.WriteString(r.raw(), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
		require.NoError(t, err)
		<-began
		r.stop()
		require.ErrorIs(t, <-r.done, httpx.ErrGrace)
		<-released
	})
	t.Run("OnlyOnce", func(t *testing.T) {
		s, err := httpx.NewServer(httpx.ServerConfig{Handler: says(""), Log: slog.New(slog.DiscardHandler), Entropy: rand.Reader})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for _, want := range []error{nil, httpx.ErrStopped} {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			require.ErrorIs(t, s.Serve(ctx, l), want)
		}
	})
	t.Run("WhenTheListenerBreaks", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		r := serveOn(t, l, httpx.ServerConfig{Handler: says("x")})
		res, err := get(t, client(t, httpx.ClientConfig{}), r.url())
		body(t, res, err)
		require.NoError(t, l.Close())
		require.ErrorIs(t, <-r.done, net.ErrClosed)
	})
}

func TestOlderTLSIsTurnedAway(t *testing.T) {
	conf, pinned := secure(t)
	r := serve(t, httpx.ServerConfig{Handler: says("x"), TLS: conf})
	old := pinned.Clone()
	old.MinVersion, old.MaxVersion = tls.VersionTLS13-1, tls.VersionTLS13-1
	require.Error(t, tls.Client(r.raw(), old).Handshake(), "TLS 1.2 is not spoken")
	require.NoError(t, tls.Client(r.raw(), pinned).Handshake())
	_, err := httpx.NewClient(httpx.ClientConfig{TLS: old})
	require.ErrorIs(t, err, tlsconf.ErrConfig, "nor by our clients")
}

func TestOnlyKnownClients(t *testing.T) {
	pairs := make([]tlsconf.KeyPair, 3)
	for i := range pairs {
		var err error
		pairs[i], err = tlsconf.SelfSigned("test", nil, noon, time.Hour, rand.Reader)
		require.NoError(t, err)
	}
	pin := func(p tlsconf.KeyPair) []tlsconf.Pin {
		der, err := p.DER()
		require.NoError(t, err)
		return []tlsconf.Pin{tlsconf.CertificatePin(der)}
	}
	server, err := tlsconf.NewServer(tlsconf.ServerConfig{Identity: pairs[0], Pins: pin(pairs[1]), Now: clock})
	require.NoError(t, err)
	r := serve(t, httpx.ServerConfig{Handler: says("x"), TLS: server})
	for name, tc := range map[string]struct {
		reason string
		shown  tlsconf.Identity
		good   bool
	}{
		"Known":   {"the expected certificate", pairs[1], true},
		"Unknown": {"another", pairs[2], false},
		"None":    {"none", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			conf, err := tlsconf.NewClient(tlsconf.ClientConfig{Pins: pin(pairs[0]), Identity: tc.shown, Now: clock})
			require.NoError(t, err)
			res, err := get(t, client(t, httpx.ClientConfig{TLS: conf}), "https://"+r.addr)
			if tc.good {
				require.Equal(t, "x", body(t, res, err), tc.reason)
			} else {
				require.Error(t, err, tc.reason)
			}
		})
	}
}
