package provider

import (
	"testing"

	"github.com/stretchr/testify/require"

	settletypes "github.com/virtengine/virtengine/chain/x/settlement/types"
	"github.com/virtengine/virtengine/daemons/provider/follow"
	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/daemons/provider/pricing"
)

func TestRentWithoutMeteredPricesIsWithdrawnOncePerPeriod(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.store.Close())
	w.table = pricing.Table{BasePerBlock: "7"}
	w.boot()
	w.tick()
	id := w.order()
	w.until(id, lease.AwaitingManifest)
	w.sendManifest(id)
	w.until(id, lease.Active)
	for range 3 {
		require.NoError(t, w.daemon.Payout.Look(t.Context()))
		w.tick()
	}
	require.Equal(t, 1, w.chain.Count(&settletypes.MsgWithdraw{}))
	s, err := w.daemon.Leases.Status(t.Context(), id)
	require.NoError(t, err)
	require.Positive(t, s.Escrow.BlocksLeft, "the tenant sees how long its deposit lasts")
	w.chain.CloseLease(id)
	w.until(id, lease.Done)
	acc := w.chain.Account(id)
	require.True(t, acc.Metered.IsZero())
	require.True(t, acc.Paid.IsPositive())
	require.Equal(t, acc.Deposited.String(), acc.Paid.Add(acc.Refunded).String())
}

func TestABlockIsReactedToOnceAndInOrder(t *testing.T) {
	w := newWorld(t)
	w.tick()
	at, _ := w.daemon.Follow.At()
	require.NoError(t, w.daemon.Follow.React(follow.Block{ChainID: "test-1", Height: at.Height}), "one that was reacted to changes nothing")
	require.ErrorIs(t, w.daemon.Follow.React(follow.Block{ChainID: "test-1", Height: at.Height + 2}), follow.ErrPruned, "none is left out")
	require.ErrorIs(t, w.daemon.Follow.React(follow.Block{ChainID: "other-1", Height: at.Height + 1}), follow.ErrOtherChain)
	after, _ := w.daemon.Follow.At()
	require.Equal(t, at, after)
}

func TestReadinessTurnsFalse(t *testing.T) {
	w := newWorld(t)
	require.Len(t, w.daemon.NotReady(), 2, "neither chain nor backend was seen")
	w.tick()
	w.tick()
	require.Empty(t, w.daemon.NotReady())
	w.clock.Advance(w.daemon.deps.Config.Chain.StallAfter * 2)
	require.Len(t, w.daemon.NotReady(), 1)
	require.Contains(t, w.daemon.NotReady()[0], "no block for")
}
