package lease

import (
	"context"
	"errors"
	"fmt"
	"time"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

// readings that may fail before a lease is taken down without its last one: the tenant's use of the last moments is then not
// billed, which is better than a workload that runs on after its lease.
const lastReadings = 3

// adopt takes over a lease that the chain says is ours.
func (s *Supervisor) adopt(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	var p payload
	if err := op.Decode(&p); err != nil {
		return nil, outbox.Permanent(err)
	}
	l, err := s.o.Chain.Lease(ctx, p.Lease)
	if errors.Is(err, chainport.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, chainport.Failure(err)
	}
	if l.Provider != s.o.Provider {
		return nil, outbox.Permanent(fmt.Errorf("lease %d belongs to %s", l.Id, l.Provider))
	}
	order, err := s.o.Chain.Order(ctx, p.Lease)
	if err != nil {
		return nil, chainport.Failure(err)
	}
	return func(tx *store.Tx) error {
		if _, err := read(tx, l.Id); !errors.Is(err, ErrUnknownLease) {
			return err // adopted before
		}
		now := s.o.Clock.Now()
		// A tenant's time to send a manifest begins when this provider can take it, not when the award was made: a daemon that was
		// down for an hour must not close the leases it won meanwhile.
		r := Record{ID: l.Id, Owner: l.Owner, Price: l.Price, Resources: l.Resources, Units: order.Spec.Units, Created: l.CreatedTime,
			State: AwaitingManifest, Since: now, OnChain: l.ManifestHash, Deadline: now.Add(s.o.ManifestTimeout)}
		if l.State == markettypes.LeaseClosed {
			if l.Settled {
				return nil // over and done with
			}
			r.Closed, r.ClosedTime, r.ClosedReason = true, l.ClosedTime, l.Reason
		} else if err := s.o.Ledger.Allocate(tx, l.Id, order.Spec.Units); err != nil {
			return err
		}
		if err := s.o.Meter.Begin(tx, r); err != nil {
			return err
		}
		return s.decide(tx, Record{}, r, Seen{})
	}, nil
}

// ensure asks the backend to run the manifest in force.
func (s *Supervisor) ensure(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	var p payload
	if err := op.Decode(&p); err != nil {
		return nil, outbox.Permanent(err)
	}
	r, err := s.Get(p.Lease)
	if err != nil {
		return nil, outbox.Permanent(err)
	}
	if r.Manifest == nil || r.Generation != p.Generation {
		return nil, nil // a newer one is queued behind
	}
	err = s.o.Backend.Ensure(ctx, s.Named(r), backend.Spec{Generation: r.Generation, Group: *r.Manifest})
	switch {
	case err == nil:
		return func(tx *store.Tx) error { tx.AfterCommit(func() { s.hurry(r.ID) }); return nil }, nil
	case errors.Is(err, backend.ErrRefused):
		return nil, outbox.Permanent(err)
	case errors.Is(err, backend.ErrUnavailable):
		return nil, outbox.Unavailable(err)
	}
	return nil, err
}

// refused notes that the backend gave up: on an update, the last manifest that ran comes back; else the lease ends.
func (s *Supervisor) refused(tx *store.Tx, op outbox.Op) error {
	var p payload
	if err := op.Decode(&p); err != nil {
		return err
	}
	old, err := read(tx, p.Lease)
	if err != nil {
		return err
	}
	r := old
	r.RefusedWhy = op.Error
	if r.Good != nil && r.Generation == p.Generation && r.Good != r.Manifest && !sameGroup(r.Good, r.Manifest) {
		r.Manifest, r.Generation = r.Good, r.Generation+1
	} else if r.Generation == p.Generation {
		r.Refused = true
	}
	tx.AfterCommit(func() { s.hurry(r.ID) })
	return s.write(tx, old, r, "provisioning was refused: "+op.Error)
}

// close tells the chain that the lease ends.
func (s *Supervisor) close(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	var p payload
	if err := op.Decode(&p); err != nil {
		return nil, outbox.Permanent(err)
	}
	err := s.o.Sender.Send(ctx, &markettypes.MsgCloseLease{Sender: s.o.Provider, Id: p.Lease, Reason: p.Reason})
	if err != nil && !errors.Is(err, markettypes.ErrLeaseNotActive) && !errors.Is(err, markettypes.ErrUnknownLease) {
		return nil, chainport.Failure(err)
	}
	return func(tx *store.Tx) error { return s.Closed(tx, p.Lease, op.Source) }, nil
}

// closed asks the chain how a lease ended, if it did.
func (s *Supervisor) closed(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	var p payload
	if err := op.Decode(&p); err != nil {
		return nil, outbox.Permanent(err)
	}
	l, err := s.o.Chain.Lease(ctx, p.Lease)
	if err != nil {
		return nil, chainport.Failure(err)
	}
	if l.State != markettypes.LeaseClosed {
		return nil, fmt.Errorf("lease %d was said to be closed and is not: asked a node that is behind", p.Lease)
	}
	return func(tx *store.Tx) error {
		old, err := read(tx, p.Lease)
		if errors.Is(err, ErrUnknownLease) {
			return s.Adopt(tx, p.Lease, op.Source) // closed before it was adopted: its remains and its usage are still ours
		}
		if err != nil || old.Closed {
			return err
		}
		r := old
		r.Closed, r.ClosedTime, r.ClosedReason = true, l.ClosedTime, l.Reason
		return s.decide(tx, old, r, Seen{})
	}, nil
}

// delete takes a lease down: its last reading, its last record where it ended already, then everything of it.
func (s *Supervisor) delete(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	var p payload
	if err := op.Decode(&p); err != nil {
		return nil, outbox.Permanent(err)
	}
	r, err := s.Get(p.Lease)
	if err != nil {
		return nil, outbox.Permanent(err)
	}
	if err := s.o.Meter.Sample(ctx, s.Named(r)); err != nil {
		if errors.Is(err, backend.ErrUnavailable) {
			return nil, outbox.Unavailable(err)
		}
		if op.Counted <= lastReadings {
			return nil, fmt.Errorf("last reading: %w", err)
		}
		s.o.Log.Error("a lease ends without its last reading", "lease", r.ID, "error", err)
	}
	if r.Closed {
		if err := s.o.Store.Finish(func(tx *store.Tx) error { return s.o.Meter.Finalize(tx, r.ID, r.ClosedTime) }); err != nil {
			return nil, err
		}
	}
	if err := s.o.Backend.Delete(ctx, s.Named(r)); err != nil {
		if errors.Is(err, backend.ErrUnavailable) {
			return nil, outbox.Unavailable(err)
		}
		return nil, err
	}
	return func(tx *store.Tx) error {
		old, err := read(tx, p.Lease)
		if err != nil {
			return err
		}
		r := old
		r.Gone, r.Observed = true, nil
		if err := s.o.Ledger.Release(tx, r.ID); err != nil {
			return err
		}
		return s.decide(tx, old, r, Seen{})
	}, nil
}

// sweep deletes what the backend holds of a lease that is over.
func (s *Supervisor) sweep(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	var p payload
	if err := op.Decode(&p); err != nil {
		return nil, outbox.Permanent(err)
	}
	l, err := s.o.Chain.Lease(ctx, p.Lease)
	switch {
	case errors.Is(err, chainport.ErrNotFound):
	case err != nil:
		return nil, chainport.Failure(err)
	case l.State == markettypes.LeaseActive && l.Provider == s.o.Provider:
		return func(tx *store.Tx) error { return s.Adopt(tx, p.Lease, op.Source) }, nil // no orphan at all
	case s.o.Clock.Now().Sub(l.ClosedTime) < s.o.SweepGrace:
		return nil, nil // the next sweep comes
	}
	err = s.o.Backend.Delete(ctx, backend.Lease{ChainID: s.o.ChainID, ID: p.Lease, Provider: s.o.Provider, Owner: p.Owner})
	if errors.Is(err, backend.ErrUnavailable) {
		return nil, outbox.Unavailable(err)
	}
	return nil, err
}

// Adopt takes over a lease as part of tx. Adopting twice is harmless.
func (s *Supervisor) Adopt(tx *store.Tx, id uint64, src outbox.Source) error {
	if _, err := read(tx, id); !errors.Is(err, ErrUnknownLease) {
		return err
	}
	_, err := s.o.Outbox.Put(tx, outbox.Op{ID: fmt.Sprintf("%s/%d", kindAdopt, id), Lane: lane(id), Kind: kindAdopt, Source: src}, payload{Lease: id})
	return err
}

// Closed reacts to the news that a lease ended, as part of tx. The chain is asked before anything is taken down.
func (s *Supervisor) Closed(tx *store.Tx, id uint64, src outbox.Source) error {
	r, err := read(tx, id)
	if err == nil && r.Closed {
		return nil
	}
	if err != nil && !errors.Is(err, ErrUnknownLease) {
		return err
	}
	_, err = s.o.Outbox.Put(tx, outbox.Op{ID: fmt.Sprintf("%s/%d", kindClosed, id), Lane: lane(id), Kind: kindClosed, Source: src}, payload{Lease: id})
	return err
}

// Announced reacts to a new manifest hash on chain, as part of tx.
func (s *Supervisor) Announced(tx *store.Tx, id uint64, hash []byte) error {
	old, err := read(tx, id)
	if errors.Is(err, ErrUnknownLease) {
		return nil // its adoption reads the newest
	}
	if err != nil {
		return err
	}
	r := old
	r.OnChain = hash
	return s.write(tx, old, r, "a new manifest was announced")
}

// Settled notes that nothing more can be billed, as part of tx.
func (s *Supervisor) Settled(tx *store.Tx, id uint64) error {
	old, err := read(tx, id)
	if err != nil {
		return err
	}
	r := old
	r.Settled = true
	return s.decide(tx, old, r, Seen{})
}

// Forget removes the records of leases that were done before the given time.
func (s *Supervisor) Forget(before time.Time) error {
	return s.o.Store.Finish(func(tx *store.Tx) error {
		var old []uint64
		err := store.Scan(tx, []byte(prefix), func(_ []byte, r Record) (bool, error) {
			if r.State == Done && r.Since.Before(before) {
				old = append(old, r.ID)
			}
			return len(old) < 10_000, nil
		})
		for _, id := range old {
			if err := tx.Delete(key(id)); err != nil {
				return err
			}
		}
		return err
	})
}
