package keeper_test

import (
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/x/escrow/keeper"
	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

// lived is a module with an account in every state.
func lived(t *testing.T) *fixture {
	f := newFixture(t).active()
	for id := uint64(2); id <= 5; id++ {
		require.NoError(t, f.k.Open(f.ctx, id, friend, uve(50)))
	}
	require.NoError(t, f.k.Cancel(f.ctx, 3))
	require.NoError(t, f.deposit(1, friend, 20))
	for id := uint64(4); id <= 5; id++ {
		require.NoError(t, f.k.Activate(f.ctx, id, uve(5)))
	}
	g := f.at(103)
	_, _, _, err := g.k.Hold(g.ctx, 4, uve(7))
	require.NoError(t, err)
	require.NoError(t, g.k.Stop(g.ctx, 4))
	require.NoError(t, g.k.Finish(g.ctx, 4))
	_, _, _, err = g.k.Hold(g.ctx, 1, uve(3))
	require.NoError(t, err)
	g.assertSound()
	return g
}

func TestGenesisComesBack(t *testing.T) {
	f := lived(t)
	exported, err := f.k.ExportGenesis(f.ctx)
	require.NoError(t, err)
	require.Len(t, exported.Accounts, 5)

	empty := newFixture(t)
	require.ErrorIs(t, empty.k.InitGenesis(empty.ctx, *exported), types.ErrBrokenInvariant,
		"accounts without the coins they speak of are refused")

	g := newFixture(t)
	held := f.balance(f.bank.GetModuleAddress(types.ModuleName))
	require.NoError(t, g.bank.Mint(g.ctx, g.bank.GetModuleAddress(types.ModuleName), held))
	require.NoError(t, g.k.InitGenesis(g.ctx, *exported))
	require.NoError(t, g.k.AssertInvariants(g.ctx))
	again, err := g.k.ExportGenesis(g.ctx)
	require.NoError(t, err)
	require.Equal(t, exported, again)

	for _, chain := range []*fixture{f, g} {
		due, err := chain.k.PopExhausted(chain.at(10_000).ctx, 10)
		require.NoError(t, err)
		require.Equal(t, []uint64{5, 1}, due, "the index is rebuilt: both chains name the same accounts in the same order")
	}
}

func TestAnImportedAccountIsOnTheIndexWhateverItsGenesisSays(t *testing.T) {
	f := newFixture(t)
	gs := types.GenesisState{Params: types.DefaultParams(), Accounts: []types.Account{running()}}
	gs.Accounts[0].DrainHeight = 0
	require.NoError(t, f.bank.Mint(f.ctx, f.bank.GetModuleAddress(types.ModuleName), 100))
	require.NoError(t, f.k.InitGenesis(f.ctx, gs))
	due, err := f.k.PopExhausted(f.at(115).ctx, 10)
	require.NoError(t, err)
	require.Equal(t, []uint64{1}, due, "an account that no index knows would run free for ever")
}

// running is an account of 100 uve at 7 per block since height 100.
func running() types.Account {
	return types.Account{
		Id: 1, Owner: tenant.String(), State: types.AccountActive, Rate: uve(7), SettledHeight: 100, DrainHeight: 115,
		Deposits: []types.Deposit{{Depositor: tenant.String(), Amount: uve(100), Spent: uve(0), Refunded: uve(0)}},
		Accrued:  uve(0), Held: uve(0), Paid: uve(0),
	}
}

func TestGenesisRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		bend   func(a *types.Account)
		want   error
	}{
		"Sound":        {"an account that adds up is taken", func(*types.Account) {}, nil},
		"NoNumber":     {"numbers begin at one", func(a *types.Account) { a.Id = 0 }, types.ErrBrokenInvariant},
		"NoState":      {"unspecified is never stored", func(a *types.Account) { a.State = types.AccountUnspecified }, types.ErrBrokenInvariant},
		"Missing":      {"a missing amount is not zero", func(a *types.Account) { a.Held = math.Int{} }, types.ErrBrokenInvariant},
		"Negative":     {"no amount is below zero", func(a *types.Account) { a.Rate = uve(-1) }, types.ErrBrokenInvariant},
		"Overspent":    {"no deposit is spent twice", func(a *types.Account) { a.Deposits[0].Spent, a.Paid = uve(101), uve(101) }, types.ErrBrokenInvariant},
		"FromNowhere":  {"what is held was spent", func(a *types.Account) { a.Held = uve(1) }, types.ErrBrokenInvariant},
		"NoDeposit":    {"an account began with a deposit", func(a *types.Account) { a.Deposits = nil }, types.ErrBrokenInvariant},
		"LastsTooLong": {"nobody is served longer than the deposits pay", func(a *types.Account) { a.DrainHeight = 116 }, types.ErrBrokenInvariant},
		"DrainsOpen":   {"an open order drains nothing", func(a *types.Account) { a.State, a.Rate = types.AccountFunded, uve(0) }, types.ErrBrokenInvariant},
		"ClosedFull":   {"a closed account holds nothing", func(a *types.Account) { a.State, a.DrainHeight, a.Finished = types.AccountClosed, 0, true }, types.ErrBrokenInvariant},
		"FinishedFull": {"a finished one has nothing free", func(a *types.Account) { a.State, a.DrainHeight, a.Finished = types.AccountStopped, 0, true }, types.ErrBrokenInvariant},
		"FinishedRuns": {"a running one is not finished", func(a *types.Account) { a.Finished = true }, types.ErrBrokenInvariant},
		"BadOwner":     {"an owner has an address", func(a *types.Account) { a.Owner = "nobody" }, types.ErrBrokenInvariant},
		"BadDepositor": {"a depositor could be paid back", func(a *types.Account) { a.Deposits[0].Depositor = "nobody" }, types.ErrBrokenInvariant},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			a := running()
			tc.bend(&a)
			require.NoError(t, f.bank.Mint(f.ctx, f.bank.GetModuleAddress(types.ModuleName), 100))
			err := f.k.InitGenesis(f.ctx, types.GenesisState{Params: types.DefaultParams(), Accounts: []types.Account{a}})
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
	twice := types.GenesisState{Params: types.DefaultParams(), Accounts: []types.Account{running(), running()}}
	require.ErrorIs(t, keeper.ValidateGenesis(twice), types.ErrBrokenInvariant, "a number comes once")
	require.ErrorIs(t, keeper.ValidateGenesis(types.GenesisState{}), types.ErrInvalidParams, "an empty genesis has no parameters")
}

func TestNewNeedsAllItsParts(t *testing.T) {
	_, err := keeper.New(keeper.Deps{})
	require.Error(t, err, "a missing dependency is a start-up failure")
}
