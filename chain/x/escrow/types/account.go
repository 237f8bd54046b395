package types

import (
	"fmt"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/chain/x/escrow/rent"
)

// maxBits bounds every amount, so that no sum or product of them can overflow the 256 bits of math.Int.
const maxBits = 96

// IsAmount tells whether x is an amount of uve the module reckons with: zero or more, below 2^96.
func IsAmount(x math.Int) bool {
	return !x.IsNil() && !x.IsNegative() && x.BigInt().BitLen() <= maxBits
}

// Free is what is neither spent nor given back, in uve.
func (d Deposit) Free() math.Int { return d.Amount.Sub(d.Spent).Sub(d.Refunded) }

// Deposited is what was ever put in, in uve.
func (a Account) Deposited() math.Int {
	return a.sum(func(d Deposit) math.Int { return d.Amount })
}

// Free is what is neither spent nor given back, in uve.
func (a Account) Free() math.Int { return a.sum(Deposit.Free) }

// Refunded is what was given back, in uve.
func (a Account) Refunded() math.Int {
	return a.sum(func(d Deposit) math.Int { return d.Refunded })
}

// Spent is what moved on to accrued, held or paid, in uve.
func (a Account) Spent() math.Int {
	return a.sum(func(d Deposit) math.Int { return d.Spent })
}

// Holds is what the module keeps for the account, in uve.
func (a Account) Holds() math.Int { return a.Free().Add(a.Accrued).Add(a.Held) }

func (a Account) sum(of func(Deposit) math.Int) math.Int {
	total := math.ZeroInt()
	for _, d := range a.Deposits {
		total = total.Add(of(d))
	}
	return total
}

// Validate fails with ErrBrokenInvariant where the account contradicts itself.
func (a Account) Validate() error {
	for _, check := range []func(Account) string{badNumbers, badDeposits, badState} {
		if what := check(a); what != "" {
			return errorsmod.Wrapf(ErrBrokenInvariant, "account %d: %s", a.Id, what)
		}
	}
	return nil
}

func badNumbers(a Account) string {
	if a.Id == 0 || a.SettledHeight < 0 || a.DrainHeight < 0 {
		return fmt.Sprintf("number, settled_height %d or drain_height %d", a.SettledHeight, a.DrainHeight)
	}
	for _, amount := range []math.Int{a.Rate, a.Accrued, a.Held, a.Paid} {
		if !IsAmount(amount) {
			return "an amount is missing or out of bounds"
		}
	}
	return ""
}

func badDeposits(a Account) string {
	if n := len(a.Deposits); n < 1 || n > MaxDeposits {
		return fmt.Sprintf("%d deposits", n)
	}
	for i, d := range a.Deposits {
		if !IsAmount(d.Amount) || !IsAmount(d.Spent) || !IsAmount(d.Refunded) || d.Free().IsNegative() {
			return fmt.Sprintf("deposit %d does not add up", i)
		}
	}
	if !IsAmount(a.Deposited()) {
		return "the deposits are out of bounds"
	}
	if !a.Spent().Equal(a.Accrued.Add(a.Held).Add(a.Paid)) {
		return fmt.Sprintf("spent %s, accrued %s, held %s, paid %s", a.Spent(), a.Accrued, a.Held, a.Paid)
	}
	return ""
}

func badState(a Account) string {
	wrong := false
	switch a.State {
	case AccountFunded:
		wrong = a.Finished || !a.Rate.IsZero() || !a.Spent().IsZero()
	case AccountActive:
		// Zero: it was named as exhausted and is about to be stopped.
		due := rent.DrainHeight(a.SettledHeight, a.Rate, a.Free())
		if a.DrainHeight != 0 && a.DrainHeight != due {
			return fmt.Sprintf("drains at %d, its deposits last to %d", a.DrainHeight, due)
		}
		wrong = a.Finished
	case AccountStopped:
		wrong = a.Finished && (!a.Free().IsZero() || !a.Accrued.IsZero())
	case AccountClosed:
		wrong = !a.Finished || !a.Holds().IsZero()
	default:
		return fmt.Sprintf("state %s", a.State)
	}
	if wrong || a.State != AccountActive && a.DrainHeight != 0 {
		return fmt.Sprintf("%s, finished %t, drains at %d, free %s, accrued %s, held %s, paid %s",
			a.State, a.Finished, a.DrainHeight, a.Free(), a.Accrued, a.Held, a.Paid)
	}
	return ""
}
