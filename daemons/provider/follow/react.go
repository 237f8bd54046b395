// Package follow turns the chain's blocks into reactions.
//
// What a block leads to and how far the chain was followed are one transaction, so a block is never half reacted to. Events are
// hints: each leads to an operation that asks the chain. Where blocks are missing, and every few minutes anyway, the chain's
// state is compared with ours instead.
package follow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/cosmos/gogoproto/proto"
	"github.com/prometheus/client_golang/prometheus"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Errors of following.
var (
	// ErrOtherChain says that the state folder belongs to another chain than the node's.
	ErrOtherChain = errors.New("state folder belongs to another chain")
	// ErrPruned says that the chain no longer has the block that comes next.
	ErrPruned = errors.New("blocks are missing")
)

// Block is one committed block.
type Block struct {
	ChainID string
	Height  int64
	Time    time.Time
	Events  []Event
}

// Event is one typed event of a block.
type Event struct {
	Tx    int // -1: of the block itself
	Index int
	Msg   proto.Message
}

// Source delivers blocks.
type Source interface {
	// Follow calls handle with every block from the given height on, in order and without gaps, until ctx ends or handle fails.
	// Fails with ErrPruned when the chain no longer has the next one.
	Follow(ctx context.Context, from int64, handle func(ctx context.Context, b Block) error) error
}

// Bids reacts to what happens to orders.
type Bids interface {
	Created(tx *store.Tx, order uint64, src outbox.Source) error
	Closed(tx *store.Tx, order uint64) error
	Lost(tx *store.Tx, order uint64) error
	Won(tx *store.Tx, order uint64, src outbox.Source) error
	Height(tx *store.Tx, height int64) error
}

// Leases reacts to what happens to leases.
type Leases interface {
	Adopt(tx *store.Tx, id uint64, src outbox.Source) error
	Closed(tx *store.Tx, id uint64, src outbox.Source) error
	Announced(tx *store.Tx, id uint64, hash []byte) error
	Missing(ctx context.Context, active []uint64) error
}

// BidList compares our bids with the chain's.
type BidList interface {
	Reconcile(tx *store.Tx, onChain []uint64, height int64) error
}

// State is the chain's state as far as a comparison needs it. Errors are chainport's.
type State interface {
	Height(ctx context.Context) (int64, error)
	// OpenOrders calls yield with every open order's number.
	OpenOrders(ctx context.Context, yield func(id uint64) error) error
	OwnOpenBids(ctx context.Context) ([]uint64, error)
	// OwnLeases returns the active leases of ours, and the closed ones whose final usage may still be reported.
	OwnLeases(ctx context.Context) (active, unsettled []uint64, err error)
}

// Options of a follower.
type Options struct {
	Store    *store.Store
	Source   Source
	State    State
	Bids     Bids
	BidList  BidList
	Leases   Leases
	Clock    clock.Clock
	Log      *slog.Logger
	Metrics  prometheus.Registerer
	ChainID  string
	Provider string        // bech32
	Every    time.Duration // between comparisons with the chain's state
}

// Follower follows the chain. Run once.
type Follower struct {
	o      Options
	height prometheus.Gauge

	mu   sync.Mutex
	seen time.Time // when the last block came, by our clock
	at   Checkpoint
}

// Checkpoint is how far the chain was followed.
type Checkpoint struct {
	ChainID string    `json:"chain_id"`
	Height  int64     `json:"height"`
	Time    time.Time `json:"time"`
}

var checkpointKey = []byte("f/checkpoint")

// New makes a follower. Fails with ErrOtherChain when the state folder was used with another chain.
func New(o Options) (*Follower, error) {
	if o.Store == nil || o.Source == nil || o.State == nil || o.Bids == nil || o.BidList == nil || o.Leases == nil || o.Clock == nil ||
		o.Log == nil || o.Metrics == nil || o.ChainID == "" || o.Provider == "" || o.Every <= 0 {
		return nil, errors.New("follow: a dependency is missing")
	}
	f := &Follower{o: o, height: prometheus.NewGauge(prometheus.GaugeOpts{Name: "ve_provider_chain_height", Help: "Height up to which the chain was followed."})}
	if err := o.Metrics.Register(f.height); err != nil {
		return nil, err
	}
	err := o.Store.View(func(tx *store.Tx) (err error) { f.at, err = checkpoint(tx); return err })
	if err != nil {
		return nil, err
	}
	if f.at.ChainID != "" && f.at.ChainID != o.ChainID {
		return nil, fmt.Errorf("%w: it was used with %q, the node serves %q; choose another folder with --home", ErrOtherChain, f.at.ChainID, o.ChainID)
	}
	return f, nil
}

func checkpoint(tx *store.Tx) (c Checkpoint, err error) {
	err = tx.Get(checkpointKey, &c)
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return c, err
}

// At returns how far the chain was followed, and when the last block came by our clock.
func (f *Follower) At() (Checkpoint, time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at, f.seen
}

// React writes what a block leads to, together with the checkpoint. A block that was reacted to before changes nothing.
func (f *Follower) React(b Block) error {
	if b.ChainID != f.o.ChainID {
		return fmt.Errorf("%w: a block of %q came", ErrOtherChain, b.ChainID)
	}
	return f.o.Store.Update(func(tx *store.Tx) error {
		at, err := checkpoint(tx)
		if err != nil || b.Height <= at.Height {
			return err
		}
		if b.Height != at.Height+1 {
			return fmt.Errorf("%w: block %d came after %d", ErrPruned, b.Height, at.Height)
		}
		for _, e := range b.Events {
			if err := f.react(tx, e, outbox.Source{Height: b.Height, Tx: e.Tx, Event: e.Index}); err != nil {
				return fmt.Errorf("block %d, event %d: %w", b.Height, e.Index, err)
			}
		}
		if err := f.o.Bids.Height(tx, b.Height); err != nil {
			return err
		}
		return f.reached(tx, Checkpoint{f.o.ChainID, b.Height, b.Time})
	})
}

func (f *Follower) react(tx *store.Tx, e Event, src outbox.Source) error {
	switch m := e.Msg.(type) {
	case *markettypes.EventOrderCreated:
		return f.o.Bids.Created(tx, m.Id, src)
	case *markettypes.EventOrderClosed:
		if m.Reason == markettypes.ReasonLeaseEnded {
			return nil // the lease's own event says more
		}
		return f.o.Bids.Closed(tx, m.Id)
	case *markettypes.EventBidLost:
		if m.Provider == f.o.Provider {
			return f.o.Bids.Lost(tx, m.OrderId)
		}
	case *markettypes.EventLeaseCreated:
		if m.Provider == f.o.Provider {
			return f.o.Bids.Won(tx, m.Id, src)
		}
	case *markettypes.EventManifestUpdated:
		return f.o.Leases.Announced(tx, m.Id, m.ManifestHash)
	case *markettypes.EventLeaseClosed:
		if m.Provider == f.o.Provider {
			return f.o.Leases.Closed(tx, m.Id, src)
		}
	}
	return nil
}

func (f *Follower) reached(tx *store.Tx, c Checkpoint) error {
	tx.AfterCommit(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.at, f.seen = c, f.o.Clock.Now()
		f.height.Set(float64(c.Height))
	})
	return tx.Set(checkpointKey, c)
}
