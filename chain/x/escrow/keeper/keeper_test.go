package keeper_test

import (
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/virtengine/virtengine/chain/x/bankfake"
	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

func TestOpen(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		id     uint64
		who    sdk.AccAddress
		amount int64
		want   error
	}{
		"Least":     {"the least deposit opens", 2, tenant, 10, nil},
		"OneShort":  {"one unit less is refused", 2, tenant, 9, types.ErrDepositTooLow},
		"Negative":  {"an amount below zero is refused", 2, tenant, -1, types.ErrInvalidAmount},
		"Twice":     {"a number is used once", 1, tenant, 100, types.ErrAccountExists},
		"Poor":      {"who has not the coins escrows nothing", 2, tenant, purse + 1, bankfake.ErrPoor},
		"Blackhole": {"who could not be paid back may not pay in", 2, bankfake.Blocked, 100, types.ErrInvalidAmount},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t).active()
			branch, _ := f.ctx.CacheContext()
			require.ErrorIs(t, f.k.Open(branch, tc.id, tc.who, uve(tc.amount)), tc.want, tc.reason)
			f.assertSound()
		})
	}
}

func TestALeaseRunsUntilItsFundsDo(t *testing.T) {
	f := newFixture(t).active() // 100 uve at 7 per block from height 100 pay 14 blocks
	require.Equal(t, int64(115), f.account(1).DrainHeight)

	due, err := f.at(114).k.PopExhausted(f.at(114).ctx, 10)
	require.NoError(t, err)
	require.Empty(t, due, "the last covered block is not exhausted")

	due, err = f.k.PopExhausted(f.at(115).ctx, 10)
	require.NoError(t, err)
	require.Equal(t, []uint64{1}, due, "the first block that is not covered is noticed in that block")
	require.Equal(t, int64(98), f.account(1).Accrued.Int64(), "and no later block was served for free")

	due, err = f.k.PopExhausted(f.at(116).ctx, 10)
	require.NoError(t, err)
	require.Empty(t, due, "it is named once")
	f.assertSound()

	require.NoError(t, f.k.Stop(f.at(115).ctx, 1))
	a := f.account(1)
	require.Equal(t, int64(100), a.Accrued.Int64(), "the block that was covered in part is paid in that part")
	require.Equal(t, types.AccountStopped, a.State)
}

func TestATopUpInTimeSavesTheLease(t *testing.T) {
	f := newFixture(t).active()
	require.NoError(t, f.at(115).deposit(1, friend, 12), "at the very height at which it runs dry")
	require.Equal(t, int64(117), f.account(1).DrainHeight, "two uve were left, fourteen pay the block that waited and one more")
	due, err := f.k.PopExhausted(f.at(115).ctx, 10)
	require.NoError(t, err)
	require.Empty(t, due)
	f.assertSound()
}

func TestExhaustionIsSpreadOverBlocks(t *testing.T) {
	f := newFixture(t)
	for id := uint64(1); id <= 5; id++ {
		require.NoError(t, f.k.Open(f.ctx, id, tenant, uve(10)))
		require.NoError(t, f.k.Activate(f.ctx, id, uve(10)))
	}
	first, err := f.k.PopExhausted(f.at(102).ctx, 3)
	require.NoError(t, err)
	second, err := f.k.PopExhausted(f.at(103).ctx, 3)
	require.NoError(t, err)
	require.Equal(t, []uint64{1, 2, 3, 4, 5}, append(first, second...), "a cap delays, it never drops")
}

func TestDeposit(t *testing.T) {
	full := func(f *fixture) { // three deposits are as many as an account may have here
		require.NoError(f.t, f.deposit(1, friend, 10))
		require.NoError(f.t, f.deposit(1, tenant, 10))
	}
	for name, tc := range map[string]struct {
		reason string
		before func(f *fixture)
		who    sdk.AccAddress
		id     uint64
		amount int64
		want   error
	}{
		"Friend":   {"anybody may pay for anybody", func(*fixture) {}, friend, 1, 10, nil},
		"Unknown":  {"there is nothing to pay for", func(*fixture) {}, friend, 9, 10, types.ErrUnknownAccount},
		"OneShort": {"small change is refused", func(*fixture) {}, friend, 1, 9, types.ErrDepositTooLow},
		"Negative": {"an amount below zero is refused", func(*fixture) {}, friend, 1, -10, types.ErrInvalidAmount},
		"Newcomer": {"the list of deposits is bounded", full, stranger, 1, 10, types.ErrTooManyDeposits},
		"OnTheList": {"a full list does not keep those on it from paying on, so no stranger can let a lease run dry",
			full, tenant, 1, 10, nil},
		"FurtherUp": {"nor one whose deposit is not the last", full, friend, 1, 10, nil},
		"SameAgain": {"who pays twice in a row needs no second place on the list", func(f *fixture) {
			require.NoError(f.t, f.deposit(1, tenant, 10))
			require.NoError(f.t, f.deposit(1, tenant, 10))
			require.NoError(f.t, f.deposit(1, tenant, 10))
		}, friend, 1, 10, nil},
		"Stopped": {"a lease that ended needs no funds", func(f *fixture) { require.NoError(f.t, f.k.Stop(f.ctx, 1)) }, friend, 1, 10, types.ErrAccountStopped},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t).active()
			tc.before(f)
			before, had := f.balance(tc.who), 0
			if tc.want == nil {
				had = int(f.account(tc.id).Deposited().Int64())
			}
			branch, write := f.ctx.CacheContext()
			_, err := f.tx.Deposit(branch, &types.MsgDeposit{Depositor: tc.who.String(), Id: tc.id, Amount: uve(tc.amount)})
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.want == nil {
				write()
				require.Equal(t, before-tc.amount, f.balance(tc.who), tc.reason)
				require.Equal(t, int64(had)+tc.amount, f.account(tc.id).Deposited().Int64(), tc.reason)
				require.LessOrEqual(t, len(f.account(tc.id).Deposits), 3, "the list stays within its bound")
			}
			f.assertSound()
		})
	}
}

func TestUnspentDepositsGoBackToThoseWhoMadeThem(t *testing.T) {
	f := newFixture(t).active() // the tenant's 100
	require.NoError(t, f.deposit(1, friend, 50))
	g := f.at(117) // 17 blocks are 119 uve: all of the tenant's and 19 of the friend's
	require.NoError(t, g.k.Stop(g.ctx, 1))
	held, shortfall, accrued, err := g.k.Hold(g.ctx, 1, uve(0))
	require.NoError(t, err)
	require.Equal(t, "119 0 119", held.String()+" "+shortfall.String()+" "+accrued.String())

	require.NoError(t, g.k.Finish(g.ctx, 1))
	require.Equal(t, int64(purse-100), g.balance(tenant), "first in, first out: the tenant's deposit is spent")
	require.Equal(t, int64(purse-50+31), g.balance(friend), "what is left of the friend's goes to the friend")
	g.assertSound()

	require.NoError(t, g.k.Release(g.ctx, 1, []types.Payment{{To: provider, Amount: uve(100)}, {Community: true, Amount: uve(9)}}, uve(10)))
	require.Equal(t, int64(purse-50+41), g.balance(friend), "what a decision gives back goes to whose money was spent last")
	require.Equal(t, int64(100), g.balance(provider))
	require.Equal(t, int64(9), g.balance(authtypes.NewModuleAddress(bankfake.Community)))
	require.Equal(t, types.AccountClosed, g.account(1).State, "an account that holds nothing after its last invoice is closed")
	g.assertSound()
}

func TestMeteredUseIsPaidAsFarAsTheDepositsGo(t *testing.T) {
	f := newFixture(t).active()
	g := f.at(105) // 35 uve of rent
	held, shortfall, accrued, err := g.k.Hold(g.ctx, 1, uve(80))
	require.NoError(t, err)
	require.Equal(t, int64(100), held.Int64(), "rent comes first, then use as far as it is covered")
	require.Equal(t, int64(15), shortfall.Int64(), "what is not covered is told, not owed")
	require.Equal(t, int64(35), accrued.Int64())
	require.Equal(t, int64(106), g.account(1).DrainHeight, "the next block finds nothing")
	g.assertSound()
}

func TestWhatEscrowRefuses(t *testing.T) {
	f := newFixture(t).active()
	require.NoError(t, f.k.Open(f.ctx, 2, tenant, uve(50)))
	g := f.at(103)
	for name, tc := range map[string]struct {
		reason string
		err    error
		want   error
	}{
		"ActivateTwice":  {"an active account keeps its rate", g.k.Activate(g.ctx, 1, uve(1)), types.ErrWrongState},
		"CancelActive":   {"a leased account is stopped, not cancelled", g.k.Cancel(g.ctx, 1), types.ErrWrongState},
		"StopFunded":     {"what never drained cannot stop", g.k.Stop(g.ctx, 2), types.ErrWrongState},
		"FinishActive":   {"a running lease has no last invoice", g.k.Finish(g.ctx, 1), types.ErrWrongState},
		"ReleaseTooMuch": {"only what is held can leave", g.k.Release(g.ctx, 1, []types.Payment{{To: provider, Amount: uve(1)}}, uve(0)), types.ErrNotHeld},
		"Nobody":         {"a payment names whom it is for", g.k.Release(g.ctx, 1, []types.Payment{{Amount: uve(0)}}, uve(0)), types.ErrInvalidAmount},
		"Huge": {"a sum of payments cannot overflow", g.k.Release(g.ctx, 1, []types.Payment{
			{To: provider, Amount: math.NewIntWithDecimal(1, 70)}, {To: provider, Amount: math.NewIntWithDecimal(1, 70)},
		}, uve(0)), types.ErrInvalidAmount},
		"Unknown": {"an unknown account is told apart from an empty one", g.k.Stop(g.ctx, 9), types.ErrUnknownAccount},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, tc.err, tc.want, tc.reason) })
	}
	require.NoError(t, g.k.Stop(g.ctx, 1))
	require.ErrorIs(t, g.k.Finish(g.ctx, 1), types.ErrUnbilledRent, "rent that nobody billed is not given away")
	g.assertSound()
}

func TestACancelledOrderGivesEverythingBack(t *testing.T) {
	f := newFixture(t)
	require.NoError(t, f.k.Open(f.ctx, 1, tenant, uve(100)))
	require.NoError(t, f.deposit(1, friend, 50))
	require.NoError(t, f.k.Cancel(f.ctx, 1))
	require.Equal(t, int64(purse), f.balance(tenant))
	require.Equal(t, int64(purse), f.balance(friend))
	require.Equal(t, types.AccountClosed, f.account(1).State)
	f.assertSound()
}

func TestTheAccountQueryTellsTheTimeLeft(t *testing.T) {
	f := newFixture(t).active().at(105)
	res, err := f.q.Account(f.ctx, &types.QueryAccountRequest{Id: 1})
	require.NoError(t, err)
	require.Equal(t, int64(65), res.Free.Int64(), "five blocks of seven are gone, though no message touched the account")
	require.Equal(t, int64(10), res.BlocksLeft)
	_, err = f.q.Account(f.ctx, &types.QueryAccountRequest{Id: 9})
	require.ErrorIs(t, err, types.ErrUnknownAccount, "an unknown account is not an empty one")
}

func TestATenantsAccountsComeByThePage(t *testing.T) {
	f := newFixture(t)
	for id := uint64(1); id <= 6; id++ {
		require.NoError(t, f.k.Open(f.ctx, id, []sdk.AccAddress{tenant, friend}[id%2], uve(10)))
	}
	var ids []uint64
	asked := &query.PageRequest{Limit: 2}
	for {
		list, err := f.q.Accounts(f.ctx, &types.QueryAccountsRequest{Owner: friend.String(), Pagination: asked})
		require.NoError(t, err)
		require.LessOrEqual(t, len(list.Accounts), 2)
		for _, a := range list.Accounts {
			ids = append(ids, a.Id)
		}
		if asked = (&query.PageRequest{Limit: 2, Key: list.Pagination.NextKey}); len(asked.Key) == 0 {
			break
		}
	}
	require.Equal(t, []uint64{1, 3, 5}, ids, "one tenant's, by number, and nobody else's")
	_, err := f.q.Accounts(f.ctx, &types.QueryAccountsRequest{Owner: "nobody"})
	require.Error(t, err, "a bad address is told apart from a tenant without accounts")
}

func TestThatAnAccountClosedIsToldOnce(t *testing.T) {
	f := newFixture(t).active()
	require.NoError(t, f.k.Stop(f.ctx, 1))
	require.NoError(t, f.k.Finish(f.ctx, 1))
	require.NoError(t, f.k.Finish(f.ctx, 1), "finishing twice changes nothing")
	require.NoError(t, f.k.Release(f.ctx, 1, nil, uve(0)), "nor does releasing nothing")
	closed := 0
	for _, e := range f.ctx.EventManager().Events() {
		if e.Type == "virtengine.escrow.v1.EventAccountClosed" {
			closed++
		}
	}
	require.Equal(t, 1, closed)
	require.Equal(t, int64(purse), f.balance(tenant))
	f.assertSound()
}

func TestOnlyTheAuthorityChangesParameters(t *testing.T) {
	f := newFixture(t)
	_, err := f.tx.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: tenant.String(), Params: types.DefaultParams()})
	require.ErrorIs(t, err, types.ErrUnauthorized)
	_, err = f.tx.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority.String(), Params: types.Params{MinDeposit: uve(0), MaxDeposits: 1}})
	require.ErrorIs(t, err, types.ErrInvalidParams, "a deposit of nothing would open accounts for nothing")
	_, err = f.tx.UpdateParams(f.ctx, &types.MsgUpdateParams{Authority: authority.String(), Params: types.DefaultParams()})
	require.NoError(t, err)
}
