package provider

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/client/manifest"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/chaintest"
	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/config"
	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/daemons/provider/pricing"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

const gib = 1 << 30

var errKilled = errors.New("killed here")

// world is a chain and a machine, and a daemon between them that can be killed at any point where it touches either of them or its
// own state.
type world struct {
	t       *testing.T
	dir     string
	table   pricing.Table
	clock   *clock.Manual
	chain   *chaintest.Chain
	machine *machine

	mu     sync.Mutex
	killAt int // the touch at which the daemon dies; 0: never
	touch  int
	dead   bool
	boots  int

	store  *store.Store
	daemon *Daemon
}

func newWorld(t *testing.T) *world {
	start := time.Unix(1_700_000_000, 0).UTC()
	w := &world{t: t, dir: t.TempDir(), clock: clock.NewManual(start), chain: chaintest.New(start),
		table: pricing.Table{BasePerBlock: "3", Metered: pricing.Rates{CPUCoreHour: "36000", MemoryGiBHour: "3600"}}}
	w.machine = &machine{clock: w.clock, runs: map[uint64]*run{}, capacity: 8000}
	w.clock.Advance(w.chain.Now().Sub(start))
	w.boot()
	t.Cleanup(func() { require.NoError(t, w.store.Close()) })
	return w
}

// touched counts a point where the daemon can die, and says whether it does.
func (w *world) touched() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.touch++
	if w.dead || (w.killAt > 0 && w.touch == w.killAt) {
		w.dead = true
		return errKilled
	}
	return nil
}

// boot starts a daemon over the same folder.
func (w *world) boot() {
	var err error
	w.boots++
	w.dead = false
	w.store, err = store.Open(store.Options{Dir: w.dir, MinFreeBytes: 2, Free: func(string) (uint64, error) { return 1 << 40, w.touched() }})
	require.NoError(w.t, err)
	c := config.Default()
	c.Chain.ID = chaintest.ID
	c.Pricing.Table = w.table
	c.Meter.Interval, c.Meter.Window = 5*time.Second, 20*time.Second
	c.Bid.KeepBalance = "0"
	c.Inventory.Publish = false
	for {
		w.daemon, err = New(Deps{Config: c, Provider: chaintest.Provider, Store: w.store, Chain: w.chain, Sender: sender{w}, Blocks: w.chain, Backend: reach{w, w.machine},
			Clock: w.clock, Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(), Boot: fmt.Sprint(w.boots),
			Jitter: func(max time.Duration) time.Duration { return max }})
		if !errors.Is(err, errKilled) {
			require.NoError(w.t, err)
			return
		}
		w.dead = false // killed while it started: start it again
		w.killAt = 0
	}
}

// reboot starts the daemon again if it was killed.
func (w *world) reboot() {
	if !w.dead {
		return
	}
	w.killAt = 0
	require.NoError(w.t, w.store.Close())
	w.boot()
}

// tick is one second of the world: a block, what the daemon makes of it, and everything it does at its own intervals.
func (w *world) tick() {
	w.clock.Advance(time.Second)
	w.chain.SetTime(w.clock.Now())
	w.chain.Block()
	w.work()
}

// work lets the daemon do whatever it can do now; killed, it is started again.
func (w *world) work() {
	for range 20 {
		err := w.turn()
		if !w.dead {
			if errors.Is(err, errKilled) || err == nil {
				return
			}
			w.t.Log("turn:", err) // the chain or the machine is away
			return
		}
		w.reboot()
	}
	w.t.Fatal("the daemon dies again and again")
}

func (w *world) turn() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := w.daemon.Refresh(ctx); err != nil && !errors.Is(err, backend.ErrUnavailable) {
		return err
	}
	at, _ := w.daemon.Follow.At()
	if at.Height == 0 {
		if err := w.daemon.Follow.Compare(ctx, true); err != nil {
			return err
		}
		at, _ = w.daemon.Follow.At()
	}
	height, err := w.chain.Height(ctx)
	if err == nil && height > at.Height {
		err = w.chain.Follow(ctx, at.Height+1, w.handle(height))
		if err != nil && !errors.Is(err, errEnough) {
			return err
		}
	}
	for range 5 {
		n, err := w.daemon.Outbox.RunDue(ctx)
		if err != nil {
			return err
		}
		if err := w.daemon.Leases.StepAll(ctx); err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	if w.clock.Now().Unix()%5 == 0 {
		if err := w.daemon.Meter.SampleAll(ctx); err != nil {
			return err
		}
	}
	_, err = w.daemon.Outbox.RunDue(ctx)
	return err
}

var errEnough = errors.New("that was the newest block")

// sender is the daemon's way to the chain: it can die before a message leaves and after it arrived.
type sender struct{ w *world }

func (s sender) Send(ctx context.Context, msgs ...sdk.Msg) error {
	if err := s.w.touched(); err != nil {
		return err
	}
	err := s.w.chain.Send(ctx, msgs...)
	return errors.Join(err, s.w.touched())
}

// machine is what leases run on. It outlives the daemon.
type machine struct {
	clock    *clock.Manual
	mu       sync.Mutex
	runs     map[uint64]*run
	capacity uint64
	starts   int
	away     bool
	refuse   bool
	failing  bool
}

type run struct {
	lease      backend.Lease
	generation uint64
	began      time.Time
}

func (m *machine) up() error {
	if m.away {
		return fmt.Errorf("%w: it is away", backend.ErrUnavailable)
	}
	return nil
}

// count is how many workloads run.
func (m *machine) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.runs)
}

func (m *machine) set(change func(m *machine)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

// reach is the daemon's way to the machine: it can die before and after each call.
type reach struct {
	w *world
	m *machine
}

func (r reach) do(call func() error) error {
	if err := r.w.touched(); err != nil {
		return err
	}
	r.m.mu.Lock()
	err := r.m.up()
	if err == nil {
		err = call()
	}
	r.m.mu.Unlock()
	return errors.Join(err, r.w.touched())
}

func (r reach) Ensure(_ context.Context, l backend.Lease, spec backend.Spec) error {
	return r.do(func() error {
		if r.m.refuse {
			return fmt.Errorf("%w: no such image", backend.ErrRefused)
		}
		if r.m.runs[l.ID] == nil {
			r.m.starts++
			r.m.runs[l.ID] = &run{lease: l, began: r.m.clock.Now()}
		}
		r.m.runs[l.ID].generation = max(r.m.runs[l.ID].generation, spec.Generation)
		return nil
	})
}

func (r reach) Observe(_ context.Context, l backend.Lease) (o backend.Observed, err error) {
	err = r.do(func() error {
		run := r.m.runs[l.ID]
		if run == nil {
			return backend.ErrNotFound
		}
		o = backend.Observed{State: backend.StateRunning, Generation: run.generation}
		if r.m.failing {
			o.State = backend.StateFailed
		}
		return nil
	})
	return o, err
}

// Usage is one busy core and one GiB since the workload began.
func (r reach) Usage(_ context.Context, l backend.Lease, _ time.Time) (out []backend.Reading, err error) {
	err = r.do(func() error {
		run := r.m.runs[l.ID]
		if run == nil {
			return backend.ErrNotFound
		}
		now := r.m.clock.Now()
		out = []backend.Reading{{At: now, Epoch: run.began.String(), CPUMilliMs: uint64(now.Sub(run.began).Milliseconds()) * 1000, MemoryBytes: gib}}
		return nil
	})
	return out, err
}

func (r reach) Delete(_ context.Context, l backend.Lease) error {
	return r.do(func() error { delete(r.m.runs, l.ID); return nil })
}

func (r reach) Inventory(context.Context) (inv backend.Inventory, err error) {
	err = r.do(func() error {
		inv.Nodes = []backend.Node{{Name: "machine", CPUMilli: r.m.capacity, MemoryBytes: 64 * gib, StorageBytes: 100 * gib}}
		for _, run := range r.m.runs {
			inv.Leases = append(inv.Leases, run.lease)
		}
		return nil
	})
	return inv, err
}

// group is a web server of two cores and 4 GiB.
func group() manifest.Group {
	return manifest.Group{Name: "dc", Services: []manifest.Service{{Name: "web", Image: "local/web", Count: 1, Restart: manifest.RestartAlways,
		Resources: manifest.Resources{CPUMilli: 2000, MemoryBytes: 4 * gib}}}}
}

// order has the tenant ask for the group.
func (w *world) order() uint64 {
	sum, err := group().Hash()
	require.NoError(w.t, err)
	return w.chain.CreateOrder(markettypes.OrderSpec{ManifestHash: sum[:], Units: group().Units(), MaxPrice: math.NewInt(1000), WindowBlocks: 3}, 1_000_000)
}

func (w *world) state(id uint64) lease.State {
	r, err := w.daemon.Leases.Get(id)
	if errors.Is(err, lease.ErrUnknownLease) {
		return ""
	}
	require.NoError(w.t, err)
	return r.State
}

// until ticks until the lease is in a state.
func (w *world) until(id uint64, s lease.State) {
	for range 120 {
		if w.state(id) == s {
			return
		}
		w.tick()
	}
	ops, err := w.daemon.Outbox.Unfinished(fmt.Sprintf("lease/%d", id))
	require.NoError(w.t, err)
	w.t.Fatalf("lease %d is %q and does not become %q; queued: %+v", id, w.state(id), s, ops)
}

// sendManifest does what a tenant's tool does: it sends the manifest until it is taken.
func (w *world) sendManifest(id uint64) {
	for range 20 {
		err := w.daemon.Leases.PutManifest(context.Background(), id, group())
		if err == nil {
			return
		}
		if !w.dead {
			require.NoError(w.t, err)
		}
		w.reboot()
		w.tick()
	}
	w.t.Fatal("the manifest is not taken")
}
