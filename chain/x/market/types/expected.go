package types

import (
	"context"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	escrow "github.com/virtengine/virtengine/chain/x/escrow/types"
	provider "github.com/virtengine/virtengine/chain/x/provider/types"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
)

// AccountKeeper tells where the module's coins are.
type AccountKeeper interface {
	GetModuleAddress(name string) sdk.AccAddress // nil: the application gave the module no account
}

// BankKeeper moves bid deposits.
type BankKeeper interface {
	SendCoinsFromAccountToModule(ctx context.Context, from sdk.AccAddress, module string, amount sdk.Coins) error
	SendCoinsFromModuleToAccount(ctx context.Context, module string, to sdk.AccAddress, amount sdk.Coins) error
	GetBalance(ctx context.Context, addr sdk.AccAddress, denom string) sdk.Coin
	BlockedAddr(addr sdk.AccAddress) bool // could not be paid back
}

// ResourcesKeeper is what the market asks of the capacity ledger.
type ResourcesKeeper interface {
	Fits(ctx context.Context, provider sdk.AccAddress, r resources.Resources) (bool, error)
	Allocate(ctx context.Context, leaseID uint64, provider sdk.AccAddress, r resources.Resources) error // ErrNoCapacity changes nothing
	Release(ctx context.Context, leaseID uint64) error
	Allocation(ctx context.Context, leaseID uint64) (resources.Allocation, error)
}

// ProviderKeeper is what the market asks of x/provider.
type ProviderKeeper interface {
	Get(ctx context.Context, owner sdk.AccAddress) (provider.Provider, error) // ErrUnknownProvider
}

// EscrowKeeper is what the market asks of x/escrow. An account has its order's number.
type EscrowKeeper interface {
	Open(ctx context.Context, id uint64, owner sdk.AccAddress, deposit math.Int) error
	Activate(ctx context.Context, id uint64, rate math.Int) error   // uve per block
	Cancel(ctx context.Context, id uint64) error                    // everything back to the depositors
	PopExhausted(ctx context.Context, max uint32) ([]uint64, error) // accounts that cannot pay their rent any more
	Stop(ctx context.Context, id uint64) error                      // rent settled up to this height, no more after it
	Account(ctx context.Context, id uint64) (escrow.Account, error)
}

// Gates checks what orders demand of providers. The application wires it; NoGates stands where no module can check.
type Gates interface {
	// Available fails with ErrGateUnavailable where the chain cannot check some part of the gate.
	Available(gate Gate) error
	// Check fails with ErrGateRefused where the provider does not pass, with ErrGateUnavailable where nobody can tell.
	Check(ctx context.Context, gate Gate, provider sdk.AccAddress) error
}
