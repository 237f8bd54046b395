package keeper

import (
	"context"
	"errors"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/market/types"
	provider "github.com/virtengine/virtengine/chain/x/provider/types"
	"github.com/virtengine/virtengine/chain/x/resources/amount"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
)

// award ends an order's window: the first bid in rank whose provider can still serve it becomes the lease, the others
// get their deposits back. Without such a bid the order closes, unless its price is fixed and its window still runs.
func (k Keeper) award(ctx context.Context, id uint64) error {
	order, err := k.Order(ctx, id)
	if err != nil {
		return err
	}
	bids, err := k.openBids(ctx, id)
	if err != nil {
		return err
	}
	total, err := amount.Total(order.Spec.Units)
	if err != nil {
		return err
	}
	won := -1
	for i, bid := range bids {
		if won >= 0 {
			break
		}
		chosen, err := k.allocate(ctx, order, bid, total)
		if err != nil {
			return err
		}
		if chosen {
			won = i
		}
	}
	for i, bid := range bids {
		if i == won {
			continue
		}
		if err := k.lose(ctx, bid); err != nil {
			return err
		}
	}
	if won >= 0 {
		return k.lease(ctx, order, bids[won])
	}
	if end := windowEnd(order.CreatedHeight, order.Spec); order.Spec.Auction == types.AuctionFixed && end > sdk.UnwrapSDKContext(ctx).BlockHeight() {
		waiting := order
		waiting.ClosesHeight, waiting.Bids = end, 0
		return k.putOrder(ctx, order, waiting)
	}
	return k.endOrder(ctx, order, types.ReasonNoBids)
}

// allocate reserves the order's resources with a bid's provider. False: the provider left, no longer qualifies or is full.
func (k Keeper) allocate(ctx context.Context, order types.Order, bid types.Bid, total resources.Resources) (bool, error) {
	addr, err := k.Addrs.StringToBytes(bid.Provider)
	if err != nil {
		return false, fmt.Errorf("order %d: bid of %q: %w", order.Id, bid.Provider, err)
	}
	if err = k.eligible(ctx, order, addr); err == nil {
		err = k.Resources.Allocate(ctx, order.Id, addr, total)
	}
	for _, refusal := range []error{provider.ErrUnknownProvider, types.ErrPlacement, types.ErrGateRefused, resources.ErrNoCapacity} {
		if errors.Is(err, refusal) {
			return false, nil
		}
	}
	return err == nil, err
}

// lease turns the winning bid into the lease and lets its rent begin.
func (k Keeper) lease(ctx context.Context, order types.Order, bid types.Bid) error {
	addr, err := k.Addrs.StringToBytes(bid.Provider)
	if err != nil {
		return fmt.Errorf("order %d: bid of %q: %w", order.Id, bid.Provider, err)
	}
	held, err := k.Resources.Allocation(ctx, order.Id) // names the GPUs that an order may leave open
	if err != nil {
		return err
	}
	if err := k.Escrow.Activate(ctx, order.Id, bid.Price.PerBlock); err != nil {
		return err
	}
	winner := bid
	winner.State = types.BidWon
	if err := k.putBid(ctx, addr, bid, winner); err != nil {
		return err
	}
	leased := order
	leased.State, leased.Bids = types.OrderLeased, 0
	if err := k.putOrder(ctx, order, leased); err != nil {
		return err
	}
	block := sdk.UnwrapSDKContext(ctx)
	if err := k.putLease(ctx, types.Lease{}, types.Lease{
		Id: order.Id, Owner: order.Owner, Provider: bid.Provider, Price: bid.Price, Resources: held.Resources,
		ManifestHash: order.Spec.ManifestHash, State: types.LeaseActive, Deposit: bid.Deposit,
		CreatedHeight: block.BlockHeight(), CreatedTime: block.BlockTime(),
	}); err != nil {
		return err
	}
	return k.Events.EventManager(ctx).Emit(ctx, &types.EventLeaseCreated{Id: order.Id, Owner: order.Owner, Provider: bid.Provider})
}
