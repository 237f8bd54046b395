package types

import (
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Payment is one share of what leaves an account. Exactly one of To, Module and Community is set.
type Payment struct {
	To        sdk.AccAddress // a person
	Module    string         // a module account, by name
	Community bool           // the community pool
	Amount    math.Int       // uve, zero or more, see IsAmount
}

// Validate fails with ErrInvalidAmount.
func (p Payment) Validate() error {
	named := 0
	for _, set := range []bool{!p.To.Empty(), p.Module != "", p.Community} {
		if set {
			named++
		}
	}
	if named != 1 {
		return errorsmod.Wrapf(ErrInvalidAmount, "a payment names one recipient, this one %d", named)
	}
	if !IsAmount(p.Amount) {
		return errorsmod.Wrapf(ErrInvalidAmount, "a payment of %s", p.Amount)
	}
	return nil
}
