package keeper_test

import (
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/x/market/keeper"
	"github.com/virtengine/virtengine/chain/x/market/types"
)

// lively is a market with a record in every state.
func lively(t *testing.T) *fixture {
	f := newFixture(t, 3)
	leased, closed, cancelled := f.order(), f.order(), f.order()
	for i, id := range []uint64{leased, closed, cancelled} {
		require.NoError(t, f.bid(id, seller(0), int64(10+i)))
		require.NoError(t, f.bid(id, seller(1), 20))
	}
	require.NoError(t, f.withdraw(leased, seller(1)))
	require.NoError(t, f.closeOrder(cancelled, tenant))
	f.endBlocks(6)
	require.NoError(t, f.closeLease(closed, tenant, types.ReasonTenant))
	require.NoError(t, f.bid(f.order(), seller(2), 30))
	f.assertSound()
	return f
}

func TestExportedGenesisImportsToTheSame(t *testing.T) {
	f := lively(t)
	gs, err := f.k.ExportGenesis(f.ctx)
	require.NoError(t, err)

	fresh := newFixture(t, 0)
	require.NoError(t, fresh.k.InitGenesis(fresh.ctx, *gs))
	again, err := fresh.k.ExportGenesis(fresh.ctx)
	require.NoError(t, err)
	require.Equal(t, gs, again)

	// The indexes are built anew: every list is the same too.
	want, err := f.query.Leases(f.ctx, &types.QueryLeasesRequest{Owner: tenant.String(), State: types.LeaseClosed})
	require.NoError(t, err)
	got, err := fresh.query.Leases(fresh.ctx, &types.QueryLeasesRequest{Owner: tenant.String(), State: types.LeaseClosed})
	require.NoError(t, err)
	require.Equal(t, want.Leases, got.Leases)
	ids, err := fresh.k.UnsettledBefore(fresh.ctx, f.ctx.BlockTime(), 9)
	require.NoError(t, err)
	require.Equal(t, []uint64{2}, ids)
}

func TestAGenesisThatContradictsItselfIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		change func(*types.GenesisState)
		want   error
	}{
		"Good":          {"what was exported is valid", func(*types.GenesisState) {}, nil},
		"ZeroParams":    {"zero-valued parameters do not start a chain", func(gs *types.GenesisState) { gs.Params = types.Params{} }, types.ErrInvalidParams},
		"ZeroNumbers":   {"numbers begin at 1", func(gs *types.GenesisState) { gs.NextOrder = 0 }, types.ErrBrokenInvariant},
		"NumberAhead":   {"an order's number was given before", func(gs *types.GenesisState) { gs.NextOrder = 4 }, types.ErrBrokenInvariant},
		"OrderTwice":    {"a number is one order's", func(gs *types.GenesisState) { gs.Orders = append(gs.Orders, gs.Orders[0]) }, types.ErrBrokenInvariant},
		"NoReason":      {"an end has a reason", func(gs *types.GenesisState) { gs.Orders[2].Reason = 0 }, types.ErrBrokenInvariant},
		"NoState":       {"an order is in a state", func(gs *types.GenesisState) { gs.Orders[0].State = 0 }, types.ErrBrokenInvariant},
		"MissingLease":  {"a leased order has its lease", func(gs *types.GenesisState) { gs.Leases = gs.Leases[1:] }, types.ErrBrokenInvariant},
		"LeaseOnly":     {"a lease has its order", func(gs *types.GenesisState) { gs.Leases[0].Id = 4 }, types.ErrBrokenInvariant},
		"OtherProvider": {"a lease follows from a bid", func(gs *types.GenesisState) { gs.Leases[0].Provider = seller(2).String() }, types.ErrBrokenInvariant},
		"OtherDeposit":  {"with its deposit", func(gs *types.GenesisState) { gs.Leases[0].Deposit = math.NewInt(1) }, types.ErrBrokenInvariant},
		"BidsCounted":   {"open bids are counted", func(gs *types.GenesisState) { gs.Orders[3].Bids = 2 }, types.ErrBrokenInvariant},
		"BidTwice":      {"one bid per provider", func(gs *types.GenesisState) { gs.Bids = append(gs.Bids, gs.Bids[0]) }, types.ErrBrokenInvariant},
		"BidAbove":      {"no bid above the ceiling", func(gs *types.GenesisState) { gs.Bids[0].FullPrice = math.NewInt(51) }, types.ErrBrokenInvariant},
		"OverdueClosed": {"what is closed is not overdue", func(gs *types.GenesisState) { gs.Overdue = []uint64{2} }, types.ErrBrokenInvariant},
	} {
		t.Run(name, func(t *testing.T) {
			f := lively(t)
			gs, err := f.k.ExportGenesis(f.ctx)
			require.NoError(t, err)
			tc.change(gs)
			require.ErrorIs(t, keeper.ValidateGenesis(*gs), tc.want, tc.reason)
		})
	}
}

func TestInvariantsSeeWhatIsWrong(t *testing.T) {
	for name, breakIt := range map[string]func(*fixture) error{
		"MissingCoins": func(f *fixture) error {
			return f.bank.move(f.ctx, accounts{}.GetModuleAddress(types.ModuleName), stranger, math.OneInt())
		},
		"MissingAllocation": func(f *fixture) error { return f.resources.Release(f.ctx, 1) },
		"StoppedEscrow":     func(f *fixture) error { return f.escrow.Stop(f.ctx, 1) },
		"MissingIndex":      func(f *fixture) error { return f.k.Closing.Clear(f.ctx, nil) },
		"StaleIndex":        func(f *fixture) error { return f.k.Unsettled.Clear(f.ctx, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			f := lively(t)
			require.NoError(t, breakIt(f))
			require.ErrorIs(t, f.k.AssertInvariants(f.ctx), types.ErrBrokenInvariant)
		})
	}
}

func TestAMissingDependencyIsAnError(t *testing.T) {
	_, err := keeper.New(keeper.Deps{})
	require.Error(t, err)
}
