package network

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	cmtdb "github.com/cometbft/cometbft-db"
	cmtcfg "github.com/cometbft/cometbft/config"
	cmtlog "github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/proxy"
	"github.com/cometbft/cometbft/rpc/client/local"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/server"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/virtengine/virtengine/chain/app"
	"github.com/virtengine/virtengine/chain/app/defaults"
	"github.com/virtengine/virtengine/chain/app/genesis"
	"github.com/virtengine/virtengine/chain/params"
)

// heightTimeout is how long a test waits for a block that should have come by now.
const heightTimeout = time.Minute

// Node is one validator. It can be stopped and started again: its databases stay in memory.
type Node struct {
	genesis.Node
	App    *app.App       // of the latest start
	Client client.Context // asks this node

	chainID  string
	encoding app.Encoding
	config   *cmtcfg.Config
	state    dbm.DB
	stores   map[string]cmtdb.DB // CometBFT's

	comet   *node.Node
	servers servers
}

func newNode(layout genesis.Layout, i int, encoding app.Encoding) *Node {
	return &Node{
		Node: layout.Nodes[i], chainID: layout.ChainID, encoding: encoding, config: layout.Config(i),
		state: dbm.NewMemDB(), stores: map[string]cmtdb.DB{},
	}
}

// Start runs the node from the state it has.
func (n *Node) Start() error {
	a, err := app.New(log.NewNopLogger(), n.state, true, app.Options{flags.FlagHome: n.Home},
		baseapp.SetChainID(n.chainID), baseapp.SetMinGasPrices(params.MinGasPrices))
	if err != nil {
		return err
	}
	key, err := p2p.LoadNodeKey(n.config.NodeKeyFile())
	if err != nil {
		return err
	}
	comet, err := node.NewNode(
		n.config,
		privval.LoadFilePV(n.config.PrivValidatorKeyFile(), n.config.PrivValidatorStateFile()),
		key,
		proxy.NewLocalClientCreator(server.NewCometABCIWrapper(a)),
		n.genesisDoc,
		n.openStore,
		node.DefaultMetricsProvider(n.config.Instrumentation),
		cmtlog.NewNopLogger(),
	)
	if err != nil {
		return fmt.Errorf("%s: %w", n.Moniker, err)
	}
	rpc := local.New(comet)
	ctx := n.encoding.ClientContext().WithClient(rpc).WithChainID(n.chainID).WithNodeURI(n.RPC).WithHomeDir(n.Home)
	a.RegisterTxService(ctx)
	a.RegisterTendermintService(ctx)
	a.RegisterNodeService(ctx, *defaults.App())
	if err := comet.Start(); err != nil {
		return fmt.Errorf("%s: %w", n.Moniker, err)
	}
	n.App, n.Client, n.comet = a, ctx, comet
	return n.servers.start(a, ctx, n.Node)
}

// Stop ends the node's servers and consensus. A node that does not run is already stopped.
func (n *Node) Stop() error {
	if n.comet == nil {
		return nil
	}
	err := errors.Join(n.servers.stop(), n.comet.Stop())
	n.comet.Wait()
	n.comet = nil
	return errors.Join(err, n.App.Close())
}

// WaitHeight returns when the node has committed the block of that height.
func (n *Node) WaitHeight(t testing.TB, height int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), heightTimeout)
	defer cancel()
	blocks, err := n.comet.EventBus().Subscribe(ctx, fmt.Sprintf("%s-%d-%p", t.Name(), height, &cancel), cmttypes.EventQueryNewBlock, 16)
	require.NoError(t, err)
	status, err := n.Client.Client.(*local.Local).Status(ctx)
	require.NoError(t, err)
	for reached := status.SyncInfo.LatestBlockHeight; reached < height; {
		select {
		case m := <-blocks.Out():
			reached = m.Data().(cmttypes.EventDataNewBlock).Block.Height
		case <-blocks.Canceled():
			require.NoError(t, blocks.Err(), "%s waits for height %d", n.Moniker, height)
		case <-ctx.Done():
			require.FailNow(t, "no block in time", "%s waits for height %d, has %d", n.Moniker, height, reached)
		}
	}
}

// Height is of the latest block the node has committed.
func (n *Node) Height() int64 { return n.App.LastBlockHeight() }

func (n *Node) genesisDoc() (*cmttypes.GenesisDoc, error) {
	doc, err := genutiltypes.AppGenesisFromFile(n.config.GenesisFile())
	if err != nil {
		return nil, err
	}
	return doc.ToGenesisDoc()
}

func (n *Node) openStore(c *cmtcfg.DBContext) (cmtdb.DB, error) {
	if n.stores[c.ID] == nil {
		n.stores[c.ID] = cmtdb.NewMemDB()
	}
	return n.stores[c.ID], nil
}
