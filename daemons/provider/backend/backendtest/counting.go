package backendtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

// newest is the last reading of a lease.
func (w world) newest(id uint64) backend.Reading {
	w.t.Helper()
	all, err := w.Backend.Usage(w.t.Context(), lease(id), time.Time{})
	require.NoError(w.t, err)
	require.NotEmpty(w.t, all)
	return all[len(all)-1]
}

var counting = []story{
	{"usage of an unknown lease is ErrNotFound", func(t *testing.T, w world) {
		_, err := w.Backend.Usage(t.Context(), lease(404), time.Time{})
		require.ErrorIs(t, err, backend.ErrNotFound)
	}},
	{"a busy workload uses the processor and its counter never goes back", func(t *testing.T, w world) {
		s := w.service("burn", manifest.RestartAlways, "busy", "1h")
		w.ensure(1, spec(1, s))
		w.reach(1, backend.StateRunning)
		first := w.newest(1)
		require.NotEmpty(t, first.Epoch)
		last := first
		w.until("100 ms of one core were counted", func() (bool, any) {
			r := w.newest(1)
			require.Equal(t, first.Epoch, r.Epoch, "nothing began anew")
			require.GreaterOrEqual(t, r.CPUMilliMs, last.CPUMilliMs)
			require.False(t, r.At.Before(last.At))
			last = r
			return r.CPUMilliMs-first.CPUMilliMs > 100_000, r
		})
		require.NotZero(t, last.MemoryBytes)
	}},
	{"restarts of the workload do not lose what was counted", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.service("burn", manifest.RestartAlways, "busy", "20ms", "then", "exit", "1")))
		var last backend.Reading
		w.until("it was restarted twice", func() (bool, any) {
			r := w.newest(1)
			if r.Epoch == last.Epoch {
				require.GreaterOrEqual(t, r.CPUMilliMs, last.CPUMilliMs)
			}
			last = r
			o, err := w.Backend.Observe(t.Context(), lease(1))
			require.NoError(t, err)
			return len(o.Services) == 1 && o.Services[0].Restarts >= 2 && r.CPUMilliMs >= 40_000, o
		})
	}},
	{"storage is what is reserved", func(t *testing.T, w world) {
		s := w.service("disk", manifest.RestartAlways, "stay")
		s.Count = 2
		s.Volumes = []manifest.Volume{{Name: "data", Class: "default", Bytes: 3 << 20, Persistent: true, Mount: "/data"}}
		w.ensure(1, spec(1, s))
		w.reach(1, backend.StateRunning)
		require.Equal(t, uint64(6<<20), w.newest(1).StorageBytes)
	}},
	{"the daemon's restart neither loses nor resets a counter", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.service("burn", manifest.RestartAlways, "busy", "1h")))
		w.reach(1, backend.StateRunning)
		w.until("something was counted", func() (bool, any) { r := w.newest(1); return r.CPUMilliMs > 1000, r })
		before := w.newest(1)
		w.Backend = w.Restart()
		w.cleanAfter(1)
		after := w.newest(1)
		require.Equal(t, before.Epoch, after.Epoch)
		require.GreaterOrEqual(t, after.CPUMilliMs, before.CPUMilliMs)
	}},
	{"a lease made again begins a new epoch", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.service("burn", manifest.RestartAlways, "stay")))
		w.reach(1, backend.StateRunning)
		before := w.newest(1)
		require.NoError(t, w.Backend.Delete(t.Context(), lease(1)))
		w.ensure(1, spec(1, w.service("burn", manifest.RestartAlways, "stay")))
		w.reach(1, backend.StateRunning)
		require.NotEqual(t, before.Epoch, w.newest(1).Epoch)
	}},
}
