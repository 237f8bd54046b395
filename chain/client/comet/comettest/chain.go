// Package comettest has CometBFT nodes in memory that can be late, deaf, pruned, half-open or somebody else's.
package comettest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/libs/bytes"
	"github.com/cometbft/cometbft/p2p"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	"github.com/cometbft/cometbft/types"

	"github.com/virtengine/virtengine/chain/client/comet"
)

// Block is one block of a chain in memory.
type Block struct {
	Time    time.Time
	Txs     []types.Tx
	Results []*abci.ExecTxResult // of each transaction
	Events  []abci.Event         // of the block itself
}

// Chain is what all its nodes agree on. Safe for concurrent use.
type Chain struct {
	ID string

	mu     sync.Mutex
	blocks []Block
	nodes  []*Node
}

// Add appends a block and tells the nodes' listeners. Returns its height.
func (c *Chain) Add(b Block) int64 {
	c.mu.Lock()
	c.blocks = append(c.blocks, b)
	height := int64(len(c.blocks))
	nodes := append([]*Node(nil), c.nodes...)
	c.mu.Unlock()
	for _, n := range nodes {
		n.announce()
	}
	return height
}

// Node adds a healthy node.
func (c *Chain) Node(name string) *Node {
	n := &Node{chain: c, name: name, id: c.ID, first: 1, notices: make(chan struct{}, 1000)}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.nodes = append(c.nodes, n)
	return n
}

// ErrDown is what a node that is down answers.
var ErrDown = errors.New("connection refused")

// Node is one node. It implements comet.Client.
type Node struct {
	chain *Chain
	name  string

	mu       sync.Mutex
	id       string
	behind   int64
	first    int64
	err      error
	halfOpen bool
	silent   bool
	calls    int
	notices  chan struct{}

	broadcast func(types.Tx) (*ctypes.ResultBroadcastTx, error)
	query     func(path string, data []byte) (*abci.ResponseQuery, error)
}

var _ comet.Client = (*Node)(nil)

// set changes the node under its lock.
func (n *Node) set(f func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	f()
}

// Fail makes every call fail; nil heals.
func (n *Node) Fail(err error) { n.set(func() { n.err = err }) }

// HalfOpen makes every call hang until its context ends, and stops the notices.
func (n *Node) HalfOpen(yes bool) { n.set(func() { n.halfOpen = yes }) }

// Silent stops only the notices.
func (n *Node) Silent(yes bool) { n.set(func() { n.silent = yes }) }

// Lag keeps the node some blocks behind.
func (n *Node) Lag(blocks int64) { n.set(func() { n.behind = blocks }) }

// Prune deletes the node's blocks before the height.
func (n *Node) Prune(first int64) { n.set(func() { n.first = first }) }

// OfChain makes the node another chain's.
func (n *Node) OfChain(id string) { n.set(func() { n.id = id }) }

// OnBroadcast answers broadcast transactions.
func (n *Node) OnBroadcast(f func(types.Tx) (*ctypes.ResultBroadcastTx, error)) {
	n.set(func() { n.broadcast = f })
}

// OnQuery answers queries of the application.
func (n *Node) OnQuery(f func(path string, data []byte) (*abci.ResponseQuery, error)) {
	n.set(func() { n.query = f })
}

// Calls counts the requests so far.
func (n *Node) Calls() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.calls
}

// Notify sends notices without any block.
func (n *Node) Notify(times int) {
	for range times {
		n.announce()
	}
}

func (n *Node) announce() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.silent || n.halfOpen || n.err != nil {
		return
	}
	select {
	case n.notices <- struct{}{}:
	default:
	}
}

// Endpoint is the node as a pool sees it.
func (n *Node) Endpoint() comet.Endpoint {
	return comet.Endpoint{Name: n.name, Client: n, Wake: func(ctx context.Context, notify func()) error {
		for {
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case <-n.notices:
				notify()
			}
		}
	}}
}

// begin counts a call and plays the node's illness. It returns the node's height.
func (n *Node) begin(ctx context.Context) (height int64, err error) {
	n.mu.Lock()
	n.calls++
	hang, err, behind := n.halfOpen, n.err, n.behind
	n.mu.Unlock()
	if hang {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	if err != nil {
		return 0, err
	}
	n.chain.mu.Lock()
	defer n.chain.mu.Unlock()
	return max(0, int64(len(n.chain.blocks))-behind), nil
}

// at reads a block that the node has.
func (n *Node) at(ctx context.Context, height *int64) (Block, int64, error) {
	top, err := n.begin(ctx)
	if err != nil {
		return Block{}, 0, err
	}
	h := top
	if height != nil {
		h = *height
	}
	n.mu.Lock()
	first := n.first
	n.mu.Unlock()
	if h > top {
		return Block{}, 0, &rpctypes.RPCError{Code: -32603, Message: "Internal error", Data: fmt.Sprintf("height %d must be less than or equal to the current blockchain height %d", h, top)}
	}
	if h < first {
		return Block{}, 0, &rpctypes.RPCError{Code: -32603, Message: "Internal error", Data: fmt.Sprintf("height %d is not available, lowest height is %d", h, first)}
	}
	n.chain.mu.Lock()
	defer n.chain.mu.Unlock()
	return n.chain.blocks[h-1], h, nil
}

// Status implements comet.Client.
func (n *Node) Status(ctx context.Context) (*ctypes.ResultStatus, error) {
	top, err := n.begin(ctx)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	id, first := n.id, n.first
	n.mu.Unlock()
	s := &ctypes.ResultStatus{NodeInfo: p2p.DefaultNodeInfo{Network: id}}
	s.SyncInfo.LatestBlockHeight = top
	s.SyncInfo.EarliestBlockHeight = first
	if top > 0 {
		n.chain.mu.Lock()
		defer n.chain.mu.Unlock()
		s.SyncInfo.LatestBlockTime = n.chain.blocks[top-1].Time
	}
	return s, nil
}

// Header implements comet.Client.
func (n *Node) Header(ctx context.Context, height *int64) (*ctypes.ResultHeader, error) {
	b, h, err := n.at(ctx, height)
	if err != nil {
		return nil, err
	}
	return &ctypes.ResultHeader{Header: n.header(b, h)}, nil
}

func (n *Node) header(b Block, height int64) *types.Header {
	n.mu.Lock()
	defer n.mu.Unlock()
	return &types.Header{ChainID: n.id, Height: height, Time: b.Time}
}

// Block implements comet.Client.
func (n *Node) Block(ctx context.Context, height *int64) (*ctypes.ResultBlock, error) {
	b, h, err := n.at(ctx, height)
	if err != nil {
		return nil, err
	}
	return &ctypes.ResultBlock{Block: &types.Block{Header: *n.header(b, h), Data: types.Data{Txs: b.Txs}}}, nil
}

// BlockResults implements comet.Client.
func (n *Node) BlockResults(ctx context.Context, height *int64) (*ctypes.ResultBlockResults, error) {
	b, h, err := n.at(ctx, height)
	if err != nil {
		return nil, err
	}
	return &ctypes.ResultBlockResults{Height: h, TxsResults: b.Results, FinalizeBlockEvents: b.Events}, nil
}

// BroadcastTxSync implements comet.Client.
func (n *Node) BroadcastTxSync(ctx context.Context, tx types.Tx) (*ctypes.ResultBroadcastTx, error) {
	if _, err := n.begin(ctx); err != nil {
		return nil, err
	}
	n.mu.Lock()
	f := n.broadcast
	n.mu.Unlock()
	if f == nil {
		return nil, &rpctypes.RPCError{Code: -32601, Message: "Method not found"}
	}
	return f(tx)
}

// ABCIQueryWithOptions implements comet.Client.
func (n *Node) ABCIQueryWithOptions(ctx context.Context, path string, data bytes.HexBytes, _ rpcclient.ABCIQueryOptions) (*ctypes.ResultABCIQuery, error) {
	if _, err := n.begin(ctx); err != nil {
		return nil, err
	}
	n.mu.Lock()
	f := n.query
	n.mu.Unlock()
	if f == nil {
		return nil, &rpctypes.RPCError{Code: -32601, Message: "Method not found"}
	}
	r, err := f(path, data)
	if err != nil {
		return nil, err
	}
	return &ctypes.ResultABCIQuery{Response: *r}, nil
}
