package service

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Errors of admission.
var (
	// ErrBusy says that as many requests wait as may; it is a *BusyError.
	ErrBusy = errors.New("queue is full")
	// ErrStopping says that the service ends.
	ErrStopping = errors.New("service is stopping")
	// ErrWait says that a request's turn did not come in time.
	ErrWait = errors.New("waited too long")
)

// BusyError says when to come back.
type BusyError struct{ After time.Duration }

// Error says so too.
func (e *BusyError) Error() string { return fmt.Sprintf("%v; hint: come back in %s", ErrBusy, e.After) }

// Unwrap makes every BusyError an ErrBusy.
func (e *BusyError) Unwrap() error { return ErrBusy }

// queue lets so many requests run and so many wait, in the order in which they came.
type queue struct {
	slots chan struct{} // one element for each request that runs
	limit int64
	hint  time.Duration // that one place in the queue costs

	mu       sync.Mutex
	waiting  int64
	running  int64
	stopping bool
	stop     chan struct{} // closed when stopping
	idle     chan struct{} // closed when stopping and nothing is left
}

func newQueue(l Limits) *queue {
	return &queue{slots: make(chan struct{}, l.Parallel), limit: l.Queue, hint: max(l.Timeout/time.Duration(l.Parallel), time.Millisecond),
		stop: make(chan struct{}), idle: make(chan struct{})}
}

// enter takes a place, and waits for it at most as long as said. leave is called once, when the request has ended. Fails with
// ErrBusy, ErrStopping, ErrWait, and ctx's error.
func (q *queue) enter(ctx context.Context, clock Clock, wait time.Duration) (leave func(), err error) {
	if err := q.line(); err != nil {
		return nil, err
	}
	late, cancel := clock.After(wait)
	defer cancel()
	select {
	case q.slots <- struct{}{}: // in the order in which the senders came
		return q.start()
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-q.stop:
		err = ErrStopping
	case <-late:
		err = fmt.Errorf("%w: %s", ErrWait, wait)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting--
	q.left()
	return nil, err
}

// line takes a place among those who wait. Who finds a free slot waits for no time, but is counted.
func (q *queue) line() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.stopping {
		return ErrStopping
	}
	free := int64(cap(q.slots)) - q.running
	if q.waiting >= q.limit+free {
		return &BusyError{After: q.hint * time.Duration(q.waiting+1)}
	}
	q.waiting++
	return nil
}

func (q *queue) start() (func(), error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting--
	if q.stopping {
		<-q.slots
		q.left()
		return nil, ErrStopping
	}
	q.running++
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.running--
		<-q.slots
		q.left()
	}, nil
}

// left tells who waits for the end, if it is reached. The lock is held.
func (q *queue) left() {
	if q.stopping && q.waiting == 0 && q.running == 0 {
		select {
		case <-q.idle:
		default:
			close(q.idle)
		}
	}
}

// drain takes no more requests, sends those that wait away, and returns what is closed when those that run have ended.
func (q *queue) drain() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.stopping {
		q.stopping = true
		close(q.stop)
	}
	q.left()
	return q.idle
}

// depth is how many wait and how many run.
func (q *queue) depth() (waiting, running int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting, q.running
}
