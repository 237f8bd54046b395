package keeper

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/market/auction"
	"github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/chain/x/resources/amount"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
)

// CreateBid offers a price for an open order and locks the bid's deposit.
func (s msgServer) CreateBid(ctx context.Context, msg *types.MsgCreateBid) (*types.MsgCreateBidResponse, error) {
	provider, err := s.k.Addrs.StringToBytes(msg.Provider)
	if err != nil {
		return nil, fmt.Errorf("provider %q: %w", msg.Provider, err)
	}
	params, err := s.k.Params.Get(ctx)
	if err != nil {
		return nil, err
	}
	order, err := s.k.Order(ctx, msg.OrderId)
	if err != nil {
		return nil, err
	}
	height := sdk.UnwrapSDKContext(ctx).BlockHeight()
	if order.State != types.OrderOpen || height > order.ClosesHeight {
		return nil, errorsmod.Wrapf(types.ErrOrderNotOpen, "order %d is %s, its window closed at height %d, this is %d", order.Id, order.State, order.ClosesHeight, height)
	}
	before, err := s.mayBid(ctx, order, provider, params)
	if err != nil {
		return nil, err
	}
	full, err := s.checkOffer(ctx, order, provider, msg.Price, params)
	if err != nil {
		return nil, err
	}
	if err := s.k.take(ctx, provider, params.BidDeposit); err != nil {
		return nil, err
	}
	sequence, err := s.k.NextBid.Next(ctx)
	if err != nil {
		return nil, err
	}
	bid := types.Bid{
		OrderId: order.Id, Provider: msg.Provider, Sequence: sequence, Price: msg.Price, FullPrice: full,
		Deposit: params.BidDeposit, State: types.BidOpen, CreatedHeight: height,
	}
	if err := s.k.putBid(ctx, provider, before, bid); err != nil {
		return nil, err
	}
	now := order
	now.Bids++
	if order.Spec.Auction == types.AuctionFixed {
		now.ClosesHeight = height // the price is met: nothing to wait for
	}
	if err := s.k.putOrder(ctx, order, now); err != nil {
		return nil, err
	}
	return &types.MsgCreateBidResponse{}, s.k.Events.EventManager(ctx).Emit(ctx,
		&types.EventBidCreated{OrderId: order.Id, Provider: msg.Provider, FullPrice: full.String()})
}

// mayBid tells whether there is place for the provider's bid, and returns its earlier one, ended, if there was any.
func (s msgServer) mayBid(ctx context.Context, order types.Order, provider sdk.AccAddress, params types.Params) (types.Bid, error) {
	before, err := s.k.Bids.Get(ctx, collections.Join(order.Id, []byte(provider)))
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return types.Bid{}, err
	}
	if before.State == types.BidOpen || before.State == types.BidWon {
		return types.Bid{}, errorsmod.Wrapf(types.ErrBidExists, "order %d: withdraw the first bid to make another", order.Id)
	}
	if order.Bids >= params.MaxBids {
		return types.Bid{}, errorsmod.Wrapf(types.ErrTooManyBids, "order %d has %d bids, at most %d are allowed", order.Id, order.Bids, params.MaxBids)
	}
	// A deposit that could not be given back would stand in the way of the order's award.
	if s.k.Bank.BlockedAddr(provider) {
		return types.Bid{}, errorsmod.Wrapf(types.ErrUnauthorized, "%s cannot receive coins, so it cannot bid", provider)
	}
	return before, nil
}

// checkOffer holds provider and price against the order and returns the price at full use.
func (s msgServer) checkOffer(ctx context.Context, order types.Order, provider sdk.AccAddress, price types.Price, params types.Params) (math.Int, error) {
	if err := s.k.eligible(ctx, order, provider); err != nil {
		return math.Int{}, err
	}
	if err := types.CheckPrice(price); err != nil {
		return math.Int{}, err
	}
	total, err := amount.Total(order.Spec.Units)
	if err != nil {
		return math.Int{}, err
	}
	full, err := auction.FullPrice(price, total, params.NominalBlockMs)
	if err != nil {
		return math.Int{}, err
	}
	switch {
	case order.Spec.Auction == types.AuctionFixed && !full.Equal(order.Spec.MaxPrice):
		return math.Int{}, errorsmod.Wrapf(types.ErrPriceNotFixed, "order %d: full price %s, fixed price %s", order.Id, full, order.Spec.MaxPrice)
	case full.GT(order.Spec.MaxPrice):
		return math.Int{}, errorsmod.Wrapf(types.ErrPriceAboveCeiling, "order %d: full price %s, ceiling %s", order.Id, full, order.Spec.MaxPrice)
	}
	if fits, err := s.k.Resources.Fits(ctx, provider, total); err != nil {
		return math.Int{}, err
	} else if !fits {
		return math.Int{}, errorsmod.Wrapf(resources.ErrNoCapacity, "order %d does not fit what %s has free", order.Id, provider)
	}
	return full, nil
}

// eligible tells whether a provider may serve an order: it exists, is not the tenant, its placement admits it and it
// passes the gate. Asked when it bids, and again at the award.
// Fails with ErrUnknownProvider, ErrSelfDealing, ErrPlacement, ErrGateRefused or ErrGateUnavailable.
func (k Keeper) eligible(ctx context.Context, order types.Order, provider sdk.AccAddress) error {
	profile, err := k.Providers.Get(ctx, provider)
	if err != nil {
		return err
	}
	if profile.Owner == order.Owner {
		return errorsmod.Wrapf(types.ErrSelfDealing, "order %d", order.Id)
	}
	if !order.Spec.Placement.Admits(profile) {
		return errorsmod.Wrapf(types.ErrPlacement, "order %d, provider %s", order.Id, profile.Owner)
	}
	return k.Gates.Check(ctx, order.Spec.Gate, provider)
}
