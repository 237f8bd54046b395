package keeper

import (
	"context"
	"fmt"

	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

type msgServer struct {
	k Keeper
}

// NewMsgServer answers the module's messages.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k: k} }

// Deposit adds funds to an account that still needs them.
func (s msgServer) Deposit(ctx context.Context, msg *types.MsgDeposit) (*types.MsgDepositResponse, error) {
	from, err := s.k.deps.Addrs.StringToBytes(msg.Depositor)
	if err != nil {
		return nil, fmt.Errorf("depositor %q: %w", msg.Depositor, err)
	}
	was, err := s.k.Account(ctx, msg.Id)
	if err != nil {
		return nil, err
	}
	if was.State != types.AccountFunded && was.State != types.AccountActive {
		return nil, errorsmod.Wrapf(types.ErrAccountStopped, "account %d is %s", was.Id, was.State)
	}
	a, err := settled(was, height(ctx))
	if err != nil {
		return nil, err
	}
	if a, err = s.k.take(ctx, a, from, msg.Amount); err != nil {
		return nil, err
	}
	return &types.MsgDepositResponse{DrainHeight: a.DrainHeight}, s.k.put(ctx, was, a)
}

// UpdateParams replaces the parameters. Deposits that were made stay as they are.
func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if msg.Authority != s.k.deps.Authority {
		return nil, errorsmod.Wrapf(types.ErrUnauthorized, "%s is not the authority, %s is", msg.Authority, s.k.deps.Authority)
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.k.Params.Set(ctx, msg.Params)
}
