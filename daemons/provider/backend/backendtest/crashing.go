package backendtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

// everyPoint runs act again and again, crashing it one point later each time, and gives check the backend that comes
// up afterwards. prepare makes the platform ready before each.
func (w world) everyPoint(prepare func(), act func() error, check func(point string)) {
	w.t.Helper()
	for n := 1; ; n++ {
		prepare()
		w.Faults.Arm(n)
		point, err := crashes(act)
		w.Faults.Arm(0)
		require.NoError(w.t, err)
		if point == "" {
			require.Greater(w.t, n, 1, "the backend names at least one point to crash at")
			return
		}
		check(point)
	}
}

var crashing = []story{
	{"a crash at any point of an ensure is mended by the next", func(t *testing.T, w world) {
		w.cleanAfter(1)
		w.everyPoint(
			func() { require.NoError(t, w.Backend.Delete(t.Context(), lease(1))) },
			func() error { return w.Backend.Ensure(t.Context(), lease(1), spec(1, w.web())) },
			func(point string) {
				w.Backend = w.Restart()
				w.ensure(1, spec(1, w.web()))
				o := w.reach(1, backend.StateRunning)
				require.Contains(t, w.visit(o, 0), "hello", point)
				require.Len(t, o.Services[0].Endpoints, 1, point)
				inv, err := w.Backend.Inventory(t.Context())
				require.NoError(t, err)
				require.Len(t, inv.Leases, 1, point)
			})
	}},
	{"a crash at any point of an ensure leaves nothing that a delete does not take", func(t *testing.T, w world) {
		w.cleanAfter(1)
		w.everyPoint(
			func() { require.NoError(t, w.Backend.Delete(t.Context(), lease(1))) },
			func() error { return w.Backend.Ensure(t.Context(), lease(1), spec(1, w.web())) },
			func(string) {
				w.Backend = w.Restart()
				w.cleanAfter(1)
				require.NoError(t, w.Backend.Delete(t.Context(), lease(1)))
				w.gone(1)
			})
	}},
	{"a crash at any point of an update is mended by the next ensure", func(t *testing.T, w world) {
		w.cleanAfter(1)
		generation := uint64(0)
		w.everyPoint(
			func() {
				generation++
				w.ensure(1, spec(generation, w.web()))
			},
			func() error {
				generation++
				return w.Backend.Ensure(t.Context(), lease(1), spec(generation, w.service("next", manifest.RestartAlways, "stay")))
			},
			func(point string) {
				w.Backend = w.Restart()
				w.ensure(1, spec(generation, w.service("next", manifest.RestartAlways, "stay")))
				w.until("the update is in force after a crash at "+point, func() (bool, any) {
					o, err := w.Backend.Observe(t.Context(), lease(1))
					require.NoError(t, err)
					return o.Generation == generation && o.State == backend.StateRunning && o.Services[0].Name == "next", o
				})
			})
	}},
	{"a crash at any point of a delete is finished by the next", func(t *testing.T, w world) {
		w.cleanAfter(1)
		w.everyPoint(
			func() {
				w.ensure(1, spec(1, w.web()))
				w.reach(1, backend.StateRunning)
			},
			func() error { return w.Backend.Delete(t.Context(), lease(1)) },
			func(string) {
				w.Backend = w.Restart()
				w.cleanAfter(1)
				_, err := w.Backend.Observe(t.Context(), lease(1))
				if err != nil {
					require.ErrorIs(t, err, backend.ErrNotFound)
				}
				require.NoError(t, w.Backend.Delete(t.Context(), lease(1)))
				w.gone(1)
			})
	}},
	{"after a crash in a delete the lease can be made again", func(t *testing.T, w world) {
		w.cleanAfter(1)
		w.everyPoint(
			func() { w.ensure(1, spec(1, w.web())) },
			func() error { return w.Backend.Delete(t.Context(), lease(1)) },
			func(string) {
				w.Backend = w.Restart()
				w.ensure(1, spec(1, w.web()))
				w.visit(w.reach(1, backend.StateRunning), 0)
			})
	}},
}
