package vault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/secret"
)

// Errors beside those of package secret, which they come with.
var (
	// ErrSealed says that the server's storage is locked; only its operators can open it. Also secret.ErrUnavailable.
	ErrSealed = errors.New("vault is sealed")
	// ErrRedirected says that the server sent us elsewhere, where we do not go. Also secret.ErrUnavailable.
	ErrRedirected = errors.New("vault redirects")
)

// Config is what a Client needs. All but Namespace are required.
type Config struct {
	Address   string                                           // https://HOST:PORT, of the active node or a balancer before it
	Namespace string                                           // of Vault Enterprise and OpenBao, as team/a; "" is the root
	HTTP      *http.Client                                     // its TLS settings say whom we trust; without a Timeout it gets 30 s
	Login     Login                                            // Token or AppRole
	Now       func() time.Time                                 // time.Now outside tests
	Sleep     func(ctx context.Context, d time.Duration) error // waits for d; the context's cause if that ends first
	Entropy   io.Reader                                        // entropy.Reader() outside tests; only pauses depend on it
}

// Client is a source of secrets. Safe for concurrent use.
type Client struct {
	base      *url.URL
	namespace string
	http      *http.Client
	login     Login
	now       func() time.Time
	sleep     func(context.Context, time.Duration) error
	random    entropy.Source

	turn    chan struct{} // holds one element while nobody looks after the session
	session session       // guarded by turn
}

// New makes a client. It does not connect yet. Fails if something is missing or the address is not https.
func New(c Config) (*Client, error) {
	if c.HTTP == nil || c.Login == nil || c.Now == nil || c.Sleep == nil {
		return nil, errors.New("a vault client needs an HTTP client, a login, a clock and a way to sleep")
	}
	base, err := address(c.Address)
	if err != nil {
		return nil, err
	}
	if strings.ContainsFunc(c.Namespace, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, fmt.Errorf("vault namespace %q has characters that no header has", c.Namespace)
	}
	random, err := entropy.From(c.Entropy)
	if err != nil {
		return nil, err
	}
	own := *c.HTTP // changed below, and not for its owner
	own.Jar = nil
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if own.Timeout <= 0 {
		own.Timeout = 30 * time.Second
	}
	client := &Client{base: base, namespace: c.Namespace, http: &own, login: c.Login, now: c.Now, sleep: c.Sleep, random: random, turn: make(chan struct{}, 1)}
	client.turn <- struct{}{}
	return client, nil
}

func address(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil { // whose text repeats the address, with what may be in it
		return nil, errors.New("the vault address is no URL; hint: https://HOST:8200")
	}
	if u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" {
		return nil, fmt.Errorf("the vault address of host %q is not https://HOST:PORT alone; tokens do not travel in the clear or in URLs", u.Host)
	}
	return u, nil
}

// Fetch reads a field of the newest version of a secret, by MOUNT/PATH#FIELD.
func (c *Client) Fetch(ctx context.Context, name string) (secret.Bytes, error) {
	if err := context.Cause(ctx); err != nil {
		return secret.Bytes{}, err
	}
	at, err := parseName(name)
	if err != nil {
		return secret.Bytes{}, err
	}
	body, err := c.read(ctx, append([]string{at.mount, "data"}, at.path...))
	defer clear(body)
	if err != nil {
		return secret.Bytes{}, err
	}
	return at.in(body)
}

// read gets a path with our token, and once more with a new one if the server refuses a token that is not fresh: it may
// have been revoked.
func (c *Client) read(ctx context.Context, path []string) ([]byte, error) {
	s, err := c.current(ctx)
	if err != nil {
		return nil, err
	}
	r := request{method: http.MethodGet, path: path, token: s.token}
	body, err := c.patiently(ctx, r)
	if !errors.Is(err, secret.ErrDenied) || c.now().Sub(s.began) < freshFor {
		return body, err
	}
	if s, err = c.anew(ctx, s); err != nil {
		return nil, err
	}
	r.token = s.token
	return c.patiently(ctx, r)
}
