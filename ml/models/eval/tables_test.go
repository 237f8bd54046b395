package eval

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestConfusion(t *testing.T) {
	c, err := NewConfusion("live", "print", "mask")
	require.NoError(t, err)
	for _, pair := range [][2]int{{0, 0}, {0, 0}, {0, 1}, {1, 1}, {1, 0}} {
		require.NoError(t, c.Add(pair[0], pair[1]))
	}
	require.Equal(t, [][]int64{{2, 1, 0}, {1, 1, 0}, {0, 0, 0}}, c.Counts)
	a, err := c.Accuracy()
	require.NoError(t, err)
	require.Equal(t, int64(600_000), a.PPM)
	r, err := c.Recall(0)
	require.NoError(t, err)
	require.Equal(t, int64(666_667), r.PPM)
	p, err := c.Precision(1)
	require.NoError(t, err)
	require.Equal(t, int64(500_000), p.PPM)
	_, err = c.Recall(2)
	require.ErrorIs(t, err, ErrEmpty, "no mask was shown, so nothing is known about masks")
	_, err = c.Precision(2)
	require.ErrorIs(t, err, ErrEmpty)
	require.ErrorIs(t, c.Add(0, 3), ErrRange)
	require.ErrorIs(t, c.Add(-1, 0), ErrRange)
	_, err = NewConfusion()
	require.ErrorIs(t, err, ErrEmpty)
}

func TestCalibration(t *testing.T) {
	c, err := Calibrate([]Forecast{{100_000, false}, {300_000, true}, {900_000, true}, {Million, true}}, 2)
	require.NoError(t, err)
	require.Equal(t, []Bin{{0, 500_000, 2, 1, 400_000}, {500_000, Million, 2, 2, 1_900_000}}, c.Bins)
	require.Equal(t, int64(175_000), c.ECE, "(|0.4 − 1| + |1.9 − 2|) / 4")
	sure, err := Calibrate([]Forecast{{0, false}, {Million, true}}, 10)
	require.NoError(t, err)
	require.Zero(t, sure.ECE, "who is certain and right is calibrated")
	_, err = Calibrate(nil, 10)
	require.ErrorIs(t, err, ErrEmpty)
	_, err = Calibrate([]Forecast{{Million + 1, true}}, 10)
	require.ErrorIs(t, err, ErrRange)
	_, err = Calibrate([]Forecast{{1, true}}, 0)
	require.ErrorIs(t, err, ErrRange)
}

func TestEveryForecastIsInItsBin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, bins := rapid.Int64Range(0, Million).Draw(t, "ppm"), rapid.IntRange(1, MaxBins).Draw(t, "bins")
		c, err := Calibrate([]Forecast{{p, false}}, bins)
		require.NoError(t, err)
		require.Equal(t, p, c.ECE, "one forecast that did not come is wrong by itself")
		for i, b := range c.Bins {
			if i > 0 {
				require.Equal(t, c.Bins[i-1].To, b.From)
			}
			in := p >= b.From && (p < b.To || i == bins-1)
			require.Equal(t, in, b.Count == 1, "bin %d, %d..%d", i, b.From, b.To)
		}
	})
}

func TestGroups(t *testing.T) {
	many := func(group string, wrong, right int) (all []Outcome) {
		for i := range wrong + right {
			all = append(all, Outcome{Group: group, Wrong: i < wrong})
		}
		return all
	}
	join := func(parts ...[]Outcome) (all []Outcome) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	for name, tc := range map[string]struct {
		reason      string
		all         []Outcome
		worst, best string
		ratio       int64
		apart       bool
	}{
		"Fair":      {"equal rates have a ratio of one", join(many("b", 1, 9), many("a", 1, 9)), "a", "a", Million, false},
		"Faultless": {"no errors anywhere are equal too", join(many("a", 0, 3), many("b", 0, 5)), "a", "a", Million, false},
		"Twice":     {"2 of 10 over 1 of 10: two, and chance", join(many("a", 1, 9), many("b", 2, 8)), "b", "a", 2 * Million, false},
		"Apart":     {"500 of 1000 over 100 of 1000 is no chance", join(many("a", 500, 500), many("b", 100, 900)), "a", "b", 5 * Million, true},
		"NoNumber":  {"one over zero is no number", join(many("a", 1, 9), many("b", 0, 10)), "a", "b", -1, false},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := ByGroup("tone", tc.all)
			require.NoError(t, err)
			require.Equal(t, "a", b.Groups[0].Group, "groups are in order of their names")
			require.Equal(t, []any{tc.worst, tc.best, tc.ratio, tc.apart}, []any{b.Worst, b.Best, b.Ratio, b.Apart}, tc.reason)
		})
	}
	_, err := ByGroup("tone", nil)
	require.ErrorIs(t, err, ErrEmpty)
}

func TestPresentationAttacks(t *testing.T) {
	p, err := NewPAD([]Presentation{
		{"", true}, {"", true}, {"", true}, {"", false}, // one of four persons is turned away
		{"print", false}, {"print", false}, {"print", true}, {"print", false}, {"print", false}, // one of five prints passes
		{"mask", true}, {"mask", false}, // and one of two masks
	})
	require.NoError(t, err)
	require.Equal(t, int64(250_000), p.BPCER.PPM)
	require.Equal(t, []string{"mask", "print"}, []string{p.APCER[0].Group, p.APCER[1].Group})
	require.Equal(t, int64(500_000), p.Worst, "the kind that passes most often counts, not the mean")
	require.Equal(t, int64(375_000), p.ACER)
	_, err = NewPAD([]Presentation{{"", true}})
	require.ErrorIs(t, err, ErrEmpty, "no attack was shown")
	_, err = NewPAD([]Presentation{{"mask", true}})
	require.ErrorIs(t, err, ErrEmpty, "no person was shown")
}

func TestTexts(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		a, b   string
		want   int
	}{
		"Same":     {"nothing to do", "AB<1", "AB<1", 0},
		"Empty":    {"all is inserted", "", "ABC", 3},
		"Classic":  {"two replaced, one inserted", "KITTEN", "SITTING", 3},
		"Shifted":  {"one deleted before, one inserted behind", "XABC", "ABCD", 2},
		"Runes":    {"a character is no byte", "É", "E", 1},
		"Replaced": {"O for 0", "O", "0", 1},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.want, Levenshtein(tc.a, tc.b), tc.reason)
		})
	}
	r, err := NewText([]Reading{{"ABCD", "ABCD"}, {"AXC", "ABC"}, {"LONGER THAN", "IT"}})
	require.NoError(t, err)
	require.Equal(t, []int64{3, 9}, []int64{r.Characters.Count, r.Characters.Of}, "no more errors than characters are counted")
	require.Equal(t, []int64{1, 3}, []int64{r.Exact.Count, r.Exact.Of})
	_, err = NewText(nil)
	require.ErrorIs(t, err, ErrEmpty)
}

func TestLevenshteinIsADistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[AB<]{0,7}`)
		a, b, c := word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")
		d := Levenshtein(a, b)
		require.Equal(t, d, Levenshtein(b, a))
		require.Equal(t, a == b, d == 0)
		require.LessOrEqual(t, d, max(len(a), len(b)))
		require.LessOrEqual(t, Levenshtein(a, c), d+Levenshtein(b, c))
	})
}
