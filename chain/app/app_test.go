package app_test

import (
	"context"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/server"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"

	"github.com/virtengine/virtengine/chain/app"
)

func newApp(t *testing.T, db dbm.DB, opts app.Options) *app.App {
	t.Helper()
	if opts == nil {
		opts = app.Options{}
	}
	opts[flags.FlagHome] = t.TempDir()
	a, err := app.New(log.NewNopLogger(), db, true, opts, baseapp.SetChainID("ve-test"))
	require.NoError(t, err)
	return a
}

func TestModuleAccounts(t *testing.T) {
	a := newApp(t, dbm.NewMemDB(), nil)
	for name, want := range map[string]struct {
		reason  string
		may     []string
		blocked bool
	}{
		"mint":                   {"inflation is made here and nowhere else", []string{authtypes.Minter}, true},
		"gov":                    {"burns refused deposits; takes what proposals may spend", []string{authtypes.Burner}, false},
		"bonded_tokens_pool":     {"slashing burns", []string{authtypes.Burner, authtypes.Staking}, true},
		"not_bonded_tokens_pool": {"slashing burns", []string{authtypes.Burner, authtypes.Staking}, true},
		"key_rotation_fee_pool":  {"staking refuses to start without it", []string{authtypes.Burner}, true},
		"fee_collector":          {"only passes on", nil, true},
		"distribution":           {"only passes on", nil, true},
		"escrow":                 {"deposits: never more, never less than put in", nil, true},
		"market":                 {"deposits of bids", nil, true},
		"settlement_platform":    {"fees", nil, true},
		"settlement_take":        {"fees", nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			address, may := a.Accounts.GetModuleAddressAndPermissions(name)
			require.NotNil(t, address)
			require.ElementsMatch(t, want.may, may, want.reason)
			require.Equal(t, want.blocked, a.Bank.BlockedAddr(address), want.reason)
		})
	}
	require.Equal(t, authtypes.NewModuleAddress(govtypes.ModuleName), a.ModuleAddress(govtypes.ModuleName))
	require.Nil(t, a.ModuleAddress("settlement"), "settlement itself holds nothing")
}

func TestClosingTwice(t *testing.T) {
	db, err := dbm.NewDB("application", dbm.PebbleDBBackend, t.TempDir())
	require.NoError(t, err)
	a := newApp(t, db, nil)
	require.NoError(t, a.Close())
	require.NoError(t, a.Close(), "consensus and node both close the application, and pebble panics the second time")
}

func TestZeroHeightIsRefused(t *testing.T) {
	_, err := newApp(t, dbm.NewMemDB(), nil).Export(true, nil)
	require.ErrorIs(t, err, app.ErrZeroHeight)
}

func TestUnknownExecutor(t *testing.T) {
	require.PanicsWithError(t, "unknown block executor: quick", func() {
		newApp(t, dbm.NewMemDB(), app.Options{server.FlagBlockExecutor: "quick"})
	}, "a misspelt setting stops the node before it holds state")
}

func TestDefaultGenesisIsValid(t *testing.T) {
	e, err := app.NewEncoding()
	require.NoError(t, err)
	require.NoError(t, e.Basics.ValidateGenesis(e.Codec, e.Tx, e.Basics.DefaultGenesis(e.Codec)))
	for _, module := range []string{"resources", "provider", "escrow", "market", "settlement"} {
		require.Contains(t, e.Basics, module)
		require.Contains(t, e.CLI.Modules, module, "and its commands")
	}
	require.NotNil(t, e.ClientContext().WithCmdContext(context.Background()).TxConfig)
}
