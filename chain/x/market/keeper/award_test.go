package keeper_test

import (
	"errors"
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	escrow "github.com/virtengine/virtengine/chain/x/escrow/types"
	"github.com/virtengine/virtengine/chain/x/market/types"
	provider "github.com/virtengine/virtengine/chain/x/provider/types"
	resources "github.com/virtengine/virtengine/chain/x/resources/types"
)

func TestTheCheapestBidWinsAndOfEqualsTheEarliest(t *testing.T) {
	f := newFixture(t, 4)
	id := f.order()
	require.NoError(t, f.bid(id, seller(0), 30))
	require.NoError(t, f.bid(id, seller(1), 20))
	require.NoError(t, f.bid(id, seller(2), 20))
	require.NoError(t, f.bid(id, seller(3), 25))
	f.endBlocks(5)
	require.Equal(t, types.OrderOpen, f.orderOf(id).State, "the window is five blocks after the first")
	f.endBlocks(1)

	lease := f.lease(id)
	require.Equal(t, seller(1).String(), lease.Provider)
	require.Equal(t, int64(6), lease.CreatedHeight)
	require.Equal(t, uint64(1_000), lease.Resources.CpuMilli, "both replicas")
	require.Equal(t, types.BidWon, f.bidOf(id, seller(1)).State)
	require.Equal(t, types.BidLost, f.bidOf(id, seller(2)).State)
	require.Equal(t, types.OrderLeased, f.orderOf(id).State)
	account, err := f.escrow.Account(f.ctx, id)
	require.NoError(t, err)
	require.Equal(t, escrow.AccountActive, account.State)
	require.Equal(t, int64(20), account.Rate.Int64())
	f.assertSound()
}

func TestLosersAreRefundedInTheAwardingBlock(t *testing.T) {
	f := newFixture(t, 3)
	id := f.order()
	for i := range 3 {
		require.NoError(t, f.bid(id, seller(i), int64(10+i)))
		require.Equal(t, int64(purse-deposit), f.uve(seller(i)), "the deposit is locked")
	}
	f.endBlocks(6)
	require.Equal(t, int64(purse-deposit), f.uve(seller(0)), "the winner's is kept")
	require.Equal(t, int64(purse), f.uve(seller(1)))
	require.Equal(t, int64(purse), f.uve(seller(2)))
	require.NoError(t, f.closeLease(id, tenant, types.ReasonUnspecified))
	require.Equal(t, int64(purse), f.uve(seller(0)), "and returned with the lease")
	f.assertSound()
}

func TestWhoCannotServeAnyMoreIsPassedOver(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		happen func(*fixture)
	}{
		"Left": {"a provider that deleted its profile loses its open bids", func(f *fixture) {
			_, err := f.providers.DeleteProvider(f.ctx, &provider.MsgDeleteProvider{Owner: seller(0).String()})
			require.NoError(f.t, err)
		}},
		"Full": {"capacity that is gone cannot be leased", func(f *fixture) { f.capacity(seller(0), 999) }},
		"Moved": {"the placement counts at the award too", func(f *fixture) {
			_, err := f.providers.UpdateProvider(f.ctx, &provider.MsgUpdateProvider{
				Owner: seller(0).String(), HostUri: "https://provider.example", PriceList: provider.PriceList{BasePerBlock: math.ZeroInt()},
			})
			require.NoError(f.t, err)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, 2)
			id := f.order(func(s *types.OrderSpec) {
				s.Placement.Attributes = []provider.Attribute{{Key: "region", Value: "eu-west"}}
			})
			require.NoError(t, f.bid(id, seller(0), 10))
			require.NoError(t, f.bid(id, seller(1), 20))
			tc.happen(f)
			f.endBlocks(6)
			require.Equal(t, seller(1).String(), f.lease(id).Provider, tc.reason)
			require.Equal(t, types.BidLost, f.bidOf(id, seller(0)).State)
			require.Equal(t, int64(purse), f.uve(seller(0)))
			f.assertSound()
		})
	}
}

func TestWithoutABidTheOrderClosesAndEverythingGoesBack(t *testing.T) {
	f := newFixture(t, 1)
	id := f.order()
	f.endBlocks(6)
	require.Equal(t, types.OrderClosed, f.orderOf(id).State)
	require.Equal(t, types.ReasonNoBids, f.orderOf(id).Reason)
	require.Equal(t, int64(purse), f.uve(tenant))
	require.ErrorIs(t, f.bid(id, seller(0), 10), types.ErrOrderNotOpen)
	f.assertSound()
}

func TestAFixedPriceIsAwardedInTheBlockOfItsFirstBid(t *testing.T) {
	fixed := func(s *types.OrderSpec) { s.Auction, s.WindowBlocks = types.AuctionFixed, 50 }
	f := newFixture(t, 2)
	id := f.order(fixed)
	f.endBlocks(3)
	require.ErrorIs(t, f.bid(id, seller(0), 49), types.ErrPriceNotFixed, "a fixed price is not undercut")
	require.NoError(t, f.bid(id, seller(0), 50))
	require.NoError(t, f.bid(id, seller(1), 50))
	f.endBlocks(1)
	require.Equal(t, seller(0).String(), f.lease(id).Provider)
	require.Equal(t, int64(4), f.lease(id).CreatedHeight)
	require.Equal(t, int64(purse), f.uve(seller(1)))

	// A first bid that cannot be awarded does not end the order: the next may come until the window closes.
	second := f.order(fixed)
	require.NoError(t, f.bid(second, seller(1), 50))
	f.capacity(seller(1), 0)
	f.endBlocks(1)
	require.Equal(t, types.OrderOpen, f.orderOf(second).State)
	require.Equal(t, int64(55), f.orderOf(second).ClosesHeight)
	require.Equal(t, int64(purse), f.uve(seller(1)))
	f.capacity(seller(1), 10_000)
	require.NoError(t, f.bid(second, seller(1), 50), "a lost bid may be made anew")
	f.endBlocks(1)
	require.Equal(t, types.LeaseActive, f.lease(second).State)
	f.assertSound()
}

func TestAwardsBeyondTheCapFollowInTheNextBlock(t *testing.T) {
	f := newFixture(t, 1)
	p, err := f.k.Params.Get(f.ctx)
	require.NoError(t, err)
	p.MaxAwards = 2
	require.NoError(t, f.k.Params.Set(f.ctx, p))
	var ids []uint64
	for range 5 {
		id := f.order()
		require.NoError(t, f.bid(id, seller(0), 10))
		ids = append(ids, id)
	}
	states := func() (leased int) {
		for _, id := range ids {
			if f.orderOf(id).State == types.OrderLeased {
				leased++
			}
		}
		return leased
	}
	f.endBlocks(6)
	require.Equal(t, 2, states())
	require.ErrorIs(t, f.bid(ids[4], seller(0), 9), types.ErrOrderNotOpen, "the window is over even where the award is late")
	f.endBlocks(1)
	require.Equal(t, 4, states())
	f.endBlocks(1)
	require.Equal(t, 5, states())
	f.assertSound()
}

func TestOneFailingAwardNeitherHaltsTheChainNorLosesMoney(t *testing.T) {
	f := newFixture(t, 2)
	bad, good := f.order(), f.order()
	for _, id := range []uint64{bad, good} {
		require.NoError(t, f.bid(id, seller(0), 10))
		require.NoError(t, f.bid(id, seller(1), 11))
	}
	f.escrow.fails["Activate 1"] = errors.New("disk of a tester")
	f.endBlocks(6)
	require.Equal(t, types.OrderLeased, f.orderOf(good).State, "the other order is awarded")
	require.Equal(t, types.OrderOpen, f.orderOf(bad).State, "this one waits")
	require.Equal(t, types.BidOpen, f.bidOf(bad, seller(1)).State, "with its bids")
	require.Equal(t, int64(16), f.orderOf(bad).ClosesHeight, "behind the others")
	f.assertSound()

	delete(f.escrow.fails, "Activate 1")
	f.endBlocks(10)
	require.Equal(t, types.OrderLeased, f.orderOf(bad).State)
	f.assertSound()
}

func TestAnOverdrawnLeaseClosesInTheSameBlock(t *testing.T) {
	f := newFixture(t, 1)
	id, err := f.tryOrder(50)
	require.NoError(t, err)
	require.NoError(t, f.bid(id, seller(0), 10))
	f.endBlocks(6) // awarded at height 6: 50 uve pay five blocks
	f.endBlocks(4)
	require.Equal(t, types.LeaseActive, f.lease(id).State)
	f.endBlocks(1)
	lease := f.lease(id)
	require.Equal(t, types.LeaseClosed, lease.State)
	require.Equal(t, types.ReasonFundsExhausted, lease.Reason)
	require.Equal(t, int64(11), lease.ClosedHeight, "nobody had to ask")
	f.assertSound()
}

func TestALeaseThatCannotBeClosedIsTriedAgain(t *testing.T) {
	f := newFixture(t, 1)
	id, err := f.tryOrder(50)
	require.NoError(t, err)
	require.NoError(t, f.bid(id, seller(0), 10))
	f.endBlocks(6)
	f.escrow.fails["Stop 1"] = errors.New("disk of a tester")
	f.endBlocks(7)
	require.Equal(t, types.LeaseActive, f.lease(id).State)
	overdue, err := f.k.Overdue.Has(f.ctx, id)
	require.NoError(t, err)
	require.True(t, overdue)
	f.assertSound()

	gs, err := f.k.ExportGenesis(f.ctx)
	require.NoError(t, err)
	require.Equal(t, []uint64{id}, gs.Overdue, "it survives an export")
	delete(f.escrow.fails, "Stop 1")
	f.endBlocks(1)
	require.Equal(t, types.ReasonFundsExhausted, f.lease(id).Reason)
	overdue, err = f.k.Overdue.Has(f.ctx, id)
	require.NoError(t, err)
	require.False(t, overdue)
	f.assertSound()
}

func TestEscrowThatFailsDoesNotHaltTheChain(t *testing.T) {
	f := newFixture(t, 1)
	id := f.order()
	require.NoError(t, f.bid(id, seller(0), 10))
	f.escrow.fails["PopExhausted 0"] = errors.New("disk of a tester")
	f.endBlocks(6)
	require.Equal(t, types.LeaseActive, f.lease(id).State, "awards go on")
	f.assertSound()
}

func TestTheGateCountsAtBidAndAward(t *testing.T) {
	gates := roleGates{"auditor": seller(0).String()}
	f := newFixtureWith(t, 2, gates)
	gated := func(s *types.OrderSpec) { s.Gate.RequireRole = "auditor" }
	id := f.order(gated)
	require.ErrorIs(t, f.bid(id, seller(1), 5), types.ErrGateRefused)
	require.NoError(t, f.bid(id, seller(0), 10))
	delete(gates, "auditor") // the role is taken from it before the award
	f.endBlocks(6)
	require.Equal(t, types.ReasonNoBids, f.orderOf(id).Reason)
	f.assertSound()
}

func TestAWishForAnyGPUBecomesAConcreteOne(t *testing.T) {
	f := newFixture(t, 1)
	any := func(s *types.OrderSpec) { s.Units[0].Resources.Gpus = []resources.Gpu{{Count: 1}} }
	id := f.order(any)
	require.NoError(t, f.bid(id, seller(0), 10))
	f.endBlocks(6)
	require.Equal(t, []resources.Gpu{{Vendor: "amd", Model: "mi300", Count: 1}, {Vendor: "nvidia", Model: "a100", Count: 1}},
		f.lease(id).Resources.Gpus, "one for each replica")
	require.ErrorIs(t, f.bid(f.order(any), seller(0), 10), resources.ErrNoCapacity, "one is left, two are wanted")
	f.assertSound()
}

func TestEventsTellTheStory(t *testing.T) {
	f := newFixture(t, 2)
	f.ctx = f.ctx.WithEventManager(sdk.NewEventManager())
	id := f.order()
	require.NoError(t, f.bid(id, seller(0), 10))
	require.NoError(t, f.bid(id, seller(1), 11))
	f.endBlocks(6)
	require.NoError(t, f.closeLease(id, tenant, types.ReasonTenant))
	var told []string
	for _, e := range f.ctx.EventManager().Events() {
		told = append(told, e.Type)
	}
	require.Equal(t, []string{
		"virtengine.market.v1.EventOrderCreated",
		"virtengine.market.v1.EventBidCreated", "virtengine.market.v1.EventBidCreated",
		"virtengine.resources.v1.EventAllocated", "virtengine.market.v1.EventBidLost", "virtengine.market.v1.EventLeaseCreated",
		"virtengine.resources.v1.EventReleased", "virtengine.market.v1.EventLeaseClosed", "virtengine.market.v1.EventOrderClosed",
	}, told)
}
