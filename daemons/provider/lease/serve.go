package lease

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/virtengine/virtengine/chain/client/manifest"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

var _ Tenants = (*Supervisor)(nil)

// PutManifest implements Tenants.
func (s *Supervisor) PutManifest(ctx context.Context, id uint64, g manifest.Group) error {
	sum, err := g.Hash()
	if err != nil {
		return err
	}
	r, err := s.takesManifest(id)
	if err != nil {
		return err
	}
	if !bytes.Equal(sum[:], r.OnChain) { // the tenant may be ahead of the events
		l, err := s.o.Chain.Lease(ctx, id)
		if err != nil {
			return fmt.Errorf("lease %d: the announced hash cannot be asked for: %w", id, err)
		}
		if l.State != markettypes.LeaseActive {
			return fmt.Errorf("%w: %d, %s", ErrLeaseClosed, id, l.Reason)
		}
		if !bytes.Equal(sum[:], l.ManifestHash) {
			return &WrongHash{LeaseID: id, OnChain: l.ManifestHash, Sent: sum[:]}
		}
	}
	if err := g.Matches(r.Units); err != nil {
		return fmt.Errorf("%w: %d: %w", ErrGroupMismatch, id, err)
	}
	return s.o.Store.Update(func(tx *store.Tx) error {
		old, err := read(tx, id)
		if err != nil {
			return err
		}
		if err := open(old); err != nil {
			return err
		}
		if sameGroup(old.Manifest, &g) {
			return nil
		}
		r := old
		r.OnChain, r.Manifest, r.Generation, r.Refused, r.RefusedWhy = sum[:], &g, old.Generation+1, false, ""
		return s.decide(tx, old, r, Seen{})
	})
}

// takesManifest returns a lease that can take one, adopted already or about to be.
func (s *Supervisor) takesManifest(id uint64) (Record, error) {
	r, err := s.Get(id)
	if err != nil {
		return r, err
	}
	return r, open(r)
}

func open(r Record) error {
	if r.Closed || r.Closing || !includes(running, r.State) {
		return fmt.Errorf("%w: %d is %s", ErrLeaseClosed, r.ID, r.State)
	}
	return nil
}

// sameGroup tells whether two manifests mean the same, credentials included.
func sameGroup(a, b *manifest.Group) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, errX := a.Canonical()
	y, errY := b.Canonical()
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// Manifest implements Tenants.
func (s *Supervisor) Manifest(_ context.Context, id uint64) (manifest.Group, error) {
	r, err := s.Get(id)
	if err != nil {
		return manifest.Group{}, err
	}
	if r.Manifest == nil {
		return manifest.Group{}, fmt.Errorf("%w: %d", ErrNoManifest, id)
	}
	return *r.Manifest, nil
}

// Status implements Tenants.
func (s *Supervisor) Status(_ context.Context, id uint64) (Status, error) {
	r, err := s.Get(id)
	if err != nil {
		return Status{}, err
	}
	usage, err := s.o.Meter.Status(id)
	if err != nil {
		return Status{}, err
	}
	out := Status{LeaseID: id, State: r.State, Since: r.Since, Generation: r.Generation, Observed: r.Observed, ObservedAt: r.ObservedAt,
		Usage: usage, Escrow: s.o.Escrow(id), Message: r.RefusedWhy}
	for _, lane := range []string{lane(id), UsageLane(id)} {
		ops, err := s.o.Outbox.Unfinished(lane)
		if err != nil {
			return Status{}, err
		}
		for _, op := range ops {
			out.Queue = append(out.Queue, item(op))
		}
	}
	return out, nil
}

// UsageLane is where a lease's usage records and withdrawals are queued: apart from its backend's operations, so that neither
// waits for the other and nothing supersedes a bill.
func UsageLane(id uint64) string { return fmt.Sprintf("usage/%d", id) }

func item(op outbox.Op) QueueItem {
	return QueueItem{ID: op.ID, Kind: op.Kind, Status: string(op.Status), Attempts: op.Attempts, Due: op.Due, Error: op.Error}
}

// Missing compares with all of our leases that are active on chain: the unknown are adopted, and those that run here and are
// not in the list are asked for one by one. Only the chain's own word ends a lease.
func (s *Supervisor) Missing(ctx context.Context, active []uint64) error {
	onChain := map[uint64]bool{}
	for _, id := range active {
		onChain[id] = true
		if _, err := s.Get(id); errors.Is(err, ErrUnknownLease) {
			if err := s.o.Store.Update(func(tx *store.Tx) error { return s.Adopt(tx, id, outbox.Source{}) }); err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
	}
	all, err := s.List()
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.Closed || onChain[r.ID] {
			continue
		}
		l, err := s.o.Chain.Lease(ctx, r.ID)
		if errors.Is(err, chainport.ErrNotFound) {
			s.o.Log.Error("the chain does not know a lease that runs here; an endpoint of another chain, or one that is behind?", "lease", r.ID)
			continue
		}
		if err != nil {
			return err
		}
		if l.State != markettypes.LeaseClosed {
			continue
		}
		if err := s.o.Store.Finish(func(tx *store.Tx) error { return s.Closed(tx, r.ID, outbox.Source{}) }); err != nil {
			return err
		}
	}
	return nil
}
