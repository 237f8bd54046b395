package lease

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// parallel observations. A backend is asked about so many leases at a time.
const parallel = 8

// Run looks at every lease each interval, and at once where something happened, until ctx ends.
func (s *Supervisor) Run(ctx context.Context) error {
	for {
		fired, stop := s.o.Clock.After(s.o.Interval)
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-s.wake:
			stop()
			if err := s.steps(ctx, s.hurried()); err != nil {
				return err
			}
		case <-fired:
			if err := s.StepAll(ctx); err != nil {
				return err
			}
		}
	}
}

// StepAll looks at every lease once.
func (s *Supervisor) StepAll(ctx context.Context) error {
	s.mu.Lock()
	ids := slices.Sorted(maps.Keys(s.live))
	s.mu.Unlock()
	return s.steps(ctx, ids)
}

func (s *Supervisor) hurried() []uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := slices.Sorted(maps.Keys(s.now))
	clear(s.now)
	return ids
}

func (s *Supervisor) steps(ctx context.Context, ids []uint64) error {
	var g errgroup.Group
	g.SetLimit(parallel)
	for _, id := range ids {
		g.Go(func() error {
			err := s.Step(ctx, id)
			switch {
			case err == nil, ctx.Err() != nil, errors.Is(err, ErrUnknownLease):
				return nil
			case errors.Is(err, store.ErrFull):
				s.o.Log.Error("a lease waits for room", "lease", id, "error", err)
				return nil
			}
			return fmt.Errorf("lease %d: %w", id, err)
		})
	}
	return g.Wait()
}

// Sweep compares with what the backend holds of this provider on this chain. What is not cared for here is queued to be
// deleted, if the chain agrees that it is over; the chain is asked by the operation itself.
func (s *Supervisor) Sweep(inv backend.Inventory) error {
	var orphans []backend.Lease
	for _, l := range inv.Leases {
		if l.ChainID != s.o.ChainID || l.Provider != s.o.Provider {
			continue // another daemon's
		}
		r, err := s.Get(l.ID)
		if err != nil && !errors.Is(err, ErrUnknownLease) {
			return err
		}
		if err != nil || r.Gone {
			orphans = append(orphans, l)
		}
	}
	if len(orphans) == 0 {
		return nil
	}
	return s.o.Store.Update(func(tx *store.Tx) error {
		for _, l := range orphans {
			if err := s.putSweep(tx, l); err != nil {
				return err
			}
		}
		return nil
	})
}

const sweepPrefix = "l-sweep/" // lease -> how often it was swept

// putSweep queues one sweep of a lease, unless one is queued. What was swept and is there again is swept again.
func (s *Supervisor) putSweep(tx *store.Tx, l backend.Lease) error {
	var turn uint64
	if err := tx.Get(store.Key(sweepPrefix, l.ID), &turn); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	id := func() string { return fmt.Sprintf("%s/%d/%d", kindSweep, l.ID, turn) }
	if op, err := s.o.Outbox.Read(tx, id()); err == nil && op.Status.Terminal() {
		turn++
		if err := tx.Set(store.Key(sweepPrefix, l.ID), turn); err != nil {
			return err
		}
	} else if err != nil && !errors.Is(err, outbox.ErrUnknownOp) {
		return err
	}
	added, err := s.o.Outbox.Put(tx, outbox.Op{ID: id(), Lane: lane(l.ID), Kind: kindSweep}, payload{Lease: l.ID, Owner: l.Owner})
	if added {
		s.o.Log.Warn("the backend holds a lease nobody cares for", "lease", l.ID, "owner", l.Owner)
	}
	return err
}
