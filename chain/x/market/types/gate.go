package types

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Limits of a gate.
const (
	MaxIdentityScore = 100
	MaxRoleBytes     = 64
)

// IsEmpty tells whether the gate demands nothing.
func (g Gate) IsEmpty() bool { return g == Gate{} }

// NoGates is for an application without x/veid, x/mfa and x/roles: it lets orders pass that demand nothing
// and refuses every other, naming the module that is missing.
type NoGates struct{}

var _ Gates = NoGates{}

// Available fails with ErrGateUnavailable unless the gate is empty.
func (NoGates) Available(g Gate) error {
	switch {
	case g.MinIdentityScore != 0:
		return errorsmod.Wrap(ErrGateUnavailable, "min_identity_score needs x/veid, which this chain does not run")
	case g.RequireMfa:
		return errorsmod.Wrap(ErrGateUnavailable, "require_mfa needs x/mfa, which this chain does not run")
	case g.RequireRole != "":
		return errorsmod.Wrap(ErrGateUnavailable, "require_role needs x/roles, which this chain does not run")
	}
	return nil
}

// Check fails with ErrGateUnavailable unless the gate is empty.
func (n NoGates) Check(_ context.Context, g Gate, _ sdk.AccAddress) error { return n.Available(g) }
