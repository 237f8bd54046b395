package network

import (
	"context"
	"time"

	"testing"

	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/client/tx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/virtengine/virtengine/chain/params"
)

const (
	gasLimit = 2_000_000
	// fee is gasLimit at the lowest price a node takes.
	fee = 2_000
	// unorderedLife is how long a transaction without a sequence may wait for its block.
	unorderedLife = 5 * time.Minute
)

// Send signs messages with an account of the network, without a sequence so that any number may be on their way, and
// returns the result of the block that took them. A refused transaction is a result with a code other than zero.
func (n *Network) Send(t testing.TB, from string, msgs ...sdk.Msg) *sdk.TxResponse {
	t.Helper()
	node := n.Nodes[0]
	ctx, cancel := context.WithTimeout(t.Context(), heightTimeout)
	defer cancel()

	account, err := authtypes.NewQueryClient(node.Client).AccountInfo(ctx, &authtypes.QueryAccountInfoRequest{Address: n.Address(t, from).String()})
	require.NoError(t, err)
	b := n.Encoding.Tx.NewTxBuilder()
	require.NoError(t, b.SetMsgs(msgs...))
	b.SetGasLimit(gasLimit)
	b.SetFeeAmount(sdk.NewCoins(sdk.NewInt64Coin(params.Denom, fee)))
	b.SetUnordered(true)
	b.SetTimeoutTimestamp(time.Now().Add(unorderedLife))
	factory := tx.Factory{}.WithChainID(n.ChainID).WithKeybase(n.Ring).WithTxConfig(n.Encoding.Tx).WithAccountNumber(account.Info.AccountNumber).WithUnordered(true)
	require.NoError(t, tx.Sign(ctx, factory, from, b, true))
	raw, err := n.Encoding.Tx.TxEncoder()(b.GetTx())
	require.NoError(t, err)

	service := txtypes.NewServiceClient(node.Client)
	subscriber := t.Name() + string(cmttypes.Tx(raw).Hash())
	query := cmttypes.EventQueryTxFor(raw)
	taken, err := node.comet.EventBus().Subscribe(ctx, subscriber, query, 1)
	require.NoError(t, err)
	sent, err := service.BroadcastTx(ctx, &txtypes.BroadcastTxRequest{TxBytes: raw, Mode: txtypes.BroadcastMode_BROADCAST_MODE_SYNC})
	require.NoError(t, err)
	if sent.TxResponse.Code != 0 {
		return sent.TxResponse // refused before any block
	}
	select {
	case m := <-taken.Out():
		e := m.Data().(cmttypes.EventDataTx)
		return &sdk.TxResponse{
			Height: e.Height, TxHash: sent.TxResponse.TxHash, Code: e.Result.Code, Codespace: e.Result.Codespace, RawLog: e.Result.Log,
			GasUsed: e.Result.GasUsed, GasWanted: e.Result.GasWanted, Events: e.Result.Events,
		}
	case <-ctx.Done():
		require.FailNow(t, "no block took the transaction", sent.TxResponse.TxHash)
		return nil
	}
}
