package gateway

import (
	"context"
	"sync"
	"time"
)

// maxCached bounds the cache; it starts afresh when it is full.
const maxCached = 10_000

// cache remembers who a lease belongs to for cacheLife. Only answers are remembered, never failures.
type cache struct {
	leases Leases
	now    func() time.Time
	mu     sync.Mutex
	known  map[uint64]cached
}

type cached struct {
	party Party
	until time.Time
}

func newCache(leases Leases, now func() time.Time) *cache {
	return &cache{leases: leases, now: now, known: map[uint64]cached{}}
}

func (c *cache) party(ctx context.Context, leaseID uint64) (Party, error) {
	c.mu.Lock()
	hit, ok := c.known[leaseID]
	c.mu.Unlock()
	if ok && c.now().Before(hit.until) {
		return hit.party, nil
	}
	p, err := c.leases.Party(ctx, leaseID)
	if err != nil {
		return Party{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= maxCached {
		clear(c.known)
	}
	c.known[leaseID] = cached{party: p, until: c.now().Add(cacheLife)}
	return p, nil
}

// streams counts what is open per lease.
type streams struct {
	mu   sync.Mutex
	open map[uint64]int
}

func (s *streams) enter(leaseID uint64) (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[leaseID] >= maxStreams {
		return nil, errTooManyStreams
	}
	s.open[leaseID]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.open[leaseID]--; s.open[leaseID] == 0 {
			delete(s.open, leaseID)
		}
	}, nil
}
