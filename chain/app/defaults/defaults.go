// Package defaults holds the settings a node's files start with.
package defaults

import (
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	dbm "github.com/cosmos/cosmos-db"

	serverconfig "github.com/cosmos/cosmos-sdk/server/config"

	"github.com/virtengine/virtengine/chain/params"
)

// BlockPause is how long validators wait after a block before the next is proposed. With the time voting takes, blocks
// come about once a second, which is what x/market's nominal_block_ms and the genesis of mint and slashing count with.
const BlockPause = 900 * time.Millisecond

// queryGasLimit bounds the work of one query, so that a public node cannot be made to walk a whole store.
const queryGasLimit = 100_000_000

// App is app.toml: the state machine's settings.
func App() *serverconfig.Config {
	c := serverconfig.DefaultConfig()
	c.MinGasPrices = params.MinGasPrices
	c.QueryGasLimit = queryGasLimit
	c.BlockExecutor = serverconfig.BlockExecutorBlockSTM
	c.BlockSTMPreEstimate = true
	c.AppDBBackend = string(dbm.PebbleDBBackend)
	return c
}

// Consensus is config.toml: CometBFT's settings.
func Consensus() *cmtcfg.Config {
	c := cmtcfg.DefaultConfig()
	c.Consensus.TimeoutCommit = BlockPause
	return c
}
