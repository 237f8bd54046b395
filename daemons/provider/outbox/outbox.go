package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/store"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/safemath"
)

// Commit is what a handler wants written together with its operation's end.
type Commit func(tx *store.Tx) error

// Kind says how one kind of operation is handled.
type Kind struct {
	// Handle does the operation. It is idempotent. What it returns is committed together with the operation's end;
	// nil for nothing.
	Handle func(ctx context.Context, op Op) (Commit, error)
	// Dead is written together with the operation's end as a dead letter; nil for nothing.
	Dead func(tx *store.Tx, op Op) error
	// MaxAttempts that count before the operation is a dead letter; 0: 10.
	MaxAttempts uint32
	// Timeout of one attempt; 0: two minutes.
	Timeout time.Duration
	// Supersedes cancels what else is queued in the lane, interrupts what runs, and fences the lane.
	Supersedes bool
	// AfterFence may enter a fenced lane.
	AfterFence bool
	// Persists never becomes a dead letter by failing: past MaxAttempts it is tried hourly, and each try is alarming.
	Persists bool
}

// Options of an outbox.
type Options struct {
	Store   *store.Store
	Clock   clock.Clock
	Log     *slog.Logger
	Boot    string // names this process; another than any before
	Workers int    // lanes in parallel; 0: 4
	Metrics prometheus.Registerer
	// Jitter picks a wait between zero and max; nil: at random.
	Jitter func(max time.Duration) time.Duration
	// Keep finished operations so long; 0: 30 days.
	Keep time.Duration
}

// Outbox schedules durable operations. Safe for concurrent use.
type Outbox struct {
	o       Options
	kinds   map[string]Kind
	metrics *metrics
	seq     uint64 // next place; guarded by the store's one writer

	mu    sync.Mutex
	sched schedule
	wake  chan struct{} // a token per change, as many as there are workers to care
}

// Repairs tells what Open found out of order, and put right.
type Repairs struct {
	Interrupted int // executing in a process that is gone: due at once
	Unindexed   int // not finished and in no lane: put back
	Stale       int // index entries without an unfinished operation: removed
}

// New makes an outbox. Register every kind, then Open it.
func New(o Options) (*Outbox, error) {
	if o.Store == nil || o.Clock == nil || o.Log == nil || o.Metrics == nil || o.Boot == "" {
		return nil, errors.New("outbox: store, clock, log, metrics and boot are needed")
	}
	if o.Workers == 0 {
		o.Workers = 4
	}
	if o.Keep == 0 {
		o.Keep = 30 * 24 * time.Hour
	}
	if o.Jitter == nil {
		o.Jitter = func(max time.Duration) time.Duration {
			d, err := entropy.Uint64N(safemath.Clamp[uint64](max) + 1)
			if err != nil {
				return max // without randomness the pauses are whole
			}
			return safemath.Clamp[time.Duration](d)
		}
	}
	b := &Outbox{o: o, kinds: map[string]Kind{}, sched: newSchedule(), wake: make(chan struct{}, o.Workers)}
	m, err := newMetrics(o.Metrics, b)
	if err != nil {
		return nil, err
	}
	b.metrics = m
	return b, nil
}

// Register says how a kind is handled. Every kind is registered before Open, once.
func (b *Outbox) Register(name string, k Kind) error {
	if _, taken := b.kinds[name]; taken || name == "" || k.Handle == nil {
		return fmt.Errorf("outbox: kind %q is registered already, or has no name or handler", name)
	}
	if k.MaxAttempts == 0 {
		k.MaxAttempts = 10
	}
	if k.Timeout == 0 {
		k.Timeout = 2 * time.Minute
	}
	b.kinds[name] = k
	return nil
}

// Open verifies and repairs what is stored, and schedules it.
func (b *Outbox) Open() (Repairs, error) {
	var r Repairs
	err := b.o.Store.Finish(func(tx *store.Tx) error {
		live, err := b.verify(tx, &r)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			for _, op := range live {
				b.sched.add(op, b.o.Clock.Now())
			}
		})
		return nil
	})
	if err == nil && r != (Repairs{}) {
		b.o.Log.Info("queue repaired", "interrupted", r.Interrupted, "unindexed", r.Unindexed, "stale", r.Stale)
	}
	return r, err
}

// verify makes index and operations agree, and returns what is not finished in order of place.
func (b *Outbox) verify(tx *store.Tx, r *Repairs) ([]Op, error) {
	indexed := map[string][]byte{} // operation -> its index entry
	err := tx.Scan([]byte(lanePrefix), nil, func(key, id []byte) (bool, error) {
		indexed[string(id)] = key
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	var live []Op
	err = store.Scan(tx, []byte(opPrefix), func(_ []byte, op Op) (bool, error) {
		if !op.Status.Terminal() {
			live = append(live, op)
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	sortBySeq(live)
	if n := len(live); n > 0 {
		b.seq = live[n-1].Seq + 1
	}
	for i := range live {
		op := &live[i]
		if op.Status == Executing {
			r.Interrupted++
			op.Status, op.Boot, op.Due = Pending, "", b.o.Clock.Now()
			if err := tx.Set(opKey(op.ID), op); err != nil {
				return nil, err
			}
		}
		want := laneKey(op.Lane, op.Seq)
		if have, ok := indexed[op.ID]; !ok || string(have) != string(want) {
			r.Unindexed++
			if err := tx.SetBytes(want, []byte(op.ID)); err != nil {
				return nil, err
			}
			continue // a wrong entry stays in indexed and is removed as stale
		}
		delete(indexed, op.ID)
	}
	for _, key := range indexed {
		r.Stale++
		if err := tx.Delete(key); err != nil {
			return nil, err
		}
	}
	return live, nil
}

// notify has one waiting worker look again at what is due.
func (b *Outbox) notify() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}
