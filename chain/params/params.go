// Package params holds the words every part of the chain and its clients agree on: names, address prefixes, coin units.
// It imports nothing of ours, so that daemons can have them without the node.
package params

import (
	sdk "github.com/cosmos/cosmos-sdk/types"
)

const (
	// AppName is the chain's name and its binary's.
	AppName = "virtengine"

	// EnvPrefix starts the environment variable of every flag: --chain-id is VIRTENGINE_CHAIN_ID.
	EnvPrefix = "VIRTENGINE"

	// Bech32Prefix starts every account address.
	Bech32Prefix = "ve"

	// ValidatorPrefix starts every validator operator's address.
	ValidatorPrefix = Bech32Prefix + sdk.PrefixValidator + sdk.PrefixOperator

	// ConsensusPrefix starts every consensus node's address.
	ConsensusPrefix = Bech32Prefix + sdk.PrefixValidator + sdk.PrefixConsensus

	// Denom is the base unit, and what is staked. All amounts on chain are whole numbers of it.
	Denom = "uve"

	// Symbol is what people call 10^6 uve: 1 VE.
	Symbol = "VE"

	// DisplayDenom is the same unit where the bank asks for a name of three letters or more.
	DisplayDenom = "virtengine"

	// Exponent is the power of ten between the two.
	Exponent = 6

	// CoinType is the BIP-44 coin type of account keys.
	CoinType = 118

	// MinGasPrices is what a node asks for each unit of gas unless its operator says otherwise:
	// a transfer of 100,000 gas costs 100 uve.
	MinGasPrices = "0.001uve"
)

// The SDK reads prefixes and the bond denomination from process-wide variables; setting them where they are
// named means that no program can import the chain's words and print addresses of another chain.
func init() {
	c := sdk.GetConfig()
	c.SetBech32PrefixForAccount(Bech32Prefix, Bech32Prefix+sdk.PrefixPublic)
	c.SetBech32PrefixForValidator(ValidatorPrefix, ValidatorPrefix+sdk.PrefixPublic)
	c.SetBech32PrefixForConsensusNode(ConsensusPrefix, ConsensusPrefix+sdk.PrefixPublic)
	c.SetCoinType(CoinType)
	sdk.DefaultBondDenom = Denom
}
