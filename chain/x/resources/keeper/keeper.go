// Package keeper holds the ledger of what providers have and what leases hold of it.
package keeper

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/address"
	"cosmossdk.io/core/event"
	"cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/resources/amount"
	"github.com/virtengine/virtengine/chain/x/resources/types"
)

// Keeper owns the ledger. Nothing outside this package writes these maps.
type Keeper struct {
	addrs  address.Codec
	events event.Service

	Schema      collections.Schema
	Capacities  collections.Map[[]byte, types.Capacity]              // provider -> what it has, and what of it is used
	Allocations collections.Map[uint64, types.Allocation]            // lease id -> what the lease holds
	ByProvider  collections.KeySet[collections.Pair[[]byte, uint64]] // (provider, lease id)
}

// New builds the keeper. Every dependency is needed.
func New(cdc codec.BinaryCodec, stores store.KVStoreService, addrs address.Codec, events event.Service) (Keeper, error) {
	if cdc == nil || stores == nil || addrs == nil || events == nil {
		return Keeper{}, errors.New("resources: codec, store, address codec and event service are needed")
	}
	sb := collections.NewSchemaBuilder(stores)
	k := Keeper{
		addrs:       addrs,
		events:      events,
		Capacities:  collections.NewMap(sb, types.CapacityPrefix, "capacities", collections.BytesKey, codec.CollValue[types.Capacity](cdc)),
		Allocations: collections.NewMap(sb, types.AllocationPrefix, "allocations", collections.Uint64Key, codec.CollValue[types.Allocation](cdc)),
		ByProvider: collections.NewKeySet(sb, types.AllocationByProviderPrefix, "allocations_by_provider",
			collections.PairKeyCodec(collections.BytesKey, collections.Uint64Key)),
	}
	schema, err := sb.Build()
	if err != nil {
		return Keeper{}, fmt.Errorf("resources: schema: %w", err)
	}
	k.Schema = schema
	return k, nil
}

// Allocate gives a lease r of the provider's capacity; open GPU wishes become concrete here.
// Fails with ErrNoCapacity or ErrAllocationExists.
func (k Keeper) Allocate(ctx context.Context, leaseID uint64, provider sdk.AccAddress, r types.Resources) error {
	if taken, err := k.Allocations.Has(ctx, leaseID); err != nil {
		return err
	} else if taken {
		return errorsmod.Wrapf(types.ErrAllocationExists, "lease %d", leaseID)
	}
	// A lease of nothing would outlive the capacity that it is of: a provider that holds nothing for others may state none.
	if amount.IsZero(r) {
		return errorsmod.Wrapf(types.ErrInvalidResources, "lease %d holds nothing", leaseID)
	}
	capacity, free, err := k.free(ctx, provider)
	if err != nil {
		return err
	}
	held, err := amount.Fit(free, r)
	if err != nil {
		return err
	}
	if capacity.Used, err = amount.Add(capacity.Used, held); err != nil {
		return err
	}
	if err := k.Capacities.Set(ctx, provider, capacity); err != nil {
		return err
	}
	if err := k.Allocations.Set(ctx, leaseID, types.Allocation{LeaseId: leaseID, Provider: capacity.Provider, Resources: held}); err != nil {
		return err
	}
	if err := k.ByProvider.Set(ctx, collections.Join([]byte(provider), leaseID)); err != nil {
		return err
	}
	return k.events.EventManager(ctx).Emit(ctx, &types.EventAllocated{LeaseId: leaseID, Provider: capacity.Provider})
}

// Release gives back what a lease holds. Fails with ErrUnknownAllocation.
func (k Keeper) Release(ctx context.Context, leaseID uint64) error {
	held, err := k.Allocation(ctx, leaseID)
	if err != nil {
		return err
	}
	provider, err := k.addrs.StringToBytes(held.Provider)
	if err != nil {
		return fmt.Errorf("lease %d: provider %q: %w", leaseID, held.Provider, err)
	}
	capacity, err := k.Capacities.Get(ctx, provider)
	if err != nil {
		return fmt.Errorf("lease %d: capacity of %s: %w", leaseID, held.Provider, err)
	}
	if capacity.Used, err = amount.Sub(capacity.Used, held.Resources); err != nil {
		return errorsmod.Wrapf(err, "lease %d of %s", leaseID, held.Provider)
	}
	if err := k.Capacities.Set(ctx, provider, capacity); err != nil {
		return err
	}
	if err := k.Allocations.Remove(ctx, leaseID); err != nil {
		return err
	}
	if err := k.ByProvider.Remove(ctx, collections.Join(provider, leaseID)); err != nil {
		return err
	}
	return k.events.EventManager(ctx).Emit(ctx, &types.EventReleased{LeaseId: leaseID, Provider: held.Provider})
}

// Fits tells whether the provider has r free. A provider that stated no capacity has nothing free.
func (k Keeper) Fits(ctx context.Context, provider sdk.AccAddress, r types.Resources) (bool, error) {
	_, free, err := k.free(ctx, provider)
	if err == nil {
		_, err = amount.Fit(free, r)
	}
	if errors.Is(err, types.ErrNoCapacity) {
		return false, nil
	}
	return err == nil, err
}

// Allocation returns what a lease holds. Fails with ErrUnknownAllocation.
func (k Keeper) Allocation(ctx context.Context, leaseID uint64) (types.Allocation, error) {
	held, err := k.Allocations.Get(ctx, leaseID)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Allocation{}, errorsmod.Wrapf(types.ErrUnknownAllocation, "lease %d", leaseID)
	}
	return held, err
}

// HasAllocations tells whether any lease holds some of the provider's capacity.
func (k Keeper) HasAllocations(ctx context.Context, provider sdk.AccAddress) (bool, error) {
	found := false
	err := k.ByProvider.Walk(ctx, collections.NewPrefixedPairRange[[]byte, uint64](provider),
		func(collections.Pair[[]byte, uint64]) (bool, error) {
			found = true
			return true, nil // one is enough
		})
	return found, err
}

// free returns the provider's capacity and what is left of it. Fails with ErrNoCapacity where none was stated.
func (k Keeper) free(ctx context.Context, provider sdk.AccAddress) (types.Capacity, types.Resources, error) {
	capacity, err := k.Capacities.Get(ctx, provider)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Capacity{}, types.Resources{}, errorsmod.Wrapf(types.ErrNoCapacity, "%s has stated no capacity", provider)
	} else if err != nil {
		return types.Capacity{}, types.Resources{}, err
	}
	free, err := amount.Sub(capacity.Total, capacity.Used)
	return capacity, free, err
}
