package replay

import (
	"container/heap"
	"context"
	"fmt"
	"math"
	"time"

	"github.com/virtengine/virtengine/security/hashes"
)

// fingerprint stands for a key: SHA-256, so that an entry has one size whatever the key's.
type fingerprint [32]byte

// entry is one key and the Unix second from which on it may be forgotten.
type entry struct {
	key   fingerprint
	until int64
}

// newEntry checks what a caller wants remembered.
func newEntry(ctx context.Context, key string, until time.Time) (entry, error) {
	if err := ctx.Err(); err != nil {
		return entry{}, err
	}
	if key == "" || len(key) > MaxKey {
		return entry{}, fmt.Errorf("%w: %d bytes, want 1 to %d", ErrKey, len(key), MaxKey)
	}
	seconds := until.Unix()
	if until.Nanosecond() > 0 {
		if seconds == math.MaxInt64 {
			return entry{}, fmt.Errorf("%w: %s is beyond the end of time", ErrKey, until)
		}
		seconds++ // up: rounding down would forget too early
	}
	e := entry{until: seconds}
	copy(e.key[:], hashes.Of([]byte(key)).Bytes())
	return e, nil
}

// table is what a store knows. Not for concurrent use.
type table struct {
	max  int
	seen map[fingerprint]int64 // until
	next expiry
	// floor is the latest time of an entry that was forgotten. A key remembered until then or earlier may be that one.
	floor int64
}

func newTable(entries int) *table {
	return &table{max: entries, seen: make(map[fingerprint]int64), floor: math.MinInt64}
}

// add remembers e, or says why it cannot. Entries whose time has come are forgotten first.
func (t *table) add(e entry, at time.Time) error {
	now := at.Unix()
	t.forget(now)
	if _, used := t.seen[e.key]; used {
		return ErrReplayed
	}
	if e.until <= now || e.until <= t.floor {
		return fmt.Errorf("%w: until %s, now %s; hint: check both clocks", ErrTooLate,
			time.Unix(e.until, 0).UTC().Format(time.RFC3339), at.UTC().Format(time.RFC3339))
	}
	if len(t.seen) >= t.max {
		return fmt.Errorf("%w: all %d entries; hint: allow more, or let signatures live shorter", ErrFull, t.max)
	}
	t.put(e)
	return nil
}

func (t *table) put(e entry) {
	if old, there := t.seen[e.key]; there && old >= e.until {
		return
	}
	t.seen[e.key] = e.until
	heap.Push(&t.next, e)
}

// forget drops what may be forgotten at now: each entry once, so a call costs little on average.
func (t *table) forget(now int64) {
	for len(t.next) > 0 && t.next[0].until <= now {
		e, ok := heap.Pop(&t.next).(entry)
		if !ok {
			continue
		}
		t.floor = max(t.floor, e.until)
		if t.seen[e.key] == e.until {
			delete(t.seen, e.key)
		}
	}
}

// expiry is a heap whose first entry is the first to be forgotten.
type expiry []entry

func (x expiry) Len() int           { return len(x) }
func (x expiry) Less(i, j int) bool { return x[i].until < x[j].until }
func (x expiry) Swap(i, j int)      { x[i], x[j] = x[j], x[i] }

// Push implements heap.Interface.
func (x *expiry) Push(v any) {
	if e, ok := v.(entry); ok {
		*x = append(*x, e)
	}
}

// Pop implements heap.Interface.
func (x *expiry) Pop() any {
	last := len(*x) - 1
	e := (*x)[last]
	*x = (*x)[:last]
	return e
}
