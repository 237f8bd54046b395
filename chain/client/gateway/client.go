package gateway

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/security/httpx"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 4 << 20

// Refused is a gateway's no.
type Refused struct {
	Status int // HTTP
	Problem
}

func (r *Refused) Error() string {
	text := fmt.Sprintf("gateway refused (%d %s): %s", r.Status, r.Code, r.Message)
	if r.Hint != "" {
		text += "\nhint: " + r.Hint
	}
	return text
}

// Config is what a client needs.
type Config struct {
	URL   string                 // the provider's host_uri
	TLS   *tls.Config            // pinned to the provider's certificates on chain: tlsconf.Pinned
	Token func() (string, error) // a fresh token for this provider: authn.Issue
}

// Client talks to one provider's gateway. It is safe for concurrent use.
type Client struct {
	base  *url.URL
	http  *http.Client
	token func() (string, error)
}

// New returns a client. It does not connect yet.
func New(c Config) (*Client, error) {
	if c.TLS == nil || c.Token == nil {
		return nil, errors.New("a gateway client needs TLS settings and tokens")
	}
	base, err := url.Parse(c.URL)
	if err != nil {
		return nil, fmt.Errorf("gateway address: %w", err)
	}
	if base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("gateway address %q: want https://host[:port]", c.URL)
	}
	// No overall time limit: logs follow for hours. The context of each call bounds it.
	client, err := httpx.NewClient(httpx.ClientConfig{TLS: c.TLS, Limits: httpx.Limits{Stream: true}})
	return &Client{base: base, token: c.Token, http: client}, err
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Version asks who answers. It needs no token.
func (c *Client) Version(ctx context.Context) (Version, error) {
	var v Version
	return v, c.call(ctx, http.MethodGet, c.base.JoinPath("version"), false, nil, &v)
}

// PutManifest tells the provider what to run. Its hash must be the one on chain. Doing it twice is harmless.
func (c *Client) PutManifest(ctx context.Context, lease uint64, group manifest.Group) error {
	body, err := group.Canonical()
	if err != nil {
		return err
	}
	return c.call(ctx, http.MethodPut, c.lease(lease, "manifest"), true, body, nil)
}

// Manifest returns what the provider was told, without secrets.
func (c *Client) Manifest(ctx context.Context, lease uint64) (manifest.Group, error) {
	var g manifest.Group
	return g, c.call(ctx, http.MethodGet, c.lease(lease, "manifest"), true, nil, &g)
}

// Status tells how the lease is doing.
func (c *Client) Status(ctx context.Context, lease uint64) (Status, error) {
	var s Status
	return s, c.call(ctx, http.MethodGet, c.lease(lease, "status"), true, nil, &s)
}

// Events tells what happened to the lease after since, oldest first.
func (c *Client) Events(ctx context.Context, lease uint64, since time.Time) ([]Event, error) {
	u := c.lease(lease, "events")
	u.RawQuery = url.Values{"since": {since.UTC().Format(time.RFC3339Nano)}}.Encode()
	var events []Event
	return events, c.call(ctx, http.MethodGet, u, true, nil, &events)
}

func (c *Client) lease(id uint64, what string) *url.URL {
	return c.base.JoinPath("lease", strconv.FormatUint(id, 10), what)
}

func (c *Client) call(ctx context.Context, method string, u *url.URL, auth bool, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if auth {
		token, err := c.token()
		if err != nil {
			return fmt.Errorf("token: %w", err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return fmt.Errorf("answer of %s: %w", u.Host, err)
	}
	if res.StatusCode/100 != 2 {
		return refusal(res.StatusCode, answer)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("answer of %s: %w", u.Host, err)
	}
	return nil
}

func refusal(status int, body []byte) error {
	r := &Refused{Status: status}
	if err := json.Unmarshal(body, &r.Problem); err != nil || r.Code == "" {
		r.Problem = Problem{Code: "unreadable", Message: fmt.Sprintf("%s, and a body that is no problem document", http.StatusText(status))}
	}
	return r
}
