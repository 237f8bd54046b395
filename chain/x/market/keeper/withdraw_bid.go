package keeper

import (
	"context"
	"fmt"

	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/chain/x/market/types"
)

// WithdrawBid takes an open bid back; its deposit is returned at once.
func (s msgServer) WithdrawBid(ctx context.Context, msg *types.MsgWithdrawBid) (*types.MsgWithdrawBidResponse, error) {
	provider, err := s.k.Addrs.StringToBytes(msg.Provider)
	if err != nil {
		return nil, fmt.Errorf("provider %q: %w", msg.Provider, err)
	}
	bid, err := s.k.Bid(ctx, msg.OrderId, provider)
	if err != nil {
		return nil, err
	}
	if bid.State != types.BidOpen {
		return nil, errorsmod.Wrapf(types.ErrBidNotOpen, "order %d: the bid is %s", msg.OrderId, bid.State)
	}
	order, err := s.k.Order(ctx, msg.OrderId)
	if err != nil {
		return nil, err
	}
	if order.Bids == 0 {
		return nil, errorsmod.Wrapf(types.ErrBrokenInvariant, "order %d counts no bids, one is open", order.Id)
	}
	if err := s.k.giveBack(ctx, provider, bid.Deposit); err != nil {
		return nil, err
	}
	withdrawn := bid
	withdrawn.State = types.BidWithdrawn
	if err := s.k.putBid(ctx, provider, bid, withdrawn); err != nil {
		return nil, err
	}
	now := order
	now.Bids--
	if err := s.k.putOrder(ctx, order, now); err != nil {
		return nil, err
	}
	return &types.MsgWithdrawBidResponse{}, s.k.Events.EventManager(ctx).Emit(ctx,
		&types.EventBidWithdrawn{OrderId: msg.OrderId, Provider: msg.Provider})
}
