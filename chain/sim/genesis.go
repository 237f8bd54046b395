package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	"github.com/virtengine/virtengine/chain/app"
	"github.com/virtengine/virtengine/chain/params"
)

const (
	// fortune is what everybody starts with, in uve: nobody runs out while the simulation lasts.
	fortune = 1_000_000_000_000_000
	// stake is what the only validator bonds, in uve.
	stake = 1_000_000_000
)

// start is the genesis time of every simulation.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Genesis is where a cluster begins.
type Genesis struct {
	State      json.RawMessage
	Height     int64 // of the first block
	Time       time.Time
	Proposer   []byte
	Power      int64
	Validators []abci.ValidatorUpdate // none: the state's transactions create them
}

// NewGenesis funds the cast and lets its operator create the only validator. Equal seeds make equal bytes.
func NewGenesis(e app.Encoding, c *Cast) (Genesis, error) {
	state := e.Basics.DefaultGenesis(e.Codec)
	var (
		bank banktypes.GenesisState
		auth authtypes.GenesisState
		accs []authtypes.GenesisAccount
	)
	if err := e.Codec.UnmarshalJSON(state[banktypes.ModuleName], &bank); err != nil {
		return Genesis{}, err
	}
	if err := e.Codec.UnmarshalJSON(state[authtypes.ModuleName], &auth); err != nil {
		return Genesis{}, err
	}
	for _, a := range c.all {
		accs = append(accs, authtypes.NewBaseAccount(a.Address, nil, a.number, 0))
		bank.Balances = append(bank.Balances, banktypes.Balance{Address: a.Address.String(), Coins: coins(fortune)})
	}
	packed, err := authtypes.PackAccounts(accs)
	if err != nil {
		return Genesis{}, err
	}
	auth.Accounts = packed
	if state[authtypes.ModuleName], err = e.Codec.MarshalJSON(&auth); err != nil {
		return Genesis{}, err
	}
	if state[banktypes.ModuleName], err = e.Codec.MarshalJSON(&bank); err != nil {
		return Genesis{}, err
	}
	if err := quickMarket(e.Codec, state, c); err != nil {
		return Genesis{}, err
	}

	consensus := ed25519.GenPrivKeyFromSecret(fmt.Appendf(nil, "sim/%d/consensus", c.seed)).PubKey()
	create, err := stakingtypes.NewMsgCreateValidator(
		sdk.ValAddress(c.Operator.Address).String(), consensus, sdk.NewInt64Coin(params.Denom, stake),
		stakingtypes.NewDescription("sim", "", "", "", ""),
		stakingtypes.NewCommissionRates(math.LegacyZeroDec(), math.LegacyOneDec(), math.LegacyOneDec()), math.OneInt(),
	)
	if err != nil {
		return Genesis{}, err
	}
	// Signed with account number zero, as everything before the first block.
	tx, err := c.Operator.tx(context.Background(), e.Tx, 0, time.Time{}, create)
	if err != nil {
		return Genesis{}, err
	}
	if state, err = genutil.SetGenTxsInAppGenesisState(e.Codec, e.Tx.TxJSONEncoder(), state, []sdk.Tx{tx}); err != nil {
		return Genesis{}, err
	}
	if err := e.Basics.ValidateGenesis(e.Codec, e.Tx, state); err != nil {
		return Genesis{}, err
	}
	raw, err := json.Marshal(state)
	if err != nil {
		return Genesis{}, err
	}
	return Genesis{State: raw, Height: 1, Time: start, Proposer: consensus.Address(), Power: stake / 1_000_000}, nil
}

func coins(uve int64) sdk.Coins { return sdk.NewCoins(sdk.NewInt64Coin(params.Denom, uve)) }
