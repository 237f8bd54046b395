package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

// Open escrows an owner's first deposit under an order's number.
// Fails with ErrAccountExists, ErrDepositTooLow, ErrInvalidAmount, or what the bank says.
func (k Keeper) Open(ctx context.Context, id uint64, owner sdk.AccAddress, deposit math.Int) error {
	if taken, err := k.Accounts.Has(ctx, id); err != nil {
		return err
	} else if taken {
		return errorsmod.Wrapf(types.ErrAccountExists, "account %d", id)
	}
	bech32, err := k.deps.Addrs.BytesToString(owner)
	if err != nil {
		return err
	}
	account := types.Account{
		Id: id, Owner: bech32, State: types.AccountFunded, Rate: math.ZeroInt(), SettledHeight: height(ctx),
		Accrued: math.ZeroInt(), Held: math.ZeroInt(), Paid: math.ZeroInt(),
	}
	if account, err = k.take(ctx, account, owner, deposit); err != nil {
		return err
	}
	if err := k.ByOwner.Set(ctx, collections.Join([]byte(owner), id)); err != nil {
		return err
	}
	return k.put(ctx, types.Account{Id: id}, account)
}

// take moves a deposit into the module and returns the account with it and with the drain height it gives. Nothing of the
// account is stored.
func (k Keeper) take(ctx context.Context, a types.Account, from sdk.AccAddress, amount math.Int) (types.Account, error) {
	params, err := k.Params.Get(ctx)
	if err != nil {
		return a, err
	}
	if !types.IsAmount(amount) {
		return a, errorsmod.Wrapf(types.ErrInvalidAmount, "deposit %s", amount)
	}
	if amount.LT(params.MinDeposit) {
		return a, errorsmod.Wrapf(types.ErrDepositTooLow, "deposit %s uve, at least %s", amount, params.MinDeposit)
	}
	if k.deps.Bank.BlockedAddr(from) {
		return a, errorsmod.Wrapf(types.ErrInvalidAmount, "%s cannot be paid back", from)
	}
	bech32, err := k.deps.Addrs.BytesToString(from)
	if err != nil {
		return a, err
	}
	deposits, err := added(a.Deposits, bech32, amount, params.MaxDeposits)
	if err != nil {
		return a, errorsmod.Wrapf(err, "account %d", a.Id)
	}
	a.Deposits = deposits
	a = drained(a)
	if err := a.Validate(); err != nil { // the sum of all deposits is bounded, too
		return a, errorsmod.Wrap(types.ErrInvalidAmount, err.Error())
	}
	if err := k.deps.Bank.SendCoinsFromAccountToModule(ctx, from, types.ModuleName, coins(amount)); err != nil {
		return a, err
	}
	return a, k.emit(ctx, &types.EventDeposited{Id: a.Id, Depositor: bech32, Amount: amount.String()})
}

// added returns the deposits with one more. Who pays twice in a row adds to the deposit it made last: the order in which
// money is spent stays what it was, and a steady top-up does not fill the list.
//
// A full list takes no newcomers, but whoever is on it may go on paying: the amount joins the deposit it made last, where
// that stands. The owner made the first deposit, so no stranger can fill the list and let the lease run dry.
func added(deposits []types.Deposit, depositor string, amount math.Int, max uint32) ([]types.Deposit, error) {
	out := append([]types.Deposit(nil), deposits...)
	full := uint64(len(out)) >= uint64(max)
	for i := len(out) - 1; i >= 0; i-- {
		if out[i].Depositor == depositor {
			out[i].Amount = out[i].Amount.Add(amount)
			return out, nil
		}
		if !full { // only the last one may be added to
			break
		}
	}
	if full {
		return nil, errorsmod.Wrapf(types.ErrTooManyDeposits, "%d deposits", len(out))
	}
	return append(out, types.Deposit{Depositor: depositor, Amount: amount, Spent: math.ZeroInt(), Refunded: math.ZeroInt()}), nil
}

// Activate lets a funded account drain at rate uve per block, from this height on.
// Fails with ErrUnknownAccount, ErrWrongState or ErrInvalidAmount.
func (k Keeper) Activate(ctx context.Context, id uint64, rate math.Int) error {
	was, err := k.inState(ctx, id, types.AccountFunded)
	if err != nil {
		return err
	}
	if !types.IsAmount(rate) {
		return errorsmod.Wrapf(types.ErrInvalidAmount, "rate %s", rate)
	}
	a := was
	a.State, a.Rate, a.SettledHeight = types.AccountActive, rate, height(ctx)
	a = drained(a)
	if err := k.put(ctx, was, a); err != nil {
		return err
	}
	return k.emit(ctx, &types.EventActivated{Id: id, Rate: rate.String(), DrainHeight: a.DrainHeight})
}

// inState returns an account that is in one of the states. Fails with ErrUnknownAccount or ErrWrongState.
func (k Keeper) inState(ctx context.Context, id uint64, states ...types.AccountState) (types.Account, error) {
	a, err := k.Account(ctx, id)
	if err != nil {
		return a, err
	}
	for _, s := range states {
		if a.State == s {
			return a, nil
		}
	}
	return a, errorsmod.Wrapf(types.ErrWrongState, "account %d is %s", id, a.State)
}
