package keeper

import (
	"context"
	"fmt"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/provider/types"
)

type msgServer struct {
	k Keeper
}

// NewMsgServer answers the module's messages.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k: k} }

// CreateProvider registers the sender as a provider.
func (s msgServer) CreateProvider(ctx context.Context, msg *types.MsgCreateProvider) (*types.MsgCreateProviderResponse, error) {
	owner, err := s.k.addrs.StringToBytes(msg.Owner)
	if err != nil {
		return nil, fmt.Errorf("owner %q: %w", msg.Owner, err)
	}
	p := types.Provider{
		Owner: msg.Owner, HostUri: msg.HostUri, Attributes: msg.Attributes, PriceList: msg.PriceList, Website: msg.Website, Email: msg.Email,
		CreatedHeight: sdk.UnwrapSDKContext(ctx).BlockHeight(),
	}
	if err := types.CheckProfile(p); err != nil {
		return nil, err
	}
	if taken, err := s.k.Providers.Has(ctx, owner); err != nil {
		return nil, err
	} else if taken {
		return nil, errorsmod.Wrap(types.ErrProviderExists, msg.Owner)
	}
	if err := s.k.put(ctx, owner, types.Provider{}, p); err != nil {
		return nil, err
	}
	return &types.MsgCreateProviderResponse{}, s.k.events.EventManager(ctx).Emit(ctx, &types.EventProviderCreated{Owner: msg.Owner})
}

// UpdateProvider replaces the sender's profile. Leases keep their price, for it is their own.
func (s msgServer) UpdateProvider(ctx context.Context, msg *types.MsgUpdateProvider) (*types.MsgUpdateProviderResponse, error) {
	owner, err := s.k.addrs.StringToBytes(msg.Owner)
	if err != nil {
		return nil, fmt.Errorf("owner %q: %w", msg.Owner, err)
	}
	before, err := s.k.Get(ctx, owner)
	if err != nil {
		return nil, err
	}
	now := types.Provider{
		Owner: msg.Owner, HostUri: msg.HostUri, Attributes: msg.Attributes, PriceList: msg.PriceList, Website: msg.Website, Email: msg.Email,
		CreatedHeight: before.CreatedHeight,
	}
	if err := types.CheckProfile(now); err != nil {
		return nil, err
	}
	if err := s.k.put(ctx, owner, before, now); err != nil {
		return nil, err
	}
	return &types.MsgUpdateProviderResponse{}, s.k.events.EventManager(ctx).Emit(ctx, &types.EventProviderUpdated{Owner: msg.Owner})
}

// DeleteProvider removes the sender's profile. Its open bids lose when their orders are awarded.
func (s msgServer) DeleteProvider(ctx context.Context, msg *types.MsgDeleteProvider) (*types.MsgDeleteProviderResponse, error) {
	owner, err := s.k.addrs.StringToBytes(msg.Owner)
	if err != nil {
		return nil, fmt.Errorf("owner %q: %w", msg.Owner, err)
	}
	p, err := s.k.Get(ctx, owner)
	if err != nil {
		return nil, err
	}
	if busy, err := s.k.resources.HasAllocations(ctx, owner); err != nil {
		return nil, err
	} else if busy {
		return nil, errorsmod.Wrapf(types.ErrProviderBusy, "%s: close its leases first", msg.Owner)
	}
	if err := s.k.unindex(ctx, owner, p); err != nil {
		return nil, err
	}
	if err := s.k.Providers.Remove(ctx, owner); err != nil {
		return nil, err
	}
	return &types.MsgDeleteProviderResponse{}, s.k.events.EventManager(ctx).Emit(ctx, &types.EventProviderDeleted{Owner: msg.Owner})
}
