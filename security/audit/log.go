package audit

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/virtengine/virtengine/security/paths"
)

// file is what a log asks of the segment it writes.
type file interface {
	Write(p []byte) (int, error)
	Sync() error
	Close() error
}

// maxBatch is how many bytes one fsync puts on disk at most, but for a single record.
const maxBatch = 1 << 20

// Log is a log that is being written. Safe for concurrent use.
type Log struct {
	seal      sealer
	now       func() time.Time
	limit     int64 // bytes of a segment
	committed func(Commit)
	open      func(name string, size int64) (file, error) // for appending to a file that has this size
	aside     SetAside
	lock      *paths.Lock

	// Whoever puts something into token is the one who writes; the next two are the writer's.
	token chan struct{}
	file  file
	size  int64 // of file

	mu      sync.Mutex // guards what follows
	waiting []*request
	head    Head  // of what is on disk
	ended   error // ErrClosed or ErrFailed
}

// request is a record that somebody waits for.
type request struct {
	event Event
	done  chan struct{} // closed when head or err is there
	head  Head
	err   error
}

func (r *request) finish(head Head, err error) {
	r.head, r.err = head, err
	close(r.done)
}

func (r *request) finished() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// Append records an event: masked by package redact, stamped by the log's clock. When it returns without an error, the
// record is on disk, and the head names it. Concurrent callers share an fsync. It cannot be cancelled: whoever waits for
// the disk does not know yet whether the record is there. Fails with ErrEvent or ErrTooLarge, and then nothing was
// written; with ErrClosed; or with ErrFailed, and then the record may be there or not: who was refused must not act.
func (l *Log) Append(e Event) (Head, error) {
	if err := e.check(); err != nil {
		return Head{}, err
	}
	r := &request{event: e.masked(), done: make(chan struct{})}
	l.mu.Lock()
	err := l.ended
	if err == nil {
		l.waiting = append(l.waiting, r)
	}
	l.mu.Unlock()
	if err != nil {
		return Head{}, err
	}
	select {
	case <-r.done:
	case l.token <- struct{}{}:
		if !r.finished() { // else another writer took it along, and the next who waits writes the rest
			l.commit()
		}
		<-l.token
		<-r.done // whoever waits while nobody writes is in the next batch, and that was ours
	}
	return r.head, r.err
}

// Head names the last record that is on disk: keep it elsewhere, and Verify finds an end that was cut off.
func (l *Log) Head() Head {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.head
}

// SetAside says what Open set aside.
func (l *Log) SetAside() SetAside { return l.aside }

// Close ends the log after those who wait for a record. Closing again is ErrClosed.
func (l *Log) Close() error {
	l.token <- struct{}{}
	defer func() { <-l.token }()
	l.mu.Lock()
	before := l.ended
	if !errors.Is(before, ErrClosed) {
		l.ended = ErrClosed // nobody joins those who wait
	}
	l.mu.Unlock()
	if errors.Is(before, ErrClosed) {
		return ErrClosed
	}
	l.commit()
	err := l.file.Close()
	if l.lock != nil {
		err = errors.Join(err, l.lock.Close())
	}
	return err
}

// commit puts those who wait on disk and tells them. The caller is the writer. Nobody waits once a log has failed.
func (l *Log) commit() {
	l.mu.Lock()
	all, head := l.waiting, l.head
	l.waiting = nil
	l.mu.Unlock()
	b := batch{log: l, head: head}
	for i, r := range all {
		if err := b.add(r); err != nil {
			l.fail(err, append(b.requests, all[i:]...))
			return
		}
	}
	if err := b.flush(); err != nil {
		l.fail(err, b.requests)
	}
}

// fail ends the log: after a write or fsync that failed, the kernel may have dropped what it held, and to go on would
// acknowledge records behind a hole.
func (l *Log) fail(err error, refused []*request) {
	err = fmt.Errorf("%w: %w; hint: look after the disk, then open the log again", ErrFailed, err)
	l.mu.Lock()
	if l.ended == nil {
		l.ended = err
	}
	refused = append(refused, l.waiting...)
	l.waiting = nil
	l.mu.Unlock()
	for _, r := range refused {
		r.finish(Head{}, err)
	}
}
