package chaintest

import (
	"cosmossdk.io/math"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
)

// CreateOrder creates an order with a deposit, in the block that is being made, and returns its number.
func (c *Chain) CreateOrder(spec markettypes.OrderSpec, deposit int64) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := c.nextID
	c.nextID++
	window := int64(spec.WindowBlocks)
	if window == 0 {
		window = int64(c.Params.DefaultWindowBlocks)
	}
	if spec.Auction == markettypes.AuctionUnspecified {
		spec.Auction = markettypes.AuctionOpen
	}
	zero := math.ZeroInt()
	c.orders[id] = &markettypes.Order{Id: id, Owner: Tenant, Spec: spec, State: markettypes.OrderOpen, CreatedHeight: c.height, ClosesHeight: c.height + 1 + window}
	c.accounts[id] = &Account{Deposited: math.NewInt(deposit), Free: math.NewInt(deposit), Accrued: zero, Paid: zero, Refunded: zero, Metered: zero,
		Shortfall: zero, remainders: map[string]math.Int{}}
	c.emit(&markettypes.EventOrderCreated{Id: id, Owner: Tenant, ClosesHeight: c.orders[id].ClosesHeight})
	return id
}

// Rival has another provider bid for an order.
func (c *Chain) Rival(order uint64, fullPrice int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rivals[order] = math.NewInt(fullPrice)
}

// Cancel closes an open order.
func (c *Chain) Cancel(order uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.orders[order]
	o.State, o.Reason = markettypes.OrderClosed, markettypes.ReasonTenant
	if b := c.bids[order]; b != nil && b.State == markettypes.BidOpen {
		b.State = markettypes.BidLost
		c.balance = c.balance.Add(b.Deposit)
		c.emit(&markettypes.EventBidLost{OrderId: order, Provider: Provider})
	}
	acc := c.accounts[order]
	acc.Refunded, acc.Free = acc.Free, math.ZeroInt()
	c.emit(&markettypes.EventOrderClosed{Id: order, Reason: o.Reason})
}

// CloseLease has the tenant end a lease.
func (c *Chain) CloseLease(id uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closeLease(c.leases[id], markettypes.ReasonTenant)
}

// Announce has the tenant announce another manifest.
func (c *Chain) Announce(id uint64, hash []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.leases[id].ManifestHash = hash
	c.emit(&markettypes.EventManifestUpdated{Id: id, ManifestHash: hash})
}
