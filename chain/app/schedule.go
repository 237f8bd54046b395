package app

import (
	runtimev1alpha1 "cosmossdk.io/api/cosmos/app/runtime/v1alpha1"

	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	vestingtypes "github.com/cosmos/cosmos-sdk/x/auth/vesting/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	distrtypes "github.com/cosmos/cosmos-sdk/x/distribution/types"
	epochstypes "github.com/cosmos/cosmos-sdk/x/epochs/types"
	evidencetypes "github.com/cosmos/cosmos-sdk/x/evidence/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	minttypes "github.com/cosmos/cosmos-sdk/x/mint/types"
	slashingtypes "github.com/cosmos/cosmos-sdk/x/slashing/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/virtengine/virtengine/chain/params"
	enclavetypes "github.com/virtengine/virtengine/chain/x/enclave/types"
)

// schedule says in which order modules act within a block and at genesis.
func schedule() *runtimev1alpha1.Module {
	return &runtimev1alpha1.Module{
		AppName: params.AppName,
		// An upgrade happens before anything of the block sees state; auth drops expired nonces of unordered transactions.
		PreBlockers: []string{upgradetypes.ModuleName, authtypes.ModuleName},
		// Mint fills the fee collector before distribution empties it. Distribution pays validators before slashing
		// and evidence may take from them.
		BeginBlockers: []string{
			minttypes.ModuleName,
			distrtypes.ModuleName,
			slashingtypes.ModuleName,
			evidencetypes.ModuleName,
			stakingtypes.ModuleName,
			authz.ModuleName,
			epochstypes.ModuleName,
			enclavetypes.ModuleName, // committees are drawn by the stake that staking left
		},
		// The market ends leases of empty escrow accounts and awards orders; settlement then sees what was closed.
		// Governance and staking go first, so that a parameter changed in this block holds for the awards of it.
		EndBlockers: append([]string{
			banktypes.ModuleName,
			govtypes.ModuleName,
			stakingtypes.ModuleName,
			feegrant.ModuleName,
		}, marketEndBlockers()...),
		// Accounts and balances come before whoever checks them; the first validators (genutil) deliver
		// transactions and so come after everything those transactions touch.
		InitGenesis: append(append([]string{
			authtypes.ModuleName,
			banktypes.ModuleName,
			distrtypes.ModuleName,
			stakingtypes.ModuleName,
			slashingtypes.ModuleName,
			govtypes.ModuleName,
			minttypes.ModuleName,
		}, marketGenesis()...),
			genutiltypes.ModuleName,
			evidencetypes.ModuleName,
			authz.ModuleName,
			feegrant.ModuleName,
			upgradetypes.ModuleName,
			vestingtypes.ModuleName,
			consensustypes.ModuleName,
			epochstypes.ModuleName,
		),
		OverrideStoreKeys: []*runtimev1alpha1.StoreKeyConfig{
			// The SDK's tools know the account store by this name.
			{ModuleName: authtypes.ModuleName, KvStoreKey: "acc"},
		},
		SkipStoreKeys: []string{"tx"},
	}
}
