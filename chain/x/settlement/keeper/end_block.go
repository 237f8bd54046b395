package keeper

import (
	"context"
	"time"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/settlement/types"
)

// postponed is how long an invoice waits after its payment failed for an error of the chain's own. It moves behind those
// that fell due meanwhile, so that it cannot keep them from their payment.
const postponed = 10 * time.Minute

// EndBlock pays the invoices whose dispute window passed, and issues the final invoice of leases whose provider let the
// time for a final record pass. Its cost is bounded by the parameters and by what is due.
//
// Every item runs in its own branch of state: an error discards that branch and keeps the item for another try.
func (k Keeper) EndBlock(ctx context.Context) error {
	params, err := k.Params.Get(ctx)
	if err != nil {
		return err
	}
	if err := k.payDue(ctx, params.MaxFinalInvoices); err != nil {
		return err
	}
	return k.finishOverdue(ctx, params)
}

func (k Keeper) payDue(ctx context.Context, max uint32) error {
	t := now(ctx)
	var due []uint64
	if err := k.Due.Walk(ctx, nil, func(key timeKey) (bool, error) {
		// At the very end of the window its customer may still dispute.
		if uint64(len(due)) >= uint64(max) || !key.K1().Before(t) {
			return true, nil
		}
		due = append(due, key.K2())
		return false, nil
	}); err != nil {
		return err
	}
	for _, id := range due {
		failure := alone(ctx, func(ctx context.Context) error {
			inv, err := k.Invoice(ctx, id)
			if err == nil {
				_, err = k.pay(ctx, inv, math.ZeroInt())
			}
			return err
		})
		if failure == nil {
			continue
		}
		report(ctx, "a due invoice could not be paid", id, failure)
		if err := alone(ctx, func(ctx context.Context) error { return k.postpone(ctx, id, t.Add(postponed)) }); err != nil {
			report(ctx, "a due invoice could not be postponed", id, err)
		}
	}
	return nil
}

func (k Keeper) postpone(ctx context.Context, id uint64, until time.Time) error {
	was, err := k.Invoice(ctx, id)
	if err != nil {
		return err
	}
	later := was
	later.Due = until
	return k.put(ctx, was, later)
}

// finishOverdue bills the rent of closed leases of which no final record came in time, and nothing else: what was not
// reported is not paid.
func (k Keeper) finishOverdue(ctx context.Context, params types.Params) error {
	before := now(ctx).Add(-params.FinalUsage())
	overdue, err := k.deps.Market.UnsettledBefore(ctx, before, params.MaxFinalInvoices)
	if err != nil {
		return err
	}
	for _, id := range overdue {
		if failure := alone(ctx, func(ctx context.Context) error {
			lease, err := k.deps.Market.Lease(ctx, id)
			if err == nil {
				_, err = k.issue(ctx, lease, nil, true)
			}
			return err
		}); failure != nil {
			report(ctx, "a lease's final invoice could not be issued", id, failure)
		}
	}
	return nil
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

func report(ctx context.Context, what string, id uint64, err error) {
	sdk.UnwrapSDKContext(ctx).Logger().Error(what, "module", types.ModuleName, "id", id, "error", err.Error())
}
