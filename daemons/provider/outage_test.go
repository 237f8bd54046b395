package provider

import (
	"testing"
	"time"

	"cosmossdk.io/math"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	settletypes "github.com/virtengine/virtengine/chain/x/settlement/types"
	"github.com/virtengine/virtengine/daemons/provider/bid"
	"github.com/virtengine/virtengine/daemons/provider/chaintest"
	"github.com/virtengine/virtengine/daemons/provider/lease"
)

// running is a world with one active lease.
func running(t *testing.T) (*world, uint64) {
	w := newWorld(t)
	w.tick()
	id := w.order()
	w.until(id, lease.AwaitingManifest)
	w.sendManifest(id)
	w.until(id, lease.Active)
	return w, id
}

// pass lets time go by without blocks, the daemon working every step.
func (w *world) pass(total, step time.Duration) {
	for d := time.Duration(0); d < total; d += step {
		w.clock.Advance(step)
		w.work()
	}
}

func (w *world) requireUntouched(id uint64) {
	l, err := w.chain.Lease(w.t.Context(), id)
	require.NoError(w.t, err)
	require.Equal(w.t, markettypes.LeaseActive, l.State)
	require.Zero(w.t, w.chain.Count(&markettypes.MsgCloseLease{}), "no lease was closed")
	require.Equal(w.t, 1, w.machine.count(), "it still runs")
	require.Equal(w.t, 1, w.machine.starts, "and was never started again")
}

func TestTheChainGoesAwayForAnHour(t *testing.T) {
	w, id := running(t)
	w.chain.Away(true)
	w.pass(time.Hour, 15*time.Second)
	w.chain.Away(false)
	w.requireUntouched(id)
	for range 330 { // the longest wait of a queued operation is five minutes
		w.tick()
	}
	w.requireUntouched(id)
	require.NotEmpty(t, w.chain.Usage(id), "what was measured meanwhile is reported")
	w.chain.CloseLease(id)
	w.until(id, lease.Done)
}

func TestTheBackendGoesAwayForTwoHours(t *testing.T) {
	w, id := running(t)
	w.machine.set(func(m *machine) { m.away = true })
	w.pass(2*time.Hour, 30*time.Second)
	require.Equal(t, lease.Active, w.state(id), "nothing follows from not knowing")
	w.machine.set(func(m *machine) { m.away = false })
	w.tick()
	w.requireUntouched(id)
}

func TestARestartStormClosesNothing(t *testing.T) {
	w, id := running(t)
	for range 30 {
		require.NoError(t, w.store.Close())
		w.boot()
		w.tick()
	}
	w.requireUntouched(id)
	require.Equal(t, lease.Active, w.state(id))
}

func TestOnlyALeaseThatIsSeenFailedAllTheTimeIsUnstable(t *testing.T) {
	w, id := running(t)
	w.machine.set(func(m *machine) { m.failing = true })
	w.pass(6*time.Minute, 5*time.Second)
	w.machine.set(func(m *machine) { m.away = true })
	w.pass(10*time.Minute, 30*time.Second)
	w.machine.set(func(m *machine) { m.away = false })
	w.pass(6*time.Minute, 5*time.Second)
	w.requireUntouched(id) // six minutes twice are not ten in a row
	w.pass(5*time.Minute, 5*time.Second)
	w.until(id, lease.Done)
	l, err := w.chain.Lease(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, markettypes.ReasonUnstable, l.Reason)
	require.Zero(t, w.machine.count())
}

func TestNoManifestInTimeEndsTheLease(t *testing.T) {
	w := newWorld(t)
	w.tick()
	id := w.order()
	w.until(id, lease.AwaitingManifest)
	w.pass(4*time.Minute, 10*time.Second)
	require.Zero(t, w.chain.Count(&markettypes.MsgCloseLease{}))
	w.pass(time.Minute, 10*time.Second)
	w.until(id, lease.Done)
	l, err := w.chain.Lease(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, markettypes.ReasonManifestTimeout, l.Reason)
	require.ErrorIs(t, w.daemon.Leases.PutManifest(t.Context(), id, group()), lease.ErrLeaseClosed)
	require.Empty(t, w.daemon.Ledger.Orders())
}

func TestARefusedManifestIsCompensatedAndThenTold(t *testing.T) {
	w := newWorld(t)
	w.machine.refuse = true
	w.tick()
	id := w.order()
	w.until(id, lease.AwaitingManifest)
	w.sendManifest(id)
	w.until(id, lease.Done)
	l, err := w.chain.Lease(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, markettypes.ReasonProvisioningFailed, l.Reason)
	require.True(t, l.Settled)
}

func TestManifestsAreCheckedAgainstTheChain(t *testing.T) {
	w := newWorld(t)
	w.tick()
	id := w.order()
	w.until(id, lease.AwaitingManifest)
	other := group()
	other.Services[0].Args = []string{"--evil"}
	var wrong *lease.WrongHash
	require.ErrorAs(t, w.daemon.Leases.PutManifest(t.Context(), id, other), &wrong)
	require.NotEqual(t, wrong.OnChain, wrong.Sent)
	require.ErrorIs(t, w.daemon.Leases.PutManifest(t.Context(), id+7, group()), lease.ErrUnknownLease)
	_, err := w.daemon.Leases.Manifest(t.Context(), id)
	require.ErrorIs(t, err, lease.ErrNoManifest)

	bigger := group()
	bigger.Services[0].Count = 3
	sum, err := bigger.Hash()
	require.NoError(t, err)
	w.chain.Announce(id, sum[:])
	require.ErrorIs(t, w.daemon.Leases.PutManifest(t.Context(), id, bigger), lease.ErrGroupMismatch, "announced, and more than the lease has")

	sum, err = other.Hash()
	require.NoError(t, err)
	w.chain.Announce(id, sum[:])
	require.NoError(t, w.daemon.Leases.PutManifest(t.Context(), id, other), "the tenant may be ahead of our events")
	require.NoError(t, w.daemon.Leases.PutManifest(t.Context(), id, other), "sending it again changes nothing")
	w.until(id, lease.Active)
	s, err := w.daemon.Leases.Status(t.Context(), id)
	require.NoError(t, err)
	require.EqualValues(t, 1, s.Generation)
}

func TestARefusedUpdateGoesBackToWhatRan(t *testing.T) {
	w, id := running(t)
	w.machine.set(func(m *machine) { m.refuse = true })
	other := group()
	other.Services[0].Image = "local/missing"
	sum, err := other.Hash()
	require.NoError(t, err)
	w.chain.Announce(id, sum[:])
	require.NoError(t, w.daemon.Leases.PutManifest(t.Context(), id, other))
	_, err = w.daemon.Outbox.RunDue(t.Context()) // the backend refuses it
	require.NoError(t, err)
	w.machine.set(func(m *machine) { m.refuse = false })
	for range 5 {
		w.tick()
	}
	w.requireUntouched(id)
	g, err := w.daemon.Leases.Manifest(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, group().Services[0].Image, g.Services[0].Image)
}

func TestAVanishedWorkloadIsStartedAgain(t *testing.T) {
	w, id := running(t)
	w.machine.set(func(m *machine) { clear(m.runs) })
	w.until(id, lease.Provisioning)
	w.until(id, lease.Active)
	require.Equal(t, 2, w.machine.starts)
}

// A workload that runs on after its lease: the daemon's state was lost, or a deletion was half done.
func TestLeftOverWorkloadsAreSwept(t *testing.T) {
	w, id := running(t)
	w.chain.CloseLease(id)
	left := *w.machine.runs[id]
	w.until(id, lease.Done)
	w.machine.set(func(m *machine) { m.runs[id] = &left })
	w.pass(time.Minute, 10*time.Second)
	require.Equal(t, 1, w.machine.count(), "within the grace it may be somebody's that is a block behind")
	w.pass(20*time.Minute, time.Minute)
	require.Zero(t, w.machine.count())
}

func TestANewStateFolderTakesUpWhatIsOnChain(t *testing.T) {
	w, id := running(t)
	require.NoError(t, w.store.Close())
	w.dir = t.TempDir()
	w.boot()
	w.tick()
	w.until(id, lease.AwaitingManifest)
	require.Equal(t, 1, w.machine.count(), "the workload is not swept: its lease is active")
	w.sendManifest(id)
	w.until(id, lease.Active)
	w.requireUntouched(id)
}

func TestPrunedBlocksAreMadeUpForFromTheState(t *testing.T) {
	w := newWorld(t)
	w.tick()
	id := w.order()
	for range 50 { // the daemon is down meanwhile
		w.clock.Advance(time.Second)
		w.chain.SetTime(w.clock.Now())
		w.chain.Block()
	}
	w.chain.Prune()
	late := w.order()
	require.NoError(t, w.daemon.Follow.Compare(t.Context(), true))
	w.until(late, lease.AwaitingManifest)
	require.Equal(t, lease.State(""), w.state(id), "its window passed")
}

func TestLostAndDroppedTransactionsDoubleNothing(t *testing.T) {
	w := newWorld(t)
	turn := 0
	w.chain.Faults(func(proto.Message) chaintest.Fault {
		turn++
		return []chaintest.Fault{chaintest.LoseAnswer, chaintest.Drop, chaintest.Refuse, chaintest.None}[turn%4]
	})
	w.tick()
	sum, err := group().Hash()
	require.NoError(t, err)
	id := w.chain.CreateOrder(markettypes.OrderSpec{ManifestHash: sum[:], Units: group().Units(), MaxPrice: math.NewInt(1000), WindowBlocks: 60}, 1_000_000)
	w.until(id, lease.AwaitingManifest)
	w.sendManifest(id)
	w.until(id, lease.Active)
	for range 100 {
		w.tick()
	}
	w.chain.CloseLease(id)
	w.pass(10*time.Minute, 5*time.Second)
	w.until(id, lease.Done)
	w.requireWhole(id, true)
	require.Equal(t, len(w.chain.Usage(id)), w.chain.Count(&settletypes.MsgRecordUsage{}))
}

func TestBidsThatLostGiveTheirRoomBack(t *testing.T) {
	w := newWorld(t)
	w.tick()
	won, lost, cancelled := w.order(), w.order(), w.order()
	w.tick()
	require.EqualValues(t, 3, w.daemon.Bids.OpenBids())
	full := w.order() // two cores each, eight there are: this one has room
	none := w.order() // and this one not
	w.tick()
	w.chain.Rival(lost, 1)
	w.chain.Rival(full, 1)
	w.chain.Cancel(cancelled)
	w.until(won, lease.AwaitingManifest)
	w.tick()
	w.tick()
	for id, want := range map[uint64]bid.State{won: bid.Won, lost: bid.Lost, cancelled: bid.Lost, full: bid.Lost, none: bid.Skipped} {
		r, err := w.daemon.Bids.Get(id)
		require.NoError(t, err)
		require.Equal(t, want, r.State, "order %d: %+v", id, r)
	}
	require.Equal(t, []uint64{won}, w.daemon.Ledger.Orders())
	require.Zero(t, w.daemon.Bids.OpenBids())
	e, err := w.daemon.Bids.Explain(t.Context(), none)
	require.NoError(t, err)
	require.Equal(t, bid.NoCapacity, e.Record.Reason)
	require.Contains(t, e.Record.Detail, "lacks 2000 thousandths of a core of cpu on its best node machine")
}

func TestAShrunkenMachineTakesItsBidsBack(t *testing.T) {
	w := newWorld(t)
	w.tick()
	first, second := w.order(), w.order()
	w.tick()
	w.machine.set(func(m *machine) { m.capacity = 2000 })
	w.tick()
	r, err := w.daemon.Bids.Get(second)
	require.NoError(t, err)
	require.Equal(t, bid.Withdrawn, r.State)
	w.until(first, lease.AwaitingManifest)
}
