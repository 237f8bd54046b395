package types

import (
	errorsmod "cosmossdk.io/errors"
	"google.golang.org/grpc/codes"
)

// The ways in which x/provider refuses. Codes are for clients: append, never renumber.
var (
	ErrUnknownProvider    = errorsmod.RegisterWithGRPCCode(ModuleName, 2, codes.NotFound, "no such provider")
	ErrProviderExists     = errorsmod.Register(ModuleName, 3, "the account is a provider already")
	ErrInvalidProfile     = errorsmod.Register(ModuleName, 4, "invalid provider profile")
	ErrProviderBusy       = errorsmod.Register(ModuleName, 5, "leases hold the provider's capacity")
	ErrInvalidCertificate = errorsmod.Register(ModuleName, 6, "invalid certificate")
	ErrCertificateExists  = errorsmod.Register(ModuleName, 7, "the certificate is known already")
	ErrUnknownCertificate = errorsmod.RegisterWithGRPCCode(ModuleName, 8, codes.NotFound, "no such certificate")
	ErrCertificateRevoked = errorsmod.Register(ModuleName, 9, "the certificate is revoked")
	ErrBrokenInvariant    = errorsmod.Register(ModuleName, 10, "the provider records contradict themselves")
)
