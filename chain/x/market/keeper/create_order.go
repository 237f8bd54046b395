package keeper

import (
	"context"
	"fmt"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/market/types"
)

type msgServer struct {
	k Keeper
}

// NewMsgServer answers the module's messages.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k: k} }

// CreateOrder asks for one group of resources and escrows its deposit.
func (s msgServer) CreateOrder(ctx context.Context, msg *types.MsgCreateOrder) (*types.MsgCreateOrderResponse, error) {
	ids, err := s.createOrders(ctx, msg.Owner, []types.OrderSpec{msg.Spec}, msg.Deposit, false)
	if err != nil {
		return nil, err
	}
	return &types.MsgCreateOrderResponse{Id: ids[0]}, nil
}

// CreateOrders asks for several groups. A message is carried out entirely or not at all, so no order is created alone.
func (s msgServer) CreateOrders(ctx context.Context, msg *types.MsgCreateOrders) (*types.MsgCreateOrdersResponse, error) {
	ids, err := s.createOrders(ctx, msg.Owner, msg.Specs, msg.Deposit, true)
	if err != nil {
		return nil, err
	}
	return &types.MsgCreateOrdersResponse{Ids: ids}, nil
}

// createOrders checks every spec before it stores the first.
func (s msgServer) createOrders(ctx context.Context, owner string, specs []types.OrderSpec, deposit math.Int, bulk bool) ([]uint64, error) {
	addr, err := s.k.Addrs.StringToBytes(owner)
	if err != nil {
		return nil, fmt.Errorf("owner %q: %w", owner, err)
	}
	params, err := s.k.Params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if len(specs) == 0 {
		return nil, errorsmod.Wrap(types.ErrInvalidOrder, "the message asks for nothing")
	}
	if uint64(len(specs)) > uint64(params.MaxBulkOrders) {
		return nil, errorsmod.Wrapf(types.ErrTooManyOrders, "%d orders, at most %d are allowed", len(specs), params.MaxBulkOrders)
	}
	for i, spec := range specs {
		if err := s.checkSpec(spec, deposit, params); err != nil {
			return nil, errorsmod.Wrapf(err, "order %d of %d", i+1, len(specs))
		}
	}
	ids := make([]uint64, len(specs))
	batch := uint64(0)
	for i, spec := range specs {
		if ids[i], err = s.k.NextOrder.Next(ctx); err != nil {
			return nil, err
		}
		if bulk {
			batch = ids[0]
		}
		if err := s.open(ctx, addr, owner, ids[i], batch, spec, deposit, params); err != nil {
			return nil, errorsmod.Wrapf(err, "order %d of %d", i+1, len(specs))
		}
	}
	return ids, nil
}

func (s msgServer) checkSpec(spec types.OrderSpec, deposit math.Int, params types.Params) error {
	if err := types.CheckSpec(spec, params.MaxWindowBlocks); err != nil {
		return err
	}
	for _, provider := range spec.Placement.Providers {
		if _, err := s.k.Addrs.StringToBytes(provider); err != nil {
			return errorsmod.Wrapf(types.ErrInvalidOrder, "placement lists %q: %s", provider, err)
		}
	}
	if deposit.IsNil() || deposit.LT(spec.MaxPrice) {
		return errorsmod.Wrapf(types.ErrDepositTooLow, "deposit %s, max_price %s", deposit, spec.MaxPrice)
	}
	return s.k.Gates.Available(spec.Gate)
}

// open escrows the deposit of one order and stores it.
func (s msgServer) open(ctx context.Context, addr sdk.AccAddress, owner string, id, batch uint64, spec types.OrderSpec, deposit math.Int, params types.Params) error {
	if err := s.k.Escrow.Open(ctx, id, addr, deposit); err != nil {
		return err
	}
	if spec.WindowBlocks == 0 {
		spec.WindowBlocks = params.DefaultWindowBlocks
	}
	height := sdk.UnwrapSDKContext(ctx).BlockHeight()
	order := types.Order{
		Id: id, Owner: owner, Spec: spec, State: types.OrderOpen, Batch: batch,
		CreatedHeight: height, ClosesHeight: windowEnd(height, spec),
	}
	if err := s.k.putOrder(ctx, types.Order{}, order); err != nil {
		return err
	}
	return s.k.Events.EventManager(ctx).Emit(ctx, &types.EventOrderCreated{Id: id, Owner: owner, ClosesHeight: order.ClosesHeight})
}

// windowEnd is the last height at which an order takes bids.
func windowEnd(created int64, spec types.OrderSpec) int64 { return created + int64(spec.WindowBlocks) }
