package keeper

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/resources/amount"
	"github.com/virtengine/virtengine/chain/x/resources/types"
)

type msgServer struct {
	k Keeper
}

// NewMsgServer answers the module's messages.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k: k} }

// SetCapacity replaces what the sender has in all. Nothing at all removes the record.
func (s msgServer) SetCapacity(ctx context.Context, msg *types.MsgSetCapacity) (*types.MsgSetCapacityResponse, error) {
	provider, err := s.k.addrs.StringToBytes(msg.Provider)
	if err != nil {
		return nil, fmt.Errorf("provider %q: %w", msg.Provider, err)
	}
	if err := amount.CheckCapacity(msg.Total); err != nil {
		return nil, err
	}
	capacity, err := s.k.Capacities.Get(ctx, provider)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return nil, err
	}
	if _, err := amount.Sub(msg.Total, capacity.Used); errors.Is(err, types.ErrUnderflow) {
		return nil, errorsmod.Wrap(types.ErrCapacityInUse, err.Error())
	} else if err != nil {
		return nil, err
	}
	if amount.IsZero(msg.Total) {
		err = s.k.Capacities.Remove(ctx, provider)
	} else {
		err = s.k.Capacities.Set(ctx, provider, types.Capacity{
			Provider:      msg.Provider,
			Total:         msg.Total,
			Used:          capacity.Used,
			UpdatedHeight: sdk.UnwrapSDKContext(ctx).BlockHeight(),
		})
	}
	if err != nil {
		return nil, err
	}
	return &types.MsgSetCapacityResponse{}, s.k.events.EventManager(ctx).Emit(ctx, &types.EventCapacitySet{Provider: msg.Provider})
}
