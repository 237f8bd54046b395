package keeper_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

// swept is an account settled the slow way: every block, whether anything happened or not.
type swept struct {
	free, rate, accrued int64
	waiting             int64 // blocks that fell due and are not paid
	active, gone        bool
}

func (s *swept) block() (exhausted bool) {
	if !s.active || s.gone {
		return false
	}
	s.waiting++
	s.pay()
	if s.waiting > 0 {
		s.gone = true
		return true
	}
	return false
}

func (s *swept) pay() {
	for s.waiting > 0 && s.free >= s.rate {
		s.free -= s.rate
		s.accrued += s.rate
		s.waiting--
	}
}

// TestTheExpiryIndexIsEqualToASweep holds 100,000 random histories of accounts against a sweep of every block: the same
// accounts are exhausted at the same heights, with the same rent accrued.
func TestTheExpiryIndexIsEqualToASweep(t *testing.T) {
	const histories, perFixture = 100_000, 2_000
	for round := range uint64(histories / perFixture) {
		f := newFixture(t)
		random := rand.New(rand.NewPCG(1, round))
		for range perFixture {
			branch, _ := f.ctx.CacheContext()
			g := *f
			g.ctx = branch
			if !history(&g, random) {
				t.Fatalf("round %d", round)
			}
		}
	}
}

func history(f *fixture, random *rand.Rand) bool {
	models := make([]*swept, 1+random.IntN(2))
	for i := range models {
		m := &swept{free: 10 + random.Int64N(60), rate: 1 + random.Int64N(20)}
		models[i] = m
		require.NoError(f.t, f.k.Open(f.ctx, uint64(i+1), tenant, uve(m.free)))
		require.NoError(f.t, f.k.Activate(f.ctx, uint64(i+1), uve(m.rate)))
		m.active = true
	}
	for height := int64(101); height < 109; height++ {
		f.ctx = f.ctx.WithBlockHeight(height)
		if random.IntN(4) == 0 {
			i := random.IntN(len(models))
			if m, amount := models[i], 10+random.Int64N(20); !m.gone {
				require.NoError(f.t, f.deposit(uint64(i+1), tenant, amount))
				m.free += amount
			}
		}
		var want []uint64
		for i, m := range models {
			if m.block() {
				want = append(want, uint64(i+1))
			}
		}
		got, err := f.k.PopExhausted(f.ctx, 100)
		require.NoError(f.t, err)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			return false
		}
	}
	for i, m := range models {
		require.NoError(f.t, f.k.Stop(f.ctx, uint64(i+1)))
		// A stop pays the rest of a block that was covered in part: less than a block's rent is left of an exhausted account.
		rest := int64(0)
		if m.gone {
			rest = m.free
		}
		if f.account(uint64(i+1)).Accrued.Int64() != m.accrued+rest {
			return false
		}
	}
	return true
}

// TestEveryUveIsSomewhere runs random actions and checks after each that nothing was made or lost.
func TestEveryUveIsSomewhere(t *testing.T) {
	base := newFixture(t)
	rapid.Check(t, func(t *rapid.T) {
		f := *base
		f.t = t
		f.ctx, _ = base.ctx.CacheContext()
		id := func(t *rapid.T) uint64 { return rapid.Uint64Range(1, 4).Draw(t, "id") }
		who := func(t *rapid.T) sdk.AccAddress {
			return rapid.SampledFrom([]sdk.AccAddress{tenant, friend}).Draw(t, "who")
		}
		// Each action runs as a message does: an error leaves nothing behind.
		deliver := func(do func(ctx sdk.Context) error) {
			branch, write := f.ctx.CacheContext()
			if do(branch) == nil {
				write()
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"open": func(t *rapid.T) {
				deliver(func(ctx sdk.Context) error {
					return f.k.Open(ctx, id(t), who(t), uve(rapid.Int64Range(0, 500).Draw(t, "deposit")))
				})
			},
			"activate": func(t *rapid.T) {
				deliver(func(ctx sdk.Context) error {
					return f.k.Activate(ctx, id(t), uve(rapid.Int64Range(0, 50).Draw(t, "rate")))
				})
			},
			"deposit": func(t *rapid.T) {
				deliver(func(ctx sdk.Context) error {
					_, err := f.tx.Deposit(ctx, &types.MsgDeposit{Id: id(t), Depositor: who(t).String(), Amount: uve(rapid.Int64Range(0, 500).Draw(t, "amount"))})
					return err
				})
			},
			"blocks": func(t *rapid.T) {
				f.ctx = f.ctx.WithBlockHeight(f.ctx.BlockHeight() + rapid.Int64Range(1, 20).Draw(t, "blocks"))
				_, err := f.k.PopExhausted(f.ctx, 2)
				require.NoError(t, err)
			},
			"hold": func(t *rapid.T) {
				deliver(func(ctx sdk.Context) error {
					metered := uve(rapid.Int64Range(0, 200).Draw(t, "metered"))
					held, shortfall, accrued, err := f.k.Hold(ctx, id(t), metered)
					if err == nil && !held.Equal(accrued.Add(metered).Sub(shortfall)) {
						t.Fatalf("held %s, accrued %s, metered %s, shortfall %s", held, accrued, metered, shortfall)
					}
					return err
				})
			},
			"release": func(t *rapid.T) {
				deliver(func(ctx sdk.Context) error {
					amount := func(name string) math.Int { return uve(rapid.Int64Range(0, 100).Draw(t, name)) }
					return f.k.Release(ctx, id(t), []types.Payment{{To: friend, Amount: amount("paid")}, {Module: "take", Amount: amount("fee")}}, amount("refund"))
				})
			},
			"stop":   func(t *rapid.T) { deliver(func(ctx sdk.Context) error { return f.k.Stop(ctx, id(t)) }) },
			"finish": func(t *rapid.T) { deliver(func(ctx sdk.Context) error { return f.k.Finish(ctx, id(t)) }) },
			"cancel": func(t *rapid.T) { deliver(func(ctx sdk.Context) error { return f.k.Cancel(ctx, id(t)) }) },
			"":       func(*rapid.T) { f.assertSound() },
		})
	})
}
