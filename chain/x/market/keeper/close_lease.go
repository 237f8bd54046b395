package keeper

import (
	"context"
	"fmt"
	"time"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/market/types"
)

// CloseLease ends an active lease. Nothing is put on the market again: who wants more orders again.
func (s msgServer) CloseLease(ctx context.Context, msg *types.MsgCloseLease) (*types.MsgCloseLeaseResponse, error) {
	lease, err := s.k.Lease(ctx, msg.Id)
	if err != nil {
		return nil, err
	}
	reason, err := reasonOf(lease, msg)
	if err != nil {
		return nil, err
	}
	if lease.State != types.LeaseActive {
		return nil, errorsmod.Wrapf(types.ErrLeaseNotActive, "lease %d is %s", lease.Id, lease.State)
	}
	return &types.MsgCloseLeaseResponse{}, s.k.endLease(ctx, lease, reason)
}

// reasonOf returns why the sender may end the lease. A tenant need not say; a provider must.
func reasonOf(lease types.Lease, msg *types.MsgCloseLease) (types.Reason, error) {
	switch msg.Sender {
	case lease.Owner:
		if msg.Reason == types.ReasonUnspecified || msg.Reason == types.ReasonTenant {
			return types.ReasonTenant, nil
		}
		return 0, errorsmod.Wrapf(types.ErrInvalidReason, "a tenant's reason is %s, not %s", types.ReasonTenant, msg.Reason)
	case lease.Provider:
		switch msg.Reason {
		case types.ReasonProvider, types.ReasonManifestTimeout, types.ReasonUnstable, types.ReasonProvisioningFailed:
			return msg.Reason, nil
		}
		return 0, errorsmod.Wrapf(types.ErrInvalidReason, "a provider's reason is one of %s, %s, %s, %s, not %s",
			types.ReasonProvider, types.ReasonManifestTimeout, types.ReasonUnstable, types.ReasonProvisioningFailed, msg.Reason)
	}
	return 0, errorsmod.Wrapf(types.ErrUnauthorized, "lease %d is between %s and %s", lease.Id, lease.Owner, lease.Provider)
}

// endLease closes an active lease and its order: capacity and the provider's deposit go back, rent stops, and the lease
// waits for its final invoice.
func (k Keeper) endLease(ctx context.Context, lease types.Lease, reason types.Reason) error {
	provider, err := k.Addrs.StringToBytes(lease.Provider)
	if err != nil {
		return fmt.Errorf("lease %d: provider %q: %w", lease.Id, lease.Provider, err)
	}
	order, err := k.Order(ctx, lease.Id)
	if err != nil {
		return err
	}
	if err := k.Escrow.Stop(ctx, lease.Id); err != nil {
		return err
	}
	if err := k.giveBack(ctx, provider, lease.Deposit); err != nil {
		return err
	}
	if err := k.Resources.Release(ctx, lease.Id); err != nil {
		return err
	}
	block := sdk.UnwrapSDKContext(ctx)
	closed := lease
	closed.State, closed.Reason = types.LeaseClosed, reason
	closed.ClosedHeight, closed.ClosedTime = block.BlockHeight(), block.BlockTime()
	if err := k.putLease(ctx, lease, closed); err != nil {
		return err
	}
	ended := order
	ended.State, ended.Reason = types.OrderClosed, types.ReasonLeaseEnded
	if err := k.putOrder(ctx, order, ended); err != nil {
		return err
	}
	events := k.Events.EventManager(ctx)
	if err := events.Emit(ctx, &types.EventLeaseClosed{Id: lease.Id, Provider: lease.Provider, Reason: reason}); err != nil {
		return err
	}
	return events.Emit(ctx, &types.EventOrderClosed{Id: order.Id, Reason: types.ReasonLeaseEnded})
}

// UnsettledBefore returns closed leases without a final invoice that closed at t or before, oldest first, at most max.
func (k Keeper) UnsettledBefore(ctx context.Context, t time.Time, max uint32) ([]uint64, error) {
	var ids []uint64
	err := k.Unsettled.Walk(ctx, nil, func(key timeKey) (bool, error) {
		if uint64(len(ids)) >= uint64(max) || key.K1().After(t) {
			return true, nil
		}
		ids = append(ids, key.K2())
		return false, nil
	})
	return ids, err
}

// MarkSettled records that a closed lease's final invoice is issued. Doing so twice changes nothing.
// Fails with ErrUnknownLease, or ErrBrokenInvariant while the lease is active.
func (k Keeper) MarkSettled(ctx context.Context, id uint64) error {
	lease, err := k.Lease(ctx, id)
	if err != nil {
		return err
	}
	if lease.State != types.LeaseClosed {
		return errorsmod.Wrapf(types.ErrBrokenInvariant, "lease %d is %s and cannot be settled", id, lease.State)
	}
	now := lease
	now.Settled = true
	return k.putLease(ctx, lease, now)
}

// overdueIDs returns the leases whose closing failed before, at most max.
func (k Keeper) overdueIDs(ctx context.Context, max uint32) ([]uint64, error) {
	var ids []uint64
	err := k.Overdue.Walk(ctx, nil, func(id uint64) (bool, error) {
		if uint64(len(ids)) >= uint64(max) {
			return true, nil
		}
		ids = append(ids, id)
		return false, nil
	})
	return ids, err
}
