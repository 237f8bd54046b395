package types

import (
	errorsmod "cosmossdk.io/errors"
	"google.golang.org/grpc/codes"
)

// The ways in which settlement refuses. Codes are for clients: append, never renumber.
var (
	ErrUnauthorized    = errorsmod.Register(ModuleName, 2, "the sender may not do this")
	ErrPeriod          = errorsmod.Register(ModuleName, 3, "invalid period")
	ErrSequence        = errorsmod.Register(ModuleName, 4, "not the next record")
	ErrQuantity        = errorsmod.Register(ModuleName, 5, "invalid quantity")
	ErrLeaseSettled    = errorsmod.Register(ModuleName, 6, "the lease's final invoice is issued")
	ErrLeaseActive     = errorsmod.Register(ModuleName, 7, "the lease is still active")
	ErrNothingAccrued  = errorsmod.Register(ModuleName, 8, "nothing has accrued since the last invoice")
	ErrUnknownInvoice  = errorsmod.RegisterWithGRPCCode(ModuleName, 9, codes.NotFound, "no such invoice")
	ErrInvoiceNotOpen  = errorsmod.Register(ModuleName, 10, "the invoice is paid or disputed")
	ErrWindowPassed    = errorsmod.Register(ModuleName, 11, "the dispute window has passed")
	ErrNotDisputed     = errorsmod.Register(ModuleName, 12, "the invoice is not disputed")
	ErrInvalidDispute  = errorsmod.Register(ModuleName, 13, "invalid dispute")
	ErrInvalidEvidence = errorsmod.Register(ModuleName, 14, "invalid evidence hash")
	ErrInvalidParams   = errorsmod.Register(ModuleName, 15, "invalid parameters")
	ErrInvalidQuery    = errorsmod.Register(ModuleName, 16, "invalid query")
	ErrBrokenInvariant = errorsmod.Register(ModuleName, 17, "settlement contradicts itself")
)
