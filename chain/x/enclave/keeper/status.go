package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
)

// standing says where an enclave stands at this height, by everything that decides it, and why.
func (k Keeper) standing(ctx context.Context, e types.Enclave) (types.Status, string, error) {
	if final(e.Status) {
		return e.Status, "", nil
	}
	h := height(ctx)
	denied, err := k.Denied.Has(ctx, collections.Join(e.Platform, e.PlatformId))
	if err != nil {
		return 0, "", err
	}
	if denied {
		return types.StatusRevoked, "its machine is denied", nil
	}
	m, err := k.measurement(ctx, e.Platform, e.Measurement)
	if errors.Is(err, types.ErrMeasurement) {
		return types.StatusRevoked, "its measurement is gone", nil
	} else if err != nil {
		return 0, "", err
	}
	params, err := k.Params.Get(ctx)
	if err != nil {
		return 0, "", err
	}
	switch {
	case m.State == types.MeasurementRevoked:
		return types.StatusRevoked, "its measurement is revoked", nil
	case m.ExpiryHeight != 0 && h >= m.ExpiryHeight:
		return types.StatusExpired, "its measurement has ended", nil
	case h >= e.ExpiresHeight:
		return types.StatusExpired, "its evidence is too old", nil
	case h < m.ActivationHeight:
		return types.StatusPending, "its measurement is not in force yet", nil
	case h > e.LastHeartbeatHeight+silence(params):
		return types.StatusSuspended, "its heartbeats are missing", nil
	case e.Status == types.StatusSuspended:
		return types.StatusSuspended, "it needs fresh evidence", nil
	case e.Previous != nil && h < e.OverlapUntil:
		return types.StatusRotating, "the keys before still serve", nil
	}
	return types.StatusActive, "", nil
}

// silence is after how many blocks without a heartbeat an enclave is suspended.
func silence(p types.Params) int64 { return int64(p.HeartbeatInterval) * int64(p.HeartbeatMisses) }

// nextCheck is the first height after this one at which the standing may change by time alone; 0 where it cannot.
func (k Keeper) nextCheck(ctx context.Context, e types.Enclave) (int64, error) {
	if final(e.Status) {
		return 0, nil
	}
	m, err := k.measurement(ctx, e.Platform, e.Measurement)
	if err != nil {
		return 0, err
	}
	params, err := k.Params.Get(ctx)
	if err != nil {
		return 0, err
	}
	h, next := height(ctx), int64(0)
	for _, at := range []int64{m.ActivationHeight, m.ExpiryHeight, e.ExpiresHeight, e.LastHeartbeatHeight + silence(params) + 1, e.OverlapUntil} {
		if at > h && (next == 0 || at < next) {
			next = at
		}
	}
	return next, nil
}

// put stores an enclave as it stands now, with its place in the queue, and tells what changed of what it was.
func (k Keeper) put(ctx context.Context, was types.Status, e types.Enclave) error {
	status, cause, err := k.standing(ctx, e)
	if err != nil {
		return err
	}
	e.Status = status
	if e.Previous != nil && height(ctx) >= e.OverlapUntil || final(status) {
		e.Previous, e.OverlapUntil = nil, 0
	}
	if e.CheckHeight != 0 {
		if err := k.Due.Remove(ctx, collections.Join(e.CheckHeight, e.Id)); err != nil {
			return err
		}
	}
	if e.CheckHeight, err = k.nextCheck(ctx, e); err != nil {
		return err
	}
	if e.CheckHeight != 0 {
		if err := k.Due.Set(ctx, collections.Join(e.CheckHeight, e.Id)); err != nil {
			return err
		}
	}
	if err := k.Enclaves.Set(ctx, e.Id, e); err != nil {
		return err
	}
	if was == status {
		return nil
	}
	return k.deps.Events.EventManager(ctx).Emit(ctx, &types.EventStatusChanged{Id: e.Id, From: was, To: status, Cause: cause})
}

// lookAt queues enclaves for the end of this block.
func (k Keeper) lookAt(ctx context.Context, of func(types.Enclave) bool) error {
	var found []types.Enclave
	if err := k.Enclaves.Walk(ctx, nil, func(_ []byte, e types.Enclave) (bool, error) {
		if !final(e.Status) && of(e) {
			found = append(found, e)
		}
		return false, nil
	}); err != nil {
		return err
	}
	for _, e := range found {
		if e.CheckHeight != 0 {
			if err := k.Due.Remove(ctx, collections.Join(e.CheckHeight, e.Id)); err != nil {
				return err
			}
		}
		e.CheckHeight = height(ctx)
		if err := k.Due.Set(ctx, collections.Join(e.CheckHeight, e.Id)); err != nil {
			return err
		}
		if err := k.Enclaves.Set(ctx, e.Id, e); err != nil {
			return err
		}
	}
	return nil
}
