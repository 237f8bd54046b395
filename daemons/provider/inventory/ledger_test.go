package inventory

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/chain/client/manifest"
	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

const gib = 1 << 30

func unit(name string, count uint32, cpu, memory uint64, gpus ...restypes.Gpu) restypes.Unit {
	return restypes.Unit{Name: name, Count: count, Resources: restypes.Resources{CpuMilli: cpu, MemoryBytes: memory, Gpus: gpus}}
}

func machines(nodes ...backend.Node) backend.Inventory { return backend.Inventory{Nodes: nodes} }

func machine(name string, cpu, memory uint64, gpus ...manifest.GPU) backend.Node {
	return backend.Node{Name: name, CPUMilli: cpu, MemoryBytes: memory, StorageBytes: gib, GPUs: gpus}
}

type fixture struct {
	t require.TestingT
	s *store.Store
	l *Ledger
}

func newFixture(t require.TestingT, dir string, over Overcommit, inv backend.Inventory) *fixture {
	s, err := store.Open(store.Options{Dir: dir})
	require.NoError(t, err)
	l, err := Open(s, over)
	require.NoError(t, err)
	f := &fixture{t, s, l}
	f.refresh(inv)
	return f
}

func (f *fixture) refresh(inv backend.Inventory) (displaced []uint64) {
	require.NoError(f.t, f.s.Update(func(tx *store.Tx) (err error) { displaced, err = f.l.Refresh(tx, inv); return err }))
	return displaced
}

func (f *fixture) reserve(order uint64, expires int64, units ...restypes.Unit) error {
	return f.s.Update(func(tx *store.Tx) error { return f.l.Reserve(tx, order, units, expires) })
}

func (f *fixture) allocate(order uint64, units ...restypes.Unit) error {
	return f.s.Update(func(tx *store.Tx) error { return f.l.Allocate(tx, order, units) })
}

func (f *fixture) release(order uint64) error {
	return f.s.Update(func(tx *store.Tx) error { return f.l.Release(tx, order) })
}

var plain = Overcommit{CPU: 100, Memory: 100, Storage: 100}

func TestARefusalSaysWhatIsMissingWhere(t *testing.T) {
	a100 := restypes.Gpu{Vendor: "nvidia", Model: "a100", Count: 1}
	inv := machines(machine("big", 4000, 8*gib), machine("gpu", 2000, 4*gib, manifest.GPU{Vendor: "nvidia", Model: "t4", Count: 2}))
	for name, tc := range map[string]struct {
		reason string
		units  []restypes.Unit
		want   *Refusal
	}{
		"Fits":              {"two halves of the big node", []restypes.Unit{unit("web", 2, 2000, 4*gib)}, nil},
		"TheSumIsNotEnough": {"six cores are free in all, no node has five", []restypes.Unit{unit("web", 1, 5000, gib)}, &Refusal{"web", 1, "cpu", 1000, "big"}},
		"SecondReplica":     {"the first fits, the second lacks memory", []restypes.Unit{unit("db", 2, 1000, 5*gib)}, &Refusal{"db", 2, "memory", gib, "gpu"}},
		"WrongModel":        {"another model is no substitute", []restypes.Unit{unit("ml", 1, 1000, gib, a100)}, &Refusal{"ml", 1, "gpu", 1, "big"}},
		"AnyModel":          {"any GPU was asked for", []restypes.Unit{unit("ml", 2, 500, gib, restypes.Gpu{Count: 1})}, nil},
		"AnyAfterNamed":     {"the named model is placed before any takes it", []restypes.Unit{unit("ml", 1, 500, gib, restypes.Gpu{Count: 1}, restypes.Gpu{Vendor: "nvidia", Model: "t4", Count: 1})}, nil},
		"BigFirst":          {"the big replica is placed before small ones fill its node", []restypes.Unit{unit("small", 2, 1000, gib), unit("large", 1, 4000, 8*gib)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, t.TempDir(), plain, inv)
			err := f.reserve(1, 10, tc.units...)
			if tc.want == nil {
				require.NoError(t, err, tc.reason)
				return
			}
			var got *Refusal
			require.ErrorAs(t, err, &got, tc.reason)
			require.Equal(t, tc.want, got, tc.reason)
			require.ErrorIs(t, err, ErrNoRoom)
		})
	}
}

func TestNobodyReservesBeforeTheBackendAnswered(t *testing.T) {
	s, err := store.Open(store.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	l, err := Open(s, plain)
	require.NoError(t, err)
	require.ErrorIs(t, l.Fits([]restypes.Unit{unit("web", 1, 1, 1)}), ErrNodeUnknown)
}

func TestReservationsExpireAndAllocationsDoNot(t *testing.T) {
	f := newFixture(t, t.TempDir(), plain, machines(machine("n", 4000, 8*gib)))
	web := unit("web", 1, 1000, gib)
	require.NoError(t, f.reserve(1, 10, web))
	require.NoError(t, f.reserve(2, 10, web))
	require.NoError(t, f.reserve(3, 30, web))
	require.NoError(t, f.allocate(2))
	require.Empty(t, f.l.Due(9))
	require.Equal(t, []uint64{1}, f.l.Due(10), "order 2 is a lease")
	require.Empty(t, f.l.Due(11), "told once")
	require.Equal(t, []uint64{3}, f.l.Due(1_000_000))
}

// A ghost: room that is held for orders which ended long ago.
func TestNoGhostReservationSurvivesARestart(t *testing.T) {
	dir := t.TempDir()
	inv := machines(machine("n", 2000, 8*gib))
	f := newFixture(t, dir, plain, inv)
	web := unit("web", 1, 1000, gib)
	require.NoError(t, f.reserve(1, 10, web))
	require.NoError(t, f.reserve(2, 10, web))
	require.NoError(t, f.release(1))
	require.NoError(t, f.s.Close())
	f = newFixture(t, dir, plain, inv)
	t.Cleanup(func() { require.NoError(t, f.s.Close()) })
	require.Equal(t, []uint64{2}, f.l.Orders())
	require.Equal(t, []uint64{2}, f.l.Due(500), "what expired meanwhile is looked at again")
	require.NoError(t, f.reserve(3, 600, web))
	require.ErrorIs(t, f.reserve(4, 600, web), ErrNoRoom)
}

func TestAShrunkenBackendDisplacesBidsButNoLease(t *testing.T) {
	f := newFixture(t, t.TempDir(), plain, machines(machine("n", 4000, 8*gib)))
	t.Cleanup(func() { require.NoError(t, f.s.Close()) })
	for i := uint64(1); i <= 4; i++ {
		require.NoError(t, f.reserve(i, 10, unit("web", 1, 1000, gib)))
	}
	require.NoError(t, f.allocate(4))
	require.Equal(t, []uint64{3, 2}, f.refresh(machines(machine("n", 2000, 8*gib))), "the oldest bid and the lease stay")
	h, err := f.l.Get(4)
	require.NoError(t, err)
	require.False(t, h.Unplaced)
	f.refresh(machines())
	h, err = f.l.Get(4)
	require.NoError(t, err)
	require.True(t, h.Unplaced, "the lease is kept though no node is seen: absence is no evidence")
}

func TestArithmeticIsChecked(t *testing.T) {
	const huge = ^uint64(0)
	s, err := store.Open(store.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	l, err := Open(s, Overcommit{CPU: 200, Memory: 100, Storage: 100})
	require.NoError(t, err)
	err = s.Update(func(tx *store.Tx) error {
		_, err := l.Refresh(tx, machines(machine("n", huge, gib)))
		return err
	})
	require.ErrorIs(t, err, ErrOverflow)
}

// TestNeverOversold reserves from many goroutines at once.
func TestNeverOversoldUnderConcurrentOrders(t *testing.T) {
	f := newFixture(t, t.TempDir(), plain, machines(machine("a", 10_000, 64*gib), machine("b", 10_000, 64*gib)))
	t.Cleanup(func() { require.NoError(t, f.s.Close()) })
	var wg sync.WaitGroup
	var mu sync.Mutex
	granted := 0
	for i := range uint64(100) {
		wg.Go(func() {
			err := f.reserve(i, 10, unit("web", 1, 3000, gib))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				granted++
			} else if !errors.Is(err, ErrNoRoom) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, 6, granted, "three of three cores on each of two nodes of ten")
}

// TestHoldsNeverExceedLimits: whatever happens in whatever order, the sum of what is placed on a node is at most its
// capacity x over-commit, GPUs x 1, and equals what the ledger says is used.
func TestHoldsNeverExceedLimits(t *testing.T) {
	dir := t.TempDir()
	f := newFixture(t, dir, Overcommit{CPU: 150, Memory: 100, Storage: 100}, machines())
	t.Cleanup(func() { require.NoError(t, f.s.Close()) })
	rapid.Check(t, func(rt *rapid.T) {
		for _, o := range f.l.Orders() {
			require.NoError(rt, f.release(o))
		}
		refresh := func(rt *rapid.T) {
			var nodes []backend.Node
			for i := range rapid.IntRange(0, 3).Draw(rt, "nodes") {
				nodes = append(nodes, machine(string(rune('a'+i)), rapid.Uint64Range(0, 8000).Draw(rt, "cpu"), rapid.Uint64Range(0, 8).Draw(rt, "memory")*gib,
					manifest.GPU{Vendor: "nvidia", Model: "t4", Count: uint32(rapid.IntRange(0, 2).Draw(rt, "gpus"))}))
			}
			for _, o := range f.refresh(machines(nodes...)) {
				require.NoError(rt, f.release(o))
			}
		}
		order := func(rt *rapid.T) uint64 { return rapid.Uint64Range(1, 12).Draw(rt, "order") }
		rt.Repeat(map[string]func(*rapid.T){
			"refresh": refresh,
			"reserve": func(rt *rapid.T) {
				var gpus []restypes.Gpu
				if rapid.Bool().Draw(rt, "gpu") {
					gpus = []restypes.Gpu{{Count: 1}}
				}
				err := f.reserve(order(rt), 10, unit("u", uint32(rapid.IntRange(1, 3).Draw(rt, "count")), rapid.Uint64Range(0, 3000).Draw(rt, "cpu"),
					rapid.Uint64Range(0, 3).Draw(rt, "memory")*gib, gpus...))
				if err != nil {
					require.ErrorIs(rt, err, ErrNoRoom)
				}
			},
			"allocate": func(rt *rapid.T) { require.NoError(rt, f.allocate(order(rt), unit("u", 1, 500, gib))) },
			"release":  func(rt *rapid.T) { require.NoError(rt, f.release(order(rt))) },
			"": func(rt *rapid.T) {
				sum := map[string]*node{}
				for _, o := range f.l.Orders() {
					h, err := f.l.Get(o)
					require.NoError(rt, err)
					for _, p := range h.Places {
						if sum[p.Node] == nil {
							sum[p.Node] = &node{}
						}
						require.NoError(rt, sum[p.Node].take(p.Takes))
					}
				}
				for _, n := range f.l.nodes {
					got := sum[n.name]
					if got == nil {
						got = &node{}
					}
					require.LessOrEqual(rt, got.used.CPU, n.limit.CPU)
					require.LessOrEqual(rt, got.used.Memory, n.limit.Memory)
					require.LessOrEqual(rt, gpuCount(got.used), gpuCount(n.limit))
					require.Equal(rt, got.used.CPU, n.used.CPU)
					require.Equal(rt, got.used.Memory, n.used.Memory)
					require.Equal(rt, gpuCount(got.used), gpuCount(n.used))
				}
			},
		})
	})
}
