package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/escrow/rent"
	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

// settled returns an active account with the rent up to a height moved from its deposits to accrued, and its drain height
// made anew. Other accounts come back unchanged. Nothing is stored.
func settled(a types.Account, now int64) (types.Account, error) {
	if a.State != types.AccountActive {
		return a, nil
	}
	due, blocks := rent.Due(a.SettledHeight, now, a.Rate, a.Free())
	a, err := spent(a, due)
	if err != nil {
		return a, err
	}
	a.Accrued = a.Accrued.Add(due)
	a.SettledHeight += blocks
	return drained(a), nil
}

// drained returns the account with the drain height its free deposits give.
func drained(a types.Account) types.Account {
	a.DrainHeight = 0
	if a.State == types.AccountActive {
		a.DrainHeight = rent.DrainHeight(a.SettledHeight, a.Rate, a.Free())
	}
	return a
}

// spent returns the account with amount moved out of its free deposits, first in, first out.
func spent(a types.Account, amount math.Int) (types.Account, error) {
	after, err := rent.Spend(shares(a), amount)
	if err != nil {
		return a, errorsmod.Wrapf(types.ErrBrokenInvariant, "account %d: spend %s of %s: %s", a.Id, amount, a.Free(), err)
	}
	deposits := make([]types.Deposit, len(a.Deposits))
	for i, d := range a.Deposits {
		d.Spent = after[i].Spent
		deposits[i] = d
	}
	a.Deposits = deposits
	return a, nil
}

func shares(a types.Account) []rent.Deposit {
	out := make([]rent.Deposit, len(a.Deposits))
	for i, d := range a.Deposits {
		out[i] = rent.Deposit{Free: d.Free(), Spent: d.Spent}
	}
	return out
}

// PopExhausted returns the accounts that cannot cover the rent of this height, settled and taken off the index, at
// most max; the rest follow at the next height. Its cost is that of what is due, never of what is open.
//
// Every account is settled in its own branch of state. One that cannot be is logged, stays as it is and on the index, and
// is tried again at the next height; the others do not wait for it, unless max of them are like that.
func (k Keeper) PopExhausted(ctx context.Context, max uint32) ([]uint64, error) {
	now := height(ctx)
	// Twice max, so that accounts that cannot be settled do not take the places of those that can.
	waiting, err := k.dueIDs(ctx, now, 2*uint64(max))
	if err != nil {
		return nil, err
	}
	var exhausted []uint64
	for _, id := range waiting {
		if uint64(len(exhausted)) == uint64(max) {
			break
		}
		branch, write := sdk.UnwrapSDKContext(ctx).CacheContext()
		if err := k.exhaust(branch, id, now); err != nil {
			sdk.UnwrapSDKContext(ctx).Logger().Error("an exhausted account could not be settled",
				"module", types.ModuleName, "id", id, "error", err.Error())
			continue
		}
		write()
		exhausted = append(exhausted, id)
	}
	return exhausted, nil
}

// dueIDs returns accounts whose drain height is now or earlier, soonest first, at most max.
func (k Keeper) dueIDs(ctx context.Context, now int64, max uint64) ([]uint64, error) {
	var ids []uint64
	// The end bounds what the store opens; without it each walk would sort all that this block added to the index.
	upToNow := new(collections.Range[heightKey]).EndExclusive(collections.Join(now+1, uint64(0)))
	err := k.Expiry.Walk(ctx, upToNow, func(key heightKey) (bool, error) {
		if uint64(len(ids)) == max {
			return true, nil
		}
		ids = append(ids, key.K2())
		return false, nil
	})
	return ids, err
}

// exhaust settles one account that is due and takes it off the index.
func (k Keeper) exhaust(ctx context.Context, id uint64, now int64) error {
	was, err := k.Account(ctx, id)
	if err != nil {
		return err
	}
	a, err := settled(was, now)
	if err != nil {
		return err
	}
	a.DrainHeight = 0
	if err := k.put(ctx, was, a); err != nil {
		return err
	}
	return k.emit(ctx, &types.EventExhausted{Id: id})
}
