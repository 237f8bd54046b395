package provider

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	restypes "github.com/virtengine/virtengine/chain/x/resources/types"
	"github.com/virtengine/virtengine/daemons/provider/bid"
	"github.com/virtengine/virtengine/daemons/provider/follow"
	"github.com/virtengine/virtengine/daemons/provider/lease"
)

func (w *world) handle(newest int64) func(context.Context, follow.Block) error {
	return func(_ context.Context, b follow.Block) error {
		if err := w.daemon.Follow.React(b); err != nil {
			return err
		}
		if b.Height == newest {
			return errEnough
		}
		return nil
	}
}

// journey is the main job: an order becomes a running, metered, paid workload. It returns the lease.
func (w *world) journey() uint64 {
	w.tick()
	id := w.order()
	w.until(id, lease.AwaitingManifest)
	w.sendManifest(id)
	w.until(id, lease.Active)
	for range 47 { // two usage records and a bit
		w.tick()
	}
	w.chain.CloseLease(id)
	w.until(id, lease.Done)
	return id
}

// requireWhole checks what must be true after a journey, however often the daemon died on the way.
func (w *world) requireWhole(id uint64, exact bool) {
	t := w.t
	require.Equal(t, 1, w.machine.starts, "one workload")
	require.Zero(t, w.machine.count(), "and nothing is left of it")
	require.Equal(t, 1, w.chain.Count(&markettypes.MsgCreateBid{}), "one bid")
	require.Empty(t, w.daemon.Ledger.Orders(), "no room is held")
	require.Zero(t, w.daemon.Outbox.Depth(), "nothing is left to do")
	l, err := w.chain.Lease(t.Context(), id)
	require.NoError(t, err)
	require.True(t, l.Settled)
	require.Equal(t, markettypes.ReasonTenant, l.Reason, "only the tenant ended it")
	records := w.chain.Usage(id)
	var end time.Time
	cpu, covered := int64(0), time.Duration(0)
	for i, r := range records {
		require.EqualValues(t, i+1, r.Sequence)
		require.False(t, r.Start.Before(end), "a moment is billed twice")
		end = r.End
		covered += r.End.Sub(r.Start)
		for _, q := range r.Quantities {
			if q.Component == restypes.ComponentCPU {
				cpu += q.Amount.Int64()
			}
		}
	}
	require.LessOrEqual(t, cpu, int64(1000*l.ClosedTime.Sub(l.CreatedTime).Milliseconds()), "no more than was used")
	if exact {
		require.GreaterOrEqual(t, cpu, int64(1000*40*1000), "the busy core of the time it ran, less a reading at the end")
	}
	acc := w.chain.Account(id)
	require.True(t, acc.Metered.IsPositive())
	require.Equal(t, acc.Deposited.String(), acc.Paid.Add(acc.Refunded).Add(acc.Free).Add(acc.Accrued).String(), "no uve is lost or made")
	require.True(t, acc.Free.IsZero() && acc.Accrued.IsZero())
}

func TestAnOrderBecomesAPaidWorkload(t *testing.T) {
	w := newWorld(t)
	id := w.journey()
	w.requireWhole(id, true)
	r, err := w.daemon.Bids.Get(id)
	require.NoError(t, err)
	require.Equal(t, bid.Won, r.State)
}

// TestKilledAtEveryArrow kills the daemon at every point of the journey where it touches the chain, the machine or its own state, before
// and after, one point per run, and each time the journey ends as if nothing had happened.
func TestKilledAtEveryArrow(t *testing.T) {
	w := newWorld(t)
	w.journey()
	points := w.touch
	t.Logf("%d points to die at", points)
	step := 1
	if testing.Short() {
		step = 37
	}
	for at := 1; at <= points; at += step {
		w := newWorld(t)
		w.killAt = at + w.touch
		id := w.journey()
		w.requireWhole(id, true)
		if t.Failed() {
			t.Fatalf("killed at point %d", at)
		}
	}
}
