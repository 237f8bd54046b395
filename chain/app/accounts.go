package app

import (
	authmodulev1 "cosmossdk.io/api/cosmos/auth/module/v1"

	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	distrtypes "github.com/cosmos/cosmos-sdk/x/distribution/types"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	minttypes "github.com/cosmos/cosmos-sdk/x/mint/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
)

// moduleAccounts are the accounts without a key, and what each may do beyond holding coins. The bank refuses
// transfers by people to any of them: coins sent there would belong to nobody.
func moduleAccounts() []*authmodulev1.ModuleAccountPermission {
	return append([]*authmodulev1.ModuleAccountPermission{
		{Account: authtypes.FeeCollectorName},
		{Account: distrtypes.ModuleName},
		{Account: minttypes.ModuleName, Permissions: []string{authtypes.Minter}},
		{Account: stakingtypes.BondedPoolName, Permissions: []string{authtypes.Burner, authtypes.Staking}},
		{Account: stakingtypes.NotBondedPoolName, Permissions: []string{authtypes.Burner, authtypes.Staking}},
		{Account: stakingtypes.KeyRotationFeePoolName, Permissions: []string{authtypes.Burner}},
		{Account: govtypes.ModuleName, Permissions: []string{authtypes.Burner}},
	}, marketAccounts()...)
}

// blockedAccounts are those of moduleAccounts that nobody may send to. Governance is left out: people deposit
// on proposals, and a proposal may spend what its account was given.
func blockedAccounts() []string {
	var names []string
	for _, a := range moduleAccounts() {
		if a.Account != govtypes.ModuleName {
			names = append(names, a.Account)
		}
	}
	return names
}
