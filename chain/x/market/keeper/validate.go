package keeper

import (
	errorsmod "cosmossdk.io/errors"

	provider "github.com/virtengine/virtengine/chain/x/provider/types"

	"github.com/virtengine/virtengine/chain/x/market/types"
)

// ValidateGenesis accepts a market whose records agree with one another: numbers below the next, every bid and lease
// with its order, every leased order with its active lease, every count right, every ending with a reason.
// Fails with ErrInvalidParams, ErrInvalidOrder, ErrInvalidPrice or ErrBrokenInvariant.
func ValidateGenesis(gs types.GenesisState) error {
	if err := gs.Params.Validate(); err != nil {
		return err
	}
	if gs.NextOrder == 0 || gs.NextBid == 0 {
		return errorsmod.Wrap(types.ErrBrokenInvariant, "next_order and next_bid begin at 1")
	}
	c := checker{orders: map[uint64]types.Order{}, leases: map[uint64]types.Lease{}, bids: map[uint64]uint32{}, winners: map[uint64]types.Bid{}}
	for _, step := range []func(types.GenesisState) error{c.checkOrders, c.checkBids, c.checkLeases, c.checkTogether} {
		if err := step(gs); err != nil {
			return err
		}
	}
	return nil
}

// checker gathers what the records say of one another.
type checker struct {
	orders  map[uint64]types.Order
	leases  map[uint64]types.Lease
	bids    map[uint64]uint32    // order -> open bids
	winners map[uint64]types.Bid // order -> the bid that won
}

func broken(format string, args ...any) error {
	return errorsmod.Wrapf(types.ErrBrokenInvariant, format, args...)
}

func (c checker) checkOrders(gs types.GenesisState) error {
	for _, o := range gs.Orders {
		if _, twice := c.orders[o.Id]; twice || o.Id == 0 || o.Id >= gs.NextOrder {
			return broken("order %d: numbers are unique, from 1 to %d", o.Id, gs.NextOrder-1)
		}
		c.orders[o.Id] = o
		if err := types.CheckSpec(o.Spec, types.MaxWindowBlocks); err != nil {
			return errorsmod.Wrapf(err, "order %d", o.Id)
		}
		switch o.State {
		case types.OrderOpen, types.OrderLeased:
			if o.Reason != types.ReasonUnspecified {
				return broken("order %d is %s and has a reason for its end, %s", o.Id, o.State, o.Reason)
			}
		case types.OrderClosed:
			if o.Reason == types.ReasonUnspecified {
				return broken("order %d is closed without a reason", o.Id)
			}
		default:
			return broken("order %d is in state %s", o.Id, o.State)
		}
	}
	return nil
}

func (c checker) checkBids(gs types.GenesisState) error {
	type id struct {
		order    uint64
		provider string
	}
	known := make(map[id]bool, len(gs.Bids))
	sequences := make(map[uint64]bool, len(gs.Bids))
	for _, b := range gs.Bids {
		if known[id{b.OrderId, b.Provider}] || sequences[b.Sequence] || b.Sequence == 0 || b.Sequence >= gs.NextBid {
			return broken("bid of %s for order %d, sequence %d: one bid per provider, sequences unique, from 1 to %d", b.Provider, b.OrderId, b.Sequence, gs.NextBid-1)
		}
		known[id{b.OrderId, b.Provider}], sequences[b.Sequence] = true, true
		order, found := c.orders[b.OrderId]
		if !found {
			return broken("bid of %s for order %d, which does not exist", b.Provider, b.OrderId)
		}
		if err := types.CheckPrice(b.Price); err != nil {
			return errorsmod.Wrapf(err, "bid of %s for order %d", b.Provider, b.OrderId)
		}
		if b.FullPrice.IsNil() || b.FullPrice.GT(order.Spec.MaxPrice) || !provider.IsPrice(b.Deposit) {
			return broken("bid of %s for order %d: full price %s, ceiling %s, deposit %s", b.Provider, b.OrderId, b.FullPrice, order.Spec.MaxPrice, b.Deposit)
		}
		switch b.State {
		case types.BidOpen:
			if order.State != types.OrderOpen {
				return broken("bid of %s is open, its order %d is %s", b.Provider, b.OrderId, order.State)
			}
			c.bids[b.OrderId]++
		case types.BidWon:
			if _, two := c.winners[b.OrderId]; two {
				return broken("order %d has two winners", b.OrderId)
			}
			c.winners[b.OrderId] = b
		case types.BidLost, types.BidWithdrawn:
		default:
			return broken("bid of %s for order %d is in state %s", b.Provider, b.OrderId, b.State)
		}
	}
	return nil
}

func (c checker) checkLeases(gs types.GenesisState) error {
	for _, l := range gs.Leases {
		if _, twice := c.leases[l.Id]; twice {
			return broken("lease %d comes twice", l.Id)
		}
		c.leases[l.Id] = l
		order, found := c.orders[l.Id]
		if !found || order.Owner != l.Owner {
			return broken("lease %d of %s has no order of the same tenant", l.Id, l.Owner)
		}
		bid, found := c.winners[l.Id]
		if !found || bid.Provider != l.Provider || !bid.Deposit.Equal(l.Deposit) {
			return broken("lease %d of %s does not follow from a won bid", l.Id, l.Provider)
		}
		if err := types.CheckManifestHash(l.ManifestHash); err != nil {
			return errorsmod.Wrapf(err, "lease %d", l.Id)
		}
		switch {
		case l.State == types.LeaseActive && order.State == types.OrderLeased && l.Reason == types.ReasonUnspecified && !l.Settled:
		case l.State == types.LeaseClosed && order.State == types.OrderClosed && order.Reason == types.ReasonLeaseEnded && l.Reason != types.ReasonUnspecified:
		default:
			return broken("lease %d is %s (%s, settled %t), its order is %s (%s)", l.Id, l.State, l.Reason, l.Settled, order.State, order.Reason)
		}
	}
	return nil
}

func (c checker) checkTogether(gs types.GenesisState) error {
	for _, o := range gs.Orders {
		if o.Bids != c.bids[o.Id] {
			return broken("order %d counts %d open bids, it has %d", o.Id, o.Bids, c.bids[o.Id])
		}
		_, leased := c.leases[o.Id]
		if shouldBe := o.State == types.OrderLeased || o.Reason == types.ReasonLeaseEnded; leased != shouldBe {
			return broken("order %d is %s (%s), having a lease is %t", o.Id, o.State, o.Reason, leased)
		}
		if _, won := c.winners[o.Id]; won != leased {
			return broken("order %d: having a winner is %t, having a lease is %t", o.Id, won, leased)
		}
	}
	for _, id := range gs.Overdue {
		if c.leases[id].State != types.LeaseActive {
			return broken("lease %d is overdue and not active", id)
		}
	}
	return nil
}
