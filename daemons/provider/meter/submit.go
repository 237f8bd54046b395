package meter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	settletypes "github.com/virtengine/virtengine/chain/x/settlement/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

var names = map[restypes.Component]string{
	restypes.ComponentCPU: "cpu", restypes.ComponentMemory: "memory", restypes.ComponentStorage: "storage", restypes.ComponentGPU: "gpu",
}

func (s Sample) reading() backend.Reading {
	return backend.Reading{At: s.At(), Epoch: s.Epoch, CPUMilliMs: s.CPU, MemoryBytes: s.Memory, StorageBytes: s.Storage, GPUs: s.GPUs}
}

// periodPatience is how long the chain's time may be behind ours before a period it refuses counts as wrong.
const periodPatience = 24 * time.Hour

// send brings a record onto the chain. Its sequence makes sending twice harmless: the chain says which one it has.
func (m *Meter) send(ctx context.Context, op outbox.Op) (outbox.Commit, error) {
	var p ref
	if err := op.Decode(&p); err != nil {
		return nil, outbox.Permanent(err)
	}
	r, err := m.record(p)
	if err != nil || r == nil || r.Accepted {
		return nil, err
	}
	if op.Attempts > 1 { // an attempt before may have reached the chain
		if commit, err := m.compare(ctx, *r); err != nil || commit != nil {
			return commit, err
		}
	}
	err = m.o.Sender.Send(ctx, &settletypes.MsgRecordUsage{Provider: m.o.Provider, LeaseId: r.Lease, Sequence: r.Seq,
		Start: r.Start, End: r.End, Quantities: r.Q, EvidenceHash: r.Evidence, Final: r.Final})
	switch {
	case err == nil:
		return m.accepted(*r), nil
	case errors.Is(err, settletypes.ErrLeaseSettled):
		return m.tooLate(*r), nil
	case errors.Is(err, settletypes.ErrPeriod) && m.o.Clock.Now().Sub(r.End) < periodPatience:
		return nil, outbox.Unavailable(err) // the chain's time is behind ours, or the lease's end is not heard of yet: no fault of the record's
	case errors.Is(err, settletypes.ErrSequence):
		commit, err := m.compare(ctx, *r)
		if err == nil && commit == nil {
			err = fmt.Errorf("the chain expects another record of lease %d than %d, and has none that tells which", r.Lease, r.Seq)
		}
		return commit, err
	}
	return nil, chainport.Failure(err)
}

// record returns the record an operation is about; nil where it was made anew since.
func (m *Meter) record(p ref) (*record, error) {
	var r record
	err := m.o.Store.View(func(tx *store.Tx) error { return tx.Get(store.Key(recordPrefix, p.Lease, p.Seq), &r) })
	if errors.Is(err, store.ErrNotFound) || (err == nil && r.Rev != p.Rev) {
		return nil, nil
	}
	return &r, err
}

// compare asks the chain which records it has. nil, nil: this one is the next it expects.
func (m *Meter) compare(ctx context.Context, r record) (outbox.Commit, error) {
	last, err := m.o.Chain.LastUsage(ctx, r.Lease)
	if errors.Is(err, chainport.ErrNotFound) {
		last, err = settletypes.UsageRecord{}, nil
	}
	if err != nil {
		return nil, chainport.Failure(err)
	}
	switch {
	case last.Sequence+1 == r.Seq:
		return nil, nil
	case last.Sequence < r.Seq:
		return nil, fmt.Errorf("the chain has records of lease %d up to %d, so %d cannot follow", r.Lease, last.Sequence, r.Seq)
	}
	return func(tx *store.Tx) error {
		h, err := readHead(tx, r.Lease)
		if err != nil {
			return err
		}
		ours := last.Sequence < h.Next && (last.Sequence > r.Seq || bytes.Equal(last.EvidenceHash, r.Evidence))
		if ours {
			return m.accepted(r)(tx)
		}
		return m.follow(tx, h, last)
	}, nil
}

// accepted notes that a record is in a block.
func (m *Meter) accepted(r record) outbox.Commit {
	return func(tx *store.Tx) error {
		h, err := readHead(tx, r.Lease)
		if err != nil {
			return err
		}
		r.Accepted, r.Before = true, head{}
		if err := tx.Set(store.Key(recordPrefix, r.Lease, r.Seq), r); err != nil {
			return err
		}
		h.Done = max(h.Done, r.Seq)
		tx.AfterCommit(func() { m.metrics.records.Inc() })
		if r.Final {
			h.Settled = true
			if err := m.o.Settled(tx, r.Lease); err != nil {
				return err
			}
		}
		return m.write(tx, h)
	}
}

// tooLate notes that the chain settled the lease without this record.
func (m *Meter) tooLate(r record) outbox.Commit {
	return func(tx *store.Tx) error {
		h, err := readHead(tx, r.Lease)
		if err != nil {
			return err
		}
		m.o.Log.Error("the chain settled a lease before its last usage arrived; it is not billed", "lease", r.Lease, "record", r.Seq)
		h.Final, h.Settled = true, true
		if err := m.o.Settled(tx, r.Lease); err != nil {
			return err
		}
		return m.write(tx, h)
	}
}

// follow takes the chain's records for ours where they differ, since this state is older than they are: our unaccepted records are
// made anew from the readings after the chain's last.
func (m *Meter) follow(tx *store.Tx, h head, last settletypes.UsageRecord) error {
	m.o.Log.Error("the chain has other usage records than this state folder; it is believed", "lease", h.Lease, "chain", last.Sequence, "here", h.Next-1)
	wasFinal := h.Final
	h, err := m.rewind(tx, h, func(r record) bool { return !r.Accepted })
	if err != nil {
		return err
	}
	h.Next, h.Done, h.Until, h.Rest, h.Rev = last.Sequence+1, last.Sequence, ceilMs(last.End), zero(), h.Rev+1
	if h.From, err = firstFrom(tx, h, h.Until); err != nil {
		return err
	}
	if last.Final {
		h.Final, h.Settled = true, true
		if err := m.o.Settled(tx, h.Lease); err != nil {
			return err
		}
		return m.write(tx, h)
	}
	h.Final = false
	if !wasFinal {
		if err := m.cut(tx, &h, false); err != nil {
			return err
		}
		return m.write(tx, h)
	}
	if err := m.write(tx, h); err != nil {
		return err
	}
	return m.Finalize(tx, h.Lease, h.Closed)
}

// firstFrom returns the first sample at or after the given time.
func firstFrom(tx *store.Tx, h head, ms int64) (*Sample, error) {
	var first *Sample
	if h.Last == nil {
		return nil, nil
	}
	err := tx.Scan(store.Key(samplePrefix, h.Lease), nil, func(key, entry []byte) (bool, error) {
		s, _, err := decode(key, entry)
		if err == nil && s.AtMs >= ms {
			first = &s
		}
		return err == nil && first == nil, err
	})
	return first, err
}
