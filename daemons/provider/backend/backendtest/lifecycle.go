package backendtest

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

var lifecycle = []story{
	{"an unknown lease is ErrNotFound, not stopped", func(t *testing.T, w world) {
		_, err := w.Backend.Observe(t.Context(), lease(404))
		require.ErrorIs(t, err, backend.ErrNotFound)
	}},
	{"deleting nothing is success", func(t *testing.T, w world) {
		require.NoError(t, w.Backend.Delete(t.Context(), lease(404)))
	}},
	{"a service runs and its page is served", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.web()))
		o := w.reach(1, backend.StateRunning)
		require.Equal(t, uint64(1), o.Generation)
		require.Equal(t, uint32(1), o.Services[0].Ready)
		require.Contains(t, w.visit(o, 0), "hello from")
	}},
	{"ensuring twice makes one", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.web()))
		first := w.visit(w.reach(1, backend.StateRunning), 0)
		w.ensure(1, spec(1, w.web()))
		o := w.reach(1, backend.StateRunning)
		require.Equal(t, first, w.visit(o, 0), "the same replica answers")
		require.Zero(t, o.Services[0].Restarts, "it was not started again")
		inv, err := w.Backend.Inventory(t.Context())
		require.NoError(t, err)
		require.Equal(t, []backend.Lease{lease(1)}, inv.Leases)
	}},
	{"two concurrent ensures make one", func(t *testing.T, w world) {
		w.cleanAfter(1)
		var both errgroup.Group
		for range 4 {
			both.Go(func() error { return w.Backend.Ensure(t.Context(), lease(1), spec(1, w.web())) })
		}
		require.NoError(t, both.Wait())
		o := w.reach(1, backend.StateRunning)
		require.Zero(t, o.Services[0].Restarts)
		require.Len(t, o.Services[0].Endpoints, 1)
		inv, err := w.Backend.Inventory(t.Context())
		require.NoError(t, err)
		require.Len(t, inv.Leases, 1)
	}},
	{"an older generation is ignored", func(t *testing.T, w world) {
		w.ensure(1, spec(5, w.web()))
		w.reach(1, backend.StateRunning)
		w.ensure(1, spec(4, w.service("other", manifest.RestartAlways, "stay")))
		o := w.reach(1, backend.StateRunning)
		require.Equal(t, uint64(5), o.Generation)
		require.Equal(t, "web", o.Services[0].Name)
	}},
	{"a newer generation converges", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.web(), w.service("old", manifest.RestartAlways, "stay")))
		before := w.reach(1, backend.StateRunning)
		w.ensure(1, spec(2, w.service("new", manifest.RestartAlways, "stay"), w.web()))
		w.until("the new generation runs", func() (bool, any) {
			o, err := w.Backend.Observe(t.Context(), lease(1))
			require.NoError(t, err)
			return o.Generation == 2 && o.State == backend.StateRunning, o
		})
		o := w.reach(1, backend.StateRunning)
		require.Len(t, o.Services, 2)
		require.Equal(t, []string{"new", "web"}, []string{o.Services[0].Name, o.Services[1].Name})
		require.Equal(t, before.Services[0].Endpoints, o.Services[1].Endpoints, "what did not change keeps its address")
		require.Zero(t, o.Services[1].Restarts, "what did not change goes on")
	}},
	{"more replicas join and fewer leave", func(t *testing.T, w world) {
		s := w.web()
		s.Count = 3
		w.ensure(1, spec(1, s))
		o := w.reach(1, backend.StateRunning)
		require.Equal(t, uint32(3), o.Services[0].Ready)
		seen := map[string]bool{}
		w.until("each replica takes its turn", func() (bool, any) {
			seen[w.visit(o, 0)] = true
			return len(seen) == 3, seen
		})
		s.Count = 1
		w.ensure(1, spec(2, s))
		w.until("two left", func() (bool, any) {
			o, err := w.Backend.Observe(t.Context(), lease(1))
			require.NoError(t, err)
			return o.Generation == 2 && o.Services[0].Ready == 1, o
		})
	}},
	{"running is said only of what runs", func(t *testing.T, w world) {
		s := w.service("ghost", manifest.RestartNever)
		s.Command = []string{"/bin/no-such-program"}
		w.ensure(1, spec(1, s))
		w.until("it failed and never ran", func() (bool, any) {
			o, err := w.Backend.Observe(t.Context(), lease(1))
			require.NoError(t, err)
			require.NotEqual(t, backend.StateRunning, o.State)
			return o.State == backend.StateFailed && o.Message != "", o
		})
	}},
	{"a batch job that ends well is completed", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.service("job", manifest.RestartNever, "print", "done")))
		o := w.reach(1, backend.StateCompleted)
		require.Zero(t, o.Services[0].Restarts)
	}},
	{"a batch job that ends badly is failed, with a message", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.service("job", manifest.RestartNever, "exit", "3")))
		o := w.reach(1, backend.StateFailed)
		require.Contains(t, o.Message, "3", "the exit code is told")
	}},
	{"a job that fails is tried again when its policy says so", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.service("job", manifest.RestartOnFailure, "exit", "4")))
		w.until("it was restarted", func() (bool, any) {
			o, err := w.Backend.Observe(t.Context(), lease(1))
			require.NoError(t, err)
			return len(o.Services) == 1 && o.Services[0].Restarts > 0, o
		})
	}},
	{"a server that ends is started again", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.service("flaky", manifest.RestartAlways, "exit", "0")))
		w.until("it was restarted", func() (bool, any) {
			o, err := w.Backend.Observe(t.Context(), lease(1))
			require.NoError(t, err)
			require.NotEqual(t, backend.StateCompleted, o.State)
			return len(o.Services) == 1 && o.Services[0].Restarts > 0, o
		})
	}},
	{"one service down of two is degraded", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.service("bad", manifest.RestartNever, "exit", "1"), w.service("good", manifest.RestartAlways, "stay")))
		w.reach(1, backend.StateDegraded)
	}},
	{"an image that cannot be is refused and leaves nothing", func(t *testing.T, w world) {
		w.cleanAfter(1)
		s := w.service("web", manifest.RestartAlways, "stay")
		s.Image = "local/there-is-no-such-image"
		require.ErrorIs(t, w.Backend.Ensure(t.Context(), lease(1), spec(1, s)), backend.ErrRefused)
		w.gone(1)
	}},
	{"a lease larger than the platform gets ErrCapacity and leaves nothing", func(t *testing.T, w world) {
		w.cleanAfter(1)
		s := w.service("web", manifest.RestartAlways, "stay")
		s.Resources.MemoryBytes = 1 << 55
		require.ErrorIs(t, w.Backend.Ensure(t.Context(), lease(1), spec(1, s)), backend.ErrCapacity)
		w.gone(1)
	}},
	{"a lease can be deleted in any state, and made again", func(t *testing.T, w world) {
		for state, s := range map[backend.State]manifest.Service{
			backend.StateCreating:  w.service("just", manifest.RestartAlways, "stay"),
			backend.StateRunning:   w.web(),
			backend.StateCompleted: w.service("done", manifest.RestartNever, "print", "x"),
			backend.StateFailed:    w.service("sad", manifest.RestartNever, "exit", "9"),
		} {
			w.ensure(1, spec(1, s))
			if state != backend.StateCreating {
				w.reach(1, state)
			}
			require.NoError(t, w.Backend.Delete(t.Context(), lease(1)), state)
			w.gone(1)
		}
	}},
	{"a deleted lease serves no more", func(t *testing.T, w world) {
		w.ensure(1, spec(1, w.web()))
		o := w.reach(1, backend.StateRunning)
		w.visit(o, 0)
		require.NoError(t, w.Backend.Delete(t.Context(), lease(1)))
		_, err := page(t.Context(), o.Services[0].Endpoints[0].Address)
		require.Error(t, err)
		w.gone(1)
	}},
}
