// Package backoff spaces retries: each pause about twice the last, up to a limit, never quite the same, so that many
// clients that lost one node do not all come back in the same instant.
package backoff

import (
	"context"
	"time"

	"github.com/virtengine/virtengine/security/entropy"
)

// Backoff counts failures in a row. Its zero value pauses from 50 ms to 30 s. Not for concurrent use.
type Backoff struct {
	Min, Max time.Duration // of a pause; 0: the defaults
	failures int
}

const (
	defaultMin = 50 * time.Millisecond
	defaultMax = 30 * time.Second
)

// Next counts a failure and tells how long to pause: between half of the full pause and all of it.
func (b *Backoff) Next() time.Duration {
	full, most := b.Min, b.Max
	if full <= 0 {
		full = defaultMin
	}
	if most <= 0 {
		most = defaultMax
	}
	for range b.failures {
		if full >= most/2 {
			full = most
			break
		}
		full *= 2
	}
	b.failures++
	full = min(full, most)
	pause, err := entropy.Jitter(full)
	if err != nil {
		return full // without randomness the pauses are whole, and still grow
	}
	return pause
}

// Reset forgets the failures.
func (b *Backoff) Reset() { b.failures = 0 }

// Wait pauses for Next. Fails with the context's cause when it ends first.
func (b *Backoff) Wait(ctx context.Context) error {
	return Pause(ctx, b.Next())
}

// Pause waits for d. Fails with the context's cause when it ends first.
func Pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
