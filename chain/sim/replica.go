// Package sim runs whole chains against one another: replicas of the state machine, without consensus, that must agree
// after every block of random trading whatever executes their transactions.
package sim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"
	"golang.org/x/sync/errgroup"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/server"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"

	"github.com/virtengine/virtengine/chain/app"
)

// ChainID is of every simulated chain.
const ChainID = "ve-sim"

// ErrDiverged says that two replicas computed different states from the same blocks.
var ErrDiverged = errors.New("replicas diverged")

// Executor is how a replica runs the transactions of a block.
type Executor struct {
	Name    string // "sequential" or "block-stm"
	Workers int    // of block-stm
}

// Replica is one copy of the state machine.
type Replica struct {
	*app.App
	Executor Executor
}

// NewReplica makes an empty copy. home is a folder of its own; the state is in memory.
func NewReplica(home string, e Executor) (*Replica, error) {
	a, err := app.New(log.NewNopLogger(), dbm.NewMemDB(), true, app.Options{
		flags.FlagHome:                 home,
		server.FlagBlockExecutor:       e.Name,
		server.FlagBlockSTMWorkers:     e.Workers,
		server.FlagBlockSTMPreEstimate: e.Workers > 2, // both ways to start a block
	}, baseapp.SetChainID(ChainID))
	if err != nil {
		return nil, err
	}
	return &Replica{App: a, Executor: e}, nil
}

// Cluster is a set of replicas that see the same blocks.
type Cluster struct {
	Replicas  []*Replica
	Height    int64
	Time      time.Time
	proposer  []byte // consensus address of the only validator
	power     int64
	validator []abci.ValidatorUpdate
}

// Begin starts every replica from a genesis.
func Begin(replicas []*Replica, g Genesis) (*Cluster, error) {
	c := &Cluster{Replicas: replicas, Height: g.Height - 1, Time: g.Time, proposer: g.Proposer, power: g.Power}
	for i, r := range replicas {
		res, err := r.InitChain(&abci.RequestInitChain{
			Time: g.Time, ChainId: ChainID, InitialHeight: g.Height,
			ConsensusParams: consensusParams(), Validators: g.Validators, AppStateBytes: g.State,
		})
		if err != nil {
			return nil, fmt.Errorf("replica %d: %w", i, err)
		}
		c.validator = res.Validators
	}
	return c, nil
}

// Apply gives every replica the next block and returns what became of its transactions. Fails with ErrDiverged.
func (c *Cluster) Apply(ctx context.Context, pause time.Duration, txs [][]byte) ([]*abci.ExecTxResult, error) {
	c.Height++
	c.Time = c.Time.Add(pause)
	req := &abci.RequestFinalizeBlock{
		Height: c.Height, Time: c.Time, Txs: txs, ProposerAddress: c.proposer,
		DecidedLastCommit: abci.CommitInfo{Votes: []abci.VoteInfo{{
			Validator: abci.Validator{Address: c.proposer, Power: c.power}, BlockIdFlag: cmtproto.BlockIDFlagCommit,
		}}},
	}
	results := make([]*abci.ResponseFinalizeBlock, len(c.Replicas))
	group, _ := errgroup.WithContext(ctx)
	for i, r := range c.Replicas {
		group.Go(func() (err error) {
			own := *req
			if results[i], err = r.FinalizeBlock(&own); err != nil {
				return fmt.Errorf("replica %d at height %d: %w", i, req.Height, err)
			}
			_, err = r.Commit()
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	first := results[0]
	for i, other := range results[1:] {
		if !bytes.Equal(first.AppHash, other.AppHash) {
			return nil, fmt.Errorf("%w: height %d, %v has %X, %v has %X%s", ErrDiverged, c.Height, c.Replicas[0].Executor,
				first.AppHash, c.Replicas[i+1].Executor, other.AppHash, firstDifference(first.TxResults, other.TxResults))
		}
		if !bytes.Equal(cmttypes.NewResults(first.TxResults).Hash(), cmttypes.NewResults(other.TxResults).Hash()) {
			return nil, fmt.Errorf("%w: height %d, equal state, other results%s", ErrDiverged, c.Height, firstDifference(first.TxResults, other.TxResults))
		}
	}
	return first.TxResults, nil
}

// firstDifference describes the first transaction that two replicas answered differently.
func firstDifference(a, b []*abci.ExecTxResult) string {
	for i := range a {
		if a[i].Code != b[i].Code || a[i].GasUsed != b[i].GasUsed || !bytes.Equal(a[i].Data, b[i].Data) {
			return fmt.Sprintf("; transaction %d: code %d gas %d %q, code %d gas %d %q", i, a[i].Code, a[i].GasUsed, a[i].Log, b[i].Code, b[i].GasUsed, b[i].Log)
		}
	}
	return ""
}

func consensusParams() *cmtproto.ConsensusParams {
	p := cmttypes.DefaultConsensusParams().ToProto()
	return &p
}

// Exported makes the genesis that continues after the state of an export.
func (c *Cluster) Exported(e servertypes.ExportedApp) Genesis {
	return Genesis{State: e.AppState, Height: e.Height, Time: c.Time, Proposer: c.proposer, Power: c.power, Validators: c.validator}
}
