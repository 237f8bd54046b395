package backendtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

func withVolume(s manifest.Service, persistent bool) manifest.Service {
	s.Volumes = []manifest.Volume{{Name: "data", Class: "default", Bytes: 16 << 20, Persistent: persistent, Mount: "/data"}}
	return s
}

var keeping = []story{
	{"the workload goes on while the daemon is away", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.web()))
		o := w.reach(1, backend.StateRunning)
		first := w.visit(o, 0)
		w.Backend = w.Restart()
		w.cleanAfter(1)
		again := w.reach(1, backend.StateRunning)
		require.Equal(t, o.Services, again.Services, "the same replicas at the same addresses, not restarted")
		require.Equal(t, first, w.visit(again, 0))
		w.ensure(1, spec(1, w.web()))
		require.Zero(t, w.reach(1, backend.StateRunning).Services[0].Restarts)
	}},
	{"a finished job is not run again after a restart", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.service("job", manifest.RestartNever, "print", "once")))
		w.reach(1, backend.StateCompleted)
		w.Backend = w.Restart()
		w.cleanAfter(1)
		w.ensure(1, spec(1, w.service("job", manifest.RestartNever, "print", "once")))
		require.Zero(t, w.reach(1, backend.StateCompleted).Services[0].Restarts)
	}},
	{"a persistent volume survives a new program", func(t *testing.T, w world) {
		w.ensure(1, spec(1, withVolume(w.service("db", manifest.RestartNever, "write", "/data/file", "kept"), true)))
		w.reach(1, backend.StateCompleted)
		w.ensure(1, spec(2, withVolume(w.service("db", manifest.RestartNever, "read", "/data/file"), true)))
		w.until("the file is read", func() (bool, any) {
			o, err := w.Backend.Observe(t.Context(), lease(1))
			require.NoError(t, err)
			require.NotEqual(t, backend.StateFailed, o.State, "%+v", o)
			return o.Generation == 2 && o.State == backend.StateCompleted, o
		})
	}},
	{"a volume that is not persistent begins empty", func(t *testing.T, w world) {
		w.ensure(1, spec(1, withVolume(w.service("db", manifest.RestartNever, "write", "/data/file", "lost"), false)))
		w.reach(1, backend.StateCompleted)
		w.ensure(1, spec(2, withVolume(w.service("db", manifest.RestartNever, "read", "/data/file"), false)))
		w.until("the file is missed", func() (bool, any) {
			o, err := w.Backend.Observe(t.Context(), lease(1))
			require.NoError(t, err)
			return o.Generation == 2 && o.State == backend.StateFailed, o
		})
	}},
	{"volumes are wiped with their lease", func(t *testing.T, w world) {
		w.ensure(1, spec(1, withVolume(w.service("db", manifest.RestartNever, "write", "/data/file", "secret"), true)))
		w.reach(1, backend.StateCompleted)
		require.NoError(t, w.Backend.Delete(t.Context(), lease(1)))
		w.ensure(1, spec(1, withVolume(w.service("db", manifest.RestartNever, "read", "/data/file"), true)))
		w.reach(1, backend.StateFailed)
	}},
	{"two leases see neither each other's files nor names", func(t *testing.T, w world) {
		w.ensure(1, spec(1, withVolume(w.service("db", manifest.RestartNever, "write", "/data/file", "secret"), true)))
		w.reach(1, backend.StateCompleted)
		w.ensure(2, spec(1, withVolume(w.service("db", manifest.RestartNever, "read", "/data/file"), true)))
		w.reach(2, backend.StateFailed)
		o, err := w.Backend.Observe(t.Context(), lease(1))
		require.NoError(t, err)
		require.Equal(t, backend.StateCompleted, o.State, "the other one is as it was")
		require.NoError(t, w.Backend.Delete(t.Context(), lease(2)))
		w.reach(1, backend.StateCompleted)
	}},
	{"the same number on another chain is another lease", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.service("job", manifest.RestartNever, "print", "x")))
		other := lease(1)
		other.ChainID = "contract-2"
		_, err := w.Backend.Observe(t.Context(), other)
		require.ErrorIs(t, err, backend.ErrNotFound)
		require.NoError(t, w.Backend.Delete(t.Context(), other))
		w.reach(1, backend.StateCompleted)
	}},
}
