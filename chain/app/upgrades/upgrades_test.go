package upgrades_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	upgradekeeper "github.com/cosmos/cosmos-sdk/x/upgrade/keeper"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/virtengine/virtengine/chain/app/upgrades"
)

func named(name string) upgrades.Upgrade {
	return upgrades.Upgrade{
		Name: name,
		Handler: func(*module.Manager, module.Configurator) upgradetypes.UpgradeHandler {
			return func(_ context.Context, _ upgradetypes.Plan, from module.VersionMap) (module.VersionMap, error) {
				return from, nil
			}
		},
		Stores: storetypes.StoreUpgrades{Added: []string{"oracle"}},
	}
}

func TestRegister(t *testing.T) {
	home := t.TempDir()
	k := upgradekeeper.NewKeeper(nil, nil, nil, home, nil, "authority")
	var loaded []int64
	load := func(height int64, _ *storetypes.StoreUpgrades) { loaded = append(loaded, height) }

	require.NoError(t, upgrades.Register([]upgrades.Upgrade{named("v2")}, k, nil, nil, load))
	require.True(t, k.HasHandler("v2"))
	require.Empty(t, loaded, "a node that did not stop for an upgrade loads its stores as they are")

	require.NoError(t, k.DumpUpgradeInfoToDisk(77, upgradetypes.Plan{Name: "v2", Height: 77}))
	require.NoError(t, upgrades.Register([]upgrades.Upgrade{named("v2")}, k, nil, nil, load))
	require.Equal(t, []int64{77}, loaded, "one that did changes them")

	require.ErrorContains(t, upgrades.Register([]upgrades.Upgrade{named("v2"), named("v2")}, k, nil, nil, load), "registered twice")
}

func TestAllHaveNames(t *testing.T) {
	for _, u := range upgrades.All() {
		require.NotEmpty(t, u.Name)
		require.NotNil(t, u.Handler, u.Name)
	}
}
