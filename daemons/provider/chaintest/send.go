package chaintest

import (
	"context"
	"fmt"

	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/virtengine/virtengine/chain/x/market/auction"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/chain/x/resources/amount"
	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	settletypes "github.com/virtengine/virtengine/chain/x/settlement/types"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
)

// Send implements chainport.Sender: the messages take effect in the block that is being made.
func (c *Chain) Send(_ context.Context, msgs ...sdk.Msg) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.reachable(); err != nil {
		return err
	}
	for _, msg := range msgs {
		fault := None
		if c.fault != nil {
			fault = c.fault(msg)
		}
		switch fault {
		case Drop:
			return fmt.Errorf("%w: no block has it", chainport.ErrUnknownOutcome)
		case Refuse:
			return fmt.Errorf("%w: mempool is full", chainport.ErrUnavailable)
		}
		if err := c.apply(msg); err != nil {
			return err
		}
		c.counts[proto.MessageName(msg)]++
		if fault == LoseAnswer {
			return fmt.Errorf("%w: the node went away", chainport.ErrUnknownOutcome)
		}
	}
	return nil
}

func (c *Chain) apply(msg sdk.Msg) error {
	switch m := msg.(type) {
	case *markettypes.MsgCreateBid:
		return c.createBid(m)
	case *markettypes.MsgWithdrawBid:
		b := c.bids[m.OrderId]
		if b == nil {
			return markettypes.ErrUnknownBid
		}
		if b.State != markettypes.BidOpen {
			return markettypes.ErrBidNotOpen
		}
		b.State = markettypes.BidWithdrawn
		c.balance = c.balance.Add(b.Deposit)
		c.emit(&markettypes.EventBidWithdrawn{OrderId: m.OrderId, Provider: Provider})
		return nil
	case *markettypes.MsgCloseLease:
		l := c.leases[m.Id]
		if l == nil {
			return markettypes.ErrUnknownLease
		}
		if l.State != markettypes.LeaseActive {
			return markettypes.ErrLeaseNotActive
		}
		c.closeLease(l, m.Reason)
		return nil
	case *settletypes.MsgRecordUsage:
		return c.recordUsage(m)
	case *settletypes.MsgWithdraw:
		acc := c.accounts[m.LeaseId]
		if !acc.Accrued.IsPositive() {
			return settletypes.ErrNothingAccrued
		}
		acc.Paid, acc.Accrued = acc.Paid.Add(acc.Accrued), math.ZeroInt()
		return nil
	}
	return nil // what has no part in a lease's life, as a provider's capacity
}

func (c *Chain) createBid(m *markettypes.MsgCreateBid) error {
	o := c.orders[m.OrderId]
	switch {
	case o == nil:
		return markettypes.ErrUnknownOrder
	case o.State != markettypes.OrderOpen:
		return markettypes.ErrOrderNotOpen
	case c.bids[m.OrderId] != nil:
		return markettypes.ErrBidExists
	case c.balance.LT(c.Params.BidDeposit):
		return chainport.ErrFunds
	}
	held, err := amount.Total(o.Spec.Units)
	if err != nil {
		return err
	}
	full, err := auction.FullPrice(m.Price, held, c.Params.NominalBlockMs)
	if err != nil {
		return err
	}
	if full.GT(o.Spec.MaxPrice) {
		return markettypes.ErrPriceAboveCeiling
	}
	if o.Spec.Auction == markettypes.AuctionFixed && !full.Equal(o.Spec.MaxPrice) {
		return markettypes.ErrPriceNotFixed
	}
	c.balance = c.balance.Sub(c.Params.BidDeposit)
	c.bids[o.Id] = &markettypes.Bid{OrderId: o.Id, Provider: Provider, Price: m.Price, FullPrice: full, Deposit: c.Params.BidDeposit, State: markettypes.BidOpen, CreatedHeight: c.height}
	c.emit(&markettypes.EventBidCreated{OrderId: o.Id, Provider: Provider, FullPrice: full.String()})
	return nil
}

// recordUsage checks and bills a record, and refunds with the final one.
func (c *Chain) recordUsage(m *settletypes.MsgRecordUsage) error {
	l, acc := c.leases[m.LeaseId], c.accounts[m.LeaseId]
	if l == nil {
		return markettypes.ErrUnknownLease
	}
	if l.Settled {
		return settletypes.ErrLeaseSettled
	}
	if want := uint64(len(c.usage[m.LeaseId]) + 1); m.Sequence != want {
		return fmt.Errorf("%w: %d, the next is %d", settletypes.ErrSequence, m.Sequence, want)
	}
	closed := l.State == markettypes.LeaseClosed
	from := l.CreatedTime
	if n := len(c.usage[m.LeaseId]); n > 0 {
		from = c.usage[m.LeaseId][n-1].End
	}
	if m.Start.Before(from) || m.End.Before(m.Start) || (closed && m.End.After(l.ClosedTime)) || (!closed && (m.End.After(c.now) || m.Final)) {
		return fmt.Errorf("%w: %s to %s, lease from %s, closed %t at %s, now %s", settletypes.ErrPeriod, m.Start, m.End, from, closed, l.ClosedTime, c.now)
	}
	due := math.ZeroInt()
	for _, q := range m.Quantities {
		rate, err := rateOf(l.Price, q.Component)
		if err != nil {
			return err
		}
		key := q.Component.String()
		numerator := q.Amount.Mul(rate.Price)
		if rest, has := acc.remainders[key]; has {
			numerator = numerator.Add(rest)
		}
		due = due.Add(numerator.Quo(rate.Per))
		acc.remainders[key] = numerator.Mod(rate.Per)
	}
	covered := math.MinInt(due, acc.Free)
	acc.Free, acc.Shortfall = acc.Free.Sub(covered), acc.Shortfall.Add(due.Sub(covered))
	acc.Paid, acc.Metered, acc.Accrued = acc.Paid.Add(acc.Accrued).Add(covered), acc.Metered.Add(covered), math.ZeroInt()
	c.usage[m.LeaseId] = append(c.usage[m.LeaseId], settletypes.UsageRecord{LeaseId: m.LeaseId, Sequence: m.Sequence, Start: m.Start, End: m.End,
		Quantities: m.Quantities, EvidenceHash: m.EvidenceHash, Final: m.Final})
	if m.Final {
		l.Settled = true
		acc.Refunded, acc.Free = acc.Refunded.Add(acc.Free), math.ZeroInt()
	}
	return nil
}

func rateOf(p markettypes.Price, component restypes.Component) (restypes.Rate, error) {
	for _, r := range p.Metered {
		if r.Component == component {
			return r, nil
		}
	}
	return restypes.Rate{}, fmt.Errorf("%w: no rate for %s", settletypes.ErrQuantity, component)
}
