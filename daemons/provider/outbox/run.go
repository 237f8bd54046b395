package outbox

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/virtengine/virtengine/daemons/provider/store"
)

// Bounds of the waits between attempts.
const (
	firstWait     = time.Second
	longestWait   = 5 * time.Minute
	persistedWait = time.Hour   // between attempts of a kind that persists, past its limit
	roomWait      = time.Second // between tries to write a result while the disk is full
)

// Run executes what falls due until ctx ends, then waits for what runs. It returns nil after ctx ended, else the
// error that made the store unusable.
func (b *Outbox) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wg sync.WaitGroup
	for range b.o.Workers {
		wg.Go(func() {
			if err := b.work(ctx); err != nil {
				stop(err)
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

func (b *Outbox) work(ctx context.Context) error {
	for ctx.Err() == nil {
		ran, wait, some, err := b.step(ctx)
		if err != nil {
			return err
		}
		if ran {
			continue
		}
		if !some {
			wait = time.Minute
		}
		fired, cancel := b.o.Clock.After(wait)
		select {
		case <-ctx.Done():
		case <-b.wake:
		case <-fired:
		}
		cancel()
	}
	return nil
}

// RunDue executes on this goroutine what is due, until nothing is, and returns how many attempts that were.
// Tests and one-shot tools use it instead of Run.
func (b *Outbox) RunDue(ctx context.Context) (attempts int, err error) {
	for ctx.Err() == nil {
		ran, _, _, err := b.step(ctx)
		if err != nil || !ran {
			return attempts, err
		}
		attempts++
	}
	return attempts, ctx.Err()
}

// step executes the next operation that is due; else it says how long until one is.
func (b *Outbox) step(ctx context.Context) (ran bool, wait time.Duration, some bool, err error) {
	b.mu.Lock()
	lane, id, wait, some := b.sched.take(b.o.Clock.Now())
	b.mu.Unlock()
	if id == "" {
		return false, wait, some, nil
	}
	b.notify() // whoever waits next must know when the next operation falls due: this worker is busy now
	due, err := b.execute(ctx, lane, id)
	b.mu.Lock()
	b.sched.release(lane, due, b.o.Clock.Now())
	b.mu.Unlock()
	b.notify()
	return true, 0, false, err
}

// execute makes one attempt. due is when the operation may be tried again (zero: it ended, or another comes first).
func (b *Outbox) execute(ctx context.Context, lane, id string) (due time.Time, err error) {
	var op Op
	var skip bool
	err = b.finish(ctx, func(tx *store.Tx) error {
		if op, err = b.Read(tx, id); err != nil {
			return err
		}
		if skip = op.Status.Terminal(); skip {
			return nil // cancelled between its turn and now
		}
		op.Status, op.Boot, op.Updated = Executing, b.o.Boot, b.o.Clock.Now()
		op.Attempts++
		op.Counted++ // taken back where the failure does not count; a crash counts
		return tx.Set(opKey(id), op)
	})
	if err != nil || skip {
		return time.Time{}, b.survivable(ctx, err)
	}
	kind, ok := b.kinds[op.Kind]
	if !ok {
		kind = Kind{Handle: func(context.Context, Op) (Commit, error) {
			return nil, Operator(fmt.Errorf("%w: %q", ErrUnknownKind, op.Kind))
		}, MaxAttempts: 1, Timeout: time.Minute}
	}
	began := b.o.Clock.Now()
	commit, failure := b.attempt(ctx, lane, kind, op)
	b.metrics.attempt(op.Kind, failure, b.o.Clock.Now().Sub(began))
	return b.conclude(ctx, kind, op, commit, failure)
}

// attempt calls the handler, interruptible by a superseding operation.
func (b *Outbox) attempt(ctx context.Context, lane string, kind Kind, op Op) (Commit, error) {
	ctx, cancel := context.WithTimeout(ctx, kind.Timeout)
	defer cancel()
	b.mu.Lock()
	b.sched.running(lane, cancel)
	b.mu.Unlock()
	if over, err := b.overtaken(op, kind); err != nil || over {
		return nil, errors.Join(err, context.Canceled)
	}
	if !op.Deadline.IsZero() && !b.o.Clock.Now().Before(op.Deadline) {
		return nil, &Failure{Class: ClassDeadline, Err: fmt.Errorf("its time was over at %s", op.Deadline.Format(time.RFC3339))}
	}
	return kind.Handle(ctx, op)
}

// overtaken tells whether the lane was fenced before the handler could be interrupted.
func (b *Outbox) overtaken(op Op, kind Kind) (fenced bool, err error) {
	if kind.Supersedes || kind.AfterFence {
		return false, nil
	}
	err = b.o.Store.View(func(tx *store.Tx) error { fenced, err = tx.Has(fenceKey(op.Lane)); return err })
	return fenced, err
}

// conclude commits the outcome of one attempt.
func (b *Outbox) conclude(ctx context.Context, kind Kind, op Op, commit Commit, failure error) (due time.Time, err error) {
	if failure == nil {
		err := b.finish(ctx, func(tx *store.Tx) error {
			if commit != nil {
				if err := commit(tx); err != nil {
					return &commitError{err}
				}
			}
			op.Class, op.Error = "", ""
			return b.end(tx, op, Done)
		})
		var ce *commitError
		if !errors.As(err, &ce) {
			return time.Time{}, b.survivable(ctx, err)
		}
		failure = fmt.Errorf("write the result: %w", ce.err)
	}
	err = b.finish(ctx, func(tx *store.Tx) error {
		due, err = b.fail(ctx, tx, kind, op, failure)
		return err
	})
	return due, b.survivable(ctx, err)
}

// fail writes what a failure leads to: another attempt, a dead letter, or nothing at all after an interruption.
func (b *Outbox) fail(ctx context.Context, tx *store.Tx, kind Kind, op Op, failure error) (time.Time, error) {
	now := b.o.Clock.Now()
	op.Class, op.Error = ClassOf(failure), failure.Error()
	if ctx.Err() != nil { // the daemon stops: the attempt never was
		op.Attempts, op.Counted = op.Attempts-1, op.Counted-1
		op.Status, op.Boot, op.Due, op.Updated = Pending, "", now, now
		return now, tx.Set(opKey(op.ID), op)
	}
	if over, err := tx.Has(fenceKey(op.Lane)); err != nil {
		return time.Time{}, err
	} else if over && !kind.Supersedes && !kind.AfterFence {
		return time.Time{}, b.end(tx, op, Cancelled)
	}
	var wait time.Duration
	switch op.Class {
	case ClassPermanent, ClassOperator, ClassDeadline:
		if !kind.Persists {
			return time.Time{}, b.bury(tx, kind, op)
		}
		wait = persistedWait
	case ClassUnavailable, ClassUnknown:
		op.Counted--
		wait = b.backoff(op.Attempts)
	case ClassThrottled:
		var f *Failure
		errors.As(failure, &f)
		wait = f.After
	default:
		wait = b.backoff(op.Counted)
	}
	if op.Counted >= kind.MaxAttempts {
		if !kind.Persists {
			return time.Time{}, b.bury(tx, kind, op)
		}
		wait = persistedWait
	}
	if kind.Persists && wait == persistedWait {
		b.metrics.alarms.WithLabelValues(op.Kind).Inc()
		b.o.Log.Error("operation keeps failing and is tried hourly", "op", op.ID, "lane", op.Lane, "attempts", op.Attempts, "error", op.Error)
	}
	op.Status, op.Boot, op.Due, op.Updated = Pending, "", now.Add(wait), now
	return op.Due, tx.Set(opKey(op.ID), op)
}

// bury makes op a dead letter.
func (b *Outbox) bury(tx *store.Tx, kind Kind, op Op) error {
	if kind.Dead != nil {
		if err := kind.Dead(tx, op); err != nil {
			return fmt.Errorf("dead letter %s: %w", op.ID, err)
		}
	}
	tx.AfterCommit(func() {
		b.o.Log.Error("operation is a dead letter", "op", op.ID, "lane", op.Lane, "class", op.Class, "attempts", op.Attempts, "error", op.Error,
			"hint", "see it with `provider-daemon queue show`, try it again with `queue retry`")
	})
	return b.end(tx, op, Dead)
}

// backoff is full jitter over a doubling bound, 1 s to 5 min.
func (b *Outbox) backoff(attempt uint32) time.Duration {
	bound := firstWait
	for ; attempt > 1 && bound < longestWait; attempt-- {
		bound *= 2
	}
	return b.o.Jitter(min(bound, longestWait))
}

// finish commits fn, waiting for room while the disk is full, so that no result is lost.
func (b *Outbox) finish(ctx context.Context, fn func(tx *store.Tx) error) error {
	for {
		err := b.o.Store.Finish(fn)
		if !errors.Is(err, store.ErrFull) {
			return err
		}
		b.o.Log.Error("a result waits for room", "error", err)
		fired, stop := b.o.Clock.After(roomWait)
		select {
		case <-ctx.Done():
			stop()
			return err
		case <-fired:
		}
	}
}

// survivable is nil for an error that leaves the operation for the next process: the daemon is stopping.
func (b *Outbox) survivable(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return nil
	}
	return err
}

type commitError struct{ err error }

func (e *commitError) Error() string { return e.err.Error() }
