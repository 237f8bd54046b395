package rating_test

import (
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/chain/x/settlement/rating"
)

func n(x int64) math.Int { return math.NewInt(x) }

func TestRate(t *testing.T) {
	const coreHour = 3_600_000_000 // milli-CPU milliseconds
	for name, tc := range map[string]struct {
		reason                        string
		quantity, price, per, carried int64
		amount, carry                 int64
		want                          error
	}{
		"CoreHours":     {"256 core-hours at 10,000 uve, the processor line of the HPC example of the requirements", 256 * coreHour, 10_000, coreHour, 0, 2_560_000, 0, nil},
		"Nothing":       {"zero use costs zero, never a minimum", 0, 10_000, coreHour, 0, 0, 0, nil},
		"BelowOneUve":   {"a sliver costs nothing yet and is not forgotten", 1, 10_000, coreHour, 0, 0, 10_000, nil},
		"CarriedOver":   {"the sliver that completes one uve is billed then", 1, 10_000, coreHour, coreHour - 10_000, 1, 0, nil},
		"FreeComponent": {"a price of zero costs nothing", coreHour, 0, coreHour, 0, 0, 0, nil},
		"NoUnit":        {"a rate per nothing is refused", 1, 1, 0, 0, 0, 0, rating.ErrRate},
		"NegativeUse":   {"use below zero is refused", -1, 1, 1, 0, 0, 0, rating.ErrRate},
		"LargeCarry":    {"a remainder of a whole uve was not carried by us", 1, 1, 5, 5, 0, 0, rating.ErrRate},
	} {
		t.Run(name, func(t *testing.T) {
			amount, carry, err := rating.Rate(n(tc.quantity), n(tc.price), n(tc.per), n(tc.carried))
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.want == nil {
				require.Equal(t, tc.amount, amount.Int64(), tc.reason)
				require.Equal(t, tc.carry, carry.Int64(), tc.reason)
			}
		})
	}
}

func TestManySmallRecordsCostWhatOneLargeCosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := n(rapid.Int64Range(0, 1<<40).Draw(t, "price"))
		per := n(rapid.Int64Range(1, 1<<50).Draw(t, "per"))
		parts := rapid.SliceOfN(rapid.Int64Range(0, 1<<45), 1, 40).Draw(t, "parts")
		total, sum, carry := n(0), n(0), n(0)
		for _, p := range parts {
			amount, rest, err := rating.Rate(n(p), price, per, carry)
			if err != nil {
				t.Fatal(err)
			}
			total, sum, carry = total.AddRaw(p), sum.Add(amount), rest
		}
		once, rest, err := rating.Rate(total, price, per, n(0))
		if err != nil || !once.Equal(sum) || !rest.Equal(carry) {
			t.Fatalf("once %s rest %s, in parts %s rest %s (%v)", once, rest, sum, carry, err)
		}
	})
}
