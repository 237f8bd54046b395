package meter

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"cosmossdk.io/math"
	"github.com/cosmos/gogoproto/proto"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/chaintest"
	"github.com/virtengine/virtengine/daemons/provider/clock"
	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/daemons/provider/outbox"
	"github.com/virtengine/virtengine/daemons/provider/store"
)

const gib = 1 << 30

// platform is a backend that has one lease and shows what it is told to.
type platform struct {
	backend.Backend
	next []backend.Reading
	err  error
}

func (p *platform) Usage(_ context.Context, _ backend.Lease, since time.Time) (out []backend.Reading, err error) {
	for _, r := range p.next {
		if r.At.After(since) {
			out = append(out, r)
		}
	}
	return out, p.err
}

type fixture struct {
	t        require.TestingT
	dir      string
	clock    *clock.Manual
	chain    *chaintest.Chain
	platform *platform
	store    *store.Store
	box      *outbox.Outbox
	meter    *Meter
	lease    uint64
	settled  int
	boot     int
}

var everything = []restypes.Rate{
	{Component: restypes.ComponentCPU, Price: math.OneInt(), Per: math.NewInt(1_000_000)},
	{Component: restypes.ComponentMemory, Price: math.OneInt(), Per: math.NewInt(gib)},
	{Component: restypes.ComponentStorage, Price: math.OneInt(), Per: math.NewInt(gib)},
}

// newFixture is a lease of two cores, 4 GiB of memory and 10 GiB of storage that began just now.
func newFixture(t require.TestingT, dir string) *fixture {
	start := time.Unix(1_700_000_000, 123_456).UTC() // a chain's time is finer than a millisecond
	f := &fixture{t: t, dir: dir, clock: clock.NewManual(start), chain: chaintest.New(start), platform: &platform{}}
	f.lease = f.chain.CreateOrder(markettypes.OrderSpec{MaxPrice: math.NewInt(1_000_000), Units: []restypes.Unit{{Name: "web", Count: 1,
		Resources: restypes.Resources{CpuMilli: 2000, MemoryBytes: 4 * gib, StorageBytes: 10 * gib}}}, Auction: markettypes.AuctionOpen, WindowBlocks: 1}, 1_000_000_000)
	require.NoError(t, f.chain.Send(context.Background(), &markettypes.MsgCreateBid{Provider: chaintest.Provider, OrderId: f.lease,
		Price: markettypes.Price{PerBlock: math.ZeroInt(), Metered: everything}}))
	f.chain.Block()
	f.chain.Block()
	f.clock.Advance(f.chain.Now().Sub(f.clock.Now()))
	f.start()
	l, err := f.chain.Lease(context.Background(), f.lease)
	require.NoError(t, err)
	require.NoError(t, f.store.Update(func(tx *store.Tx) error {
		return f.meter.Begin(tx, lease.Record{ID: l.Id, Owner: l.Owner, Price: l.Price, Resources: l.Resources, Created: l.CreatedTime})
	}))
	return f
}

func (f *fixture) start() {
	var err error
	f.boot++
	f.store, err = store.Open(store.Options{Dir: f.dir})
	require.NoError(f.t, err)
	f.box, err = outbox.New(outbox.Options{Store: f.store, Clock: f.clock, Log: slog.New(slog.DiscardHandler), Boot: string(rune('a' + f.boot%26)), Metrics: prometheus.NewRegistry()})
	require.NoError(f.t, err)
	f.meter, err = New(Options{Store: f.store, Outbox: f.box, Backend: f.platform, Chain: f.chain, Sender: f.chain, Clock: f.clock, Log: slog.New(slog.DiscardHandler),
		Metrics: prometheus.NewRegistry(), ChainID: chaintest.ID, Provider: chaintest.Provider, Interval: 10 * time.Second, Window: time.Minute,
		Settled: func(*store.Tx, uint64) error { f.settled++; return nil }})
	require.NoError(f.t, err)
	_, err = f.box.Open()
	require.NoError(f.t, err)
}

func (f *fixture) restart() {
	require.NoError(f.t, f.store.Close())
	f.start()
}

// read lets time pass, has the platform show a reading, and takes it.
func (f *fixture) read(after time.Duration, epoch string, cpu, memory uint64) {
	f.clock.Advance(after)
	f.platform.next = []backend.Reading{{At: f.clock.Now(), Epoch: epoch, CPUMilliMs: cpu, MemoryBytes: memory}}
	require.NoError(f.t, f.meter.Sample(context.Background(), backend.Lease{ID: f.lease}))
}

// catchUp brings the chain's time to the clock's.
func (f *fixture) catchUp() {
	if f.clock.Now().After(f.chain.Now()) {
		f.chain.SetTime(f.clock.Now())
		f.chain.Block()
	}
}

func (f *fixture) send() {
	f.catchUp()
	_, err := f.box.RunDue(context.Background())
	require.NoError(f.t, err)
}

// finish ends the lease now and sends what is left.
func (f *fixture) finish() {
	f.catchUp()
	f.chain.CloseLease(f.lease)
	l, err := f.chain.Lease(context.Background(), f.lease)
	require.NoError(f.t, err)
	require.NoError(f.t, f.store.Update(func(tx *store.Tx) error { return f.meter.Finalize(tx, f.lease, l.ClosedTime) }))
	for range 8 {
		f.clock.Advance(time.Hour)
		f.send()
	}
	require.Zero(f.t, f.box.Depth())
}

// sum adds up what the chain has of a component.
func (f *fixture) sum(c restypes.Component) math.Int {
	total := math.ZeroInt()
	for _, r := range f.chain.Usage(f.lease) {
		for _, q := range r.Quantities {
			if q.Component == c {
				total = total.Add(q.Amount)
			}
		}
	}
	return total
}

func TestUsageIsWhatThePlatformCounted(t *testing.T) {
	f := newFixture(t, t.TempDir())
	f.read(10*time.Second, "a", 3_000_000, gib)
	f.read(10*time.Second, "a", 5_000_000, 2*gib)
	f.read(10*time.Second, "b", 1_000_000, 2*gib) // it was started again, and its counters with it
	f.finish()
	require.Equal(t, "6000000", f.sum(restypes.ComponentCPU).String(), "3 from the beginning, 2 more, and 1 since it was started again")
	require.Equal(t, math.NewInt(gib).MulRaw(10+20).String(), f.sum(restypes.ComponentMemory).String(), "each reading holds until the next")
	require.Equal(t, 1, f.settled)
}

func TestAGapIsShownAndNotBilled(t *testing.T) {
	f := newFixture(t, t.TempDir())
	f.read(10*time.Second, "a", 1_000_000, gib)
	f.read(10*time.Second, "a", 2_000_000, gib)
	f.read(time.Hour, "a", 900_000_000, gib) // nobody looked
	f.read(10*time.Second, "a", 901_000_000, gib)
	f.finish()
	require.Equal(t, "3000000", f.sum(restypes.ComponentCPU).String())
	s, err := f.meter.Status(f.lease)
	require.NoError(t, err)
	require.Len(t, s.Gaps, 1)
	require.Equal(t, time.Hour, s.Gaps[0].To.Sub(s.Gaps[0].From))
	records := f.chain.Usage(f.lease)
	require.True(t, records[1].Start.Sub(records[0].End) == time.Hour, "no record covers the gap")
}

func TestUseBeyondTheLeaseIsNotBilled(t *testing.T) {
	f := newFixture(t, t.TempDir())
	f.read(10*time.Second, "a", 0, 100*gib)
	f.read(10*time.Second, "a", 1_000_000_000, 100*gib)
	f.finish()
	require.Equal(t, "20000000", f.sum(restypes.ComponentCPU).String(), "two cores for ten seconds are the most a lease of two cores uses")
}

func TestReadingsAfterTheEndDoNotCount(t *testing.T) {
	f := newFixture(t, t.TempDir())
	f.read(10*time.Second, "a", 1_000_000, gib)
	f.chain.SetTime(f.clock.Now().Add(2 * time.Second))
	f.chain.Block()
	f.chain.CloseLease(f.lease)
	l, err := f.chain.Lease(t.Context(), f.lease)
	require.NoError(t, err)
	for range 7 { // the daemon hears of the end late; a record over the end is made meanwhile
		f.read(10*time.Second, "a", 50_000_000, 3*gib)
	}
	_, err = f.box.RunDue(t.Context())
	require.NoError(t, err)
	require.NoError(t, f.store.Update(func(tx *store.Tx) error { return f.meter.Finalize(tx, f.lease, l.ClosedTime) }))
	f.clock.Advance(time.Hour)
	f.send()
	require.Equal(t, "1000000", f.sum(restypes.ComponentCPU).String())
	records := f.chain.Usage(f.lease)
	require.Len(t, records, 1)
	require.True(t, records[0].Final)
	require.Equal(t, l.ClosedTime.Truncate(time.Millisecond), records[0].End)
	require.Equal(t, 1, f.settled)
}

func TestALeaseNobodyMeasuredIsSettledForNothing(t *testing.T) {
	f := newFixture(t, t.TempDir())
	f.clock.Advance(time.Minute)
	f.finish()
	require.Len(t, f.chain.Usage(f.lease), 1)
	require.True(t, f.sum(restypes.ComponentCPU).IsZero())
	require.Equal(t, 1, f.settled)
}

func TestABrokenLogIsNoticed(t *testing.T) {
	f := newFixture(t, t.TempDir())
	f.read(10*time.Second, "a", 1, gib)
	require.NoError(t, f.store.Update(func(tx *store.Tx) error {
		key := store.Key(samplePrefix, f.lease, 2)
		raw, err := tx.GetBytes(key)
		require.NoError(t, err)
		raw[len(raw)-3] ^= 1
		return tx.SetBytes(key, raw)
	}))
	f.clock.Advance(10 * time.Second)
	err := f.store.Update(func(tx *store.Tx) error { return f.meter.Finalize(tx, f.lease, f.clock.Now()) })
	require.ErrorIs(t, err, store.ErrCorrupt)
}

func TestALostStateFolderFollowsTheChain(t *testing.T) {
	f := newFixture(t, t.TempDir())
	for i := range uint64(14) {
		f.read(10*time.Second, "a", i*1_000_000, gib)
		f.send()
	}
	before := f.sum(restypes.ComponentCPU)
	last := f.chain.Usage(f.lease)
	require.NoError(t, f.store.Close())
	f.dir = t.TempDir()
	f.start()
	l, err := f.chain.Lease(t.Context(), f.lease)
	require.NoError(t, err)
	f.clock.Advance(freshWithin)
	require.NoError(t, f.store.Update(func(tx *store.Tx) error {
		return f.meter.Begin(tx, lease.Record{ID: l.Id, Owner: l.Owner, Price: l.Price, Resources: l.Resources, Created: l.CreatedTime})
	}))
	for i := range uint64(8) {
		f.read(10*time.Second, "a", (20+i)*1_000_000, gib)
		f.send()
	}
	f.finish()
	after := f.sum(restypes.ComponentCPU).Sub(before)
	require.Equal(t, "7000000", after.String(), "from the first reading of the new folder on, once")
	require.Greater(t, len(f.chain.Usage(f.lease)), len(last))
}

// TestTheSumOfRecordsIsExact: under random readings, restarts of the workload, crashes of the daemon, lost answers and outages, the
// sum over the chain's records is the integral over what was read, to the last unit.
func TestTheSumOfRecordsIsExact(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := newFixture(rt, t.TempDir())
		defer func() { require.NoError(rt, f.store.Close()) }()
		wantCPU, wantMemory := math.ZeroInt(), math.ZeroInt() // milli-CPU ms, byte ms
		cpu, memory, epoch := uint64(0), uint64(0), 'a'
		var last time.Time
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"read", "read", "read", "crash", "restart workload", "send", "fault"}).Draw(rt, "step") {
			case "read":
				step := time.Duration(rapid.IntRange(2, 40_000).Draw(rt, "ms")) * time.Millisecond
				most := step.Milliseconds()
				if last.IsZero() {
					most = min(most-1, 10_000) // one interval long, from the first whole millisecond of the lease
				}
				used := rapid.Uint64Range(0, uint64(most)*2000).Draw(rt, "used")
				held := rapid.Uint64Range(0, 4*gib).Draw(rt, "memory")
				cpu += used
				f.read(step, string(epoch), cpu, held)
				if last.IsZero() || step <= 30*time.Second {
					wantCPU = wantCPU.Add(math.NewIntFromUint64(used))
				}
				if !last.IsZero() && step <= 30*time.Second {
					wantMemory = wantMemory.Add(math.NewIntFromUint64(memory).MulRaw(step.Milliseconds()))
				}
				last, memory = f.clock.Now(), held
			case "crash":
				f.restart()
			case "restart workload":
				epoch, cpu = epoch+1, 0
			case "send":
				f.send()
			case "fault":
				kind := rapid.SampledFrom([]chaintest.Fault{chaintest.Drop, chaintest.LoseAnswer, chaintest.Refuse, chaintest.None}).Draw(rt, "kind")
				f.chain.Faults(func(proto.Message) chaintest.Fault { return kind })
			}
		}
		f.chain.Faults(nil)
		f.finish() // at the last reading, so that nothing is held beyond it
		require.Equal(rt, wantCPU.String(), f.sum(restypes.ComponentCPU).String())
		require.Equal(rt, wantMemory.QuoRaw(1000).String(), f.sum(restypes.ComponentMemory).String())
		var end time.Time
		for i, r := range f.chain.Usage(f.lease) {
			require.EqualValues(rt, i+1, r.Sequence)
			require.False(rt, r.Start.Before(end), "records overlap")
			end = r.End
		}
	})
}
