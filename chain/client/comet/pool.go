// Package comet talks to the chain through several CometBFT nodes of which any may be down, stuck, behind, or
// somebody else's.
//
// Every node is watched on its own: a new-block notice only wakes the watcher, and the node's status is asked at least
// once per poll interval, so a connection that is open on one side only costs one interval. Requests go to the first node, in
// the order of configuration, that has what is asked for, and then to the next.
package comet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/cometbft/cometbft/libs/bytes"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/cometbft/cometbft/types"
)

var (
	// ErrUnavailable says that no node could answer; later one may.
	ErrUnavailable = errors.New("no node of the chain is available")
	// ErrWrongChain says that the nodes belong to another chain. Waiting does not help.
	ErrWrongChain = errors.New("the node belongs to another chain")
	// ErrPruned is what every Pruned error is.
	ErrPruned = errors.New("the node has no such block any more")
	// ErrClosed says that the pool was closed.
	ErrClosed = errors.New("the chain's client is closed")
)

// Pruned says that the reachable nodes have deleted a block.
type Pruned struct {
	Height int64 // that was asked for
	First  int64 // that any of them still has
}

// Error names the heights.
func (e *Pruned) Error() string {
	return fmt.Sprintf("%s: block %d, the first there is %d", ErrPruned, e.Height, e.First)
}

// Is makes errors.Is(err, ErrPruned) true.
func (e *Pruned) Is(target error) bool { return target == ErrPruned }

// Client is what is asked of a node. CometBFT's HTTP client is one.
type Client interface {
	Status(ctx context.Context) (*ctypes.ResultStatus, error)
	Header(ctx context.Context, height *int64) (*ctypes.ResultHeader, error)
	Block(ctx context.Context, height *int64) (*ctypes.ResultBlock, error)
	BlockResults(ctx context.Context, height *int64) (*ctypes.ResultBlockResults, error)
	BroadcastTxSync(ctx context.Context, tx types.Tx) (*ctypes.ResultBroadcastTx, error)
	ABCIQueryWithOptions(ctx context.Context, path string, data bytes.HexBytes, opts rpcclient.ABCIQueryOptions) (*ctypes.ResultABCIQuery, error)
}

// Endpoint is one node.
type Endpoint struct {
	Name   string // for errors
	Client Client
	// Wake calls notify when the node may have a new block, until the context ends or the connection breaks. It may be
	// nil, or late, or call too often: it is only a hint.
	Wake func(ctx context.Context, notify func()) error
}

// Config is common to all endpoints.
type Config struct {
	ChainID string
	Poll    time.Duration // how often each node's status is asked at least; 0: a second
	Timeout time.Duration // of one request; 0: five seconds
}

// Status is the most advanced reachable node's.
type Status struct {
	ChainID string
	Height  int64     // of the last block
	First   int64     // the first block that any reachable node has
	Time    time.Time // of the last block
	Syncing bool      // the node is itself catching up
}

// Pool is a set of nodes of one chain. Safe for concurrent use; it must be closed.
type Pool struct {
	cfg   Config
	nodes []*node
	life  context.Context // ends with Close
	stop  context.CancelCauseFunc
	done  sync.WaitGroup

	mu      sync.Mutex
	changed chan struct{} // closed and replaced when any node's state changes
	highest int64         // block ever seen
}

// New watches the endpoints until Close.
func New(endpoints []Endpoint, cfg Config) (*Pool, error) {
	if len(endpoints) == 0 {
		return nil, errors.New("comet: no endpoint is given")
	}
	if cfg.ChainID == "" {
		return nil, errors.New("comet: the chain id is missing")
	}
	if cfg.Poll <= 0 {
		cfg.Poll = time.Second
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 5 * time.Second
	}
	ctx, stop := context.WithCancelCause(context.Background())
	p := &Pool{cfg: cfg, life: ctx, stop: stop, changed: make(chan struct{})}
	for _, e := range endpoints {
		if e.Client == nil {
			stop(ErrClosed)
			return nil, fmt.Errorf("comet: endpoint %q has no client", e.Name)
		}
		p.nodes = append(p.nodes, &node{Endpoint: e, pool: p, wake: make(chan struct{}, 1)})
	}
	for _, n := range p.nodes {
		p.done.Go(func() { n.watch(ctx) })
		if n.Wake != nil {
			p.done.Go(func() { n.listen(ctx) })
		}
	}
	return p, nil
}

// Close stops watching and returns when nothing of the pool runs any more.
func (p *Pool) Close() error {
	p.stop(ErrClosed)
	p.done.Wait()
	return nil
}

// Status asks all nodes and answers with the first that is not behind what was seen already, or the best when all have
// answered. Fails with ErrWrongChain, ErrUnavailable or the context's cause.
func (p *Pool) Status(ctx context.Context) (Status, error) {
	rounds := make([]int, len(p.nodes))
	for i, n := range p.nodes {
		// A round that is under way may have begun before the call: the one after it counts, unless none runs.
		rounds[i] = n.round()
		n.kick()
	}
	for {
		changed := p.watchChanges()
		fresh := 0
		var best Status
		for i, n := range p.nodes {
			s := n.state()
			if s.rounds > rounds[i] {
				fresh++
				if s.err == nil && s.height >= best.Height {
					best = Status{ChainID: p.cfg.ChainID, Height: s.height, Time: s.time, Syncing: s.syncing, First: p.first()}
				}
			}
		}
		if best.Height > 0 && (fresh == len(p.nodes) || best.Height >= p.seen()) {
			return best, nil
		}
		if fresh == len(p.nodes) {
			return Status{}, p.unavailable()
		}
		if err := p.sleep(ctx, changed); err != nil {
			return Status{}, err
		}
	}
}

// Wait returns when some node has reached the height. It waits for nodes that are down for as long as the context
// lives; fails with ErrWrongChain, ErrClosed or the context's cause.
func (p *Pool) Wait(ctx context.Context, height int64) error {
	for {
		changed := p.watchChanges()
		if slices.ContainsFunc(p.nodes, func(n *node) bool { s := n.state(); return s.err == nil && s.height >= height }) {
			return nil
		}
		if err := p.wrongChain(); err != nil {
			return err
		}
		if err := p.sleep(ctx, changed); err != nil {
			return err
		}
	}
}

// Do calls f with one node after the other that has reached the height and still has it, until f succeeds; height 0
// stands for any node. Fails with Pruned, with ErrWrongChain, with ErrUnavailable and what every node said, or with the context's
// cause.
func (p *Pool) Do(ctx context.Context, height int64, f func(context.Context, Client) error) error {
	nodes := p.candidates(height)
	if len(nodes) == 0 {
		// Perhaps nobody was asked since the block was made.
		if _, err := p.Status(ctx); err != nil {
			return err
		}
		nodes = p.candidates(height)
	}
	var said []error
	for _, n := range nodes {
		err := n.call(ctx, f)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		said = append(said, fmt.Errorf("%s: %w", n.Name, err))
	}
	if len(said) > 0 {
		return fmt.Errorf("%w: %w", ErrUnavailable, errors.Join(said...))
	}
	if first := p.first(); height > 0 && first > height {
		return &Pruned{Height: height, First: first}
	}
	return p.unavailable()
}

// ErrStop is what the function of Each returns to call no further node.
var ErrStop = errors.New("stop")

// Each calls f with every usable node in turn until it returns ErrStop. What else f returns is only used to judge the
// node, as Do does.
func (p *Pool) Each(ctx context.Context, f func(ctx context.Context, name string, c Client) error) {
	for _, n := range p.candidates(0) {
		var said error
		if err := n.call(ctx, func(ctx context.Context, c Client) error {
			if said = f(ctx, n.Name, c); errors.Is(said, ErrStop) {
				return nil
			}
			return said
		}); ctx.Err() != nil || err == nil && said != nil {
			return
		}
	}
}

// maxLag is how many blocks a node may be behind before another one is asked first.
const maxLag = 3

// candidates are the usable nodes as they should be asked.
func (p *Pool) candidates(height int64) []*node {
	var near, far []*node
	seen := p.seen()
	for _, n := range p.nodes {
		s := n.state()
		switch {
		case s.err != nil || s.rounds == 0 || s.height < height || height > 0 && s.first > height:
		case s.height+maxLag < seen:
			far = append(far, n)
		default:
			near = append(near, n)
		}
	}
	return append(near, far...)
}

// first is the first block that any reachable node has; 0: nobody is reachable.
func (p *Pool) first() int64 {
	var first int64
	for _, n := range p.nodes {
		if s := n.state(); s.err == nil && s.rounds > 0 && (first == 0 || s.first < first) {
			first = s.first
		}
	}
	return first
}

// wrongChain is an error when all nodes are of another chain.
func (p *Pool) wrongChain() error {
	var said error
	for _, n := range p.nodes {
		s := n.state()
		if !errors.Is(s.err, ErrWrongChain) {
			return nil
		}
		said = s.err
	}
	return said
}

// unavailable tells what each node said last.
func (p *Pool) unavailable() error {
	if err := p.wrongChain(); err != nil {
		return err
	}
	var said []error
	for _, n := range p.nodes {
		if s := n.state(); s.err != nil {
			// One stranger among the nodes is no reason to give up, so its error is only quoted.
			said = append(said, fmt.Errorf("%s: %v", n.Name, s.err))
		}
	}
	return errors.Join(append([]error{ErrUnavailable}, said...)...)
}

func (p *Pool) seen() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.highest
}

func (p *Pool) watchChanges() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changed
}

func (p *Pool) publish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.changed)
	p.changed = make(chan struct{})
}
