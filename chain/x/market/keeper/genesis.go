package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/virtengine/virtengine/chain/x/market/types"
)

// InitGenesis stores a market that ValidateGenesis accepts. The coins of its deposits come with x/bank's genesis.
func (k Keeper) InitGenesis(ctx context.Context, gs types.GenesisState) error {
	if err := ValidateGenesis(gs); err != nil {
		return err
	}
	if err := k.Params.Set(ctx, gs.Params); err != nil {
		return err
	}
	if err := k.NextOrder.Set(ctx, gs.NextOrder); err != nil {
		return err
	}
	if err := k.NextBid.Set(ctx, gs.NextBid); err != nil {
		return err
	}
	for _, order := range gs.Orders {
		if err := k.putOrder(ctx, types.Order{}, order); err != nil {
			return err
		}
	}
	for _, bid := range gs.Bids {
		provider, err := k.Addrs.StringToBytes(bid.Provider)
		if err != nil {
			return err
		}
		if err := k.putBid(ctx, provider, types.Bid{}, bid); err != nil {
			return err
		}
	}
	for _, lease := range gs.Leases {
		if err := k.putLease(ctx, types.Lease{}, lease); err != nil {
			return err
		}
	}
	for _, id := range gs.Overdue {
		if err := k.Overdue.Set(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the whole market, by number.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	gs := types.GenesisState{Orders: []types.Order{}, Bids: []types.Bid{}, Leases: []types.Lease{}, Overdue: []uint64{}}
	var err error
	if gs.Params, err = k.Params.Get(ctx); err != nil {
		return nil, err
	}
	if gs.NextOrder, err = k.NextOrder.Peek(ctx); err != nil {
		return nil, err
	}
	if gs.NextBid, err = k.NextBid.Peek(ctx); err != nil {
		return nil, err
	}
	if err = k.Orders.Walk(ctx, nil, func(_ uint64, o types.Order) (bool, error) {
		gs.Orders = append(gs.Orders, o)
		return false, nil
	}); err != nil {
		return nil, err
	}
	if err = k.Bids.Walk(ctx, nil, func(_ collections.Pair[uint64, []byte], b types.Bid) (bool, error) {
		gs.Bids = append(gs.Bids, b)
		return false, nil
	}); err != nil {
		return nil, err
	}
	if err = k.Leases.Walk(ctx, nil, func(_ uint64, l types.Lease) (bool, error) {
		gs.Leases = append(gs.Leases, l)
		return false, nil
	}); err != nil {
		return nil, err
	}
	err = k.Overdue.Walk(ctx, nil, func(id uint64) (bool, error) {
		gs.Overdue = append(gs.Overdue, id)
		return false, nil
	})
	return &gs, err
}
