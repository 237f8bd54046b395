// Package chaintest is a chain in memory for tests of the provider daemon: orders, bids, awards, leases, rent, usage records and
// refunds, as the messages' definitions say. It commits a block when told to, and can be away, lose answers or drop transactions.
package chaintest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"cosmossdk.io/math"
	"github.com/cosmos/gogoproto/proto"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	provtypes "github.com/virtengine/virtengine/chain/x/provider/types"
	"github.com/virtengine/virtengine/chain/x/resources/amount"
	settletypes "github.com/virtengine/virtengine/chain/x/settlement/types"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/follow"
)

// ID is the chain's id, Provider and Tenant its people.
const (
	ID       = "test-1"
	Provider = "ve1provider"
	Tenant   = "ve1tenant"
	BlockMs  = 1000
)

// Chain is the whole chain. Safe for concurrent use. Its fields are to be set before others use it.
type Chain struct {
	Params markettypes.Params
	Owner  provtypes.Provider

	mu       sync.Mutex
	now      time.Time
	height   int64
	nextID   uint64
	balance  math.Int
	orders   map[uint64]*markettypes.Order
	bids     map[uint64]*markettypes.Bid // ours, by order
	rivals   map[uint64]math.Int         // full price of another's bid
	leases   map[uint64]*markettypes.Lease
	accounts map[uint64]*Account
	usage    map[uint64][]settletypes.UsageRecord
	events   []follow.Event // of the block that is being made
	blocks   []follow.Block
	news     chan struct{} // closed and replaced with each block
	pruned   int64         // blocks up to here are gone

	away   bool
	fault  func(msg proto.Message) Fault
	counts map[string]int
}

// Account is a lease's money, in uve: Deposited = Free + Accrued + Paid + Refunded.
type Account struct {
	Deposited, Free, Accrued, Paid, Refunded math.Int
	Metered                                  math.Int // part of Paid that was for use
	Shortfall                                math.Int
	remainders                               map[string]math.Int
}

// Fault is what goes wrong with a transaction.
type Fault int

// The faults.
const (
	None       Fault = iota
	Drop             // it is never in a block, and its sender does not know
	LoseAnswer       // it is in a block, and its sender does not know
	Refuse           // no node takes it
)

// New makes a chain at height 1.
func New(at time.Time) *Chain {
	c := &Chain{
		Params: markettypes.Params{BidDeposit: math.NewInt(100), DefaultWindowBlocks: 3, MaxWindowBlocks: 100, MaxBids: 20, NominalBlockMs: BlockMs},
		Owner:  provtypes.Provider{Owner: Provider, HostUri: "https://provider.example:8443"},
		now:    at.UTC(), nextID: 1, balance: math.NewInt(1_000_000),
		orders: map[uint64]*markettypes.Order{}, bids: map[uint64]*markettypes.Bid{}, rivals: map[uint64]math.Int{},
		leases: map[uint64]*markettypes.Lease{}, accounts: map[uint64]*Account{}, usage: map[uint64][]settletypes.UsageRecord{},
		news: make(chan struct{}), counts: map[string]int{},
	}
	c.Block()
	return c
}

// Block commits a block: awards what is due, drains rent, and tells whoever follows.
func (c *Chain) Block() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.height++
	c.now = c.now.Add(BlockMs * time.Millisecond)
	for id := uint64(1); id < c.nextID; id++ {
		c.drain(id)
		if o := c.orders[id]; o.State == markettypes.OrderOpen && (o.ClosesHeight <= c.height || (o.Spec.Auction == markettypes.AuctionFixed && c.bids[id] != nil)) {
			c.award(o)
		}
	}
	c.blocks = append(c.blocks, follow.Block{ChainID: ID, Height: c.height, Time: c.now, Events: c.events})
	c.events = nil
	close(c.news)
	c.news = make(chan struct{})
}

// Now is the time of the newest block.
func (c *Chain) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// SetTime has the next block come at least at t.
func (c *Chain) SetTime(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.now) {
		c.now = t.UTC().Add(-BlockMs * time.Millisecond)
	}
}

// Away makes the chain answer nothing, or answer again.
func (c *Chain) Away(away bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = away
}

// Faults has fn decide what goes wrong with each message; nil: nothing.
func (c *Chain) Faults(fn func(msg proto.Message) Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = fn
}

// Prune forgets the blocks up to the newest.
func (c *Chain) Prune() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pruned = c.height
}

// Count is how many messages of a kind took effect.
func (c *Chain) Count(msg proto.Message) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.counts[proto.MessageName(msg)]
}

// Account returns a copy of a lease's money.
func (c *Chain) Account(id uint64) Account {
	c.mu.Lock()
	defer c.mu.Unlock()
	return *c.accounts[id]
}

// Usage returns what was recorded of a lease.
func (c *Chain) Usage(id uint64) []settletypes.UsageRecord {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]settletypes.UsageRecord(nil), c.usage[id]...)
}

func (c *Chain) emit(msg proto.Message) {
	c.events = append(c.events, follow.Event{Index: len(c.events), Msg: msg})
}

func (c *Chain) reachable() error {
	if c.away {
		return fmt.Errorf("%w: it is away", chainport.ErrUnavailable)
	}
	return nil
}

// Follow implements follow.Source.
func (c *Chain) Follow(ctx context.Context, from int64, handle func(ctx context.Context, b follow.Block) error) error {
	for {
		c.mu.Lock()
		if err := c.reachable(); err != nil {
			c.mu.Unlock()
			return err
		}
		if from <= c.pruned {
			c.mu.Unlock()
			return fmt.Errorf("%w: block %d", follow.ErrPruned, from)
		}
		news := c.news
		if from > c.height {
			c.mu.Unlock()
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-news:
			}
			continue
		}
		b := c.blocks[from-1]
		c.mu.Unlock()
		if err := handle(ctx, b); err != nil {
			return err
		}
		from++
	}
}

// award ends an order: the cheapest of our bid and a rival's wins.
func (c *Chain) award(o *markettypes.Order) {
	ours := c.bids[o.Id]
	rival, has := c.rivals[o.Id]
	acc := c.accounts[o.Id]
	back := func(state markettypes.BidState) {
		ours.State = state
		c.balance = c.balance.Add(ours.Deposit)
		c.emit(&markettypes.EventBidLost{OrderId: o.Id, Provider: Provider})
	}
	if ours != nil && ours.State != markettypes.BidOpen {
		ours = nil
	}
	if ours == nil && !has {
		o.State, o.Reason = markettypes.OrderClosed, markettypes.ReasonNoBids
		acc.Refunded, acc.Free = acc.Free, math.ZeroInt()
		c.emit(&markettypes.EventOrderClosed{Id: o.Id, Reason: o.Reason})
		return
	}
	held, err := amount.Total(o.Spec.Units)
	if err != nil {
		panic(err)
	}
	l := &markettypes.Lease{Id: o.Id, Owner: o.Owner, Provider: "ve1rival", Price: markettypes.Price{PerBlock: math.OneInt()}, Resources: held,
		ManifestHash: o.Spec.ManifestHash, State: markettypes.LeaseActive, CreatedHeight: c.height, CreatedTime: c.now}
	if ours != nil && (!has || ours.FullPrice.LTE(rival)) {
		ours.State = markettypes.BidWon
		l.Provider, l.Price, l.Deposit = Provider, ours.Price, ours.Deposit
	} else if ours != nil {
		back(markettypes.BidLost)
	}
	o.State = markettypes.OrderLeased
	c.leases[o.Id] = l
	c.emit(&markettypes.EventLeaseCreated{Id: l.Id, Owner: l.Owner, Provider: l.Provider})
}

// closeLease ends a lease now.
func (c *Chain) closeLease(l *markettypes.Lease, reason markettypes.Reason) {
	l.State, l.Reason, l.ClosedHeight, l.ClosedTime = markettypes.LeaseClosed, reason, c.height, c.now
	if l.Provider == Provider {
		c.balance = c.balance.Add(l.Deposit)
	}
	c.emit(&markettypes.EventLeaseClosed{Id: l.Id, Provider: l.Provider, Reason: reason})
}

// drain takes one block's rent.
func (c *Chain) drain(id uint64) {
	l, acc := c.leases[id], c.accounts[id]
	if l == nil || l.State != markettypes.LeaseActive {
		return
	}
	if acc.Free.LT(l.Price.PerBlock) {
		c.closeLease(l, markettypes.ReasonFundsExhausted)
		return
	}
	acc.Free, acc.Accrued = acc.Free.Sub(l.Price.PerBlock), acc.Accrued.Add(l.Price.PerBlock)
}
