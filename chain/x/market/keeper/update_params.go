package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/chain/x/market/types"
)

// UpdateParams replaces the parameters. Bids keep the deposit they were made with.
func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if msg.Authority != s.k.Authority {
		return nil, errorsmod.Wrapf(types.ErrUnauthorized, "%s is not the authority, %s is", msg.Authority, s.k.Authority)
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.k.Params.Set(ctx, msg.Params)
}
