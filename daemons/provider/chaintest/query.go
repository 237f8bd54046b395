package chaintest

import (
	"context"
	"fmt"

	"cosmossdk.io/math"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	provtypes "github.com/virtengine/virtengine/chain/x/provider/types"
	settletypes "github.com/virtengine/virtengine/chain/x/settlement/types"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
)

func find[V any](c *Chain, m map[uint64]*V, id uint64) (V, error) {
	var none V
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.reachable(); err != nil {
		return none, err
	}
	if v := m[id]; v != nil {
		return *v, nil
	}
	return none, fmt.Errorf("%w: %d", chainport.ErrNotFound, id)
}

// Order answers a query.
func (c *Chain) Order(_ context.Context, id uint64) (markettypes.Order, error) {
	return find(c, c.orders, id)
}

// OwnBid answers a query.
func (c *Chain) OwnBid(_ context.Context, id uint64) (markettypes.Bid, error) {
	return find(c, c.bids, id)
}

// Lease answers a query.
func (c *Chain) Lease(_ context.Context, id uint64) (markettypes.Lease, error) {
	return find(c, c.leases, id)
}

// MarketParams answers a query.
func (c *Chain) MarketParams(context.Context) (markettypes.Params, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Params, c.reachable()
}

// Profile answers a query.
func (c *Chain) Profile(context.Context) (provtypes.Provider, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Owner, c.reachable()
}

// Balance answers a query.
func (c *Chain) Balance(context.Context) (math.Int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.balance, c.reachable()
}

// Height answers a query.
func (c *Chain) Height(context.Context) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.height, c.reachable()
}

// Escrow answers a query.
func (c *Chain) Escrow(_ context.Context, id uint64) (math.Int, int64, int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.reachable(); err != nil {
		return math.Int{}, 0, 0, err
	}
	l, acc := c.leases[id], c.accounts[id]
	if l == nil || !l.Price.PerBlock.IsPositive() {
		return acc.Free, 0, 0, nil
	}
	blocks := acc.Free.Quo(l.Price.PerBlock)
	if !blocks.IsInt64() {
		return acc.Free, 0, 0, fmt.Errorf("lease %d: %s blocks are paid, more than a chain has", id, blocks)
	}
	left := blocks.Int64()
	return acc.Free, c.height + left + 1, left, nil
}

// LastUsage answers a query.
func (c *Chain) LastUsage(_ context.Context, id uint64) (settletypes.UsageRecord, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.reachable(); err != nil {
		return settletypes.UsageRecord{}, err
	}
	if n := len(c.usage[id]); n > 0 {
		return c.usage[id][n-1], nil
	}
	return settletypes.UsageRecord{}, chainport.ErrNotFound
}

// OpenOrders answers a query.
func (c *Chain) OpenOrders(_ context.Context, yield func(id uint64) error) error {
	c.mu.Lock()
	if err := c.reachable(); err != nil {
		c.mu.Unlock()
		return err
	}
	var ids []uint64
	for id := uint64(1); id < c.nextID; id++ {
		if c.orders[id].State == markettypes.OrderOpen {
			ids = append(ids, id)
		}
	}
	c.mu.Unlock()
	for _, id := range ids {
		if err := yield(id); err != nil {
			return err
		}
	}
	return nil
}

// OwnOpenBids answers a query.
func (c *Chain) OwnOpenBids(context.Context) (ids []uint64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id := uint64(1); id < c.nextID; id++ {
		if b := c.bids[id]; b != nil && b.State == markettypes.BidOpen {
			ids = append(ids, id)
		}
	}
	return ids, c.reachable()
}

// OwnLeases answers a query.
func (c *Chain) OwnLeases(context.Context) (active, unsettled []uint64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id := uint64(1); id < c.nextID; id++ {
		switch l := c.leases[id]; {
		case l == nil || l.Provider != Provider:
		case l.State == markettypes.LeaseActive:
			active = append(active, id)
		case !l.Settled:
			unsettled = append(unsettled, id)
		}
	}
	return active, unsettled, c.reachable()
}
