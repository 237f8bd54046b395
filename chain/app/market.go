package app

import (
	authmodulev1 "cosmossdk.io/api/cosmos/auth/module/v1"
	"cosmossdk.io/depinject"

	_ "github.com/virtengine/virtengine/chain/x/enclave" // registers its module, as all below
	enclavekeeper "github.com/virtengine/virtengine/chain/x/enclave/keeper"
	enclavetypes "github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/chain/x/enclave/vendors"
	_ "github.com/virtengine/virtengine/chain/x/escrow"
	escrowkeeper "github.com/virtengine/virtengine/chain/x/escrow/keeper"
	escrowtypes "github.com/virtengine/virtengine/chain/x/escrow/types"
	_ "github.com/virtengine/virtengine/chain/x/market"
	marketkeeper "github.com/virtengine/virtengine/chain/x/market/keeper"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	_ "github.com/virtengine/virtengine/chain/x/provider"
	providerkeeper "github.com/virtengine/virtengine/chain/x/provider/keeper"
	providertypes "github.com/virtengine/virtengine/chain/x/provider/types"
	_ "github.com/virtengine/virtengine/chain/x/resources"
	resourceskeeper "github.com/virtengine/virtengine/chain/x/resources/keeper"
	resourcestypes "github.com/virtengine/virtengine/chain/x/resources/types"
	_ "github.com/virtengine/virtengine/chain/x/settlement"
	settlementkeeper "github.com/virtengine/virtengine/chain/x/settlement/keeper"
	settlementtypes "github.com/virtengine/virtengine/chain/x/settlement/types"
)

// marketModules are the modules of our own. Each needs only those above it.
func marketModules() []moduleConfig {
	return []moduleConfig{
		{resourcestypes.ModuleName, &resourcestypes.Module{}},
		{providertypes.ModuleName, &providertypes.Module{}},
		{escrowtypes.ModuleName, &escrowtypes.Module{}},
		{markettypes.ModuleName, &markettypes.Module{}},
		{settlementtypes.ModuleName, &settlementtypes.Module{}},
		{enclavetypes.ModuleName, &enclavetypes.Module{}},
	}
}

// marketSeams are what our modules ask of the application instead of another module.
func marketSeams() depinject.Config {
	return depinject.Configs(
		// No module can check identity scores, second factors or roles yet: an order that asks for one is refused.
		depinject.Supply(markettypes.NoGates{}),
		depinject.Provide(vendors.Pinned, Bonded),
	)
}

// marketAccounts hold deposits and fees; none of them may mint or burn.
func marketAccounts() []*authmodulev1.ModuleAccountPermission {
	return []*authmodulev1.ModuleAccountPermission{
		{Account: escrowtypes.ModuleName},
		{Account: markettypes.ModuleName}, // deposits of bids
		{Account: settlementtypes.PlatformAccount},
		{Account: settlementtypes.TakeAccount},
	}
}

// marketEndBlockers act after the SDK's modules. The market first closes the leases whose escrow ran dry and awards
// orders; settlement then sees every lease that ended in this block.
func marketEndBlockers() []string {
	return []string{markettypes.ModuleName, settlementtypes.ModuleName, enclavetypes.ModuleName}
}

// marketGenesis is the order in which our modules read their genesis: that of their dependencies.
func marketGenesis() []string {
	return []string{
		resourcestypes.ModuleName, providertypes.ModuleName, escrowtypes.ModuleName, markettypes.ModuleName, settlementtypes.ModuleName,
		enclavetypes.ModuleName,
	}
}

// Keepers are those of our modules, for who checks a chain from within: simulation, invariants, tests.
type Keepers struct {
	Resources  resourceskeeper.Keeper
	Provider   providerkeeper.Keeper
	Escrow     escrowkeeper.Keeper
	Market     marketkeeper.Keeper
	Settlement settlementkeeper.Keeper
	Enclave    enclavekeeper.Keeper
}

// targets are what depinject fills.
func (k *Keepers) targets() []any {
	return []any{&k.Resources, &k.Provider, &k.Escrow, &k.Market, &k.Settlement, &k.Enclave}
}
