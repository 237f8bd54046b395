package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"syscall"

	"github.com/virtengine/virtengine/security/httpx"
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

// maxAnswer bounds what a daemon says, in bytes: a list of every operation it remembers.
const maxAnswer = 64 << 20

// NewClient reaches the daemon in home, an absolute path.
func NewClient(home string) (*Client, error) {
	c, err := httpx.NewClient(httpx.ClientConfig{Unix: filepath.Join(home, SocketName), Limits: httpx.Limits{MaxBody: maxAnswer}})
	return &Client{home, c}, err
}

// Get asks for a path with a query and decodes the answer into out.
func (c *Client) Get(ctx context.Context, path string, query url.Values, out any) error {
	return c.do(ctx, http.MethodGet, path, query, out)
}

// Post asks for a change.
func (c *Client) Post(ctx context.Context, path string, query url.Values, out any) error {
	return c.do(ctx, http.MethodPost, path, query, out)
}

func (c *Client) do(ctx context.Context, method, path string, query url.Values, out any) error {
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
	body, err := httpx.ReadAll(w, maxAnswer)
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
