package replay

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Limits of a store.
const (
	// MaxEntries is the most that a store may be told to hold: some 600 MiB of memory, at 110 to 150 bytes each.
	MaxEntries = 1 << 22
	// MaxKey is the longest key, in bytes.
	MaxKey = 4 << 10
)

// Errors by which a caller tells one refusal from another. After each of them the key must be treated as used.
var (
	// ErrReplayed says that a key was used before.
	ErrReplayed = errors.New("used before")
	// ErrTooLate says that the time to remember a key for is past, or so early that the store may have forgotten the key.
	ErrTooLate = errors.New("too late to be remembered")
	// ErrFull says that every entry is taken by a key that must still be remembered.
	ErrFull = errors.New("no room to remember more")
	// ErrUnavailable says that the store is closed or that its file cannot be written.
	ErrUnavailable = errors.New("replay store is unavailable")
	// ErrKey says that a key is empty or too long.
	ErrKey = errors.New("key cannot be remembered")
	// ErrConfig says that a store was asked for without a clock, a directory or a sensible size.
	ErrConfig = errors.New("replay store settings")
	// ErrCorrupt says that a store's file holds what it did not write.
	ErrCorrupt = errors.New("replay store is damaged")
)

// Store remembers keys until a time. Safe for concurrent use.
type Store interface {
	// Remember returns nil once for a key: the key is then remembered until the given time, rounded up to a second. Fails
	// with ErrReplayed, ErrTooLate, ErrFull, ErrUnavailable, ErrKey or the error of ctx; whatever the error, what the key
	// stands for must be refused.
	Remember(ctx context.Context, key string, until time.Time) error
	// Close gives up what the store holds. Remember fails with ErrUnavailable afterwards.
	Close() error
}

// Memory is a Store that ends with the process.
type Memory struct {
	now    func() time.Time
	mu     sync.Mutex
	table  *table
	closed bool
}

// NewMemory returns a store of at most entries keys, whose time is now's. Fails with ErrConfig.
func NewMemory(entries int, now func() time.Time) (*Memory, error) {
	if err := checkSettings(entries, now); err != nil {
		return nil, err
	}
	return &Memory{now: now, table: newTable(entries)}, nil
}

// Remember implements Store.
func (m *Memory) Remember(ctx context.Context, key string, until time.Time) error {
	e, err := newEntry(ctx, key, until)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return fmt.Errorf("%w: it is closed", ErrUnavailable)
	}
	return m.table.add(e, m.now())
}

// Close implements Store.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed, m.table = true, nil
	return nil
}

func checkSettings(entries int, now func() time.Time) error {
	switch {
	case entries < 1 || entries > MaxEntries:
		return fmt.Errorf("%w: %d entries, want 1 to %d", ErrConfig, entries, MaxEntries)
	case now == nil:
		return fmt.Errorf("%w: no clock", ErrConfig)
	}
	return nil
}
