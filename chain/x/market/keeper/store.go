package keeper

import (
	"context"
	"fmt"

	"cosmossdk.io/collections"

	"github.com/virtengine/virtengine/chain/x/market/auction"
	"github.com/virtengine/virtengine/chain/x/market/types"
)

// The put functions store a record and keep its indexes with it. `before` is the record as it was stored, the zero
// value for a new one. They are the only writers.

func (k Keeper) putOrder(ctx context.Context, before, now types.Order) error {
	if before.State != now.State {
		owner, err := k.Addrs.StringToBytes(now.Owner)
		if err != nil {
			return fmt.Errorf("order %d: owner %q: %w", now.Id, now.Owner, err)
		}
		if before.State != types.OrderUnspecified {
			if err := k.OrdersByState.Remove(ctx, collections.Join(ordinal(before.State), now.Id)); err != nil {
				return err
			}
			if err := k.OrdersByOwner.Remove(ctx, collections.Join3(owner, ordinal(before.State), now.Id)); err != nil {
				return err
			}
		}
		if err := k.OrdersByState.Set(ctx, collections.Join(ordinal(now.State), now.Id)); err != nil {
			return err
		}
		if err := k.OrdersByOwner.Set(ctx, collections.Join3(owner, ordinal(now.State), now.Id)); err != nil {
			return err
		}
	}
	wasClosing, isClosing := before.State == types.OrderOpen, now.State == types.OrderOpen
	moved := before.ClosesHeight != now.ClosesHeight
	if wasClosing && (!isClosing || moved) {
		if err := k.Closing.Remove(ctx, collections.Join(before.ClosesHeight, now.Id)); err != nil {
			return err
		}
	}
	if isClosing && (!wasClosing || moved) {
		if err := k.Closing.Set(ctx, collections.Join(now.ClosesHeight, now.Id)); err != nil {
			return err
		}
	}
	return k.Orders.Set(ctx, now.Id, now)
}

func (k Keeper) putBid(ctx context.Context, provider []byte, before, now types.Bid) error {
	if before.State != now.State {
		if before.State != types.BidUnspecified {
			if err := k.BidsByProvider.Remove(ctx, collections.Join3(provider, ordinal(before.State), now.OrderId)); err != nil {
				return err
			}
		}
		if err := k.BidsByProvider.Set(ctx, collections.Join3(provider, ordinal(now.State), now.OrderId)); err != nil {
			return err
		}
	}
	return k.Bids.Set(ctx, collections.Join(now.OrderId, provider), now)
}

func (k Keeper) putLease(ctx context.Context, before, now types.Lease) error {
	if before.State != now.State {
		if err := k.indexLease(ctx, before.State, now); err != nil {
			return err
		}
	}
	waited, waits := unsettled(before), unsettled(now)
	if waited && !waits {
		if err := k.Unsettled.Remove(ctx, collections.Join(before.ClosedTime, now.Id)); err != nil {
			return err
		}
	}
	if waits && !waited {
		if err := k.Unsettled.Set(ctx, collections.Join(now.ClosedTime, now.Id)); err != nil {
			return err
		}
	}
	return k.Leases.Set(ctx, now.Id, now)
}

// indexLease moves a lease from the state it had to the one it has.
func (k Keeper) indexLease(ctx context.Context, before types.LeaseState, now types.Lease) error {
	owner, err := k.Addrs.StringToBytes(now.Owner)
	if err != nil {
		return fmt.Errorf("lease %d: owner %q: %w", now.Id, now.Owner, err)
	}
	provider, err := k.Addrs.StringToBytes(now.Provider)
	if err != nil {
		return fmt.Errorf("lease %d: provider %q: %w", now.Id, now.Provider, err)
	}
	if before != types.LeaseUnspecified {
		if err := k.LeasesByState.Remove(ctx, collections.Join(ordinal(before), now.Id)); err != nil {
			return err
		}
		if err := k.LeasesByOwner.Remove(ctx, collections.Join3(owner, ordinal(before), now.Id)); err != nil {
			return err
		}
		if err := k.LeasesByProvider.Remove(ctx, collections.Join3(provider, ordinal(before), now.Id)); err != nil {
			return err
		}
	}
	if err := k.LeasesByState.Set(ctx, collections.Join(ordinal(now.State), now.Id)); err != nil {
		return err
	}
	if err := k.LeasesByOwner.Set(ctx, collections.Join3(owner, ordinal(now.State), now.Id)); err != nil {
		return err
	}
	return k.LeasesByProvider.Set(ctx, collections.Join3(provider, ordinal(now.State), now.Id))
}

func unsettled(l types.Lease) bool { return l.State == types.LeaseClosed && !l.Settled }

// openBids returns the open bids of an order, ranked: the first is the one to try first at the award.
func (k Keeper) openBids(ctx context.Context, order uint64) ([]types.Bid, error) {
	var open []types.Bid
	err := k.Bids.Walk(ctx, collections.NewPrefixedPairRange[uint64, []byte](order),
		func(_ bidKey, b types.Bid) (bool, error) {
			if b.State == types.BidOpen {
				open = append(open, b)
			}
			return false, nil
		})
	auction.Rank(open)
	return open, err
}

// ordinal is a state as the indexes hold it.
func ordinal[S ~int32](s S) uint32 {
	return uint32(s) //ve:allow overflow enumerations begin at zero, and every bit is kept
}
