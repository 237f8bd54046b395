package comet

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"

	"github.com/virtengine/virtengine/chain/client/backoff"
)

// node is an endpoint and what was last seen of it.
type node struct {
	Endpoint
	pool *Pool
	wake chan struct{} // asks for the next round now

	mu      sync.Mutex
	started int // rounds begun
	last    state
}

// state is what a node's status said. rounds counts the answers, errors too.
type state struct {
	rounds  int
	height  int64
	first   int64
	time    time.Time
	syncing bool
	err     error
}

func (n *node) state() state {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.last
}

// round is the number of the last round that began.
func (n *node) round() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.started
}

// kick starts the next round early. Many kicks are one.
func (n *node) kick() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// watch asks for the node's status once per interval, or when woken.
func (n *node) watch(ctx context.Context) {
	t := time.NewTimer(0)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		case <-n.wake:
		}
		n.refresh(ctx)
		t.Reset(n.pool.cfg.Poll)
	}
}

func (n *node) refresh(ctx context.Context) {
	n.mu.Lock()
	n.started++
	round := n.started
	n.mu.Unlock()
	got := n.ask(ctx)
	got.rounds = round
	n.mu.Lock()
	n.last = got
	n.mu.Unlock()
	n.pool.mu.Lock()
	if got.err == nil {
		n.pool.highest = max(n.pool.highest, got.height)
	}
	n.pool.mu.Unlock()
	n.pool.publish()
}

func (n *node) ask(ctx context.Context) state {
	ctx, cancel := context.WithTimeout(ctx, n.pool.cfg.Timeout)
	defer cancel()
	s, err := n.Client.Status(ctx)
	if err != nil {
		return state{err: err}
	}
	if s.NodeInfo.Network != n.pool.cfg.ChainID {
		return state{err: fmt.Errorf("%w: %s is of %q, not of %q", ErrWrongChain, n.Name, s.NodeInfo.Network, n.pool.cfg.ChainID)}
	}
	return state{
		height:  s.SyncInfo.LatestBlockHeight,
		first:   s.SyncInfo.EarliestBlockHeight,
		time:    s.SyncInfo.LatestBlockTime,
		syncing: s.SyncInfo.CatchingUp,
	}
}

// listen turns notices into kicks, and begins again when the connection breaks.
func (n *node) listen(ctx context.Context) {
	pause := backoff.Backoff{Min: n.pool.cfg.Poll}
	for ctx.Err() == nil {
		// What broke the connection does not matter: the watcher finds out by itself whether the node lives.
		if err := n.Wake(ctx, func() { pause.Reset(); n.kick() }); err != nil && ctx.Err() == nil {
			n.kick()
		}
		if pause.Wait(ctx) != nil {
			return
		}
	}
}

// call makes one request. A node that does not answer is not asked again before its next status.
func (n *node) call(ctx context.Context, f func(context.Context, Client) error) error {
	inner, cancel := context.WithTimeout(ctx, n.pool.cfg.Timeout)
	defer cancel()
	err := f(inner, n.Client)
	var said *rpctypes.RPCError
	if err == nil || ctx.Err() != nil || errors.As(err, &said) {
		return err // it answered, or nobody waits any more
	}
	n.mu.Lock()
	n.last.err = err
	n.mu.Unlock()
	n.kick()
	return err
}

// sleep waits for the next change. Fails with the context's cause, or ErrClosed.
func (p *Pool) sleep(ctx context.Context, changed <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-p.life.Done():
		return ErrClosed
	case <-changed:
		return nil
	}
}
