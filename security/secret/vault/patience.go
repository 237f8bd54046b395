package vault

import (
	"context"
	"fmt"
	"time"

	"github.com/virtengine/virtengine/security/secret"
)

// How long and how often a request is tried.
const (
	attempts  = 5
	firstWait = 250 * time.Millisecond
	mostWait  = 5 * time.Second
	askedWait = 30 * time.Second // the longest that a server may ask us to wait
)

// patiently sends a request until it succeeds, fails for good, or has failed often enough. Requests of this package may
// be repeated; only a login whose secret id has a limited number of uses may use up more than one.
func (c *Client) patiently(ctx context.Context, r request) ([]byte, error) {
	wait := firstWait
	for try := 1; ; try++ {
		got := c.once(ctx, r)
		if got.err == nil || !got.again {
			return got.body, got.err
		}
		if try == attempts {
			return nil, fmt.Errorf("after %d attempts: %w", attempts, got.err)
		}
		if got.after > askedWait {
			return nil, fmt.Errorf("%w: the server wants us to wait %s: %w", secret.ErrThrottled, got.after, got.err)
		}
		if err := c.pause(ctx, wait, got.after); err != nil {
			return nil, err
		}
		wait = min(2*wait, mostWait)
	}
}

// pause waits for a random part of d, and for least at the least.
func (c *Client) pause(ctx context.Context, d, least time.Duration) error {
	jittered, err := c.random.Jitter(d)
	if err != nil {
		return err
	}
	return c.sleep(ctx, least+jittered)
}
