package rent_test

import (
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/chain/x/escrow/rent"
)

func uve(n int64) math.Int { return math.NewInt(n) }

func TestDue(t *testing.T) {
	for name, tc := range map[string]struct {
		reason                    string
		settled, now, rate, funds int64
		due, blocks               int64
	}{
		"WholeBlocks":   {"ten blocks at seven are seventy", 100, 110, 7, 1000, 70, 10},
		"LastUve":       {"the last block is paid when the funds are exact", 0, 10, 7, 70, 70, 10},
		"OneUveShort":   {"a block is paid in full or not yet at all", 0, 10, 7, 69, 63, 9},
		"NothingPassed": {"within a block nothing falls due", 5, 5, 7, 70, 0, 0},
		"Backwards":     {"a height before the last settlement owes nothing", 9, 5, 7, 70, 0, 0},
		"FreeOfRent":    {"without a rate time passes and costs nothing", 0, 10, 0, 70, 0, 10},
		"Empty":         {"without funds nothing is paid and no time is", 0, 10, 7, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			due, blocks := rent.Due(tc.settled, tc.now, uve(tc.rate), uve(tc.funds))
			require.Equal(t, tc.due, due.Int64(), tc.reason)
			require.Equal(t, tc.blocks, blocks, tc.reason)
		})
	}
}

func TestDrainHeight(t *testing.T) {
	for name, tc := range map[string]struct {
		reason               string
		settled, rate, funds int64
		want                 int64
	}{
		"Exact":    {"seventy at seven pay ten blocks, the eleventh is the first that is not covered", 100, 7, 70, 111},
		"Rest":     {"a rest below the rate pays no block", 100, 7, 76, 111},
		"Empty":    {"without funds the next block is not covered", 100, 7, 0, 101},
		"NoRent":   {"nothing drains", 100, 0, 70, 0},
		"Eternity": {"funds beyond the last height never run out", 1 << 62, 1, 1<<62 + 1<<61, 0},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.want, rent.DrainHeight(tc.settled, uve(tc.rate), uve(tc.funds)), tc.reason)
		})
	}
}

func TestSettlingOftenChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		funds := uve(rapid.Int64Range(0, 1<<62).Draw(t, "funds"))
		rate := uve(rapid.Int64Range(0, 1<<40).Draw(t, "rate"))
		middle := rapid.Int64Range(0, 1<<41).Draw(t, "middle")
		end := rapid.Int64Range(middle, 1<<42).Draw(t, "end")

		once, blocks := rent.Due(0, end, rate, funds)
		first, stop := rent.Due(0, middle, rate, funds)
		second, more := rent.Due(stop, end, rate, funds.Sub(first))
		if once.IsNegative() || once.GT(funds) || !once.Equal(first.Add(second)) || blocks != stop+more {
			t.Fatalf("once %s over %d blocks, in two steps %s+%s over %d+%d, funds %s", once, blocks, first, second, stop, more, funds)
		}
	})
}

func TestTheDrainHeightIsTheFirstThatIsNotCovered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		settled := rapid.Int64Range(0, 1<<40).Draw(t, "settled")
		rate := uve(rapid.Int64Range(1, 1<<40).Draw(t, "rate"))
		funds := uve(rapid.Int64Range(0, 1<<60).Draw(t, "funds"))

		drain := rent.DrainHeight(settled, rate, funds)
		_, before := rent.Due(settled, drain-1, rate, funds)
		_, at := rent.Due(settled, drain, rate, funds)
		if before != drain-1-settled || at != before {
			t.Fatalf("drains at %d: %d blocks paid before, %d at it, settled %d", drain, before, at, settled)
		}
	})
}

func TestSpendingAndGivingBackKeepEveryUve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 8).Draw(t, "deposits")
		var deposits []rent.Deposit
		total := math.ZeroInt()
		for _, s := range sizes {
			deposits = append(deposits, rent.Deposit{Free: uve(s), Spent: uve(0)})
			total = total.AddRaw(s)
		}
		amount := uve(rapid.Int64Range(0, 1<<43).Draw(t, "amount"))
		spent, err := rent.Spend(deposits, amount)
		if amount.GT(total) {
			require.ErrorIs(t, err, rent.ErrShort)
			return
		}
		require.NoError(t, err)
		for i, d := range spent {
			require.Equal(t, deposits[i].Free.String(), d.Free.Add(d.Spent).String(), "a deposit is spent or free")
			if i > 0 && d.Spent.IsPositive() {
				require.True(t, spent[i-1].Free.IsZero(), "first in, first out")
			}
		}
		back, err := rent.Unspend(spent, amount)
		require.NoError(t, err)
		for i := range back {
			require.Equal(t, spent[i].Spent.String(), back[i].String(), "all of it comes back to whom it came from")
		}
		_, err = rent.Unspend(spent, amount.AddRaw(1))
		require.ErrorIs(t, err, rent.ErrShort, "more than was spent never comes back")
	})
}
