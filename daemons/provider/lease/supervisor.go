// Package lease cares for every lease this provider won, from its manifest to its final usage.
//
// What happens next is a pure function of what the chain and the tenant want, what the backend shows and what happened so far
// (Next). The supervisor gathers these, writes the decision and queues its command in one transaction. The backend and the
// chain may both be away for as long as they like: a lease is closed only on evidence.
package lease

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/inventory"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Chain is what leases ask of the chain. Errors are chainport's.
type Chain interface {
	Lease(ctx context.Context, id uint64) (markettypes.Lease, error)
	Order(ctx context.Context, id uint64) (markettypes.Order, error)
}

// Meter measures leases.
type Meter interface {
	// Begin starts measuring a lease, as part of tx.
	Begin(tx *store.Tx, r Record) error
	// Sample takes a reading now. A lease of which nothing exists is no error.
	Sample(ctx context.Context, l backend.Lease) error
	// Finalize makes the last usage record and queues it, as part of tx. Once it is accepted, Supervisor.Settled is called.
	// Finalizing twice is harmless.
	Finalize(tx *store.Tx, id uint64, closed time.Time) error
	// Status tells what was measured.
	Status(id uint64) (UsageStatus, error)
}

// Options of a supervisor.
type Options struct {
	Store    *store.Store
	Outbox   *outbox.Outbox
	Ledger   *inventory.Ledger
	Backend  backend.Backend
	Chain    Chain
	Sender   chainport.Sender
	Meter    Meter
	Clock    clock.Clock
	Log      *slog.Logger
	Metrics  prometheus.Registerer
	ChainID  string
	Provider string // bech32
	Policy   Policy

	ManifestTimeout time.Duration // how long a tenant may take to send the first manifest
	Interval        time.Duration // between observations of a lease
	SweepGrace      time.Duration // how long after a lease's end its remains are an orphan
	// Escrow tells how long a lease's deposits last, as known; nil where it is not.
	Escrow func(id uint64) *EscrowStatus
}

// Supervisor cares for leases. Safe for concurrent use.
type Supervisor struct {
	o       Options
	metrics *metrics

	mu   sync.Mutex
	live map[uint64]State // every lease that is not done
	wake chan struct{}
	now  map[uint64]struct{} // to be looked at without delay
}

// The kinds of operation this package handles.
const (
	kindAdopt  = "lease.adopt"
	kindEnsure = "lease.ensure"
	kindClose  = "lease.close"
	kindClosed = "lease.closed"
	kindDelete = "lease.delete"
	kindSweep  = "lease.sweep"
)

// New makes a supervisor and registers what it does with the outbox.
func New(o Options) (*Supervisor, error) {
	if o.Store == nil || o.Outbox == nil || o.Ledger == nil || o.Backend == nil || o.Chain == nil || o.Sender == nil || o.Meter == nil ||
		o.Clock == nil || o.Log == nil || o.Metrics == nil || o.Escrow == nil || o.ChainID == "" || o.Provider == "" {
		return nil, errors.New("lease: a dependency is missing")
	}
	if o.ManifestTimeout <= 0 || o.Interval <= 0 || o.Policy.Unstable <= 0 || o.SweepGrace <= 0 {
		return nil, errors.New("lease: manifest timeout, interval, unstable and sweep grace are more than zero")
	}
	s := &Supervisor{o: o, live: map[uint64]State{}, wake: make(chan struct{}, 1), now: map[uint64]struct{}{}}
	m, err := newMetrics(o.Metrics)
	if err != nil {
		return nil, err
	}
	s.metrics = m
	err = errors.Join(
		o.Outbox.Register(kindAdopt, outbox.Kind{Handle: s.adopt, AfterFence: true, Persists: true, Timeout: 30 * time.Second}),
		o.Outbox.Register(kindEnsure, outbox.Kind{Handle: s.ensure, Dead: s.refused, MaxAttempts: 8, Timeout: 10 * time.Minute}),
		o.Outbox.Register(kindClose, outbox.Kind{Handle: s.close, AfterFence: true, Persists: true, Timeout: chainport.SendTimeout}),
		o.Outbox.Register(kindClosed, outbox.Kind{Handle: s.closed, Supersedes: true, Persists: true, Timeout: 30 * time.Second}),
		o.Outbox.Register(kindDelete, outbox.Kind{Handle: s.delete, Supersedes: true, Persists: true, Timeout: 10 * time.Minute}),
		o.Outbox.Register(kindSweep, outbox.Kind{Handle: s.sweep, AfterFence: true, Persists: true, Timeout: 10 * time.Minute}),
	)
	if err != nil {
		return nil, err
	}
	return s, o.Store.View(func(tx *store.Tx) error {
		return store.Scan(tx, []byte(prefix), func(_ []byte, r Record) (bool, error) {
			s.note(Record{}, r)
			return true, nil
		})
	})
}

// note follows a record that was written: which leases are live, and what the metrics say.
func (s *Supervisor) note(old, r Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old.State != "" {
		s.metrics.leases.WithLabelValues(string(old.State)).Dec()
	}
	s.metrics.leases.WithLabelValues(string(r.State)).Inc()
	if r.State == Done {
		delete(s.live, r.ID)
	} else {
		s.live[r.ID] = r.State
	}
}

// hurry has a lease looked at without delay.
func (s *Supervisor) hurry(id uint64) {
	s.mu.Lock()
	s.now[id] = struct{}{}
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func lane(id uint64) string { return fmt.Sprintf("lease/%d", id) }

// Named returns a lease as the backend knows it.
func (s *Supervisor) Named(r Record) backend.Lease {
	return backend.Lease{ChainID: s.o.ChainID, ID: r.ID, Provider: s.o.Provider, Owner: r.Owner}
}

// write stores a record and, once durable, tells of it.
func (s *Supervisor) write(tx *store.Tx, old, r Record, why string) error {
	if old.State != r.State {
		r.Since = s.o.Clock.Now()
	}
	tx.AfterCommit(func() {
		s.note(old, r)
		if old.State != r.State {
			s.o.Log.Info("lease", "lease", r.ID, "state", r.State, "was", old.State, "because", why)
		}
	})
	return tx.Set(key(r.ID), r)
}

// decide applies Next to a record as part of tx: the new state, and its command.
func (s *Supervisor) decide(tx *store.Tx, old, r Record, seen Seen) error {
	pending := false
	if r.AskOp != "" {
		op, err := s.o.Outbox.Read(tx, r.AskOp)
		if err != nil && !errors.Is(err, outbox.ErrUnknownOp) {
			return err
		}
		pending = err == nil && !op.Status.Terminal()
	}
	v := Next(Desired{Closed: r.Closed, Manifest: r.Manifest != nil, Generation: r.Generation}, seen,
		History{State: r.State, Deadline: r.Deadline, Asked: r.Asked, AskPending: pending, Refused: r.Refused, FailedSince: r.FailedSince,
			Closing: r.Closing, Deleting: r.Deleting, Gone: r.Gone, Settled: r.Settled},
		s.o.Policy, s.o.Clock.Now())
	r.State = v.State
	if v.State == Active && r.Manifest != nil && seen.Generation == r.Generation {
		r.Good = r.Manifest
	}
	if err := s.command(tx, &r, v); err != nil {
		return err
	}
	return s.write(tx, old, r, v.Rule)
}

// command queues what a verdict asks for, and notes in r that it did.
func (s *Supervisor) command(tx *store.Tx, r *Record, v Verdict) error {
	put := func(kind string, p payload) (string, error) {
		r.Round++
		p.Lease = r.ID
		id := fmt.Sprintf("%s/%d/%d", kind, r.ID, r.Round)
		_, err := s.o.Outbox.Put(tx, outbox.Op{ID: id, Lane: lane(r.ID), Kind: kind}, p)
		return id, err
	}
	switch v.Command {
	case Ensure:
		if r.Ensured.IsZero() {
			r.Ensured = s.o.Clock.Now()
		}
		r.Asked = r.Generation
		id, err := put(kindEnsure, payload{Generation: r.Generation})
		r.AskOp = id
		return err
	case Close:
		r.Closing = true
		_, err := put(kindClose, payload{Reason: v.Reason})
		return err
	case Delete:
		r.Deleting = true
		_, err := put(kindDelete, payload{})
		return err
	case Settle:
		return s.o.Meter.Finalize(tx, r.ID, r.ClosedTime)
	}
	return nil
}

type payload struct {
	Lease      uint64             `json:"lease"`
	Generation uint64             `json:"generation,omitempty"`
	Reason     markettypes.Reason `json:"reason,omitempty"`
	Owner      string             `json:"owner,omitempty"`
}

// Step looks at one lease: it observes, decides and queues.
func (s *Supervisor) Step(ctx context.Context, id uint64) error {
	r, err := s.Get(id)
	if err != nil || r.State == Done {
		return err
	}
	seen, what := s.observe(ctx, r)
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.o.Store.Finish(func(tx *store.Tx) error {
		old, err := read(tx, id)
		if err != nil {
			return err
		}
		r := old
		now := s.o.Clock.Now()
		if seen.Answered {
			if seen.State != backend.StateFailed {
				r.FailedSince = time.Time{}
			} else if r.FailedSince.IsZero() || now.Sub(r.ObservedAt) > 3*s.o.Interval {
				r.FailedSince = now // the time nobody looked is no evidence
			}
			r.Observed, r.ObservedAt = what, now
		}
		return s.decide(tx, old, r, seen)
	})
}

// observe asks the backend, where there is something to be seen.
func (s *Supervisor) observe(ctx context.Context, r Record) (Seen, *backend.Observed) {
	if r.Asked == 0 || r.Deleting || r.State == Terminating || r.State == FinalUsage {
		return Seen{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	o, err := s.o.Backend.Observe(ctx, s.Named(r))
	switch {
	case err == nil:
		return Seen{Answered: true, Found: true, State: o.State, Generation: o.Generation}, &o
	case errors.Is(err, backend.ErrNotFound):
		return Seen{Answered: true}, nil
	}
	s.o.Log.Warn("backend does not tell how a lease does; nothing follows from that", "lease", r.ID, "error", err)
	return Seen{}, nil
}

// Get returns the record of a lease. Fails with ErrUnknownLease.
func (s *Supervisor) Get(id uint64) (r Record, err error) {
	err = s.o.Store.View(func(tx *store.Tx) error { r, err = read(tx, id); return err })
	return r, err
}

// List returns every lease of which something is known, by number.
func (s *Supervisor) List() (out []Record, err error) {
	err = s.o.Store.View(func(tx *store.Tx) error {
		return store.Scan(tx, []byte(prefix), func(_ []byte, r Record) (bool, error) {
			out = append(out, r)
			return true, nil
		})
	})
	return out, err
}
