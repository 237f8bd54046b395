package app

import (
	"encoding/json"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/x/bank"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	"github.com/cosmos/cosmos-sdk/x/mint"
	minttypes "github.com/cosmos/cosmos-sdk/x/mint/types"
	"github.com/cosmos/cosmos-sdk/x/slashing"
	slashingtypes "github.com/cosmos/cosmos-sdk/x/slashing/types"

	"github.com/virtengine/virtengine/chain/params"
)

const (
	// blocksPerYear is 365.25 days of one-second blocks; inflation is spread over it.
	blocksPerYear = 31_557_600

	// signedBlocksWindow is an hour of one-second blocks. A validator that misses more than half of it is jailed.
	signedBlocksWindow = 3_600
)

// customBasics replaces what modules of the SDK offer outside of a running chain: their default genesis counts in
// blocks of five seconds and knows nothing of our coin.
func customBasics() map[string]module.AppModuleBasic {
	return map[string]module.AppModuleBasic{
		// The genesis commands ask for this very type to learn how a validator's first transaction is checked.
		genutiltypes.ModuleName:  genutil.NewAppModuleBasic(genutiltypes.DefaultMessageValidator),
		banktypes.ModuleName:     bankBasic{},
		minttypes.ModuleName:     mintBasic{},
		slashingtypes.ModuleName: slashingBasic{},
	}
}

type bankBasic struct{ bank.AppModuleBasic }

// DefaultGenesis describes our coin, so that wallets show VE and not millions of uve.
func (bankBasic) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	g := banktypes.DefaultGenesisState()
	g.DenomMetadata = []banktypes.Metadata{{
		Description: "The coin of VirtEngine: it pays for computing, secures the chain and votes.",
		Base:        params.Denom,
		Display:     params.DisplayDenom,
		Name:        "VirtEngine",
		Symbol:      params.Symbol,
		DenomUnits: []*banktypes.DenomUnit{
			{Denom: params.Denom},
			{Denom: params.DisplayDenom, Exponent: params.Exponent, Aliases: []string{params.Symbol}},
		},
	}}
	return cdc.MustMarshalJSON(g)
}

type mintBasic struct{ mint.AppModuleBasic }

// DefaultGenesis spreads inflation over blocks of one second.
func (mintBasic) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	g := minttypes.DefaultGenesisState()
	g.Params.BlocksPerYear = blocksPerYear
	return cdc.MustMarshalJSON(g)
}

type slashingBasic struct{ slashing.AppModuleBasic }

// DefaultGenesis gives a validator half an hour to come back.
func (slashingBasic) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	g := slashingtypes.DefaultGenesisState()
	g.Params.SignedBlocksWindow = signedBlocksWindow
	g.Params.MinSignedPerWindow = math.LegacyNewDecWithPrec(5, 1)
	return cdc.MustMarshalJSON(g)
}
