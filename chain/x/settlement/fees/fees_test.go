package fees_test

import (
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/chain/x/settlement/fees"
)

func TestSplit(t *testing.T) {
	shares, rest, err := fees.Split(math.NewInt(1_000_000), []uint32{250, 50, 100, 400})
	require.NoError(t, err)
	require.Equal(t, "[25000 5000 10000 40000]", join(shares), "eight percent in four parts")
	require.Equal(t, int64(920_000), rest.Int64(), "the rest is the provider's")

	shares, rest, err = fees.Split(math.NewInt(24), []uint32{250, 50, 100, 400})
	require.NoError(t, err)
	require.Equal(t, "[0 0 0 0]", join(shares), "fees below one uve are not taken")
	require.Equal(t, int64(24), rest.Int64())

	_, _, err = fees.Split(math.NewInt(1), []uint32{9_000, 1_001})
	require.ErrorIs(t, err, fees.ErrShares, "more than the whole cannot be taken")
}

func TestThePartsAreTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := math.NewInt(rapid.Int64Range(0, 1<<62).Draw(t, "amount"))
		bps := rapid.SliceOfN(rapid.Uint32Range(0, 2_500), 0, 4).Draw(t, "bps")
		shares, rest, err := fees.Split(amount, bps)
		if err != nil {
			t.Fatal(err)
		}
		sum := rest
		for _, s := range shares {
			if s.IsNegative() {
				t.Fatalf("share %s", s)
			}
			sum = sum.Add(s)
		}
		if rest.IsNegative() || !sum.Equal(amount) {
			t.Fatalf("parts %s, whole %s", sum, amount)
		}
	})
}

func join(shares []math.Int) string {
	out := "["
	for i, s := range shares {
		if i > 0 {
			out += " "
		}
		out += s.String()
	}
	return out + "]"
}
