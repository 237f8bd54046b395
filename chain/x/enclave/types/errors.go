package types

import (
	errorsmod "cosmossdk.io/errors"
	"google.golang.org/grpc/codes"
)

// The ways in which the module refuses. Codes are for clients: append, never renumber.
var (
	ErrUnauthorized   = errorsmod.RegisterWithGRPCCode(ModuleName, 2, codes.PermissionDenied, "not who may do this")
	ErrInvalidParams  = errorsmod.Register(ModuleName, 3, "invalid parameters")
	ErrNotValidator   = errorsmod.Register(ModuleName, 4, "the operator is no bonded validator")
	ErrEvidence       = errorsmod.Register(ModuleName, 5, "evidence is refused")
	ErrBinding        = errorsmod.Register(ModuleName, 6, "evidence is not bound to this chain, operator, purpose and keys")
	ErrChallenge      = errorsmod.Register(ModuleName, 7, "the challenge is unknown or too old")
	ErrKeys           = errorsmod.Register(ModuleName, 8, "keys are malformed or were used before")
	ErrMeasurement    = errorsmod.Register(ModuleName, 9, "the measurement is not trusted")
	ErrPlatform       = errorsmod.Register(ModuleName, 10, "the platform is not taken here")
	ErrTooMany        = errorsmod.Register(ModuleName, 11, "the operator has as many enclaves as it may")
	ErrBusy           = errorsmod.Register(ModuleName, 12, "this block has checked as much evidence as it may; send again")
	ErrUnknownEnclave = errorsmod.RegisterWithGRPCCode(ModuleName, 13, codes.NotFound, "no such enclave")
	ErrFinal          = errorsmod.Register(ModuleName, 14, "the enclave is retired or revoked, for good")
	ErrDowngrade      = errorsmod.Register(ModuleName, 15, "the security version would fall")
	ErrRotating       = errorsmod.Register(ModuleName, 16, "the keys before still serve; rotate after the overlap")
	ErrCounter        = errorsmod.Register(ModuleName, 17, "the counter does not rise")
	ErrHeight         = errorsmod.Register(ModuleName, 18, "the verified height falls or lies ahead of the chain")
	ErrSignature      = errorsmod.Register(ModuleName, 19, "the enclave's signature does not hold")
	ErrNotActive      = errorsmod.Register(ModuleName, 20, "the enclave does not serve")
	ErrCollateral     = errorsmod.Register(ModuleName, 21, "the collateral is refused")
	ErrOldCollateral  = errorsmod.Register(ModuleName, 22, "the collateral is not newer than what is there")
	ErrPolicy         = errorsmod.Register(ModuleName, 23, "invalid policy")
	ErrUnknown        = errorsmod.RegisterWithGRPCCode(ModuleName, 24, codes.NotFound, "no such record")
	ErrInvalidGenesis = errorsmod.Register(ModuleName, 25, "invalid genesis")
)
