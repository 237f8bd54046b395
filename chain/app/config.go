package app

import (
	appv1alpha1 "cosmossdk.io/api/cosmos/app/v1alpha1"
	authmodulev1 "cosmossdk.io/api/cosmos/auth/module/v1"
	authzmodulev1 "cosmossdk.io/api/cosmos/authz/module/v1"
	bankmodulev1 "cosmossdk.io/api/cosmos/bank/module/v1"
	consensusmodulev1 "cosmossdk.io/api/cosmos/consensus/module/v1"
	distrmodulev1 "cosmossdk.io/api/cosmos/distribution/module/v1"
	epochsmodulev1 "cosmossdk.io/api/cosmos/epochs/module/v1"
	evidencemodulev1 "cosmossdk.io/api/cosmos/evidence/module/v1"
	feegrantmodulev1 "cosmossdk.io/api/cosmos/feegrant/module/v1"
	genutilmodulev1 "cosmossdk.io/api/cosmos/genutil/module/v1"
	govmodulev1 "cosmossdk.io/api/cosmos/gov/module/v1"
	mintmodulev1 "cosmossdk.io/api/cosmos/mint/module/v1"
	slashingmodulev1 "cosmossdk.io/api/cosmos/slashing/module/v1"
	stakingmodulev1 "cosmossdk.io/api/cosmos/staking/module/v1"
	txconfigv1 "cosmossdk.io/api/cosmos/tx/config/v1"
	upgrademodulev1 "cosmossdk.io/api/cosmos/upgrade/module/v1"
	vestingmodulev1 "cosmossdk.io/api/cosmos/vesting/module/v1"
	"cosmossdk.io/depinject"
	"cosmossdk.io/depinject/appconfig"
	"github.com/cosmos/gogoproto/proto"

	"github.com/cosmos/cosmos-sdk/runtime"
	_ "github.com/cosmos/cosmos-sdk/x/auth"           // registers its module, as all below
	_ "github.com/cosmos/cosmos-sdk/x/auth/tx/config" // transactions
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	_ "github.com/cosmos/cosmos-sdk/x/auth/vesting"
	vestingtypes "github.com/cosmos/cosmos-sdk/x/auth/vesting/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	_ "github.com/cosmos/cosmos-sdk/x/authz/module"
	_ "github.com/cosmos/cosmos-sdk/x/bank"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	_ "github.com/cosmos/cosmos-sdk/x/consensus"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	_ "github.com/cosmos/cosmos-sdk/x/distribution"
	distrtypes "github.com/cosmos/cosmos-sdk/x/distribution/types"
	_ "github.com/cosmos/cosmos-sdk/x/epochs"
	epochstypes "github.com/cosmos/cosmos-sdk/x/epochs/types"
	_ "github.com/cosmos/cosmos-sdk/x/evidence"
	evidencetypes "github.com/cosmos/cosmos-sdk/x/evidence/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	_ "github.com/cosmos/cosmos-sdk/x/feegrant/module"
	_ "github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	_ "github.com/cosmos/cosmos-sdk/x/gov"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	_ "github.com/cosmos/cosmos-sdk/x/mint"
	minttypes "github.com/cosmos/cosmos-sdk/x/mint/types"
	_ "github.com/cosmos/cosmos-sdk/x/slashing"
	slashingtypes "github.com/cosmos/cosmos-sdk/x/slashing/types"
	_ "github.com/cosmos/cosmos-sdk/x/staking"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	_ "github.com/cosmos/cosmos-sdk/x/upgrade"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/virtengine/virtengine/chain/params"
)

// moduleConfig names a module and its settings. The settings are messages of golang/protobuf (the SDK's) or of
// gogoproto (ours): depinject v1.2 makes the value by reflection and takes both.
type moduleConfig struct {
	name   string
	config proto.Message
}

// Config is the wiring of the whole application: which modules there are, what they may do, and when they act.
func Config() depinject.Config {
	var modules []*appv1alpha1.ModuleConfig
	for _, m := range append(sdkModules(), marketModules()...) {
		modules = append(modules, &appv1alpha1.ModuleConfig{Name: m.name, Config: appconfig.WrapAny(m.config)})
	}
	return depinject.Configs(
		appconfig.Compose(&appv1alpha1.Config{Modules: modules}),
		depinject.Supply(customBasics()),
		marketSeams(),
	)
}

func sdkModules() []moduleConfig {
	return []moduleConfig{
		{runtime.ModuleName, schedule()},
		{authtypes.ModuleName, &authmodulev1.Module{
			Bech32Prefix:             params.Bech32Prefix,
			ModuleAccountPermissions: moduleAccounts(),
			// A daemon that sends from many threads needs no sequence number: its transactions name a deadline instead.
			EnableUnorderedTransactions: true,
		}},
		{vestingtypes.ModuleName, &vestingmodulev1.Module{}},
		{banktypes.ModuleName, &bankmodulev1.Module{BlockedModuleAccountsOverride: blockedAccounts()}},
		{stakingtypes.ModuleName, &stakingmodulev1.Module{
			Bech32PrefixValidator: params.Bech32Prefix + "valoper",
			Bech32PrefixConsensus: params.Bech32Prefix + "valcons",
		}},
		{slashingtypes.ModuleName, &slashingmodulev1.Module{}},
		// chain/app/ante supplies the ante handler.
		{"tx", &txconfigv1.Config{SkipAnteHandler: true}},
		{genutiltypes.ModuleName, &genutilmodulev1.Module{}},
		{authz.ModuleName, &authzmodulev1.Module{}},
		{upgradetypes.ModuleName, &upgrademodulev1.Module{}},
		{distrtypes.ModuleName, &distrmodulev1.Module{}},
		{evidencetypes.ModuleName, &evidencemodulev1.Module{}},
		{minttypes.ModuleName, &mintmodulev1.Module{}},
		{feegrant.ModuleName, &feegrantmodulev1.Module{}},
		{govtypes.ModuleName, &govmodulev1.Module{}},
		{consensustypes.ModuleName, &consensusmodulev1.Module{}},
		{epochstypes.ModuleName, &epochsmodulev1.Module{}},
	}
}
