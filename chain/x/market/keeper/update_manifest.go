package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/chain/x/market/types"
)

// UpdateManifest announces a new manifest for an active lease. The chain knows its hash only; that it asks for no more
// than the lease holds is checked by the provider that gets it.
func (s msgServer) UpdateManifest(ctx context.Context, msg *types.MsgUpdateManifest) (*types.MsgUpdateManifestResponse, error) {
	if err := types.CheckManifestHash(msg.ManifestHash); err != nil {
		return nil, err
	}
	lease, err := s.k.Lease(ctx, msg.Id)
	if err != nil {
		return nil, err
	}
	if lease.Owner != msg.Owner {
		return nil, errorsmod.Wrapf(types.ErrUnauthorized, "lease %d belongs to %s", lease.Id, lease.Owner)
	}
	if lease.State != types.LeaseActive {
		return nil, errorsmod.Wrapf(types.ErrLeaseNotActive, "lease %d is %s", lease.Id, lease.State)
	}
	now := lease
	now.ManifestHash = msg.ManifestHash
	if err := s.k.putLease(ctx, lease, now); err != nil {
		return nil, err
	}
	return &types.MsgUpdateManifestResponse{}, s.k.Events.EventManager(ctx).Emit(ctx,
		&types.EventManifestUpdated{Id: lease.Id, ManifestHash: msg.ManifestHash})
}
