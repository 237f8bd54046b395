package ratelimit_test

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/ratelimit"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// clock is moved by its test.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func newLimiter(t require.TestingT, burst int, every time.Duration, keys int) (*ratelimit.Limiter, *clock) {
	c := &clock{noon}
	l, err := ratelimit.New(ratelimit.Config{Burst: burst, Every: every, Keys: keys, Now: c.Now})
	require.NoError(t, err)
	return l, c
}

func allow(t *testing.T, l *ratelimit.Limiter, key string, n int) {
	wait, err := l.Allow(key, n)
	require.NoError(t, err)
	require.Zero(t, wait)
}

func refuse(t *testing.T, l *ratelimit.Limiter, key string, n int, want time.Duration) {
	wait, err := l.Allow(key, n)
	require.ErrorIs(t, err, ratelimit.ErrLimited)
	require.Equal(t, want, wait)
}

func TestABucketEmptiesAndFills(t *testing.T) {
	l, c := newLimiter(t, 3, time.Second, 10)
	allow(t, l, "a", 2)
	allow(t, l, "a", 1)
	refuse(t, l, "a", 1, time.Second)
	refuse(t, l, "a", 3, 3*time.Second)
	allow(t, l, "b", 3) // another's bucket is another
	c.now = c.now.Add(time.Second - 1)
	refuse(t, l, "a", 1, 1)
	c.now = c.now.Add(1)
	allow(t, l, "a", 1)
	refuse(t, l, "a", 1, time.Second)
	c.now = c.now.Add(time.Hour)
	allow(t, l, "a", 3)
	refuse(t, l, "a", 1, time.Second) // an hour fills a bucket once
}

func TestWhatIsNotAllowed(t *testing.T) {
	l, _ := newLimiter(t, 3, time.Second, 10)
	for name, tc := range map[string]struct {
		reason, key string
		n           int
		want        error
	}{
		"Burst":   {"a full bucket can be emptied at once", "a", 3, nil},
		"More":    {"what never fits is told apart from what must wait", "b", 4, ratelimit.ErrNever},
		"Huge":    {"nothing overflows", "b", 1 << 62, ratelimit.ErrNever},
		"None":    {"nothing costs something", "b", 0, ratelimit.ErrCount},
		"Less":    {"nobody puts tokens back", "b", -1, ratelimit.ErrCount},
		"NoKey":   {"everybody without a name would share one", "", 1, ratelimit.ErrKey},
		"LongKey": {"memory is bounded", strings.Repeat("k", ratelimit.MaxKey+1), 1, ratelimit.ErrKey},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := l.Allow(tc.key, tc.n)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

func TestSettingsThatMakeNoSense(t *testing.T) {
	good := ratelimit.Config{Burst: 1, Every: time.Second, Keys: 1, Now: time.Now}
	for name, tc := range map[string]struct {
		reason, field string
		change        func(*ratelimit.Config)
	}{
		"NoBurst":  {"nothing would ever pass", "Burst", func(c *ratelimit.Config) { c.Burst = 0 }},
		"NoEvery":  {"there would be no limit", "Every", func(c *ratelimit.Config) { c.Every = 0 }},
		"Negative": {"time does not go back", "Every", func(c *ratelimit.Config) { c.Every = -1 }},
		"Months":   {"a bucket that never fills again, or wraps", "Burst", func(c *ratelimit.Config) { c.Burst = 1 << 62 }},
		"NoKeys":   {"everybody would share the overflow", "Keys", func(c *ratelimit.Config) { c.Keys = 0 }},
		"AllKeys":  {"memory is bounded", "Keys", func(c *ratelimit.Config) { c.Keys = ratelimit.MaxKeys + 1 }},
		"NoClock":  {"nothing would come back", "Now", func(c *ratelimit.Config) { c.Now = nil }},
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			tc.change(&c)
			_, err := ratelimit.New(c)
			require.ErrorIs(t, err, ratelimit.ErrConfig, tc.reason)
			var which *ratelimit.ConfigError
			require.ErrorAs(t, err, &which)
			require.Equal(t, tc.field, which.Field)
		})
	}
}

// TestWhoRotatesKeysGainsNothing: an attacker with a new key for every request, a user who was there before, and a newcomer.
func TestWhoRotatesKeysGainsNothing(t *testing.T) {
	const keys, burst = 100, 10
	l, c := newLimiter(t, burst, time.Second, keys)
	allow(t, l, "user", 1)
	taken, next := 0, 0
	for range 60 { // a minute: six refills
		c.now = c.now.Add(time.Second)
		for range 1000 {
			next++
			if _, err := l.Allow("attacker "+strconv.Itoa(next), 1); err == nil {
				taken++
			}
		}
		allow(t, l, "user", 1)
		require.LessOrEqual(t, l.Buckets(), keys)
	}
	require.LessOrEqual(t, taken, 6*keys+burst+60, "buckets once per refill, and the overflow's: of sixty thousand")
	allow(t, l, "user", burst-1) // what he has saved up nobody took

	// The attacker empties one bucket and then rotates to have it forgotten.
	l, _ = newLimiter(t, burst, time.Second, keys)
	allow(t, l, "attacker", burst)
	for i := range 10 * keys {
		_, _ = l.Allow(strconv.Itoa(i), 1)
	}
	refuse(t, l, "attacker", 1, time.Second)
}

func TestNewcomersShareTheOverflow(t *testing.T) {
	l, c := newLimiter(t, 4, time.Second, 1)
	allow(t, l, "resident", 4)
	allow(t, l, "a", 2)
	allow(t, l, "b", 2)
	refuse(t, l, "c", 1, time.Second)
	require.Equal(t, 1, l.Buckets())
	c.now = c.now.Add(time.Second)
	allow(t, l, "resident", 1)
	c.now = c.now.Add(3 * time.Second) // the generations turn; the resident stays
	allow(t, l, "resident", 1)
	allow(t, l, "a", 4)
	refuse(t, l, "b", 1, time.Second)
	c.now = c.now.Add(6 * time.Second) // the resident is full again, and gone
	allow(t, l, "b", 4)
	require.Equal(t, 1, l.Buckets(), "now b lives here")
}

func TestAClockThatGoesBack(t *testing.T) {
	l, c := newLimiter(t, 1, time.Second, 10)
	c.now = c.now.Add(time.Minute)
	allow(t, l, "a", 1)
	c.now = c.now.Add(-time.Hour)
	refuse(t, l, "a", 1, time.Second)
	allow(t, l, "b", 1)
}

type grant struct {
	at time.Duration
	n  int
}

// TestNoKeyGetsMoreThanItsShare holds the sentence of the guarantee against every window between two grants of a key, while
// buckets are made, evicted and shared.
func TestNoKeyGetsMoreThanItsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		burst := rapid.IntRange(1, 5).Draw(t, "burst")
		every := time.Duration(rapid.Int64Range(1, 7).Draw(t, "every"))
		l, c := newLimiter(t, burst, every, rapid.IntRange(1, 4).Draw(t, "keys"))
		names := rapid.IntRange(1, 7).Draw(t, "names")
		got := map[int][]grant{}
		high := time.Duration(0) // the clock may go back: windows are measured on its highest stand
		for range rapid.IntRange(1, 150).Draw(t, "steps") {
			c.now = c.now.Add(time.Duration(rapid.Int64Range(-2, 12).Draw(t, "passes")))
			high = max(high, c.now.Sub(noon))
			key, n := rapid.IntRange(1, names).Draw(t, "key"), rapid.IntRange(1, burst).Draw(t, "n")
			wait, err := l.Allow(strconv.Itoa(key), n)
			if err == nil {
				got[key] = append(got[key], grant{high, n})
			} else if wait <= 0 || wait > time.Duration(burst)*every {
				t.Fatalf("wait %d with a refill of %d", wait, time.Duration(burst)*every)
			}
		}
		for key, grants := range got {
			for i := range grants {
				sum := 0
				for _, g := range grants[i:] {
					sum += g.n
					window := g.at - grants[i].at
					if time.Duration(sum-burst)*every > window {
						t.Fatalf("key %d: %d tokens in %d, burst %d, one every %d", key, sum, window, burst, every)
					}
				}
			}
		}
	})
}

// TestAWaitIsKept: alone with its bucket, a key gets its tokens after the wait, and not a nanosecond before.
func TestAWaitIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		burst := rapid.IntRange(1, 100).Draw(t, "burst")
		every := time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "every"))
		l, c := newLimiter(t, burst, every, 1)
		for range 20 {
			n := rapid.IntRange(1, burst).Draw(t, "n")
			wait, err := l.Allow("a", n)
			if err == nil {
				continue
			}
			c.now = c.now.Add(wait - 1)
			if again, err := l.Allow("a", n); err == nil || again != 1 {
				t.Fatalf("early: %d, %v", again, err)
			}
			c.now = c.now.Add(1)
			if _, err := l.Allow("a", n); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestManyAtOnceGetABurst(t *testing.T) {
	l, _ := newLimiter(t, 50, time.Hour/50, 10)
	var got atomic.Int64
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range 100 {
				if _, err := l.Allow("key "+strconv.Itoa(i%4), 1); err == nil {
					got.Add(1)
				}
			}
		})
	}
	group.Wait()
	require.EqualValues(t, 4*50, got.Load())
}

// BenchmarkMemoryPerKey reports the bytes of a bucket whose key is an IPv6 /64, with the key.
func BenchmarkMemoryPerKey(b *testing.B) {
	for _, keys := range []int{10_000, 1_000_000} {
		b.Run(strconv.Itoa(keys), func(b *testing.B) {
			for b.Loop() {
				l, _ := newLimiter(b, 10, time.Hour, keys)
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				for i := range keys {
					if _, err := l.Allow(fmt.Sprintf("2001:db8:%x:%x::/64", i>>16, i&0xffff), 1); err != nil {
						b.Fatal(err)
					}
				}
				runtime.GC()
				runtime.ReadMemStats(&after)
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(l.Buckets()), "bytes/key")
				runtime.KeepAlive(l)
			}
		})
	}
}

func BenchmarkAllowSameKey(b *testing.B) {
	l, c := newLimiter(b, 10, time.Second, 1000)
	for b.Loop() {
		c.now = c.now.Add(time.Second)
		_, _ = l.Allow("192.0.2.1", 1)
	}
}

func BenchmarkAllowRotatingKeys(b *testing.B) {
	l, c := newLimiter(b, 10, time.Millisecond, 100_000)
	names := make([]string, 1<<20)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	i := 0
	for b.Loop() {
		c.now = c.now.Add(time.Microsecond)
		_, _ = l.Allow(names[i&(len(names)-1)], 1)
		i++
	}
}
