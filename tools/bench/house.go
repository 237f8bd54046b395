package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"cosmossdk.io/log/v2"
	"cosmossdk.io/math"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"

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
	escrow "github.com/virtengine/virtengine/chain/x/escrow/types"
	marketkeeper "github.com/virtengine/virtengine/chain/x/market/keeper"
	market "github.com/virtengine/virtengine/chain/x/market/types"
	providerkeeper "github.com/virtengine/virtengine/chain/x/provider/keeper"
	provider "github.com/virtengine/virtengine/chain/x/provider/types"
	resourceskeeper "github.com/virtengine/virtengine/chain/x/resources/keeper"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
	settlementkeeper "github.com/virtengine/virtengine/chain/x/settlement/keeper"
	settlement "github.com/virtengine/virtengine/chain/x/settlement/types"
)

const bidders = 5

var (
	began     = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	authority = authtypes.NewModuleAddress("gov")
	tenant    = person("tenant")
)

func person(name string) sdk.AccAddress {
	sum := sha256.Sum256([]byte(name))
	return sum[:20]
}

func seller[I int | uint64](i I) sdk.AccAddress { return person(fmt.Sprintf("provider %d", i%bidders)) }

// house is the real keepers, x/bank's too, over one store.
type house struct {
	cms        storetypes.CommitMultiStore
	ctx        sdk.Context
	bank       bankkeeper.BaseKeeper
	resources  resourceskeeper.Keeper
	providers  providerkeeper.Keeper
	escrow     escrowkeeper.Keeper
	market     marketkeeper.Keeper
	settlement settlementkeeper.Keeper
}

// pool takes the community's share.
type pool struct{ bank bankkeeper.BaseKeeper }

func (p pool) FundCommunityPool(ctx context.Context, amount sdk.Coins, sender sdk.AccAddress) error {
	return p.bank.SendCoinsFromAccountToModule(ctx, sender, "distribution", amount)
}

// build makes empty keepers over stores of one kind: trees as a node has them, or flat maps where only the keepers' own
// work is compared and a tree of millions of leaves would not be filled within the hour.
func build(kind storetypes.StoreType) (*house, error) {
	keys := storetypes.NewKVStoreKeys(authtypes.StoreKey, banktypes.StoreKey, escrow.StoreKey, resources.StoreKey, provider.StoreKey, market.StoreKey, settlement.StoreKey)
	h := &house{cms: store.NewCommitMultiStore(dbm.NewMemDB(), log.NewNopLogger())}
	for _, key := range keys {
		h.cms.MountStoreWithDB(key, kind, nil)
	}
	if err := h.cms.LoadLatestVersion(); err != nil {
		return nil, err
	}
	registry := codectypes.NewInterfaceRegistry()
	authtypes.RegisterInterfaces(registry)
	cdc, addrs, events := codec.NewProtoCodec(registry), address.NewBech32Codec(params.Bech32Prefix), runtime.EventService{}
	perms := map[string][]string{
		market.ModuleName: nil, escrow.ModuleName: nil, settlement.PlatformAccount: nil, settlement.TakeAccount: nil,
		authtypes.FeeCollectorName: nil, "distribution": nil, minttypes.ModuleName: {authtypes.Minter},
	}
	auth := authkeeper.NewAccountKeeper(cdc, runtime.NewKVStoreService(keys[authtypes.StoreKey]), authtypes.ProtoBaseAccount, perms, addrs, params.Bech32Prefix, authority.String())
	h.bank = bankkeeper.NewBaseKeeper(cdc, runtime.NewKVStoreService(keys[banktypes.StoreKey]), auth, nil, authority.String(), log.NewNopLogger())
	var err error
	if h.resources, err = resourceskeeper.New(cdc, runtime.NewKVStoreService(keys[resources.StoreKey]), addrs, events); err != nil {
		return nil, err
	}
	if h.providers, err = providerkeeper.New(cdc, runtime.NewKVStoreService(keys[provider.StoreKey]), addrs, events, h.resources); err != nil {
		return nil, err
	}
	if h.escrow, err = escrowkeeper.New(escrowkeeper.Deps{
		Cdc: cdc, Stores: runtime.NewKVStoreService(keys[escrow.StoreKey]), Addrs: addrs, Events: events,
		Accounts: auth, Bank: h.bank, Community: pool{h.bank}, Authority: authority.String(),
	}); err != nil {
		return nil, err
	}
	if h.market, err = marketkeeper.New(marketkeeper.Deps{
		Cdc: cdc, Stores: runtime.NewKVStoreService(keys[market.StoreKey]), Addrs: addrs, Events: events, Accounts: auth, Bank: h.bank,
		Resources: h.resources, Providers: h.providers, Escrow: h.escrow, Gates: market.NoGates{}, Authority: authority.String(),
	}); err != nil {
		return nil, err
	}
	if h.settlement, err = settlementkeeper.New(settlementkeeper.Deps{
		Cdc: cdc, Stores: runtime.NewKVStoreService(keys[settlement.StoreKey]), Addrs: addrs, Events: events,
		Market: h.market, Escrow: h.escrow, Authority: authority.String(),
	}); err != nil {
		return nil, err
	}
	h.ctx = sdk.NewContext(h.cms, cmtproto.Header{Height: firstHeight, Time: began}, false, log.NewNopLogger())
	if err := auth.Params.Set(h.ctx, authtypes.DefaultParams()); err != nil {
		return nil, err
	}
	return h, h.bank.SetParams(h.ctx, banktypes.DefaultParams())
}

// mint gives coins to a person or a module.
func (h *house) mint(uve int64, to sdk.AccAddress, module string) error {
	amount := sdk.NewCoins(sdk.NewInt64Coin(params.Denom, uve))
	if err := h.bank.MintCoins(h.ctx, minttypes.ModuleName, amount); err != nil {
		return err
	}
	if module != "" {
		return h.bank.SendCoinsFromModuleToModule(h.ctx, minttypes.ModuleName, module, amount)
	}
	return h.bank.SendCoinsFromModuleToAccount(h.ctx, minttypes.ModuleName, to, amount)
}

// nextBlock writes what the block changed and begins another. A commit is not what is measured.
func (h *house) nextBlock() {
	if cached, ok := h.ctx.MultiStore().(storetypes.CacheMultiStore); ok {
		cached.Write()
	}
	h.cms.Commit()
	h.ctx = h.ctx.WithMultiStore(h.cms.CacheMultiStore()).WithBlockHeight(h.ctx.BlockHeight() + 1).
		WithBlockTime(h.ctx.BlockTime().Add(time.Second)).WithEventManager(sdk.NewEventManager())
}

// timed runs one handler in a transaction's branch of state and tells how long it took.
func (h *house) timed(do func(sdk.Context) error) (time.Duration, error) {
	start := time.Now()
	branch, write := h.ctx.CacheContext()
	if err := do(branch); err != nil {
		return 0, err
	}
	write()
	return time.Since(start), nil
}

func uve(n int64) math.Int { return math.NewInt(n) }
