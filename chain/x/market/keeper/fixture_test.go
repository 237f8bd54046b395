package keeper_test

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/virtengine/virtengine/chain/params"
	"github.com/virtengine/virtengine/chain/x/market/keeper"
	"github.com/virtengine/virtengine/chain/x/market/types"
	providerkeeper "github.com/virtengine/virtengine/chain/x/provider/keeper"
	provider "github.com/virtengine/virtengine/chain/x/provider/types"
	resourceskeeper "github.com/virtengine/virtengine/chain/x/resources/keeper"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
)

const (
	purse   = 1_000_000 // uve everybody has
	deposit = 100       // uve of a bid
)

var (
	tenant    = person("tenant")
	stranger  = person("stranger")
	authority = authtypes.NewModuleAddress("gov")
	started   = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
)

func person(name string) sdk.AccAddress {
	sum := sha256.Sum256([]byte(name))
	return sum[:20]
}

func seller(i int) sdk.AccAddress { return person(fmt.Sprintf("provider %d", i)) }

// fixture is a chain of three real modules, a bank and an escrow.
type fixture struct {
	t         testing.TB
	ctx       sdk.Context
	keys      map[string]*storetypes.KVStoreKey
	k         keeper.Keeper
	tx        types.MsgServer
	query     types.QueryServer
	bank      bank
	escrow    escrowFake
	resources resourceskeeper.Keeper
	ledger    resources.MsgServer
	providers provider.MsgServer
	profiles  providerkeeper.Keeper
	people    []sdk.AccAddress
}

// newFixture starts at height 1 with a tenant and n providers that have ten cores each.
func newFixture(t testing.TB, n int) *fixture { return newFixtureWith(t, n, types.NoGates{}) }

func newFixtureWith(t testing.TB, n int, gates types.Gates) *fixture {
	t.Helper()
	keys := storetypes.NewKVStoreKeys("bank", "escrow", resources.StoreKey, provider.StoreKey, types.StoreKey)
	ctx := testutil.DefaultContextWithKeys(keys, nil, nil).WithBlockHeight(1).WithBlockTime(started)
	cdc := codec.NewProtoCodec(codectypes.NewInterfaceRegistry())
	addrs := address.NewBech32Codec(params.Bech32Prefix)
	events := runtime.EventService{}

	f := &fixture{t: t, ctx: ctx, keys: keys}
	var err error
	f.resources, err = resourceskeeper.New(cdc, runtime.NewKVStoreService(keys[resources.StoreKey]), addrs, events)
	require.NoError(t, err)
	f.profiles, err = providerkeeper.New(cdc, runtime.NewKVStoreService(keys[provider.StoreKey]), addrs, events, f.resources)
	require.NoError(t, err)
	f.bank = newBank(keys["bank"])
	f.escrow = newEscrow(keys["escrow"], cdc, f.bank)
	f.k, err = keeper.New(keeper.Deps{
		Cdc: cdc, Stores: runtime.NewKVStoreService(keys[types.StoreKey]), Addrs: addrs, Events: events,
		Accounts: accounts{}, Bank: f.bank, Resources: f.resources, Providers: f.profiles, Escrow: f.escrow,
		Gates: gates, Authority: authority.String(),
	})
	require.NoError(t, err)
	f.tx, f.query = keeper.NewMsgServer(f.k), keeper.NewQueryServer(f.k)
	f.ledger, f.providers = resourceskeeper.NewMsgServer(f.resources), providerkeeper.NewMsgServer(f.profiles)

	genesis := types.DefaultGenesis()
	genesis.Params.BidDeposit = math.NewInt(deposit)
	require.NoError(t, f.k.InitGenesis(ctx, *genesis))
	f.fund(tenant)
	f.fund(stranger)
	for i := range n {
		f.register(seller(i))
	}
	return f
}

func (f *fixture) fund(who sdk.AccAddress) {
	f.people = append(f.people, who)
	require.NoError(f.t, f.bank.balances.Set(f.ctx, who, math.NewInt(purse)))
}

func (f *fixture) register(who sdk.AccAddress) {
	f.fund(who)
	_, err := f.providers.CreateProvider(f.ctx, &provider.MsgCreateProvider{
		Owner: who.String(), HostUri: "https://provider.example:8443",
		Attributes: []provider.Attribute{{Key: "region", Value: "eu-west"}},
		PriceList:  provider.PriceList{BasePerBlock: math.NewInt(1)},
	})
	require.NoError(f.t, err)
	f.capacity(who, 10_000)
}

func (f *fixture) capacity(who sdk.AccAddress, milli uint64) {
	_, err := f.ledger.SetCapacity(f.ctx, &resources.MsgSetCapacity{Provider: who.String(), Total: resources.Resources{
		CpuMilli: milli, MemoryBytes: 1 << 40, StorageBytes: 1 << 40, Endpoints: 1000,
		Gpus: []resources.Gpu{{Vendor: "amd", Model: "mi300", Count: 1}, {Vendor: "nvidia", Model: "a100", Count: 2}},
	}})
	require.NoError(f.t, err)
}

// spec asks for one core at 50 uve per block at most, for five blocks.
func spec() types.OrderSpec {
	hash := sha256.Sum256([]byte("manifest"))
	return types.OrderSpec{
		ManifestHash: hash[:], Auction: types.AuctionOpen, MaxPrice: math.NewInt(50), WindowBlocks: 5, Name: "web",
		Units: []resources.Unit{{Name: "web", Count: 2, Resources: resources.Resources{CpuMilli: 500, MemoryBytes: 1 << 30}}},
	}
}

// deliver runs one message as a block does: an error leaves nothing behind.
func (f *fixture) deliver(do func(ctx sdk.Context) error) error {
	branch, write := f.ctx.CacheContext()
	if err := do(branch); err != nil {
		return err
	}
	write()
	return nil
}

func (f *fixture) order(change ...func(*types.OrderSpec)) uint64 {
	f.t.Helper()
	id, err := f.tryOrder(1_000, change...)
	require.NoError(f.t, err)
	return id
}

func (f *fixture) tryOrder(funds int64, change ...func(*types.OrderSpec)) (id uint64, err error) {
	s := spec()
	for _, c := range change {
		c(&s)
	}
	err = f.deliver(func(ctx sdk.Context) error {
		res, err := f.tx.CreateOrder(ctx, &types.MsgCreateOrder{Owner: tenant.String(), Spec: s, Deposit: math.NewInt(funds)})
		if err == nil {
			id = res.Id
		}
		return err
	})
	return id, err
}

func price(perBlock int64) types.Price { return types.Price{PerBlock: math.NewInt(perBlock)} }

func (f *fixture) bid(order uint64, who sdk.AccAddress, perBlock int64) error {
	return f.bidAt(order, who, price(perBlock))
}

func (f *fixture) bidAt(order uint64, who sdk.AccAddress, p types.Price) error {
	return f.deliver(func(ctx sdk.Context) error {
		_, err := f.tx.CreateBid(ctx, &types.MsgCreateBid{Provider: who.String(), OrderId: order, Price: p})
		return err
	})
}

func (f *fixture) withdraw(order uint64, who sdk.AccAddress) error {
	return f.deliver(func(ctx sdk.Context) error {
		_, err := f.tx.WithdrawBid(ctx, &types.MsgWithdrawBid{Provider: who.String(), OrderId: order})
		return err
	})
}

func (f *fixture) closeLease(id uint64, who sdk.AccAddress, why types.Reason) error {
	return f.deliver(func(ctx sdk.Context) error {
		_, err := f.tx.CloseLease(ctx, &types.MsgCloseLease{Sender: who.String(), Id: id, Reason: why})
		return err
	})
}

func (f *fixture) closeOrder(id uint64, who sdk.AccAddress) error {
	return f.deliver(func(ctx sdk.Context) error {
		_, err := f.tx.CloseOrder(ctx, &types.MsgCloseOrder{Owner: who.String(), Id: id})
		return err
	})
}

// endBlocks ends this block and n-1 more. Each block lasts a second.
func (f *fixture) endBlocks(n int) {
	f.t.Helper()
	for range n {
		require.NoError(f.t, f.k.EndBlock(f.ctx))
		f.ctx = f.ctx.WithBlockHeight(f.ctx.BlockHeight() + 1).WithBlockTime(f.ctx.BlockTime().Add(time.Second))
	}
}

// leased returns an active lease of the first provider at 10 uve per block.
func (f *fixture) leased() uint64 {
	f.t.Helper()
	id := f.order()
	require.NoError(f.t, f.bid(id, seller(0), 10))
	f.endBlocks(6)
	require.Equal(f.t, types.LeaseActive, f.lease(id).State)
	return id
}

func (f *fixture) lease(id uint64) types.Lease {
	f.t.Helper()
	l, err := f.k.Lease(f.ctx, id)
	require.NoError(f.t, err)
	return l
}

func (f *fixture) orderOf(id uint64) types.Order {
	f.t.Helper()
	o, err := f.k.Order(f.ctx, id)
	require.NoError(f.t, err)
	return o
}

func (f *fixture) bidOf(id uint64, who sdk.AccAddress) types.Bid {
	f.t.Helper()
	b, err := f.k.Bid(f.ctx, id, who)
	require.NoError(f.t, err)
	return b
}

func (f *fixture) uve(who sdk.AccAddress) int64 { return f.bank.of(f.ctx, who).Int64() }

// assertSound checks every invariant of the three modules, and that no coin was made or lost.
func (f *fixture) assertSound() {
	f.t.Helper()
	require.NoError(f.t, f.resources.AssertInvariants(f.ctx))
	require.NoError(f.t, f.profiles.AssertInvariants(f.ctx))
	require.NoError(f.t, f.k.AssertInvariants(f.ctx))
	sum := f.escrow.held(f.ctx).Add(f.bank.of(f.ctx, authtypes.NewModuleAddress(types.ModuleName)))
	for _, who := range f.people {
		sum = sum.Add(f.bank.of(f.ctx, who))
	}
	require.Equal(f.t, int64(purse*len(f.people)), sum.Int64(), "coins are neither made nor lost")
}
