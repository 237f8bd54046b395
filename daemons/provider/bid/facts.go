package bid

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/clock"
)

// Ages of what the chain said.
const (
	freshFor  = 30 * time.Second // not asked again
	usableFor = 10 * time.Minute // used while the chain does not answer
)

// factCache keeps what every decision needs and what changes slowly, so that an order costs one query.
type factCache struct {
	chain Chain
	clock clock.Clock

	mu    sync.Mutex
	known bool
	asked time.Time
	value facts

	at atomic.Int64 // height; apart, since writers of the store must not wait for a query
}

func (c *factCache) get(ctx context.Context) (facts, error) {
	f, err := c.slow(ctx)
	f.height = c.height()
	return f, err
}

func (c *factCache) slow(ctx context.Context) (facts, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	age := c.clock.Now().Sub(c.asked)
	if c.known && age < freshFor {
		return c.value, nil
	}
	next := c.value
	var errs [3]error
	next.params, errs[0] = c.chain.MarketParams(ctx)
	next.profile, errs[1] = c.chain.Profile(ctx)
	next.balance, errs[2] = c.chain.Balance(ctx)
	if err := errors.Join(errs[:]...); err != nil {
		if c.known && age < usableFor {
			return c.value, nil
		}
		return facts{}, err
	}
	c.value, c.known, c.asked = next, true, c.clock.Now()
	return next, nil
}

// forget makes the next decision ask again.
func (c *factCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = false
}

// reached notes the chain's height.
func (c *factCache) reached(h int64) {
	for {
		old := c.at.Load()
		if h <= old || c.at.CompareAndSwap(old, h) {
			return
		}
	}
}

func (c *factCache) height() int64 { return c.at.Load() }
