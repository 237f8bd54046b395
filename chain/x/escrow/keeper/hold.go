package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/params"
	"github.com/virtengine/virtengine/chain/x/escrow/rent"
	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

// Hold puts what an invoice bills aside: all rent accrued up to this height, and metered use as far as the free deposits
// cover it. It returns what is now held for the invoice, what metered use was not covered, and how much of held is rent.
// Fails with ErrUnknownAccount, ErrWrongState or ErrInvalidAmount.
func (k Keeper) Hold(ctx context.Context, id uint64, metered math.Int) (held, shortfall, accrued math.Int, err error) {
	zero := math.ZeroInt()
	was, err := k.inState(ctx, id, types.AccountActive, types.AccountStopped)
	if err != nil {
		return zero, zero, zero, err
	}
	if was.Finished {
		return zero, zero, zero, errorsmod.Wrapf(types.ErrWrongState, "account %d: its last invoice is issued", id)
	}
	if !types.IsAmount(metered) {
		return zero, zero, zero, errorsmod.Wrapf(types.ErrInvalidAmount, "metered use %s", metered)
	}
	a, err := settled(was, height(ctx))
	if err != nil {
		return zero, zero, zero, err
	}
	covered := math.MinInt(metered, a.Free())
	if a, err = spent(a, covered); err != nil {
		return zero, zero, zero, err
	}
	accrued = a.Accrued
	held = accrued.Add(covered)
	a.Accrued, a.Held = zero, a.Held.Add(held)
	return held, metered.Sub(covered), accrued, k.put(ctx, was, drained(a))
}

// Release ends an invoice: its payments leave, and refund goes back to the depositors, last spent first.
// Fails with ErrUnknownAccount, ErrInvalidAmount, ErrNotHeld, or what the bank says.
func (k Keeper) Release(ctx context.Context, id uint64, pay []types.Payment, refund math.Int) error {
	was, err := k.Account(ctx, id)
	if err != nil {
		return err
	}
	if !types.IsAmount(refund) {
		return errorsmod.Wrapf(types.ErrInvalidAmount, "refund %s", refund)
	}
	paid := math.ZeroInt()
	for _, p := range pay {
		if err := p.Validate(); err != nil {
			return err
		}
		paid = paid.Add(p.Amount)
	}
	if out := paid.Add(refund); out.GT(was.Held) {
		return errorsmod.Wrapf(types.ErrNotHeld, "account %d holds %s uve, %s should leave", id, was.Held, out)
	}
	for _, p := range pay {
		if err := k.pay(ctx, p); err != nil {
			return err
		}
	}
	a, err := k.unspend(ctx, was, refund)
	if err != nil {
		return err
	}
	a.Held, a.Paid = a.Held.Sub(paid).Sub(refund), a.Paid.Add(paid)
	return k.closeOrKeep(ctx, was, a)
}

// unspend pays amount of what was spent back to the depositors.
func (k Keeper) unspend(ctx context.Context, a types.Account, amount math.Int) (types.Account, error) {
	back, err := rent.Unspend(shares(a), amount)
	if err != nil {
		return a, errorsmod.Wrapf(types.ErrBrokenInvariant, "account %d: give back %s: %s", a.Id, amount, err)
	}
	deposits := append([]types.Deposit(nil), a.Deposits...)
	for i := range deposits {
		deposits[i].Spent = deposits[i].Spent.Sub(back[i])
	}
	a.Deposits = deposits
	return k.refund(ctx, a, back)
}

func (k Keeper) pay(ctx context.Context, p types.Payment) error {
	switch {
	case p.Amount.IsZero():
		return nil
	case p.Community:
		return k.deps.Community.FundCommunityPool(ctx, coins(p.Amount), k.account)
	case p.Module != "":
		return k.deps.Bank.SendCoinsFromModuleToModule(ctx, types.ModuleName, p.Module, coins(p.Amount))
	}
	return k.deps.Bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, p.To, coins(p.Amount))
}

func coins(uve math.Int) sdk.Coins { return sdk.Coins{sdk.Coin{Denom: params.Denom, Amount: uve}} }
