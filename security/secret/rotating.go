package secret

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/virtengine/virtengine/security/entropy"
)

// Rotation says how a secret is kept current.
type Rotation struct {
	Every   time.Duration                                    // between looks at the source, above 0; a random quarter less, so that programs do not all look at once
	Overlap time.Duration                                    // how long the value before the current one stays good, from 0 on
	Now     func() time.Time                                 // time.Now outside tests
	Sleep   func(ctx context.Context, d time.Duration) error // waits for d; the context's cause if that ends first
	Entropy io.Reader                                        // entropy.Reader() outside tests
	Changed func(old, current Bytes)                         // nil: nobody is told. Called one at a time; it must not call Refresh.
	Failed  func(error)                                      // nil: nobody is told. A look that failed; the last good value stays.
}

// Rotating is a secret that its source changes now and then. Safe for concurrent use.
type Rotating struct {
	resolver *Resolver
	ref      Reference
	how      Rotation
	random   entropy.Source

	turn sync.Mutex // one look at a time
	mu   sync.Mutex // guards what follows
	now  Bytes
	old  Bytes
	till time.Time // until when old is good
}

// NewRotating fetches the secret for the first time. Fails as Resolve does, or if something of how is missing.
func NewRotating(ctx context.Context, r *Resolver, ref Reference, how Rotation) (*Rotating, error) {
	if r == nil || how.Now == nil || how.Sleep == nil {
		return nil, errors.New("a rotating secret needs a resolver, a clock and a way to sleep")
	}
	if how.Every <= 0 || how.Overlap < 0 {
		return nil, fmt.Errorf("a rotating secret is looked at every %s and overlaps by %s; hint: above 0, and from 0 on", how.Every, how.Overlap)
	}
	random, err := entropy.From(how.Entropy)
	if err != nil {
		return nil, err
	}
	first, err := r.Resolve(ctx, ref)
	if err != nil {
		return nil, err
	}
	return &Rotating{resolver: r, ref: ref, how: how, random: random, now: first}, nil
}

// Current is the newest value. Ask each time: a value is wiped once it is neither current nor the one before.
func (r *Rotating) Current() Bytes {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// Previous is the value before the current one, while the overlap lasts.
func (r *Rotating) Previous() (Bytes, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.old.IsZero() || !r.how.Now().Before(r.till) {
		return Bytes{}, false
	}
	return r.old, true
}

// Accepts says in constant time whether candidate is the current value, or the one before it while the overlap lasts:
// for those who check a secret that others rotate at their own pace.
func (r *Rotating) Accepts(candidate []byte) bool {
	old, _ := r.Previous()
	isOld := old.Matches(candidate) // both are compared, whichever matches
	return r.Current().Matches(candidate) || isOld
}

// Refresh looks at the source now and tells whether the value changed. When it fails, the last good value stays.
func (r *Rotating) Refresh(ctx context.Context) (changed bool, err error) {
	r.turn.Lock()
	defer r.turn.Unlock()
	fresh, err := r.resolver.Resolve(ctx, r.ref)
	if err != nil {
		return false, err
	}
	r.expire()
	current := r.Current()
	if fresh.Equal(current) {
		fresh.Wipe()
		return false, nil
	}
	r.replace(fresh)
	if r.how.Changed != nil {
		r.how.Changed(current, fresh)
	}
	return true, nil
}

// replace makes fresh the current value. What was before the current one is wiped, even if its time is not over: two
// changes within one overlap mean that somebody wants it gone.
func (r *Rotating) replace(fresh Bytes) {
	r.mu.Lock()
	gone := r.old
	r.old, r.now, r.till = r.now, fresh, r.how.Now().Add(r.how.Overlap)
	r.mu.Unlock()
	gone.Wipe()
}

// expire wipes the previous value when its time is over.
func (r *Rotating) expire() {
	r.mu.Lock()
	var gone Bytes
	if !r.how.Now().Before(r.till) {
		gone, r.old = r.old, Bytes{}
	}
	r.mu.Unlock()
	gone.Wipe()
}

// Run looks at the source again and again until ctx ends, and returns why it did.
func (r *Rotating) Run(ctx context.Context) error {
	for {
		jitter, err := r.random.Jitter(r.how.Every / 2)
		if err != nil {
			return err
		}
		if err := r.how.Sleep(ctx, r.how.Every/2+jitter); err != nil {
			return err
		}
		if _, err := r.Refresh(ctx); err != nil && r.how.Failed != nil && ctx.Err() == nil {
			r.how.Failed(err)
		}
	}
}
