package secret_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/entropy/entropytest"
	"github.com/virtengine/virtengine/security/secret"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// world is a source whose value a test sets, and a clock that it moves.
type world struct {
	mu    sync.Mutex
	value string
	err   error
	now   time.Time
	told  []string
	slept []time.Duration
}

func (w *world) Fetch(context.Context, string) (secret.Bytes, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return secret.Move([]byte(w.value)), w.err
}

func (w *world) clock() time.Time { return w.now }

func (w *world) rotating(t *testing.T, change func(*secret.Rotation)) (*secret.Rotating, error) {
	r, err := secret.NewResolver(map[string]secret.Source{"w": w})
	require.NoError(t, err)
	how := secret.Rotation{Every: time.Minute, Overlap: time.Hour, Now: w.clock, Entropy: entropytest.Reader(t, 1),
		Sleep: func(ctx context.Context, d time.Duration) error {
			w.slept = append(w.slept, d)
			return context.Cause(ctx)
		},
		Changed: func(old, current secret.Bytes) {
			a, err := old.Reveal()
			require.NoError(t, err)
			b, err := current.Reveal()
			require.NoError(t, err)
			w.told = append(w.told, string(a)+">"+string(b))
		}}
	if change != nil {
		change(&how)
	}
	return secret.NewRotating(t.Context(), r, reference(t, "w:x"), how)
}

func TestTheOldSecretStaysGoodForAWhile(t *testing.T) {
	w := &world{value: "one", now: noon}
	r, err := w.rotating(t, nil)
	require.NoError(t, err)
	one := r.Current()
	require.True(t, r.Accepts([]byte("one")))
	_, has := r.Previous()
	require.False(t, has)

	changed, err := r.Refresh(t.Context())
	require.NoError(t, err)
	require.False(t, changed, "the same value is no change")

	w.value = "two"
	changed, err = r.Refresh(t.Context())
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, []string{"one>two"}, w.told)
	require.True(t, r.Current().Matches([]byte("two")))
	require.True(t, r.Accepts([]byte("one")), "peers that did not hear of it yet still get in")
	require.True(t, r.Accepts([]byte("two")))
	require.False(t, r.Accepts([]byte("three")))

	w.now = noon.Add(time.Hour)
	require.False(t, r.Accepts([]byte("one")), "until the overlap is over")
	_, err = r.Refresh(t.Context())
	require.NoError(t, err)
	_, err = one.Reveal()
	require.ErrorIs(t, err, secret.ErrWiped, "and then it is gone from memory")
	require.True(t, r.Accepts([]byte("two")))
}

func TestTwoChangesInAHurryEndTheFirst(t *testing.T) {
	w := &world{value: "leaked", now: noon}
	r, err := w.rotating(t, nil)
	require.NoError(t, err)
	for _, v := range []string{"two", "three"} {
		w.value = v
		_, err = r.Refresh(t.Context())
		require.NoError(t, err)
	}
	require.False(t, r.Accepts([]byte("leaked")))
	require.True(t, r.Accepts([]byte("two")))
	require.True(t, r.Accepts([]byte("three")))
}

func TestNoOverlapMeansNone(t *testing.T) {
	w := &world{value: "one", now: noon}
	r, err := w.rotating(t, func(how *secret.Rotation) { how.Overlap, how.Changed = 0, nil })
	require.NoError(t, err)
	w.value = "two"
	_, err = r.Refresh(t.Context())
	require.NoError(t, err)
	require.False(t, r.Accepts([]byte("one")))
}

func TestASourceThatIsAwayDoesNotTakeTheSecretAway(t *testing.T) {
	w := &world{value: "one", now: noon}
	why := errors.New("shut down")
	ctx, cancel := context.WithCancelCause(t.Context())
	var failures []error
	r, err := w.rotating(t, func(how *secret.Rotation) {
		how.Failed = func(err error) {
			failures = append(failures, err)
			if len(failures) == 3 {
				cancel(why)
			}
		}
	})
	require.NoError(t, err)
	w.err = secret.ErrUnavailable
	require.ErrorIs(t, r.Run(ctx), why)
	require.Len(t, failures, 3)
	require.ErrorIs(t, failures[0], secret.ErrUnavailable)
	require.True(t, r.Accepts([]byte("one")))
	require.Len(t, w.slept, 4)
	for _, d := range w.slept {
		require.GreaterOrEqual(t, d, 45*time.Second)
		require.LessOrEqual(t, d, time.Minute)
	}
	require.NotEqual(t, w.slept[0], w.slept[1], "looks are not in step with those of others")
}

func TestARotatingSecretNeedsAllItsParts(t *testing.T) {
	for name, change := range map[string]func(*secret.Rotation){
		"Clock":    func(how *secret.Rotation) { how.Now = nil },
		"Sleep":    func(how *secret.Rotation) { how.Sleep = nil },
		"Entropy":  func(how *secret.Rotation) { how.Entropy = nil },
		"Never":    func(how *secret.Rotation) { how.Every = 0 },
		"Negative": func(how *secret.Rotation) { how.Overlap = -1 },
	} {
		_, err := (&world{value: "one", now: noon}).rotating(t, change)
		require.Error(t, err, name)
	}
	_, err := (&world{err: secret.ErrNotFound}).rotating(t, nil)
	require.ErrorIs(t, err, secret.ErrNotFound, "the first value must be there")
	_, err = secret.NewRotating(t.Context(), nil, reference(t, "w:x"), secret.Rotation{})
	require.Error(t, err)
}

func TestManyMayAskWhileItChanges(t *testing.T) {
	w := &world{value: "a", now: noon}
	r, err := w.rotating(t, func(how *secret.Rotation) { how.Changed = nil })
	require.NoError(t, err)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			w.mu.Lock()
			w.value = string(rune('a' + i))
			w.mu.Unlock()
			if _, err := r.Refresh(t.Context()); err != nil {
				t.Error(err)
			}
			_ = r.Accepts([]byte("a"))
			if _, err := r.Current().Reveal(); err != nil && !errors.Is(err, secret.ErrWiped) {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
