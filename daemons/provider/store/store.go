// Package store is the provider daemon's one durable state: a Badger database in a folder that one process owns.
//
// Every part of the daemon writes through Update, one writer at a time, so that an operation, a follower's checkpoint
// and the reaction to an event are one transaction. What a killed process committed is there after it starts again;
// after a power failure the last second may be missing, and is fetched from the chain again since the checkpoint
// is missing with it.
package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/safemath"
)

// Errors of the store, wrapped with what it knows.
var (
	// ErrLocked says that another process owns the state folder.
	ErrLocked = errors.New("state folder is in use")
	// ErrFull says that the disk has no room for new work. Nothing was written.
	ErrFull = errors.New("state folder's disk is full")
	// ErrClosed says that the store was closed. Nothing was written.
	ErrClosed = errors.New("store is closed")
	// ErrNotFound says that a key has no value.
	ErrNotFound = errors.New("not in the store")
	// ErrCorrupt says that a value cannot be read.
	ErrCorrupt = errors.New("stored value is unreadable")
)

// Options say where the state is and how it is kept.
type Options struct {
	Dir          string // absolute
	MinFreeBytes uint64 // new work is refused below this; what is running may still finish until half of it
	SyncWrites   bool   // also survive a power failure with the last second, at the price of one disk flush per write
	// Free returns the free bytes of the disk dir is on; nil asks the operating system.
	Free func(dir string) (uint64, error)
}

// Store is an open state folder. Safe for concurrent use.
type Store struct {
	opts Options
	lock *paths.Lock
	db   *badger.DB

	mu     sync.Mutex // one writer at a time
	closed bool
}

// Open takes the folder's lock and opens the database, creating both where they are missing.
// Fails with ErrLocked when another process has the folder.
func Open(o Options) (*Store, error) {
	if o.Dir == "" {
		return nil, errors.New("store: no folder given")
	}
	if o.Free == nil {
		o.Free = freeBytes
	}
	lock, err := takeLock(o.Dir)
	if err != nil {
		return nil, err
	}
	opts := badger.DefaultOptions(filepath.Join(o.Dir, "db")).
		WithLogger(nil).
		WithSyncWrites(o.SyncWrites).
		WithDetectConflicts(false). // one writer at a time: nothing can conflict
		WithCompression(options.None).
		WithNumVersionsToKeep(1).
		WithMemTableSize(8 << 20).
		WithNumMemtables(2).
		WithValueLogFileSize(16 << 20).
		WithBlockCacheSize(0).
		WithNumCompactors(2)
	db, err := badger.Open(opts)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open state in %s: %w", o.Dir, err), lock.Close())
	}
	return &Store{opts: o, lock: lock, db: db}, nil
}

// Close writes what is in memory and gives the folder back. Closing twice is harmless.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	return errors.Join(s.db.Close(), s.lock.Close())
}

// Update runs fn and commits what it wrote, all or nothing, then runs the hooks fn left with Tx.AfterCommit.
// fn may run for a short time only, since everybody else waits.
// Fails with ErrFull when the disk has no room for new work, or with fn's error; then nothing is written.
func (s *Store) Update(fn func(tx *Tx) error) error { return s.update(s.opts.MinFreeBytes, fn) }

// Finish is Update for the end of work that has begun: it may use the reserve that Update leaves.
func (s *Store) Finish(fn func(tx *Tx) error) error { return s.update(s.opts.MinFreeBytes/2, fn) }

func (s *Store) update(need uint64, fn func(tx *Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	if err := s.room(need); err != nil {
		return err
	}
	btx := s.db.NewTransaction(true)
	defer btx.Discard()
	tx := &Tx{btx: btx}
	if err := fn(tx); err != nil {
		return err
	}
	if err := btx.Commit(); err != nil {
		if errors.Is(err, syscall.ENOSPC) {
			return fmt.Errorf("%w: %s: %w", ErrFull, s.opts.Dir, err)
		}
		return fmt.Errorf("commit: %w", err)
	}
	for _, hook := range tx.hooks {
		hook()
	}
	return nil
}

// View runs fn on a consistent snapshot. fn must not write.
func (s *Store) View(fn func(tx *Tx) error) error {
	if s.db.IsClosed() {
		return ErrClosed
	}
	btx := s.db.NewTransaction(false)
	defer btx.Discard()
	return fn(&Tx{btx: btx})
}

// Room returns nil while there is room for new work, else ErrFull with the figures.
func (s *Store) Room() error { return s.room(s.opts.MinFreeBytes) }

func (s *Store) room(need uint64) error {
	if need == 0 {
		return nil
	}
	free, err := s.opts.Free(s.opts.Dir)
	if err != nil {
		return fmt.Errorf("free space of %s: %w", s.opts.Dir, err)
	}
	if free < need {
		return fmt.Errorf("%w: %s has %d bytes free and keeps %d in reserve; free some space, work goes on by itself", ErrFull, s.opts.Dir, free, need)
	}
	return nil
}

// Flush makes everything committed so far survive a power failure.
func (s *Store) Flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	return s.db.Sync()
}

// Collect gives back the space of deleted values. It does a bounded amount of work.
func (s *Store) Collect() error {
	err := s.db.RunValueLogGC(0.5)
	if errors.Is(err, badger.ErrNoRewrite) || errors.Is(err, badger.ErrRejected) {
		return nil // nothing to collect
	}
	return err
}

func freeBytes(dir string) (uint64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return 0, err
	}
	return fs.Bavail * safemath.Clamp[uint64](fs.Bsize), nil
}
