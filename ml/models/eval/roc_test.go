package eval

import (
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// trials makes them of genuine and impostors' scores.
func trials(genuine, impostors []int64) (all []Trial) {
	for _, s := range genuine {
		all = append(all, Trial{Score: s, Genuine: true})
	}
	for _, s := range impostors {
		all = append(all, Trial{Score: s})
	}
	return all
}

func TestFiguresByHand(t *testing.T) {
	for name, tc := range map[string]struct {
		reason             string
		genuine, impostors []int64
		auc, eer           *big.Rat
	}{
		"Separate": {"every genuine trial lies above every impostor", []int64{5, 6}, []int64{1, 2, 3}, big.NewRat(1, 1), new(big.Rat)},
		"Reversed": {"a model that is always wrong has an area of zero and an error of one", []int64{1, 2}, []int64{5, 6}, new(big.Rat), big.NewRat(1, 1)},
		"Constant": {"one score for all is chance: the line from (1,0) to (0,1) crosses at a half", []int64{4, 4, 4}, []int64{4}, big.NewRat(1, 2), big.NewRat(1, 2)},
		"OnePairOfFour": {"of the pairs (2,1) (2,3) (4,1) (4,3) three are in order; at threshold 3 one of two of each class is wrong",
			[]int64{2, 4}, []int64{1, 3}, big.NewRat(3, 4), big.NewRat(1, 2)},
		"Between": {"FAR goes 1, 2/3, 1/3, 1/3, 0 and FRR 0, 0, 0, 1/2, 1/2: from (1/3,0) to (1/3,1/2) the lines cross at a third",
			[]int64{3, 5}, []int64{1, 2, 4}, big.NewRat(5, 6), big.NewRat(1, 3)},
		"TieCountsHalf": {"pairs (2,2) half, (2,1) whole, of two", []int64{2}, []int64{1, 2}, big.NewRat(3, 4), big.NewRat(1, 3)},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := ROC(trials(tc.genuine, tc.impostors))
			require.NoError(t, err)
			require.Equal(t, tc.auc.String(), c.AUC().String(), tc.reason)
			require.Equal(t, tc.eer.String(), c.EER().String(), tc.reason)
		})
	}
}

func TestThresholds(t *testing.T) {
	c, err := ROC(trials([]int64{30, 50, 50, 70}, []int64{10, 20, 40, 60}))
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		reason               string
		threshold            int64
		accepted, turnedAway int64
	}{
		"BelowAll": {"a threshold below all scores accepts all", -5, 4, 0},
		"Between":  {"45 accepts 50, 50, 60 and 70", 45, 1, 1},
		"AtScore":  {"a score at the threshold is accepted", 60, 1, 3},
		"AboveAll": {"a threshold above all scores accepts none", 1000, 0, 4},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.At(tc.threshold)
			require.Equal(t, Point{Threshold: tc.threshold, FalseAccept: tc.accepted, FalseReject: tc.turnedAway}, p, tc.reason)
		})
	}
	p, err := c.AtFAR(250_000)
	require.NoError(t, err)
	require.Equal(t, Point{Threshold: 50, FalseAccept: 1, FalseReject: 1}, p, "50 is the lowest score that lets one of four impostors in")
	p, err = c.AtFAR(0)
	require.NoError(t, err)
	require.Equal(t, Point{Threshold: 70, FalseAccept: 0, FalseReject: 3}, p, "no impostor reaches 70")
	_, err = c.AtFAR(-1)
	require.ErrorIs(t, err, ErrRange)
	far, err := c.FAR(p)
	require.NoError(t, err)
	require.Equal(t, int64(4), far.Of)
	frr, err := c.FRR(p)
	require.NoError(t, err)
	require.Equal(t, int64(750_000), frr.PPM)
}

func TestTrialsThatAreRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		trials []Trial
		want   error
	}{
		"None":        {"nothing says nothing", nil, ErrEmpty},
		"NoImpostors": {"without impostors everyone may be let in", trials([]int64{1}, nil), ErrEmpty},
		"NoGenuine":   {"without genuine trials everyone may be turned away", trials(nil, []int64{1}), ErrEmpty},
		"Huge":        {"above the greatest score there must be a threshold", trials([]int64{1 << 62}, []int64{1}), ErrRange},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ROC(tc.trials)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

func scores(t *rapid.T, name string) []int64 {
	return rapid.SliceOfN(rapid.Int64Range(-20, 20), 1, 30).Draw(t, name)
}

func TestTheCurveDescends(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := trials(scores(t, "genuine"), scores(t, "impostors"))
		c, err := ROC(all)
		require.NoError(t, err)
		first, last := c.Points[0], c.Points[len(c.Points)-1]
		require.Equal(t, []int64{c.Impostors, 0, 0, c.Genuine}, []int64{first.FalseAccept, first.FalseReject, last.FalseAccept, last.FalseReject})
		for i := range len(c.Points) - 1 {
			p, q := c.Points[i], c.Points[i+1]
			require.Less(t, p.Threshold, q.Threshold)
			require.GreaterOrEqual(t, p.FalseAccept, q.FalseAccept)
			require.LessOrEqual(t, p.FalseReject, q.FalseReject)
		}
		for _, p := range c.Points {
			wrong := [2]int64{}
			for _, s := range all {
				if !s.Genuine && s.Score >= p.Threshold {
					wrong[0]++
				}
				if s.Genuine && s.Score < p.Threshold {
					wrong[1]++
				}
			}
			require.Equal(t, wrong, [2]int64{p.FalseAccept, p.FalseReject}, "counted one by one at %d", p.Threshold)
			require.Equal(t, p, c.At(p.Threshold))
		}
	})
}

func TestOnlyTheOrderOfScoresCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		genuine, impostors := scores(t, "genuine"), scores(t, "impostors")
		c, err := ROC(trials(genuine, impostors))
		require.NoError(t, err)
		cube := func(all []int64) (out []int64) {
			for _, s := range all {
				out = append(out, s*s*s+7*s-3) // strictly ascending
			}
			return out
		}
		other := trials(cube(genuine), cube(impostors))
		slices.Reverse(other)
		d, err := ROC(other)
		require.NoError(t, err)
		require.Zero(t, c.AUC().Cmp(d.AUC()), "area")
		require.Zero(t, c.EER().Cmp(d.EER()), "equal error rate")
	})
}

func TestTheAreaIsTheShareOfPairsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		genuine, impostors := scores(t, "genuine"), scores(t, "impostors")
		twice := int64(0)
		for _, g := range genuine {
			for _, i := range impostors {
				if g > i {
					twice += 2
				} else if g == i {
					twice++
				}
			}
		}
		c, err := ROC(trials(genuine, impostors))
		require.NoError(t, err)
		require.Zero(t, c.AUC().Cmp(big.NewRat(twice, 2*int64(len(genuine)*len(impostors)))))
		// Who swaps the classes and turns the scores around has the same curve.
		neg := func(all []int64) (out []int64) {
			for _, s := range all {
				out = append(out, -s)
			}
			return out
		}
		d, err := ROC(trials(neg(impostors), neg(genuine)))
		require.NoError(t, err)
		require.Zero(t, c.AUC().Cmp(d.AUC()))
		require.Zero(t, c.EER().Cmp(d.EER()))
		require.True(t, c.EER().Sign() >= 0 && c.EER().Cmp(big.NewRat(1, 1)) <= 0)
	})
}
