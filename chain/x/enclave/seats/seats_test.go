package seats

import (
	"fmt"
	"testing"

	"cosmossdk.io/math"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func candidate(id byte, operator, vendor string, stake int64) Candidate {
	return Candidate{ID: []byte{id}, Operator: operator, Vendor: vendor, Stake: math.NewInt(stake)}
}

func TestWhoSits(t *testing.T) {
	for name, tc := range map[string]struct {
		reason    string
		size, bps uint32
		among     []Candidate
		seats     int
	}{
		"NobodyThere":         {"an empty committee is an answer, not an error", 4, 6_667, nil, 0},
		"EverybodyFits":       {"with room for all, all sit", 4, 10_000, []Candidate{candidate(1, "a", "intel", 5), candidate(2, "b", "amd", 5)}, 2},
		"OneOfEachOperator":   {"two enclaves of one operator are one opinion", 4, 10_000, []Candidate{candidate(1, "a", "intel", 5), candidate(2, "a", "amd", 5)}, 1},
		"AVendorFillsItsPart": {"two thirds of three seats are two, the third stays empty rather than going to the same vendor", 3, 6_667, []Candidate{candidate(1, "a", "intel", 5), candidate(2, "b", "intel", 5), candidate(3, "c", "intel", 5)}, 2},
		"AVendorHasOneAtLeast": {"a share below one seat is one: else nobody could sit", 1, 100,
			[]Candidate{candidate(1, "a", "intel", 5)}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			drawn, err := Draw([]byte("block"), tc.size, tc.bps, tc.among)
			require.NoError(t, err, tc.reason)
			require.Len(t, drawn, tc.seats, tc.reason)
		})
	}
}

func TestADrawWithoutASeedOrStakeIsRefused(t *testing.T) {
	for name, draw := range map[string]func() ([]Candidate, error){
		"NoSeed": func() ([]Candidate, error) { return Draw(nil, 4, 10_000, nil) },
		"NoSize": func() ([]Candidate, error) { return Draw([]byte("x"), 0, 10_000, nil) },
		"NoStake": func() ([]Candidate, error) {
			return Draw([]byte("x"), 4, 10_000, []Candidate{candidate(1, "a", "amd", 0)})
		},
		"StakeIsNoInt": func() ([]Candidate, error) { return Draw([]byte("x"), 4, 10_000, []Candidate{{ID: []byte{1}}}) },
		"NegativeStake": func() ([]Candidate, error) {
			return Draw([]byte("x"), 4, 10_000, []Candidate{candidate(1, "a", "amd", -1)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := draw()
			require.ErrorIs(t, err, ErrArguments)
		})
	}
}

func TestWhateverTheCandidatesTheRulesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, bps := rapid.Uint32Range(1, 20).Draw(t, "size"), rapid.Uint32Range(1, 10_000).Draw(t, "bps")
		var among []Candidate
		for i := range rapid.IntRange(0, 40).Draw(t, "candidates") {
			among = append(among, candidate(byte(i), fmt.Sprint("operator", rapid.IntRange(0, 30).Draw(t, "operator")),
				rapid.SampledFrom([]string{"intel", "amd", "aws"}).Draw(t, "vendor"), rapid.Int64Range(1, 1<<50).Draw(t, "stake")))
		}
		seed := rapid.SliceOfN(rapid.Byte(), 1, 32).Draw(t, "seed")
		drawn, err := Draw(seed, size, bps, among)
		require.NoError(t, err)
		require.LessOrEqual(t, len(drawn), int(size))
		operators, vendors, most := map[string]int{}, map[string]int{}, max(1, int(size)*int(bps)/10_000)
		for _, c := range drawn {
			operators[c.Operator]++
			vendors[c.Vendor]++
			require.Equal(t, 1, operators[c.Operator], "one seat for an operator")
			require.LessOrEqual(t, vendors[c.Vendor], most, "a vendor's share")
		}
		if len(drawn) < int(size) { // then nobody was left who might sit
			for _, c := range among {
				require.True(t, operators[c.Operator] > 0 || vendors[c.Vendor] >= most, "%v might have sat", c)
			}
		}
		mixed := rapid.Permutation(among).Draw(t, "order")
		again, err := Draw(seed, size, bps, mixed)
		require.NoError(t, err)
		require.Equal(t, drawn, again, "the order of candidates does not count")
	})
}

func TestStakeIsChance(t *testing.T) {
	first := map[string]int{}
	const draws = 4_000
	for i := range draws {
		drawn, err := Draw(fmt.Appendf(nil, "block %d", i), 1, 10_000, []Candidate{candidate(1, "small", "intel", 100), candidate(2, "large", "amd", 300)})
		require.NoError(t, err)
		first[drawn[0].Operator]++
	}
	require.InDelta(t, draws*3/4, first["large"], draws/25, "who holds three quarters of the stake sits first three times of four")
}
