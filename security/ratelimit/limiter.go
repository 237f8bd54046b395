package ratelimit

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// Bounds of a Config.
const (
	MaxKeys   = 1 << 24
	MaxKey    = 256 // bytes of a key
	maxRefill = 30 * 24 * time.Hour
)

// Errors by which a caller tells one refusal from another.
var (
	// ErrLimited says that a key has not the tokens now; it will have them after the wait.
	ErrLimited = errors.New("rate limit")
	// ErrNever says that more tokens are asked for than a full bucket holds.
	ErrNever = errors.New("more than a full bucket")
	// ErrCount says that no tokens, or less, are asked for.
	ErrCount = errors.New("number of tokens")
	// ErrKey says that a key is empty or too long, or that a request has none.
	ErrKey = errors.New("rate limit key")
	// ErrConfig says which setting is missing or out of range; it is a *ConfigError.
	ErrConfig = errors.New("rate limit settings")
)

// ConfigError says which field of a Config is wrong. It is ErrConfig.
type ConfigError struct {
	Field  string
	Reason string
}

// Error implements error.
func (e *ConfigError) Error() string {
	return ErrConfig.Error() + ": " + e.Field + ": " + e.Reason
}

// Unwrap makes every ConfigError an ErrConfig.
func (e *ConfigError) Unwrap() error { return ErrConfig }

// Config says how much a key may do. All of it is needed.
type Config struct {
	Burst int           // tokens of a full bucket
	Every time.Duration // how long one token takes to come back
	Keys  int           // buckets that are held, 1 to MaxKeys

	// Now is the time. That of the system is best, since its differences do not change when somebody sets the clock; of
	// a clock that goes back, buckets wait until it has caught up.
	Now func() time.Time
}

func (c Config) check() error {
	switch {
	case c.Burst < 1:
		return &ConfigError{"Burst", fmt.Sprintf("%d tokens, want one or more", c.Burst)}
	case c.Every < 1:
		return &ConfigError{"Every", fmt.Sprintf("%s for a token, want a nanosecond or more", c.Every)}
	case int64(c.Burst) > int64(maxRefill/c.Every):
		return &ConfigError{"Burst", fmt.Sprintf("%d tokens every %s take longer than %s to come back", c.Burst, c.Every, maxRefill)}
	case c.Keys < 1 || c.Keys > MaxKeys:
		return &ConfigError{"Keys", fmt.Sprintf("%d buckets, want 1 to %d", c.Keys, MaxKeys)}
	case c.Now == nil:
		return &ConfigError{"Now", "no clock"}
	}
	return nil
}

// Limiter holds the buckets. Safe for concurrent use.
type Limiter struct {
	burst int
	every time.Duration
	now   func() time.Time
	start time.Time

	mu    sync.Mutex
	last  time.Duration // the latest time seen, since start
	table table
}

// New returns a limiter all of whose buckets are full. Fails with a *ConfigError.
func New(c Config) (*Limiter, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return &Limiter{
		burst: c.Burst, every: c.Every, now: c.Now, start: c.Now(),
		table: newTable(c.Keys, time.Duration(c.Burst)*c.Every),
	}, nil
}

// Allow takes n tokens from a key's bucket and returns 0 and nil, or takes none. Fails with ErrLimited and how long to
// wait, which is a promise only if nobody else takes the key's tokens meanwhile; with ErrNever, ErrCount or ErrKey and no
// time.
func (l *Limiter) Allow(key string, n int) (wait time.Duration, err error) {
	switch {
	case n < 1:
		return 0, fmt.Errorf("%w: %d", ErrCount, n)
	case n > l.burst:
		return 0, fmt.Errorf("%w: %d of %d tokens", ErrNever, n, l.burst)
	case key == "" || len(key) > MaxKey:
		return 0, fmt.Errorf("%w: %d bytes, want 1 to %d", ErrKey, len(key), MaxKey)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = max(l.last, l.now().Sub(l.start))
	// The bucket as the generic cell rate algorithm (ITU-T I.371) has it: one number, the time at which it is full again.
	full := max(l.table.get(key, l.last), l.last) + time.Duration(n)*l.every
	if wait = full - l.last - time.Duration(l.burst)*l.every; wait > 0 {
		return wait, fmt.Errorf("%w: %d tokens in %s", ErrLimited, n, wait)
	}
	l.table.set(key, full)
	return 0, nil
}

// Buckets is how many buckets are held now, the overflow bucket not among them.
func (l *Limiter) Buckets() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.table.size()
}
