// Package backendtest is the contract of backend.Backend. Each adapter's test is one line that calls Run; a new rule
// starts here, red for every adapter.
package backendtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/client/manifest"
	"github.com/virtengine/virtengine/daemons/provider/backend"
)

// Harness is one backend over an empty platform.
type Harness struct {
	Backend backend.Backend
	// Image is a reference whose root holds the program of package workload at Program.
	Image   string
	Program string
	// Restart answers a new backend over the same platform and state, as after the daemon's process ended at this point
	// without any chance to clean up.
	Restart func() backend.Backend
	// Faults is asked by the backend at every point where a crash would leave something half done.
	Faults *Faults
}

// Crash is what a fault point panics with.
type Crash struct{ Point string }

// Faults simulates the end of the daemon's process at one of the points that a backend names.
type Faults struct {
	mu   sync.Mutex
	left int
}

// Arm makes the n-th point from now a crash, counted from 1.
func (f *Faults) Arm(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left = n
}

// Point is called by the backend.
func (f *Faults) Point(name string) {
	f.mu.Lock()
	f.left--
	hit := f.left == 0
	f.mu.Unlock()
	if hit {
		panic(Crash{name})
	}
}

// crashes runs f and says at which point it crashed, if it did.
func crashes(f func() error) (point string, err error) {
	defer func() {
		switch c := recover().(type) {
		case nil:
		case Crash:
			point = c.Point
		default:
			panic(c)
		}
	}()
	return "", f()
}

// Patience is how long a story waits for a workload to get where it should. The machine may be busy with other tests.
const Patience = 30 * time.Second

// Run is the contract. newHarness is called once for each story.
func Run(t *testing.T, newHarness func(*testing.T) Harness) {
	for _, group := range [][]story{lifecycle, counting, keeping, crashing, talking} {
		for _, s := range group {
			t.Run(s.name, func(t *testing.T) {
				h := newHarness(t)
				s.run(t, world{t, &h})
			})
		}
	}
}

// story is one rule of the contract, named by what must hold.
type story struct {
	name string
	run  func(*testing.T, world)
}

// world is a harness with what stories do to it.
type world struct {
	t *testing.T
	*Harness
}

// lease is a lease by number.
func lease(id uint64) backend.Lease {
	return backend.Lease{ChainID: "contract-1", ID: id, Provider: "ve1provider", Owner: fmt.Sprintf("ve1owner%d", id)}
}

// service is a small service that runs the workload with args.
func (w world) service(name string, restart manifest.Restart, args ...string) manifest.Service {
	return manifest.Service{Name: name, Image: w.Image, Command: []string{w.Program}, Args: args, Count: 1, Restart: restart,
		Resources: manifest.Resources{CPUMilli: 200, MemoryBytes: 64 << 20}}
}

// web is a service that shows a page.
func (w world) web() manifest.Service {
	s := w.service("web", manifest.RestartAlways, "serve", "8080")
	s.Expose = []manifest.Expose{{Port: 8080, As: 80, Protocol: manifest.TCP, Global: true}}
	return s
}

func spec(generation uint64, services ...manifest.Service) backend.Spec {
	return backend.Spec{Generation: generation, Group: manifest.Group{Name: "contract", Services: services}}
}

// ensure ensures a lease and sees to its removal at the end of the story, whatever happened to the backend.
func (w world) ensure(id uint64, s backend.Spec) {
	w.t.Helper()
	w.cleanAfter(id)
	require.NoError(w.t, w.Backend.Ensure(w.t.Context(), lease(id), s))
}

func (w world) cleanAfter(id uint64) {
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), Patience)
		defer cancel()
		if err := w.Backend.Delete(ctx, lease(id)); err != nil {
			w.t.Logf("delete lease %d afterwards: %v", id, err)
		}
	})
}

// until waits for a condition and tells what was seen last when it does not come.
func (w world) until(what string, cond func() (bool, any)) {
	w.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.NewTimer(Patience)
	defer end.Stop()
	for {
		ok, seen := cond()
		if ok {
			return
		}
		select {
		case <-tick.C:
		case <-end.C:
			w.t.Fatalf("%s: not after %s; last seen: %+v", what, Patience, seen)
		}
	}
}

// reach waits until a lease is observed in a state.
func (w world) reach(id uint64, state backend.State) backend.Observed {
	w.t.Helper()
	var last backend.Observed
	w.until(fmt.Sprintf("lease %d is %s", id, state), func() (bool, any) {
		o, err := w.Backend.Observe(w.t.Context(), lease(id))
		require.NoError(w.t, err)
		last = o
		return o.State == state, o
	})
	return last
}

// gone checks that nothing of a lease is left.
func (w world) gone(id uint64) {
	w.t.Helper()
	_, err := w.Backend.Observe(w.t.Context(), lease(id))
	require.ErrorIs(w.t, err, backend.ErrNotFound, "a deleted lease is not found")
	inv, err := w.Backend.Inventory(w.t.Context())
	require.NoError(w.t, err)
	require.NotContains(w.t, inv.Leases, lease(id), "a deleted lease is not listed")
}

// page visits an endpoint.
func page(ctx context.Context, address string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/", nil)
	if err != nil {
		return "", err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(resp.Body)
	return string(body), errors.Join(err, resp.Body.Close())
}

// visit waits until an endpoint shows its page.
func (w world) visit(o backend.Observed, service int) string {
	w.t.Helper()
	require.NotEmpty(w.t, o.Services[service].Endpoints, "an exposed port has an endpoint: %+v", o)
	var body string
	w.until("the page is served", func() (bool, any) {
		var err error
		body, err = page(w.t.Context(), o.Services[service].Endpoints[0].Address)
		return err == nil, err
	})
	return body
}
