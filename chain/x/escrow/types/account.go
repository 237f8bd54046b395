package types

import (
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"
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
	broken := func(format string, args ...any) error {
		return errorsmod.Wrapf(ErrBrokenInvariant, "account %d: "+format, append([]any{a.Id}, args...)...)
	}
	if a.Id == 0 || a.State < AccountFunded || a.State > AccountClosed {
		return broken("number or state %s", a.State)
	}
	for _, amount := range []math.Int{a.Rate, a.Accrued, a.Held, a.Paid} {
		if !IsAmount(amount) {
			return broken("an amount is missing or out of bounds")
		}
	}
	for i, d := range a.Deposits {
		if !IsAmount(d.Amount) || !IsAmount(d.Spent) || !IsAmount(d.Refunded) || d.Free().IsNegative() {
			return broken("deposit %d", i)
		}
	}
	if !a.Spent().Equal(a.Accrued.Add(a.Held).Add(a.Paid)) {
		return broken("spent %s, accrued %s, held %s, paid %s", a.Spent(), a.Accrued, a.Held, a.Paid)
	}
	if a.State == AccountClosed && !a.Holds().IsZero() {
		return broken("closed and holds %s", a.Holds())
	}
	if a.State != AccountActive && a.DrainHeight != 0 {
		return broken("%s and drains at %d", a.State, a.DrainHeight)
	}
	return nil
}
