package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/chain/x/market/types"
)

// CloseOrder cancels an open order. Bid deposits and escrow go back in the same transaction.
func (s msgServer) CloseOrder(ctx context.Context, msg *types.MsgCloseOrder) (*types.MsgCloseOrderResponse, error) {
	order, err := s.k.Order(ctx, msg.Id)
	if err != nil {
		return nil, err
	}
	if order.Owner != msg.Owner {
		return nil, errorsmod.Wrapf(types.ErrUnauthorized, "order %d belongs to %s", order.Id, order.Owner)
	}
	if order.State != types.OrderOpen {
		return nil, errorsmod.Wrapf(types.ErrOrderNotOpen, "order %d is %s", order.Id, order.State)
	}
	bids, err := s.k.openBids(ctx, order.Id)
	if err != nil {
		return nil, err
	}
	for _, bid := range bids {
		if err := s.k.lose(ctx, bid); err != nil {
			return nil, err
		}
	}
	return &types.MsgCloseOrderResponse{}, s.k.endOrder(ctx, order, types.ReasonTenant)
}

// endOrder closes an order that never became a lease; its open bids have been ended before.
func (k Keeper) endOrder(ctx context.Context, order types.Order, reason types.Reason) error {
	closed := order
	closed.State, closed.Reason, closed.Bids = types.OrderClosed, reason, 0
	if err := k.putOrder(ctx, order, closed); err != nil {
		return err
	}
	if err := k.Escrow.Cancel(ctx, order.Id); err != nil {
		return err
	}
	return k.Events.EventManager(ctx).Emit(ctx, &types.EventOrderClosed{Id: order.Id, Reason: reason})
}
