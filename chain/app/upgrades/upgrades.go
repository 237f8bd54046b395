// Package upgrades lists the changes of state that a running chain has to go through.
//
// An upgrade is a folder upgrades/<name>/ with an Upgrade value, added to All. There is none yet: the first release
// starts at genesis. A node that reaches the height of a plan it does not know stops there and says which name it misses.
package upgrades

import (
	"fmt"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	upgradekeeper "github.com/cosmos/cosmos-sdk/x/upgrade/keeper"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
)

// Upgrade is one change of state.
type Upgrade struct {
	// Name is what the governance proposal calls it.
	Name string
	// Handler builds what runs once, at the first block of the new binary.
	Handler func(*module.Manager, module.Configurator) upgradetypes.UpgradeHandler
	// Stores are the key-value stores that come, go or change their name.
	Stores storetypes.StoreUpgrades
}

// All are the upgrades this binary knows, oldest first.
func All() []Upgrade { return nil }

// Register tells the upgrade keeper every upgrade and, where the node stopped for one of them, the store loader what
// that one changes. It returns an error when two upgrades share a name or the file the old binary left is unreadable.
func Register(all []Upgrade, k *upgradekeeper.Keeper, m *module.Manager, c module.Configurator, load func(height int64, s *storetypes.StoreUpgrades)) error {
	byName := make(map[string]Upgrade, len(all))
	for _, u := range all {
		if _, twice := byName[u.Name]; twice {
			return fmt.Errorf("upgrade %q is registered twice", u.Name)
		}
		byName[u.Name] = u
		k.SetUpgradeHandler(u.Name, u.Handler(m, c))
	}
	plan, err := k.ReadUpgradeInfoFromDisk()
	if err != nil {
		return fmt.Errorf("read the upgrade the node stopped for: %w", err)
	}
	if u, known := byName[plan.Name]; known && !k.IsSkipHeight(plan.Height) {
		load(plan.Height, &u.Stores)
	}
	return nil
}
