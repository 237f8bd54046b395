package outbox

import (
	"fmt"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/store"
	"github.com/virtengine/virtengine/security/safemath"
)

// Query chooses operations to list.
type Query struct {
	Status Status // empty: all
	Lane   string // empty: all
	Limit  int    // 0: all
}

// List returns operations by id.
func (b *Outbox) List(q Query) ([]Op, error) {
	var out []Op
	err := b.o.Store.View(func(tx *store.Tx) error {
		return store.Scan(tx, []byte(opPrefix), func(_ []byte, op Op) (bool, error) {
			if (q.Status == "" || op.Status == q.Status) && (q.Lane == "" || op.Lane == q.Lane) {
				out = append(out, op)
			}
			return q.Limit == 0 || len(out) < q.Limit, nil
		})
	})
	return out, err
}

// Unfinished returns a lane's operations that are not finished, in order.
func (b *Outbox) Unfinished(lane string) ([]Op, error) {
	var out []Op
	err := b.o.Store.View(func(tx *store.Tx) error {
		var ids []string
		err := tx.Scan([]byte(laneOf(lane)), nil, func(_, id []byte) (bool, error) {
			ids = append(ids, string(id))
			return true, nil
		})
		for _, id := range ids {
			op, err := b.Read(tx, id)
			if err != nil {
				return err
			}
			out = append(out, op)
		}
		return err
	})
	return out, err
}

// Retry gives a dead letter all its attempts again, at the end of its lane. Fails with ErrUnknownOp or ErrStatus.
func (b *Outbox) Retry(id string) error {
	return b.o.Store.Update(func(tx *store.Tx) error {
		op, err := b.Read(tx, id)
		if err != nil {
			return err
		}
		if op.Status != Dead {
			return fmt.Errorf("%w: %s is %s; only a dead letter can be retried", ErrStatus, id, op.Status)
		}
		if err := tx.Delete(endKey(op.Updated, id)); err != nil {
			return err
		}
		b.audit(tx, "retry", op)
		now := b.o.Clock.Now()
		op.Status, op.Counted, op.Due, op.Updated = Pending, 0, now, now
		op.Deadline = time.Time{}
		return b.enter(tx, op)
	})
}

// Cancel ends an operation that waits, or a dead letter, for good. Fails with ErrUnknownOp or ErrStatus.
func (b *Outbox) Cancel(id string) error {
	return b.o.Store.Finish(func(tx *store.Tx) error {
		op, err := b.Read(tx, id)
		if err != nil {
			return err
		}
		switch op.Status {
		case Pending:
		case Dead:
			if err := tx.Delete(endKey(op.Updated, id)); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%w: %s is %s; only what waits and dead letters can be cancelled", ErrStatus, id, op.Status)
		}
		b.audit(tx, "cancel", op)
		return b.end(tx, op, Cancelled)
	})
}

// Purge forgets finished operations that ended before the given time, dead letters only when told to, and returns
// how many. An operation that is forgotten could be put again, so the time lies behind everything the chain may
// still repeat.
func (b *Outbox) Purge(before time.Time, dead bool) (int, error) {
	purged := 0
	err := b.o.Store.Finish(func(tx *store.Tx) error {
		purged = 0
		type finished struct {
			key []byte
			id  string
		}
		var all []finished
		limit := store.Key(endPrefix, safemath.Clamp[uint64](before.UnixNano()))
		err := tx.Scan([]byte(endPrefix), nil, func(key, _ []byte) (bool, error) {
			if string(key) >= string(limit) || len(all) == purgeBatch {
				return false, nil
			}
			all = append(all, finished{key, string(key[len(endPrefix)+8:])})
			return true, nil
		})
		if err != nil {
			return err
		}
		for _, f := range all {
			op, err := b.Read(tx, f.id)
			if err != nil {
				return err
			}
			if op.Status == Dead && !dead {
				continue
			}
			if err := tx.Delete(opKey(f.id)); err != nil {
				return err
			}
			if err := tx.Delete(f.key); err != nil {
				return err
			}
			purged++
		}
		return nil
	})
	return purged, err
}

// purgeBatch bounds one Purge, so that other writers do not wait long.
const purgeBatch = 10_000

// Collect forgets what ended longer ago than it is kept, dead letters excepted, and gives the space back.
func (b *Outbox) Collect() error {
	if _, err := b.Purge(b.o.Clock.Now().Add(-b.o.Keep), false); err != nil {
		return err
	}
	return b.o.Store.Collect()
}

// Depth is how many operations are not finished.
func (b *Outbox) Depth() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sched.size
}

// OldestDue is how long the operation that waits longest has been due; zero where none is.
func (b *Outbox) OldestDue() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if at, some := b.sched.oldest(); some {
		return max(0, b.o.Clock.Now().Sub(at))
	}
	return 0
}

func (b *Outbox) audit(tx *store.Tx, action string, op Op) {
	tx.AfterCommit(func() {
		b.o.Log.Warn("an operator changed the queue", "action", action, "op", op.ID, "lane", op.Lane, "was", op.Status)
	})
}
