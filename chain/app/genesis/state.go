package genesis

import (
	"context"
	"encoding/json"
	"fmt"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/client/tx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	"github.com/virtengine/virtengine/chain/params"
)

// genTxGas is more than creating a validator takes.
const genTxGas = 1_000_000

// state is the genesis of every module: accounts with their balances, and the transactions that create the validators.
func (w *writer) state() (map[string]json.RawMessage, error) {
	cdc := w.encoding.Codec
	state := w.encoding.Basics.DefaultGenesis(cdc)

	var (
		accounts []authtypes.GenesisAccount
		bank     banktypes.GenesisState
		auth     authtypes.GenesisState
	)
	if err := cdc.UnmarshalJSON(state[banktypes.ModuleName], &bank); err != nil {
		return nil, err
	}
	if err := cdc.UnmarshalJSON(state[authtypes.ModuleName], &auth); err != nil {
		return nil, err
	}
	fund := func(a sdk.AccAddress, coins sdk.Coins) {
		accounts = append(accounts, authtypes.NewBaseAccountWithAddress(a))
		bank.Balances = append(bank.Balances, banktypes.Balance{Address: a.String(), Coins: coins})
	}
	for _, n := range w.layout.Nodes {
		// The operator keeps as much as it bonds, to pay fees and to deposit with.
		fund(n.Operator.Address, sdk.NewCoins(sdk.NewCoin(params.Denom, Stake.MulRaw(2))))
	}
	for _, a := range w.spec.Accounts {
		fund(w.layout.Keys[a.Name].Address, a.Coins)
	}
	packed, err := authtypes.PackAccounts(accounts)
	if err != nil {
		return nil, err
	}
	auth.Accounts = append(auth.Accounts, packed...)
	if state[authtypes.ModuleName], err = cdc.MarshalJSON(&auth); err != nil {
		return nil, err
	}
	if state[banktypes.ModuleName], err = cdc.MarshalJSON(&bank); err != nil {
		return nil, err
	}

	var txs []sdk.Tx
	for i := range w.layout.Nodes {
		t, err := w.createValidator(i)
		if err != nil {
			return nil, fmt.Errorf("create validator %s: %w", w.layout.Nodes[i].Moniker, err)
		}
		txs = append(txs, t)
	}
	if state, err = genutil.SetGenTxsInAppGenesisState(cdc, w.encoding.Tx.TxJSONEncoder(), state, txs); err != nil {
		return nil, err
	}
	if w.spec.Edit != nil {
		if err := w.spec.Edit(cdc, state); err != nil {
			return nil, fmt.Errorf("edit genesis: %w", err)
		}
	}
	if err := w.encoding.Basics.ValidateGenesis(cdc, w.encoding.Tx, state); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSpec, err)
	}
	return state, nil
}

// createValidator signs the transaction that a validator begins with.
func (w *writer) createValidator(i int) (sdk.Tx, error) {
	n := w.layout.Nodes[i]
	zero := math.LegacyZeroDec()
	msg, err := stakingtypes.NewMsgCreateValidator(
		sdk.ValAddress(n.Operator.Address).String(), w.pubKeys[i], sdk.NewCoin(params.Denom, Stake),
		stakingtypes.NewDescription(n.Moniker, "", "", "", ""),
		stakingtypes.NewCommissionRates(zero, math.LegacyOneDec(), math.LegacyOneDec()), math.OneInt(),
	)
	if err != nil {
		return nil, err
	}
	memo := n.ID + "@" + n.P2P
	b := w.encoding.Tx.NewTxBuilder()
	if err := b.SetMsgs(msg); err != nil {
		return nil, err
	}
	b.SetMemo(memo)
	b.SetGasLimit(genTxGas)
	factory := tx.Factory{}.WithChainID(w.spec.ChainID).WithMemo(memo).WithKeybase(w.ring).WithTxConfig(w.encoding.Tx)
	if err := tx.Sign(context.Background(), factory, n.Moniker, b, true); err != nil {
		return nil, err
	}
	return b.GetTx(), nil
}
