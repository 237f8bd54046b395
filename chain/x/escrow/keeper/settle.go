package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

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

// PopExhausted returns accounts whose deposits do not cover the rent of this height, settled and taken off the index, at
// most max; the rest follow at the next height. Its cost is that of what is due, never of what is open.
func (k Keeper) PopExhausted(ctx context.Context, max uint32) ([]uint64, error) {
	now := height(ctx)
	var due []uint64
	if err := k.Expiry.Walk(ctx, nil, func(key heightKey) (bool, error) {
		if uint32(len(due)) >= max || key.K1() > now {
			return true, nil
		}
		due = append(due, key.K2())
		return false, nil
	}); err != nil {
		return nil, err
	}
	for _, id := range due {
		was, err := k.Account(ctx, id)
		if err != nil {
			return nil, err
		}
		a, err := settled(was, now)
		if err != nil {
			return nil, err
		}
		a.DrainHeight = 0
		if err := k.put(ctx, was, a); err != nil {
			return nil, err
		}
		if err := k.emit(ctx, &types.EventExhausted{Id: id}); err != nil {
			return nil, err
		}
	}
	return due, nil
}
