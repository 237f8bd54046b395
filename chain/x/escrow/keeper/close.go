package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

// Cancel gives everything back to the depositors and closes an account whose order was never leased.
// Fails with ErrUnknownAccount or ErrWrongState.
func (k Keeper) Cancel(ctx context.Context, id uint64) error {
	was, err := k.inState(ctx, id, types.AccountFunded)
	if err != nil {
		return err
	}
	a, err := k.giveBackFree(ctx, was)
	if err != nil {
		return err
	}
	a.Finished = true
	return k.closeOrKeep(ctx, was, a)
}

// Stop settles the rent up to this height and lets the account drain no more. A last block that the deposits cover only
// in part is paid in that part: the provider served it.
// Fails with ErrUnknownAccount or ErrWrongState.
func (k Keeper) Stop(ctx context.Context, id uint64) error {
	was, err := k.inState(ctx, id, types.AccountActive)
	if err != nil {
		return err
	}
	a, err := settled(was, height(ctx))
	if err != nil {
		return err
	}
	rest := math.MinInt(a.Rate.MulRaw(height(ctx)-a.SettledHeight), a.Free())
	if a, err = spent(a, rest); err != nil {
		return err
	}
	a.Accrued = a.Accrued.Add(rest)
	a.SettledHeight, a.State, a.DrainHeight = height(ctx), types.AccountStopped, 0
	return k.put(ctx, was, a)
}

// Finish gives the free deposits back once the last invoice is issued. The account closes when nothing is held any more.
// Doing so twice changes nothing. Fails with ErrUnknownAccount, ErrWrongState or ErrUnbilledRent.
func (k Keeper) Finish(ctx context.Context, id uint64) error {
	was, err := k.inState(ctx, id, types.AccountStopped, types.AccountClosed)
	if err != nil {
		return err
	}
	if was.Finished {
		return nil
	}
	if !was.Accrued.IsZero() {
		return errorsmod.Wrapf(types.ErrUnbilledRent, "account %d: %s uve", id, was.Accrued)
	}
	a, err := k.giveBackFree(ctx, was)
	if err != nil {
		return err
	}
	a.Finished = true
	return k.closeOrKeep(ctx, was, a)
}

// giveBackFree returns to every depositor what is free of its deposit.
func (k Keeper) giveBackFree(ctx context.Context, a types.Account) (types.Account, error) {
	back := make([]math.Int, len(a.Deposits))
	for i, d := range a.Deposits {
		back[i] = d.Free()
	}
	return k.refund(ctx, a, back)
}

// refund pays back[i] to depositor i. What it was spent on is the caller's to take off.
func (k Keeper) refund(ctx context.Context, a types.Account, back []math.Int) (types.Account, error) {
	deposits := append([]types.Deposit(nil), a.Deposits...)
	for i := range deposits {
		if back[i].IsZero() {
			continue
		}
		to, err := k.deps.Addrs.StringToBytes(deposits[i].Depositor)
		if err != nil {
			return a, errorsmod.Wrapf(types.ErrBrokenInvariant, "account %d: depositor %q", a.Id, deposits[i].Depositor)
		}
		if err := k.deps.Bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, to, coins(back[i])); err != nil {
			return a, err
		}
		deposits[i].Refunded = deposits[i].Refunded.Add(back[i])
		if err := k.emit(ctx, &types.EventRefunded{Id: a.Id, Depositor: deposits[i].Depositor, Amount: back[i].String()}); err != nil {
			return a, err
		}
	}
	a.Deposits = deposits
	return a, nil
}

// closeOrKeep stores an account, closed when it is finished and holds nothing. That it closed is told once.
func (k Keeper) closeOrKeep(ctx context.Context, was, a types.Account) error {
	if !a.Finished || !a.Holds().IsZero() || was.State == types.AccountClosed {
		return k.put(ctx, was, a)
	}
	a.State = types.AccountClosed
	if err := k.put(ctx, was, a); err != nil {
		return err
	}
	return k.emit(ctx, &types.EventAccountClosed{Id: a.Id})
}
