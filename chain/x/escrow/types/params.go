package types

import (
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"
)

// MaxDeposits bounds max_deposits: an account is read and written whole.
const MaxDeposits = 64

// DefaultParams ask for a tenth of a VE.
func DefaultParams() Params {
	return Params{MinDeposit: math.NewInt(100_000), MaxDeposits: 16}
}

// Validate fails with ErrInvalidParams and the parameter that is out of its bounds.
func (p Params) Validate() error {
	if !IsAmount(p.MinDeposit) || p.MinDeposit.IsZero() {
		return errorsmod.Wrap(ErrInvalidParams, "min_deposit must be above zero")
	}
	if p.MaxDeposits < 1 || p.MaxDeposits > MaxDeposits {
		return errorsmod.Wrapf(ErrInvalidParams, "max_deposits is %d, 1 to %d are allowed", p.MaxDeposits, MaxDeposits)
	}
	return nil
}

// DefaultGenesis has no accounts.
func DefaultGenesis() *GenesisState { return &GenesisState{Params: DefaultParams()} }
