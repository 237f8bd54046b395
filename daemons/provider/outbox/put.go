package outbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Put queues an operation as part of tx, with payload as JSON (nil: none). It is known by op.ID: putting one that is
// there already, finished or not, changes nothing and returns false.
// Fails with ErrInvalidOp, ErrUnknownKind or ErrFenced.
func (b *Outbox) Put(tx *store.Tx, op Op, payload any) (bool, error) {
	kind, ok := b.kinds[op.Kind]
	if !ok {
		return false, fmt.Errorf("%w: %q", ErrUnknownKind, op.Kind)
	}
	if op.ID == "" || op.Lane == "" || strings.Contains(op.Lane, "\x00") {
		return false, fmt.Errorf("%w: id %q, lane %q", ErrInvalidOp, op.ID, op.Lane)
	}
	if known, err := tx.Has(opKey(op.ID)); err != nil || known {
		return false, err
	}
	if payload != nil {
		raw, err := json.Marshal(payload)
		if err != nil {
			return false, fmt.Errorf("payload of %s: %w", op.ID, err)
		}
		op.Payload = raw
	}
	fenced, err := tx.Has(fenceKey(op.Lane))
	if err != nil {
		return false, err
	}
	if fenced && !kind.Supersedes && !kind.AfterFence {
		return false, fmt.Errorf("%w: %s for lane %s", ErrFenced, op.ID, op.Lane)
	}
	if kind.Supersedes {
		if err := b.supersede(tx, op.Lane); err != nil {
			return false, err
		}
	}
	now := b.o.Clock.Now()
	if op.Due.Before(now) {
		op.Due = now
	}
	op.Status, op.Created, op.Updated = Pending, now, now
	op.Attempts, op.Counted, op.Class, op.Error, op.Boot = 0, 0, "", "", ""
	return true, b.enter(tx, op)
}

// enter gives op the last place of its lane.
func (b *Outbox) enter(tx *store.Tx, op Op) error {
	op.Seq = b.seq
	b.seq++ // a place that a failed transaction took stays empty
	if err := tx.Set(opKey(op.ID), op); err != nil {
		return err
	}
	if err := tx.SetBytes(laneKey(op.Lane, op.Seq), []byte(op.ID)); err != nil {
		return err
	}
	tx.AfterCommit(func() {
		b.mu.Lock()
		b.sched.add(op, b.o.Clock.Now())
		b.mu.Unlock()
		b.notify()
	})
	return nil
}

// supersede cancels what waits in the lane, interrupts what runs there, and lets in nothing ordinary any more.
func (b *Outbox) supersede(tx *store.Tx, lane string) error {
	var ids []string
	err := tx.Scan([]byte(laneOf(lane)), nil, func(_, id []byte) (bool, error) {
		ids = append(ids, string(id))
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		var op Op
		if err := tx.Get(opKey(id), &op); err != nil {
			return err
		}
		if b.kinds[op.Kind].Supersedes || op.Status == Executing {
			continue // the running one is interrupted below and ends by itself
		}
		op.Class, op.Error = "", "superseded"
		if err := b.end(tx, op, Cancelled); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.sched.interrupt(lane)
	})
	return tx.SetBytes(fenceKey(lane), nil)
}

// end finishes op as part of tx and takes it out of its lane.
func (b *Outbox) end(tx *store.Tx, op Op, status Status) error {
	now := b.o.Clock.Now()
	op.Status, op.Updated, op.Boot = status, now, ""
	if err := tx.Set(opKey(op.ID), op); err != nil {
		return err
	}
	if err := tx.Delete(laneKey(op.Lane, op.Seq)); err != nil {
		return err
	}
	tx.AfterCommit(func() {
		b.mu.Lock()
		b.sched.remove(op.Lane, op.ID, now)
		b.mu.Unlock()
		b.metrics.ended.WithLabelValues(op.Kind, string(status)).Inc()
		b.notify()
	})
	return tx.SetBytes(endKey(now, op.ID), nil)
}

// Get returns one operation. Fails with ErrUnknownOp.
func (b *Outbox) Get(id string) (op Op, err error) {
	err = b.o.Store.View(func(tx *store.Tx) error { op, err = b.Read(tx, id); return err })
	return op, err
}

// Read returns one operation as part of tx. Fails with ErrUnknownOp.
func (b *Outbox) Read(tx *store.Tx, id string) (op Op, err error) {
	err = tx.Get(opKey(id), &op)
	if errors.Is(err, store.ErrNotFound) {
		err = fmt.Errorf("%w: %q", ErrUnknownOp, id)
	}
	return op, err
}
