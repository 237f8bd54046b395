package types

import (
	errorsmod "cosmossdk.io/errors"
	"google.golang.org/grpc/codes"
)

// The ways in which the ledger refuses. Codes are for clients: append, never renumber.
var (
	ErrInvalidResources  = errorsmod.Register(ModuleName, 2, "invalid resources")
	ErrOverflow          = errorsmod.Register(ModuleName, 3, "the sum is too large to count")
	ErrUnderflow         = errorsmod.Register(ModuleName, 4, "the difference is below zero")
	ErrNoCapacity        = errorsmod.Register(ModuleName, 5, "the provider has not that much free")
	ErrCapacityInUse     = errorsmod.Register(ModuleName, 6, "leases hold more than the new capacity")
	ErrAllocationExists  = errorsmod.Register(ModuleName, 7, "the lease holds an allocation already")
	ErrUnknownAllocation = errorsmod.RegisterWithGRPCCode(ModuleName, 8, codes.NotFound, "no such allocation")
	ErrUnknownCapacity   = errorsmod.RegisterWithGRPCCode(ModuleName, 9, codes.NotFound, "the provider has stated no capacity")
	ErrBrokenInvariant   = errorsmod.Register(ModuleName, 10, "the ledger contradicts itself")
)
