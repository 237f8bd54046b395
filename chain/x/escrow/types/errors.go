package types

import (
	errorsmod "cosmossdk.io/errors"
	"google.golang.org/grpc/codes"
)

// The ways in which escrow refuses. Codes are for clients: append, never renumber.
var (
	ErrUnknownAccount  = errorsmod.RegisterWithGRPCCode(ModuleName, 2, codes.NotFound, "no such escrow account")
	ErrAccountExists   = errorsmod.Register(ModuleName, 3, "the escrow account exists already")
	ErrDepositTooLow   = errorsmod.Register(ModuleName, 4, "the deposit is below the least one")
	ErrTooManyDeposits = errorsmod.Register(ModuleName, 5, "the account has as many deposits as it may have")
	ErrAccountStopped  = errorsmod.Register(ModuleName, 6, "the account takes no deposits any more")
	ErrWrongState      = errorsmod.Register(ModuleName, 7, "the account is in another state")
	ErrInvalidAmount   = errorsmod.Register(ModuleName, 8, "invalid amount")
	ErrNotHeld         = errorsmod.Register(ModuleName, 9, "the account does not hold that much")
	ErrUnbilledRent    = errorsmod.Register(ModuleName, 10, "rent has accrued that is on no invoice")
	ErrInvalidParams   = errorsmod.Register(ModuleName, 11, "invalid parameters")
	ErrUnauthorized    = errorsmod.Register(ModuleName, 12, "the sender may not do this")
	ErrBrokenInvariant = errorsmod.Register(ModuleName, 13, "escrow contradicts itself")
)
