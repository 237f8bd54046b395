package keeper_test

import (
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/params"
	"github.com/virtengine/virtengine/chain/x/resources/amount"
	"github.com/virtengine/virtengine/chain/x/resources/keeper"
	"github.com/virtengine/virtengine/chain/x/resources/types"
)

var alice, bob = person("alice"), person("bob")

func person(name string) sdk.AccAddress {
	sum := sha256.Sum256([]byte(name))
	return sum[:20]
}

type fixture struct {
	ctx   sdk.Context
	k     keeper.Keeper
	tx    types.MsgServer
	query types.QueryServer
}

func newFixture(t testing.TB) *fixture {
	key := storetypes.NewKVStoreKey(types.StoreKey)
	ctx := testutil.DefaultContextWithKeys(map[string]*storetypes.KVStoreKey{types.StoreKey: key}, nil, nil).WithBlockHeight(7)
	k, err := keeper.New(codec.NewProtoCodec(codectypes.NewInterfaceRegistry()), runtime.NewKVStoreService(key),
		address.NewBech32Codec(params.Bech32Prefix), runtime.EventService{})
	require.NoError(t, err)
	return &fixture{ctx: ctx, k: k, tx: keeper.NewMsgServer(k), query: keeper.NewQueryServer(k)}
}

func (f *fixture) set(who sdk.AccAddress, total types.Resources) error {
	_, err := f.tx.SetCapacity(f.ctx, &types.MsgSetCapacity{Provider: who.String(), Total: total})
	return err
}

func cores(milli uint64) types.Resources { return types.Resources{CpuMilli: milli} }

func TestSetCapacity(t *testing.T) {
	gpus := func(list ...types.Gpu) types.Resources { return types.Resources{CpuMilli: 10_000, Gpus: list} }
	for name, tc := range map[string]struct {
		reason string
		total  types.Resources
		want   error
	}{
		"More":      {"a provider may grow", cores(10_001), nil},
		"Just":      {"it may shrink to what is used", cores(4_000), nil},
		"Less":      {"and no further", cores(3_999), types.ErrCapacityInUse},
		"Nothing":   {"nothing is less too", types.Resources{}, types.ErrCapacityInUse},
		"AnyGPU":    {"a capacity names its GPUs", gpus(types.Gpu{Count: 1}), types.ErrInvalidResources},
		"TwiceGPU":  {"each kind once", gpus(types.Gpu{Vendor: "amd", Model: "x", Count: 1}, types.Gpu{Vendor: "amd", Model: "x", Count: 1}), types.ErrInvalidResources},
		"NoGPU":     {"none of a kind is no entry", gpus(types.Gpu{Vendor: "amd", Model: "x"}), types.ErrInvalidResources},
		"UpperCase": {"names are lower case, so that nvidia and NVIDIA are not two", gpus(types.Gpu{Vendor: "NVIDIA", Model: "a100", Count: 1}), types.ErrInvalidResources},
		"Unmetered": {"ports are counted in 16 bits", types.Resources{CpuMilli: 10_000, Endpoints: 65_536}, types.ErrInvalidResources},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			require.NoError(t, f.set(alice, cores(10_000)))
			require.NoError(t, f.k.Allocate(f.ctx, 1, alice, cores(4_000)))
			require.ErrorIs(t, f.set(alice, tc.total), tc.want, tc.reason)
			require.NoError(t, f.k.AssertInvariants(f.ctx))
		})
	}
}

func TestAllocateAndRelease(t *testing.T) {
	f := newFixture(t)
	require.ErrorIs(t, f.k.Allocate(f.ctx, 1, alice, cores(1)), types.ErrNoCapacity, "who stated nothing has nothing")
	require.NoError(t, f.set(alice, types.Resources{CpuMilli: 1_000, Gpus: []types.Gpu{{Vendor: "amd", Model: "mi300", Count: 1}}}))

	require.NoError(t, f.k.Allocate(f.ctx, 1, alice, types.Resources{CpuMilli: 600, Gpus: []types.Gpu{{Count: 1}}}))
	held, err := f.k.Allocation(f.ctx, 1)
	require.NoError(t, err)
	require.Equal(t, []types.Gpu{{Vendor: "amd", Model: "mi300", Count: 1}}, held.Resources.Gpus, "any became one")
	require.ErrorIs(t, f.k.Allocate(f.ctx, 1, alice, cores(1)), types.ErrAllocationExists)
	require.ErrorIs(t, f.k.Allocate(f.ctx, 2, alice, cores(401)), types.ErrNoCapacity)
	require.ErrorIs(t, f.k.Allocate(f.ctx, 2, alice, cores(0)), types.ErrInvalidResources, "a lease of nothing would outlive the capacity it is of")
	fits, err := f.k.Fits(f.ctx, alice, cores(400))
	require.NoError(t, err)
	require.True(t, fits)
	fits, err = f.k.Fits(f.ctx, bob, cores(0))
	require.NoError(t, err)
	require.False(t, fits, "nobody knows what bob has")

	busy, err := f.k.HasAllocations(f.ctx, alice)
	require.NoError(t, err)
	require.True(t, busy)
	require.NoError(t, f.k.Release(f.ctx, 1))
	require.ErrorIs(t, f.k.Release(f.ctx, 1), types.ErrUnknownAllocation, "what was given back is not given back again")
	busy, err = f.k.HasAllocations(f.ctx, alice)
	require.NoError(t, err)
	require.False(t, busy)

	require.NoError(t, f.set(alice, types.Resources{}))
	_, err = f.query.Capacity(f.ctx, &types.QueryCapacityRequest{Provider: alice.String()})
	require.ErrorIs(t, err, types.ErrUnknownCapacity, "nothing at all leaves no record")
	require.NoError(t, f.k.AssertInvariants(f.ctx))
}

func TestQueries(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.set(alice, cores(1_000)))
	require.NoError(t, f.set(bob, cores(500)))
	require.NoError(t, f.k.Allocate(f.ctx, 3, alice, cores(250)))
	require.NoError(t, f.k.Allocate(f.ctx, 5, alice, cores(250)))
	require.NoError(t, f.k.Allocate(f.ctx, 4, bob, cores(100)))

	one, err := f.query.Capacity(f.ctx, &types.QueryCapacityRequest{Provider: alice.String()})
	require.NoError(t, err)
	require.Equal(t, cores(500), one.Free)
	require.Equal(t, int64(7), one.Capacity.UpdatedHeight)
	all, err := f.query.Capacities(f.ctx, &types.QueryCapacitiesRequest{})
	require.NoError(t, err)
	require.Len(t, all.Capacities, 2)
	held, err := f.query.Allocations(f.ctx, &types.QueryAllocationsRequest{Provider: alice.String()})
	require.NoError(t, err)
	require.Len(t, held.Allocations, 2)
	require.Equal(t, uint64(3), held.Allocations[0].LeaseId)
	_, err = f.query.Allocation(f.ctx, &types.QueryAllocationRequest{LeaseId: 9})
	require.ErrorIs(t, err, types.ErrUnknownAllocation)
}

func TestGenesis(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.set(alice, cores(1_000)))
	require.NoError(t, f.k.Allocate(f.ctx, 3, alice, cores(250)))
	for name, tc := range map[string]struct {
		reason string
		change func(*types.GenesisState)
		want   error
	}{
		"Good":       {"what was exported is valid", func(*types.GenesisState) {}, nil},
		"UsedDiffer": {"used is the sum of the allocations", func(gs *types.GenesisState) { gs.Capacities[0].Used = cores(251) }, types.ErrBrokenInvariant},
		"Overused":   {"and within the total", func(gs *types.GenesisState) { gs.Capacities[0].Total = cores(249) }, types.ErrBrokenInvariant},
		"LeaseTwice": {"a lease holds one allocation", func(gs *types.GenesisState) { gs.Allocations = append(gs.Allocations, gs.Allocations[0]) }, types.ErrBrokenInvariant},
		"NoCapacity": {"of some capacity", func(gs *types.GenesisState) { gs.Capacities = nil }, types.ErrBrokenInvariant},
		"Twice":      {"a provider has one", func(gs *types.GenesisState) { gs.Capacities = append(gs.Capacities, gs.Capacities[0]) }, types.ErrBrokenInvariant},
	} {
		t.Run(name, func(t *testing.T) {
			gs, err := f.k.ExportGenesis(f.ctx)
			require.NoError(t, err)
			tc.change(gs)
			fresh := newFixture(t)
			require.ErrorIs(t, fresh.k.InitGenesis(fresh.ctx, *gs), tc.want, tc.reason)
			if tc.want != nil {
				return
			}
			again, err := fresh.k.ExportGenesis(fresh.ctx)
			require.NoError(t, err)
			require.Equal(t, gs, again)
			require.NoError(t, fresh.k.AssertInvariants(fresh.ctx))
		})
	}
}

func TestInvariantsSeeAStaleIndex(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.set(alice, cores(1_000)))
	require.NoError(t, f.k.Allocate(f.ctx, 3, alice, cores(250)))
	require.NoError(t, f.k.ByProvider.Clear(f.ctx, nil))
	require.ErrorIs(t, f.k.AssertInvariants(f.ctx), types.ErrBrokenInvariant)
}

func TestAMissingDependencyIsAnError(t *testing.T) {
	_, err := keeper.New(nil, nil, nil, nil)
	require.Error(t, err)
}

// Whatever is stated, allocated and released in whatever order: used is what leases hold, and used and free are the total.
func TestUsedAndFreeAreAlwaysTheTotal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := newFixture(t)
		who := rapid.SampledFrom([]sdk.AccAddress{alice, bob})
		lease := rapid.Uint64Range(1, 6)
		some := rapid.Custom(func(t *rapid.T) types.Resources {
			r := types.Resources{CpuMilli: rapid.Uint64().Draw(t, "cpu") >> rapid.IntRange(0, 63).Draw(t, "shift"), Endpoints: rapid.Uint32Range(0, 9).Draw(t, "endpoints")}
			for _, model := range []string{"a100", "h100"} {
				if n := rapid.Uint32Range(0, 3).Draw(t, "gpus"); n > 0 {
					r.Gpus = append(r.Gpus, types.Gpu{Vendor: "nvidia", Model: model, Count: n})
				}
			}
			return r
		})
		expect := func(rt *rapid.T, err error, allowed ...error) {
			if err == nil {
				return
			}
			for _, a := range allowed {
				if errors.Is(err, a) {
					return
				}
			}
			rt.Fatalf("unforeseen: %v", err)
		}
		rt.Repeat(map[string]func(*rapid.T){
			"state": func(rt *rapid.T) {
				expect(rt, f.set(who.Draw(rt, "who"), some.Draw(rt, "total")), types.ErrCapacityInUse)
			},
			"allocate": func(rt *rapid.T) {
				expect(rt, f.k.Allocate(f.ctx, lease.Draw(rt, "lease"), who.Draw(rt, "who"), some.Draw(rt, "held")), types.ErrNoCapacity, types.ErrAllocationExists, types.ErrInvalidResources)
			},
			"release": func(rt *rapid.T) {
				expect(rt, f.k.Release(f.ctx, lease.Draw(rt, "lease")), types.ErrUnknownAllocation)
			},
			"": func(rt *rapid.T) {
				if err := f.k.AssertInvariants(f.ctx); err != nil {
					rt.Fatal(err)
				}
				if err := f.k.Capacities.Walk(f.ctx, nil, func(_ []byte, c types.Capacity) (bool, error) {
					_, err := amount.Sub(c.Total, c.Used)
					return false, err
				}); err != nil {
					rt.Fatal(err)
				}
			},
		})
	})
}
