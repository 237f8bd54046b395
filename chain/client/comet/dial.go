package comet

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/coder/websocket"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"

	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/tlsconf"
)

const (
	maxNotice   = 8 << 20   // bytes of one new-block notice
	maxBlock    = 256 << 20 // bytes of one answer: a block's results
	quietAfter  = time.Minute
	noticeQuery = "tm.event='NewBlockHeader'"
)

// Dial watches the nodes at these addresses, such as http://127.0.0.1:26657. It does not wait for any of them.
func Dial(addresses []string, cfg Config) (*Pool, error) {
	// Connections that are never answered are cut by each request's own deadline.
	client, err := httpx.NewClient(httpx.ClientConfig{
		TLS: tlsconf.Client(), EnvironmentProxy: true, Limits: httpx.Limits{Stream: true, MaxBody: maxBlock},
		InsecurePlaintext: "an operator's own node, where CometBFT speaks no TLS; what is read is checked against the chain's next block",
	})
	if err != nil {
		return nil, err
	}
	var endpoints []Endpoint
	for _, address := range addresses {
		u, err := parseAddress(address)
		if err != nil {
			return nil, err
		}
		c, err := rpchttp.NewWithClient(u.String(), "/websocket", client)
		if err != nil {
			return nil, fmt.Errorf("node %q: %w", address, err)
		}
		ws := *u
		ws.Path += "/websocket"
		endpoints = append(endpoints, Endpoint{
			Name:   u.Redacted(),
			Client: c,
			Wake: func(ctx context.Context, notify func()) error {
				return notices(ctx, client, ws.String(), notify)
			},
		})
	}
	return New(endpoints, cfg)
}

// parseAddress accepts http, https, and tcp as CometBFT's own tools write it.
func parseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("node %q: %w", address, err)
	}
	if u.Scheme == "tcp" {
		u.Scheme = "http"
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("node %q: an address like http://127.0.0.1:26657 is expected", address)
	}
	return u, nil
}

// notices subscribes to new blocks and calls notify for each. It returns when the connection breaks or is silent for
// long: a subscription may be lost by the node without a word.
func notices(ctx context.Context, client *http.Client, address string, notify func()) error {
	conn, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPClient: client})
	if err != nil {
		return err
	}
	defer func() {
		// The connection is given up whatever state it is in, so there is nobody to tell of an error.
		if err := conn.CloseNow(); err != nil {
			return
		}
	}()
	conn.SetReadLimit(maxNotice)
	subscribe, err := json.Marshal(map[string]any{
		"jsonrpc": "2.0", "id": 1, "method": "subscribe", "params": map[string]string{"query": noticeQuery},
	})
	if err != nil {
		return err
	}
	if err := conn.Write(ctx, websocket.MessageText, subscribe); err != nil {
		return err
	}
	for {
		quiet, cancel := context.WithTimeout(ctx, quietAfter)
		_, _, err := conn.Read(quiet)
		cancel()
		if err != nil {
			return err
		}
		notify()
	}
}
