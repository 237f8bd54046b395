package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/market/types"
)

// postponeBlocks is how long an order waits after its award failed for an error of the chain's own. It moves the order
// behind those whose window closed meanwhile, so that it cannot keep them from their awards.
const postponeBlocks = 10

// EndBlock awards the orders whose window closed and closes the leases whose escrow is exhausted. Its cost is bounded
// by the parameters and by what is due, never by what is open.
//
// Every item runs in its own branch of state. An error discards that branch and keeps the item for another try, so one
// bad item neither halts the chain nor loses money. A panic is not caught: it means that the machine failed, not the
// item, and a node that went on would leave the others.
func (k Keeper) EndBlock(ctx context.Context) error {
	params, err := k.Params.Get(ctx)
	if err != nil {
		return err
	}
	if err := k.awardDue(ctx, params.MaxAwards); err != nil {
		return err
	}
	return k.closeExhausted(ctx, params.MaxExhausted)
}

func (k Keeper) awardDue(ctx context.Context, max uint32) error {
	height := sdk.UnwrapSDKContext(ctx).BlockHeight()
	var due []uint64
	upToNow := new(collections.Range[heightKey]).EndExclusive(collections.Join(height+1, uint64(0)))
	if err := k.Closing.Walk(ctx, upToNow, func(key heightKey) (bool, error) {
		due = append(due, key.K2())
		return uint64(len(due)) >= uint64(max), nil
	}); err != nil {
		return err
	}
	for _, id := range due {
		failure := alone(ctx, func(ctx context.Context) error { return k.award(ctx, id) })
		if failure == nil {
			continue
		}
		k.report(ctx, "an order could not be awarded", id, failure)
		if err := alone(ctx, func(ctx context.Context) error { return k.postpone(ctx, id, height+postponeBlocks) }); err != nil {
			k.report(ctx, "an order could not be postponed", id, err)
		}
	}
	return nil
}

// closeExhausted first tries again what failed before, then takes what escrow says is exhausted at this height.
func (k Keeper) closeExhausted(ctx context.Context, max uint32) error {
	overdue, err := k.overdueIDs(ctx, max)
	if err != nil {
		return err
	}
	for _, id := range overdue {
		failure := alone(ctx, func(ctx context.Context) error {
			if err := k.Overdue.Remove(ctx, id); err != nil {
				return err
			}
			return k.exhaust(ctx, id)
		})
		if failure != nil {
			k.report(ctx, "an exhausted lease could still not be closed", id, failure)
		}
	}
	var exhausted []uint64
	if failure := alone(ctx, func(ctx context.Context) (err error) {
		exhausted, err = k.Escrow.PopExhausted(ctx, max)
		return err
	}); failure != nil {
		k.report(ctx, "escrow could not name the exhausted leases", 0, failure)
		return nil // it keeps them and names them at the next height
	}
	for _, id := range exhausted {
		failure := alone(ctx, func(ctx context.Context) error { return k.exhaust(ctx, id) })
		if failure == nil {
			continue
		}
		k.report(ctx, "an exhausted lease could not be closed", id, failure)
		if err := k.Overdue.Set(ctx, id); err != nil { // escrow names it only once
			return err
		}
		if err := k.Events.EventManager(ctx).Emit(ctx, &types.EventLeaseOverdue{Id: id}); err != nil {
			return err
		}
	}
	return nil
}

// exhaust closes a lease for lack of funds. One that was closed meanwhile needs nothing more.
func (k Keeper) exhaust(ctx context.Context, id uint64) error {
	lease, err := k.Lease(ctx, id)
	if err != nil || lease.State != types.LeaseActive {
		return err
	}
	return k.endLease(ctx, lease, types.ReasonFundsExhausted)
}

func (k Keeper) postpone(ctx context.Context, id uint64, height int64) error {
	order, err := k.Order(ctx, id)
	if err != nil {
		return err
	}
	later := order
	later.ClosesHeight = height
	if err := k.putOrder(ctx, order, later); err != nil {
		return err
	}
	return k.Events.EventManager(ctx).Emit(ctx, &types.EventAwardPostponed{Id: id, ClosesHeight: height})
}

// alone runs do in its own branch of state and writes the branch only when it succeeded.
func alone(ctx context.Context, do func(context.Context) error) error {
	branch, write := sdk.UnwrapSDKContext(ctx).CacheContext()
	if err := do(branch); err != nil {
		return err
	}
	write()
	return nil
}

func (k Keeper) report(ctx context.Context, what string, id uint64, err error) {
	sdk.UnwrapSDKContext(ctx).Logger().Error(what, "module", types.ModuleName, "id", id, "error", err.Error())
}
