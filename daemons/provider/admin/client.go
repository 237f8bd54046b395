package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"syscall"
	"time"
)

// Errors of reaching a daemon.
var (
	// ErrNotRunning says that no daemon answers in the state folder.
	ErrNotRunning = errors.New("no daemon is running here")
	// ErrAnswer says that the daemon refused; the error has its words.
	ErrAnswer = errors.New("the daemon refused")
)

// Client reaches the daemon that runs in a state folder.
type Client struct {
	home string
	http *http.Client
}

// NewClient reaches the daemon in home.
func NewClient(home string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(home, SocketName))
	}
	return &Client{home, &http.Client{Transport: &http.Transport{DialContext: dial}, Timeout: 30 * time.Second}}
}

// Get asks for a path with a query and decodes the answer into out.
func (c *Client) Get(ctx context.Context, path string, query url.Values, out any) error {
	return c.do(ctx, http.MethodGet, path, query, out)
}

// Post asks for a change.
func (c *Client) Post(ctx context.Context, path string, query url.Values, out any) error {
	return c.do(ctx, http.MethodPost, path, query, out)
}

func (c *Client) do(ctx context.Context, method, path string, query url.Values, out any) (err error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://daemon"+path+"?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	w, err := c.http.Do(r)
	if errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("%w: %s; start it with `provider-daemon start --home %s`", ErrNotRunning, c.home, c.home)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Body.Close()) }()
	body, err := io.ReadAll(io.LimitReader(w.Body, 64<<20))
	if err != nil {
		return err
	}
	if w.StatusCode >= 300 {
		var p problem
		if json.Unmarshal(body, &p) != nil || p.Error == "" {
			p.Error = w.Status
		}
		return fmt.Errorf("%w: %s", ErrAnswer, p.Error)
	}
	return json.Unmarshal(body, out)
}
