// Package replaytest is the contract of replay.Store.
//
// Guarantee: a store for which Run passes remembers and forgets as replay.Store says, by its clock alone. Threat: a store
// that works in the memory of one test and lets a replay through elsewhere. It does not test what survives a crash, since
// only a store knows how it can be killed.
package replaytest

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/authn/replay"
)

// noon is when the stores of a contract are made.
var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// Clock is a clock that a test moves. Safe for concurrent use.
type Clock struct{ seconds atomic.Int64 }

// NewClock stands at 2026-01-01T12:00:00Z.
func NewClock() *Clock {
	c := new(Clock)
	c.seconds.Store(noon.Unix())
	return c
}

// Now is the time.
func (c *Clock) Now() time.Time { return time.Unix(c.seconds.Load(), 0).UTC() }

// Add moves the clock, in whole seconds.
func (c *Clock) Add(d time.Duration) { c.seconds.Add(int64(d / time.Second)) }

// Run holds a store against the contract. open makes an empty one of so many entries.
func Run(t *testing.T, open func(t *testing.T, entries int, now func() time.Time) replay.Store) {
	ctx := context.Background()
	fresh := func(t *testing.T, entries int) (replay.Store, *Clock) {
		c := NewClock()
		s := open(t, entries, c.Now)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return s, c
	}
	t.Run("a key is good once", func(t *testing.T) {
		s, c := fresh(t, 10)
		require.NoError(t, s.Remember(ctx, "a", c.Now().Add(time.Minute)))
		require.ErrorIs(t, s.Remember(ctx, "a", c.Now().Add(time.Minute)), replay.ErrReplayed)
		require.ErrorIs(t, s.Remember(ctx, "a", c.Now().Add(time.Hour)), replay.ErrReplayed, "whatever time the second one names")
		require.NoError(t, s.Remember(ctx, "b", c.Now().Add(time.Minute)), "another key is another")
	})
	t.Run("keys are bytes", func(t *testing.T) {
		s, c := fresh(t, 10)
		for _, key := range []string{"a", "A", "a ", "a\x00", "\xff", strings.Repeat("a", replay.MaxKey)} {
			require.NoError(t, s.Remember(ctx, key, c.Now().Add(time.Minute)), "%q", key)
		}
		require.ErrorIs(t, s.Remember(ctx, "", c.Now().Add(time.Minute)), replay.ErrKey)
		require.ErrorIs(t, s.Remember(ctx, strings.Repeat("a", replay.MaxKey+1), c.Now().Add(time.Minute)), replay.ErrKey)
	})
	t.Run("a key is remembered to its last moment, and no longer", func(t *testing.T) {
		s, c := fresh(t, 10)
		require.NoError(t, s.Remember(ctx, "a", c.Now().Add(59*time.Second+time.Nanosecond)))
		c.Add(59 * time.Second)
		require.ErrorIs(t, s.Remember(ctx, "a", c.Now().Add(time.Minute)), replay.ErrReplayed)
		c.Add(time.Second)
		require.NoError(t, s.Remember(ctx, "a", c.Now().Add(time.Minute)))
	})
	t.Run("what is past is refused", func(t *testing.T) {
		s, c := fresh(t, 10)
		require.ErrorIs(t, s.Remember(ctx, "a", c.Now()), replay.ErrTooLate)
		require.ErrorIs(t, s.Remember(ctx, "a", time.Time{}), replay.ErrTooLate)
	})
	t.Run("a clock that goes back opens no gap", func(t *testing.T) {
		s, c := fresh(t, 10)
		until := c.Now().Add(time.Minute)
		require.NoError(t, s.Remember(ctx, "a", until))
		c.Add(time.Hour)
		require.NoError(t, s.Remember(ctx, "b", c.Now().Add(time.Minute)), "here a is forgotten")
		c.Add(-time.Hour)
		require.ErrorIs(t, s.Remember(ctx, "a", until), replay.ErrTooLate)
	})
	t.Run("a full store refuses and forgets nothing", func(t *testing.T) {
		s, c := fresh(t, 3)
		until := c.Now().Add(time.Minute)
		for i := range 3 {
			require.NoError(t, s.Remember(ctx, strconv.Itoa(i), until.Add(time.Duration(i)*time.Minute)))
		}
		require.ErrorIs(t, s.Remember(ctx, "more", until), replay.ErrFull)
		require.ErrorIs(t, s.Remember(ctx, "0", until), replay.ErrReplayed)
		c.Add(time.Minute)
		require.NoError(t, s.Remember(ctx, "more", until.Add(time.Minute)), "time makes room")
		require.ErrorIs(t, s.Remember(ctx, "again", until.Add(time.Minute)), replay.ErrFull, "for as many as it freed")
	})
	t.Run("of many at once one succeeds", func(t *testing.T) {
		s, c := fresh(t, 1000)
		var won atomic.Int64
		var group sync.WaitGroup
		for i := range 64 {
			group.Go(func() {
				if s.Remember(ctx, "key "+strconv.Itoa(i%8), c.Now().Add(time.Minute)) == nil {
					won.Add(1)
				}
			})
		}
		group.Wait()
		require.EqualValues(t, 8, won.Load())
	})
	t.Run("who gave up is not remembered", func(t *testing.T) {
		s, c := fresh(t, 10)
		gone, cancel := context.WithCancel(ctx)
		cancel()
		require.ErrorIs(t, s.Remember(gone, "a", c.Now().Add(time.Minute)), context.Canceled)
		require.NoError(t, s.Remember(ctx, "a", c.Now().Add(time.Minute)))
	})
	t.Run("a closed store refuses", func(t *testing.T) {
		s, c := fresh(t, 10)
		require.NoError(t, s.Close())
		require.ErrorIs(t, s.Remember(ctx, "a", c.Now().Add(time.Minute)), replay.ErrUnavailable)
		require.NoError(t, s.Close(), "closing again does nothing")
	})
}
