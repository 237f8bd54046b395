package types

import (
	errorsmod "cosmossdk.io/errors"
	"google.golang.org/grpc/codes"
)

// The ways in which the market refuses. Codes are for clients: append, never renumber.
var (
	ErrInvalidOrder      = errorsmod.Register(ModuleName, 2, "invalid order")
	ErrDepositTooLow     = errorsmod.Register(ModuleName, 3, "the deposit does not pay one block at full use")
	ErrTooManyOrders     = errorsmod.Register(ModuleName, 4, "too many orders in one message")
	ErrUnknownOrder      = errorsmod.RegisterWithGRPCCode(ModuleName, 5, codes.NotFound, "no such order")
	ErrOrderNotOpen      = errorsmod.Register(ModuleName, 6, "the order takes no bids")
	ErrUnauthorized      = errorsmod.Register(ModuleName, 7, "the sender may not do that")
	ErrUnknownBid        = errorsmod.RegisterWithGRPCCode(ModuleName, 8, codes.NotFound, "no such bid")
	ErrBidExists         = errorsmod.Register(ModuleName, 9, "the provider has bid already")
	ErrBidNotOpen        = errorsmod.Register(ModuleName, 10, "the bid is not open")
	ErrTooManyBids       = errorsmod.Register(ModuleName, 11, "the order has all the bids it may have")
	ErrInvalidPrice      = errorsmod.Register(ModuleName, 12, "invalid price")
	ErrPriceAboveCeiling = errorsmod.Register(ModuleName, 13, "the price at full use is above the order's ceiling")
	ErrPriceNotFixed     = errorsmod.Register(ModuleName, 14, "the price at full use is not the order's fixed price")
	ErrPlacement         = errorsmod.Register(ModuleName, 15, "the order's placement excludes the provider")
	ErrSelfDealing       = errorsmod.Register(ModuleName, 16, "a tenant cannot serve its own order")
	ErrGateUnavailable   = errorsmod.Register(ModuleName, 17, "the chain cannot check this gate")
	ErrGateRefused       = errorsmod.Register(ModuleName, 18, "the provider does not pass the order's gate")
	ErrUnknownLease      = errorsmod.RegisterWithGRPCCode(ModuleName, 19, codes.NotFound, "no such lease")
	ErrLeaseNotActive    = errorsmod.Register(ModuleName, 20, "the lease is not active")
	ErrInvalidReason     = errorsmod.Register(ModuleName, 21, "the sender cannot give that reason")
	ErrInvalidParams     = errorsmod.Register(ModuleName, 22, "invalid parameters")
	ErrBrokenInvariant   = errorsmod.Register(ModuleName, 23, "the market contradicts itself")
)
