package keeper_test

import (
	"fmt"
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
	free, rate, accrued, held int64 // uve
	waiting                   int64 // blocks that fell due and are not paid
	stopped, gone             bool
}

func (s *swept) runs() bool { return !s.stopped && !s.gone }

func (s *swept) pay() {
	for s.waiting > 0 && s.free >= s.rate {
		s.free -= s.rate
		s.accrued += s.rate
		s.waiting--
	}
}

func (s *swept) hold(metered int64) {
	s.pay()
	covered := min(metered, s.free)
	s.free -= covered
	s.held += s.accrued + covered
	s.accrued = 0
}

// stop pays the last block in the part that is covered.
func (s *swept) stop() {
	s.pay()
	rest := min(s.rate*s.waiting, s.free)
	s.free -= rest
	s.accrued += rest
	s.waiting, s.stopped = 0, true
}

func (s *swept) endBlock() (exhausted bool) {
	if !s.runs() {
		return false
	}
	s.pay()
	s.gone = s.waiting > 0
	return s.gone
}

// TestTheExpiryIndexIsEqualToASweep holds 100,000 random histories of accounts against a sweep of every block: the same
// accounts are exhausted at the same heights, with the same rent accrued, held and left.
func TestTheExpiryIndexIsEqualToASweep(t *testing.T) {
	const histories, perFixture = 100_000, 2_000
	for round := range uint64(histories / perFixture) {
		f := newFixture(t)
		random := rand.New(rand.NewPCG(1, round))
		for n := range perFixture {
			branch, _ := f.ctx.CacheContext()
			g := *f
			g.ctx = branch
			if what := history(&g, random); what != "" {
				t.Fatalf("round %d, history %d: %s", round, n, what)
			}
		}
	}
}

// history runs eight blocks of random deposits, invoices and stops, and returns where index and sweep differ.
func history(f *fixture, random *rand.Rand) string {
	models := make([]*swept, 1+random.IntN(2))
	for i := range models {
		m := &swept{free: 10 + random.Int64N(60), rate: 1 + random.Int64N(20)}
		models[i] = m
		require.NoError(f.t, f.k.Open(f.ctx, uint64(i+1), tenant, uve(m.free)))
		require.NoError(f.t, f.k.Activate(f.ctx, uint64(i+1), uve(m.rate)))
	}
	for height := int64(101); height < 109; height++ {
		f.ctx = f.ctx.WithBlockHeight(height)
		for _, m := range models {
			if m.runs() {
				m.waiting++
			}
		}
		i := random.IntN(len(models))
		if models[i].runs() {
			f.happen(uint64(i+1), models[i], random)
		}
		var want []uint64
		for i, m := range models {
			if m.endBlock() {
				want = append(want, uint64(i+1))
			}
		}
		got, err := f.k.PopExhausted(f.ctx, 100)
		require.NoError(f.t, err)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			return fmt.Sprintf("height %d: exhausted are %v, a sweep finds %v", height, got, want)
		}
	}
	for i, m := range models {
		if !m.stopped {
			m.stop()
			require.NoError(f.t, f.k.Stop(f.ctx, uint64(i+1)))
		}
		a := f.account(uint64(i + 1))
		got, want := [3]int64{a.Free().Int64(), a.Accrued.Int64(), a.Held.Int64()}, [3]int64{m.free, m.accrued, m.held}
		if got != want {
			return fmt.Sprintf("account %d: free, accrued and held are %v, a sweep finds %v", i+1, got, want)
		}
	}
	return ""
}

// happen does the same random thing, or nothing, to an account and its model.
func (f *fixture) happen(id uint64, m *swept, random *rand.Rand) {
	switch random.IntN(10) {
	case 0, 1:
		amount := 10 + random.Int64N(20)
		require.NoError(f.t, f.deposit(id, tenant, amount))
		m.free += amount
	case 2:
		metered := random.Int64N(30)
		_, _, _, err := f.k.Hold(f.ctx, id, uve(metered))
		require.NoError(f.t, err)
		m.hold(metered)
	case 3:
		require.NoError(f.t, f.k.Stop(f.ctx, id))
		m.stop()
	}
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
			return rapid.SampledFrom([]sdk.AccAddress{tenant, friend, stranger}).Draw(t, "who")
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
			"exhaust": func(t *rapid.T) { // as the market does at the end of a block
				due, err := f.k.PopExhausted(f.ctx, 2)
				require.NoError(t, err)
				for _, id := range due {
					require.NoError(t, f.k.Stop(f.ctx, id))
				}
			},
			"stop":   func(t *rapid.T) { deliver(func(ctx sdk.Context) error { return f.k.Stop(ctx, id(t)) }) },
			"finish": func(t *rapid.T) { deliver(func(ctx sdk.Context) error { return f.k.Finish(ctx, id(t)) }) },
			"cancel": func(t *rapid.T) { deliver(func(ctx sdk.Context) error { return f.k.Cancel(ctx, id(t)) }) },
			"":       func(*rapid.T) { f.assertSound() },
		})
	})
}
