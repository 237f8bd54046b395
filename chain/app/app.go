// Package app puts the chain together: modules, the order in which they act, who may send, how blocks execute.
package app

import (
	"fmt"
	"sync"

	"cosmossdk.io/depinject"
	"cosmossdk.io/log/v2"
	dbm "github.com/cosmos/cosmos-db"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/baseapp/blockexec"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/server/api"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	feegrantkeeper "github.com/cosmos/cosmos-sdk/x/feegrant/keeper"
	stakingkeeper "github.com/cosmos/cosmos-sdk/x/staking/keeper"
	upgradekeeper "github.com/cosmos/cosmos-sdk/x/upgrade/keeper"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/virtengine/virtengine/chain/app/ante"
	"github.com/virtengine/virtengine/chain/app/openapi"
	"github.com/virtengine/virtengine/chain/app/upgrades"
	"github.com/virtengine/virtengine/chain/params"
)

var _ servertypes.Application = (*App)(nil)

// App is the replicated state machine. Everything else a node does is CometBFT's.
type App struct {
	*runtime.App

	codec    codec.Codec
	registry codectypes.InterfaceRegistry
	tx       client.TxConfig
	basics   module.BasicManager

	Accounts  authkeeper.AccountKeeper
	Bank      bankkeeper.BaseKeeper
	feeGrants feegrantkeeper.Keeper
	staking   *stakingkeeper.Keeper
	upgrade   *upgradekeeper.Keeper

	Market Keepers

	closing sync.Once
	closed  error
}

// Options are settings by the name of their flag, for callers without a command line.
type Options map[string]any

// Get returns a setting, nil where it was not given.
func (o Options) Get(name string) any { return o[name] }

// New builds the application over db. With load it opens the latest committed state; without, the caller loads a height.
//
// The SDK's own constructors panic on wiring mistakes; New turns those it can see into errors.
func New(logger log.Logger, db dbm.DB, load bool, opts servertypes.AppOptions, base ...func(*baseapp.BaseApp)) (*App, error) {
	a := &App{}
	var builder *runtime.AppBuilder
	wiring := depinject.Configs(Config(), depinject.Supply(logger, opts))
	targets := []any{
		&builder, &a.codec, &a.registry, &a.tx, &a.basics,
		&a.Accounts, &a.Bank, &a.feeGrants, &a.staking, &a.upgrade,
	}
	if err := depinject.Inject(wiring, append(targets, a.Market.targets()...)...); err != nil {
		return nil, fmt.Errorf("wire the application: %w", err)
	}

	// Optimistic execution starts a block while its votes still arrive; a rejected proposal costs only the work.
	base = append(base, baseapp.SetOptimisticExecution())
	a.App = builder.Build(db, base...)
	blockexec.Apply(a.BaseApp, opts, a.GetStoreKeys(), a.tx.TxDecoder(),
		func(storetypes.MultiStore) string { return params.Denom },
		blockexec.WithDefaultExecutor(serverconfig.BlockExecutorBlockSTM),
		blockexec.WithDefaultPreEstimate(true),
	)

	handler, err := ante.New(ante.Options{Accounts: a.Accounts, Bank: a.Bank, FeeGrants: a.feeGrants, Signing: a.tx.SignModeHandler()})
	if err != nil {
		return nil, err
	}
	a.SetAnteHandler(handler)

	err = upgrades.Register(upgrades.All(), a.upgrade, a.ModuleManager, a.Configurator(), func(height int64, s *storetypes.StoreUpgrades) {
		a.SetStoreLoader(upgradetypes.UpgradeStoreLoader(height, s))
	})
	if err != nil {
		return nil, err
	}
	if err := a.Load(load); err != nil {
		return nil, fmt.Errorf("load state: %w", err)
	}
	return a, nil
}

// Close releases the databases. A node calls it twice on its way down, once for consensus and once for itself,
// and pebble panics when it is closed twice.
func (a *App) Close() error {
	a.closing.Do(func() { a.closed = a.App.Close() })
	return a.closed
}

// Codec encodes and decodes messages and genesis.
func (a *App) Codec() codec.Codec { return a.codec }

// TxConfig builds, signs and decodes transactions.
func (a *App) TxConfig() client.TxConfig { return a.tx }

// InterfaceRegistry knows every message of the application.
func (a *App) InterfaceRegistry() codectypes.InterfaceRegistry { return a.registry }

// RegisterAPIRoutes adds the routes of all modules and, when the operator asked for it, the description of them.
func (a *App) RegisterAPIRoutes(srv *api.Server, cfg serverconfig.APIConfig) {
	a.App.RegisterAPIRoutes(srv, cfg)
	if cfg.Swagger {
		openapi.Register(srv.Router)
	}
}

// ModuleAddress returns where a module's coins are, nil where the module has no account.
func (a *App) ModuleAddress(name string) sdk.AccAddress { return a.Accounts.GetModuleAddress(name) }
