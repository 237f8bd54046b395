package outbox

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

var errCrash = errors.New("the process died here")

// fixture is a store that can die at a chosen commit, and the outbox of its newest process.
type fixture struct {
	t     require.TestingT
	dir   string
	clock *clock.Manual
	boots int
	dieAt int // commits from now on; 0: never
	kinds map[string]Kind

	store *store.Store
	box   *Outbox
	found Repairs
}

func newFixture(t *testing.T, kinds map[string]Kind) *fixture {
	f := &fixture{t: t, dir: t.TempDir(), clock: clock.NewManual(time.Unix(1_700_000_000, 0)), kinds: kinds}
	f.start()
	t.Cleanup(func() { require.NoError(t, f.store.Close()) })
	return f
}

// start is a new process over the same folder.
func (f *fixture) start() {
	var err error
	f.store, err = store.Open(store.Options{Dir: f.dir, MinFreeBytes: 2, Free: func(string) (uint64, error) {
		if f.dieAt > 0 {
			if f.dieAt--; f.dieAt == 0 {
				f.dieAt = 1 // a dead process commits nothing more
				return 0, errCrash
			}
		}
		return 1 << 40, nil
	}})
	require.NoError(f.t, err)
	f.boots++
	f.box, err = New(Options{Store: f.store, Clock: f.clock, Log: slog.New(slog.DiscardHandler), Boot: string(rune('a' + f.boots)),
		Metrics: prometheus.NewRegistry(), Jitter: func(max time.Duration) time.Duration { return max }})
	require.NoError(f.t, err)
	for name, k := range f.kinds {
		require.NoError(f.t, f.box.Register(name, k))
	}
	f.found, err = f.box.Open()
	require.NoError(f.t, err)
}

// restart ends the process without letting it finish anything, and starts the next.
func (f *fixture) restart() {
	f.dieAt = 0
	require.NoError(f.t, f.store.Close())
	f.start()
}

func (f *fixture) put(op Op) error {
	return f.store.Update(func(tx *store.Tx) error {
		_, err := f.box.Put(tx, op, nil)
		return err
	})
}

func (f *fixture) status(id string) Status {
	op, err := f.box.Get(id)
	require.NoError(f.t, err)
	return op.Status
}
