package httpx

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"github.com/virtengine/virtengine/security/tlsconf"
)

// Limits bound each exchange of a client. A zero is the default of that name.
type Limits struct {
	Timeout        time.Duration // the whole exchange with its redirects, to the answer's last byte; of a client, not of a transport alone
	Dial           time.Duration // finding the address and connecting
	Handshake      time.Duration // of TLS
	ResponseHeader time.Duration // from the request's last byte to the end of the answer's headers
	Idle           time.Duration // how long a connection is kept for the next request
	MaxHeaderBytes int64         // of an answer
	MaxBody        int64         // bytes of an answer, uncompressed; above it reading fails with ErrBodyTooLarge
	MaxConnections int64         // to one host, those above wait
	Redirects      int64         // how many are followed; 0: none, an answer that redirects is ErrRedirect

	// Stream is for answers without natural end: there is no Timeout, and each request's context is what ends it.
	Stream bool
}

func (l *Limits) settle() error {
	if l.Stream && l.Timeout != 0 {
		return fmt.Errorf("%w: a stream with a timeout of %s; hint: end it with the request's context", ErrConfig, l.Timeout)
	}
	var none int64
	if err := settle(
		duration("Timeout", &l.Timeout, DefaultTimeout), duration("Dial", &l.Dial, DefaultDial), duration("Handshake", &l.Handshake, DefaultHandshake),
		duration("ResponseHeader", &l.ResponseHeader, DefaultResponseHeader), duration("Idle", &l.Idle, DefaultIdle), limit{"MaxHeaderBytes", &l.MaxHeaderBytes, DefaultHeaderBytes},
		limit{"MaxBody", &l.MaxBody, DefaultResponseBytes}, limit{"MaxConnections", &l.MaxConnections, 64}, limit{"Redirects", &l.Redirects, none}); err != nil {
		return err
	}
	if l.Stream {
		l.Timeout = 0
	}
	if l.Redirects > 20 || l.MaxConnections > 1<<20 {
		return fmt.Errorf("%w: %d redirects or %d connections are no limit", ErrConfig, l.Redirects, l.MaxConnections)
	}
	return nil
}

// ClientConfig says how a client reaches servers that we, or our operator, chose. All may be zero.
type ClientConfig struct {
	TLS    *tls.Config // of tlsconf; its ALPN says whether HTTP/2 is spoken. nil: https is refused
	Unix   string      // absolute path of a socket to which every request goes, in plain text, whatever host it names
	Limits Limits

	// InsecurePlaintext is why http goes beyond this machine, for whoever reads the code. Empty: it is refused.
	InsecurePlaintext string
	// EnvironmentProxy makes the client use the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name.
	EnvironmentProxy bool
}

// NewClient returns a client for servers that we chose. Fails with ErrConfig, tlsconf.ErrConfig.
func NewClient(c ClientConfig) (*http.Client, error) {
	t, err := newTransport(c)
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: t, Timeout: t.limits.Timeout, CheckRedirect: redirects(t.limits.Redirects)}, nil
}

// NewTransport returns what is below such a client, for libraries that make their own. It has no Timeout and, since
// libraries follow redirects by themselves, no rules for these.
func NewTransport(c ClientConfig) (http.RoundTripper, error) {
	t, err := newTransport(c)
	if err != nil {
		return nil, err
	}
	return t, nil
}

func newTransport(c ClientConfig) (*transport, error) {
	if err := c.Limits.settle(); err != nil {
		return nil, err
	}
	if c.Unix != "" && (c.TLS != nil || c.EnvironmentProxy || c.InsecurePlaintext != "" || !filepath.IsAbs(c.Unix)) {
		return nil, fmt.Errorf("%w: a client of the socket %s needs its absolute path and nothing else", ErrConfig, c.Unix)
	}
	if c.TLS != nil {
		if err := tlsconf.CheckClient(c.TLS); err != nil {
			return nil, err
		}
	}
	dialer := &net.Dialer{Timeout: c.Limits.Dial}
	t := &transport{limits: c.Limits, upgrades: true, base: roundTripper(c.TLS, c.Limits, dialer.DialContext)}
	t.check = func(r *http.Request) error { return reachable(c, r.URL) }
	if c.EnvironmentProxy {
		t.base.Proxy = http.ProxyFromEnvironment
	}
	if c.Unix != "" {
		t.base.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", c.Unix)
		}
	}
	return t, nil
}

// reachable says whether the client may speak to a URL's server.
func reachable(c ClientConfig, u *url.URL) error {
	switch {
	case u.Scheme == "https" && c.TLS != nil:
		return nil
	case u.Scheme == "https":
		return fmt.Errorf("%w: the client of %s has no TLS settings", ErrConfig, u.Host)
	case u.Scheme != "http":
		return fmt.Errorf("%w: scheme %q, want http or https", ErrURL, u.Scheme)
	case c.Unix != "" || c.InsecurePlaintext != "" || onThisMachine(u.Hostname()):
		return nil
	}
	return fmt.Errorf("%w: http to %s; hint: use https, or say why with InsecurePlaintext", ErrPlaintext, u.Host)
}

func roundTripper(conf *tls.Config, l Limits, dial func(context.Context, string, string) (net.Conn, error)) *http.Transport {
	t := &http.Transport{
		DialContext: dial, TLSHandshakeTimeout: l.Handshake, ResponseHeaderTimeout: l.ResponseHeader, ExpectContinueTimeout: time.Second, IdleConnTimeout: l.Idle,
		MaxResponseHeaderBytes: l.MaxHeaderBytes, MaxConnsPerHost: int(l.MaxConnections), MaxIdleConns: 64, MaxIdleConnsPerHost: 16, Protocols: new(http.Protocols),
	}
	h2 := false
	if conf != nil {
		t.TLSClientConfig = conf.Clone()
		h2 = slices.Contains(conf.NextProtos, "h2")
	}
	t.Protocols.SetHTTP2(h2)
	t.Protocols.SetHTTP1(!h2 || slices.Contains(conf.NextProtos, "http/1.1"))
	return t
}

// transport checks each request before it is sent, redirected or not, and bounds each answer.
type transport struct {
	base     *http.Transport
	limits   Limits
	check    func(*http.Request) error // may put another URL into the request, which is its own
	upgrades bool                      // whether an answer may take the connection over, as WebSockets do
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	own := r.WithContext(r.Context()) // a RoundTripper changes no request of others
	if err := t.check(own); err != nil {
		if r.Body != nil {
			err = errors.Join(err, r.Body.Close())
		}
		return nil, err
	}
	res, err := t.base.RoundTrip(own)
	if err != nil {
		return nil, err
	}
	res.Request = r
	if res.StatusCode == http.StatusSwitchingProtocols && t.upgrades {
		return res, nil
	}
	if r.Method != http.MethodHead && res.ContentLength > t.limits.MaxBody {
		return nil, errors.Join(tooLarge(r.URL.Host, t.limits.MaxBody), res.Body.Close())
	}
	res.Body = &answerBody{ReadCloser: res.Body, from: r.URL.Host, left: t.limits.MaxBody, limit: t.limits.MaxBody}
	return res, nil
}

// CloseIdleConnections is for http.Client.CloseIdleConnections.
func (t *transport) CloseIdleConnections() { t.base.CloseIdleConnections() }
