package keeper

import (
	"context"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/resources/amount"
	"github.com/virtengine/virtengine/chain/x/resources/types"
)

// ValidateGenesis accepts a ledger in which every provider's used is the sum of its allocations and within its total.
// Fails with ErrInvalidResources, ErrOverflow or ErrBrokenInvariant.
func ValidateGenesis(gs types.GenesisState) error {
	used := make(map[string]types.Resources, len(gs.Capacities))
	leases := make(map[uint64]bool, len(gs.Allocations))
	for _, a := range gs.Allocations {
		if leases[a.LeaseId] {
			return errorsmod.Wrapf(types.ErrBrokenInvariant, "lease %d holds two allocations", a.LeaseId)
		}
		leases[a.LeaseId] = true
		if err := amount.CheckCapacity(a.Resources); err != nil {
			return errorsmod.Wrapf(err, "allocation of lease %d", a.LeaseId)
		}
		sum, err := amount.Add(used[a.Provider], a.Resources)
		if err != nil {
			return errorsmod.Wrapf(err, "allocation of lease %d", a.LeaseId)
		}
		used[a.Provider] = sum
	}
	seen := make(map[string]bool, len(gs.Capacities))
	for _, c := range gs.Capacities {
		if seen[c.Provider] {
			return errorsmod.Wrapf(types.ErrBrokenInvariant, "two capacities of %s", c.Provider)
		}
		seen[c.Provider] = true
		if err := checkCapacity(c, used[c.Provider]); err != nil {
			return err
		}
	}
	for _, a := range gs.Allocations {
		if !seen[a.Provider] {
			return errorsmod.Wrapf(types.ErrBrokenInvariant, "lease %d holds capacity of %s, which has none", a.LeaseId, a.Provider)
		}
	}
	return nil
}

// checkCapacity holds one record against the sum of its allocations.
func checkCapacity(c types.Capacity, used types.Resources) error {
	if err := amount.CheckCapacity(c.Total); err != nil {
		return errorsmod.Wrapf(err, "capacity of %s", c.Provider)
	}
	if !c.Used.Equal(used) {
		return errorsmod.Wrapf(types.ErrBrokenInvariant, "%s: used is %v, its allocations hold %v", c.Provider, c.Used, used)
	}
	free, err := amount.Sub(c.Total, c.Used)
	if err != nil {
		return errorsmod.Wrapf(types.ErrBrokenInvariant, "%s: %s", c.Provider, err)
	}
	again, err := amount.Add(free, c.Used)
	if err != nil || !again.Equal(c.Total) {
		return errorsmod.Wrapf(types.ErrBrokenInvariant, "%s: used and free are not the total", c.Provider)
	}
	return nil
}

// InitGenesis stores a ledger that ValidateGenesis accepts.
func (k Keeper) InitGenesis(ctx context.Context, gs types.GenesisState) error {
	if err := ValidateGenesis(gs); err != nil {
		return err
	}
	for _, c := range gs.Capacities {
		provider, err := k.addrs.StringToBytes(c.Provider)
		if err != nil {
			return fmt.Errorf("capacity of %q: %w", c.Provider, err)
		}
		if err := k.Capacities.Set(ctx, provider, c); err != nil {
			return err
		}
	}
	for _, a := range gs.Allocations {
		provider, err := k.addrs.StringToBytes(a.Provider)
		if err != nil {
			return fmt.Errorf("allocation of lease %d: provider %q: %w", a.LeaseId, a.Provider, err)
		}
		if err := k.Allocations.Set(ctx, a.LeaseId, a); err != nil {
			return err
		}
		if err := k.ByProvider.Set(ctx, collections.Join(provider, a.LeaseId)); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the ledger, by provider and by lease.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	gs := types.GenesisState{Capacities: []types.Capacity{}, Allocations: []types.Allocation{}}
	if err := k.Capacities.Walk(ctx, nil, func(_ []byte, c types.Capacity) (bool, error) {
		gs.Capacities = append(gs.Capacities, c)
		return false, nil
	}); err != nil {
		return nil, err
	}
	err := k.Allocations.Walk(ctx, nil, func(_ uint64, a types.Allocation) (bool, error) {
		gs.Allocations = append(gs.Allocations, a)
		return false, nil
	})
	return &gs, err
}

// AssertInvariants reads the whole ledger and fails with ErrBrokenInvariant where a capacity's used differs from the
// sum of its allocations, exceeds its total, or the index and the allocations disagree.
func (k Keeper) AssertInvariants(ctx context.Context) error {
	gs, err := k.ExportGenesis(ctx)
	if err != nil {
		return err
	}
	if err := ValidateGenesis(*gs); err != nil {
		return errorsmod.Wrap(types.ErrBrokenInvariant, err.Error())
	}
	indexed := 0
	if err := k.ByProvider.Walk(ctx, nil, func(key collections.Pair[[]byte, uint64]) (bool, error) {
		indexed++
		a, err := k.Allocations.Get(ctx, key.K2())
		if err != nil {
			return true, errorsmod.Wrapf(types.ErrBrokenInvariant, "index names lease %d: %s", key.K2(), err)
		}
		provider, err := k.addrs.StringToBytes(a.Provider)
		if err != nil || !sdk.AccAddress(provider).Equals(sdk.AccAddress(key.K1())) {
			return true, errorsmod.Wrapf(types.ErrBrokenInvariant, "lease %d is indexed under the wrong provider", key.K2())
		}
		return false, nil
	}); err != nil {
		return err
	}
	if indexed != len(gs.Allocations) {
		return errorsmod.Wrapf(types.ErrBrokenInvariant, "%d allocations, %d in the index", len(gs.Allocations), indexed)
	}
	return nil
}
