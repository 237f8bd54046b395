package keeper_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"cosmossdk.io/log/v2"
	"cosmossdk.io/math"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/store/v2"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	minttypes "github.com/cosmos/cosmos-sdk/x/mint/types"

	"github.com/virtengine/virtengine/chain/params"
	escrowkeeper "github.com/virtengine/virtengine/chain/x/escrow/keeper"
	escrowtypes "github.com/virtengine/virtengine/chain/x/escrow/types"
	"github.com/virtengine/virtengine/chain/x/market/keeper"
	"github.com/virtengine/virtengine/chain/x/market/types"
	providerkeeper "github.com/virtengine/virtengine/chain/x/provider/keeper"
	provider "github.com/virtengine/virtengine/chain/x/provider/types"
	resourceskeeper "github.com/virtengine/virtengine/chain/x/resources/keeper"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
)

const (
	bidders  = 5
	rich     = 1_000_000_000_000_000
	funds    = 1_000_000_000 // uve of an order: no lease runs dry during the measurement
	perBlock = 50            // rounds between commits
)

var errNotMeasured = errors.New("nothing is paid out here")

// noPool stands where x/distribution would: no benchmark pays into it.
type noPool struct{}

func (noPool) FundCommunityPool(context.Context, sdk.Coins, sdk.AccAddress) error {
	return errNotMeasured
}

// bench is a chain of real keepers, x/bank's too, over trees in memory, with many leases open.
type bench struct {
	b     *testing.B
	cms   storetypes.CommitMultiStore
	block sdk.Context
	k     keeper.Keeper
	tx    types.MsgServer
	spent map[string][]time.Duration
}

func newBench(b *testing.B, leases int) *bench {
	keys := storetypes.NewKVStoreKeys(authtypes.StoreKey, banktypes.StoreKey, escrowtypes.StoreKey, resources.StoreKey, provider.StoreKey, types.StoreKey)
	db := dbm.NewMemDB()
	cms := store.NewCommitMultiStore(db, log.NewNopLogger())
	for _, key := range keys {
		cms.MountStoreWithDB(key, storetypes.StoreTypeIAVL, nil) // nil: the multistore gives each its part of db
	}
	require.NoError(b, cms.LoadLatestVersion())
	registry := codectypes.NewInterfaceRegistry()
	authtypes.RegisterInterfaces(registry)
	cdc := codec.NewProtoCodec(registry)
	addrs := address.NewBech32Codec(params.Bech32Prefix)
	events := runtime.EventService{}
	stores := func(name string) *storetypes.KVStoreKey { return keys[name] }

	perms := map[string][]string{types.ModuleName: nil, escrowtypes.ModuleName: nil, minttypes.ModuleName: {authtypes.Minter}}
	auth := authkeeper.NewAccountKeeper(cdc, runtime.NewKVStoreService(stores(authtypes.StoreKey)), authtypes.ProtoBaseAccount, perms, addrs, params.Bech32Prefix, authority.String())
	coins := bankkeeper.NewBaseKeeper(cdc, runtime.NewKVStoreService(stores(banktypes.StoreKey)), auth, nil, authority.String(), log.NewNopLogger())
	ledger, err := resourceskeeper.New(cdc, runtime.NewKVStoreService(stores(resources.StoreKey)), addrs, events)
	require.NoError(b, err)
	profiles, err := providerkeeper.New(cdc, runtime.NewKVStoreService(stores(provider.StoreKey)), addrs, events, ledger)
	require.NoError(b, err)
	escrow, err := escrowkeeper.New(escrowkeeper.Deps{
		Cdc: cdc, Stores: runtime.NewKVStoreService(stores(escrowtypes.StoreKey)), Addrs: addrs, Events: events, Accounts: auth, Bank: coins,
		Community: noPool{}, Authority: authority.String(),
	})
	require.NoError(b, err)
	k, err := keeper.New(keeper.Deps{
		Cdc: cdc, Stores: runtime.NewKVStoreService(stores(types.StoreKey)), Addrs: addrs, Events: events, Accounts: auth, Bank: coins,
		Resources: ledger, Providers: profiles, Escrow: escrow, Gates: types.NoGates{}, Authority: authority.String(),
	})
	require.NoError(b, err)

	f := &bench{b: b, cms: cms, k: k, tx: keeper.NewMsgServer(k), spent: map[string][]time.Duration{}}
	ctx := sdk.NewContext(cms, cmtproto.Header{Height: 1, Time: started}, false, log.NewNopLogger())
	require.NoError(b, auth.Params.Set(ctx, authtypes.DefaultParams()))
	require.NoError(b, coins.SetParams(ctx, banktypes.DefaultParams()))
	require.NoError(b, escrow.InitGenesis(ctx, *escrowtypes.DefaultGenesis()))
	require.NoError(b, k.InitGenesis(ctx, *types.DefaultGenesis()))
	people := []sdk.AccAddress{tenant}
	for i := range bidders {
		people = append(people, seller(i))
		_, err := providerkeeper.NewMsgServer(profiles).CreateProvider(ctx, &provider.MsgCreateProvider{
			Owner: seller(i).String(), HostUri: "https://provider.example", PriceList: provider.PriceList{BasePerBlock: math.OneInt()},
			Attributes: []provider.Attribute{{Key: "region", Value: "eu-west"}},
		})
		require.NoError(b, err)
		_, err = resourceskeeper.NewMsgServer(ledger).SetCapacity(ctx, &resources.MsgSetCapacity{
			Provider: seller(i).String(), Total: resources.Resources{CpuMilli: 1 << 50, MemoryBytes: 1 << 60},
		})
		require.NoError(b, err)
	}
	for _, who := range people {
		funds := sdk.NewCoins(sdk.NewInt64Coin(params.Denom, rich))
		require.NoError(b, coins.MintCoins(ctx, minttypes.ModuleName, funds))
		require.NoError(b, coins.SendCoinsFromModuleToAccount(ctx, minttypes.ModuleName, who, funds))
	}
	f.commit(ctx)
	for done := 0; done < leases; {
		n := min(leases-done, 500)
		for range n {
			f.round(1, false)
			done++
		}
		f.finishBlock()
	}
	clear(f.spent)
	return f
}

func (f *bench) commit(ctx sdk.Context) {
	f.cms.Commit()
	cached := f.cms.CacheMultiStore()
	f.block = ctx.WithMultiStore(cached).WithBlockHeight(ctx.BlockHeight() + 1).WithBlockTime(ctx.BlockTime().Add(time.Second)).
		WithEventManager(sdk.NewEventManager())
}

func (f *bench) finishBlock() {
	f.block.MultiStore().(storetypes.CacheMultiStore).Write()
	f.commit(f.block)
}

// timed runs one handler in a transaction's branch of state.
func (f *bench) timed(what string, do func(sdk.Context) error) {
	begin := time.Now()
	branch, write := f.block.CacheContext()
	if err := do(branch); err != nil {
		f.b.Fatalf("%s: %v", what, err)
	}
	write()
	f.spent[what] = append(f.spent[what], time.Since(begin))
}

// round orders, bids and awards one lease and, if asked, closes it again.
func (f *bench) round(bids int, closeIt bool) {
	var id uint64
	f.timed("create-order", func(ctx sdk.Context) error {
		s := spec()
		s.WindowBlocks = 1
		res, err := f.tx.CreateOrder(ctx, &types.MsgCreateOrder{Owner: tenant.String(), Spec: s, Deposit: math.NewInt(funds)})
		if err == nil {
			id = res.Id
		}
		return err
	})
	for i := range bids {
		f.timed("create-bid", func(ctx sdk.Context) error {
			_, err := f.tx.CreateBid(ctx, &types.MsgCreateBid{Provider: seller((int(id) + i) % bidders).String(), OrderId: id, Price: price(int64(10 + i))})
			return err
		})
	}
	f.block = f.block.WithBlockHeight(f.block.BlockHeight() + 1)
	f.timed("award", f.endBlock)
	if closeIt {
		f.timed("close-lease", func(ctx sdk.Context) error {
			_, err := f.tx.CloseLease(ctx, &types.MsgCloseLease{Sender: tenant.String(), Id: id})
			return err
		})
	}
}

func (f *bench) endBlock(ctx sdk.Context) error { return f.k.EndBlock(ctx) }

// BenchmarkHandlers prints the median time of each handler, in microseconds, with many leases open:
//
//	go test ./chain/x/market/keeper -run '^$' -bench Handlers -benchtime 2000x
func BenchmarkHandlers(b *testing.B) {
	for _, open := range []int{300, 3_000, 12_000, 100_000} {
		b.Run(fmt.Sprintf("open=%d", open), func(b *testing.B) {
			f := newBench(b, open)
			b.ResetTimer()
			for i := range b.N {
				f.round(bidders, true)
				if i%perBlock == perBlock-1 {
					f.finishBlock()
				}
			}
			b.StopTimer()
			require.NoError(b, f.k.AssertInvariants(f.block))
			for _, what := range []string{"create-order", "create-bid", "award", "close-lease"} {
				spent := f.spent[what]
				slices.Sort(spent)
				b.ReportMetric(float64(spent[len(spent)/2].Nanoseconds())/1_000, what+"-us")
			}
		})
	}
}
