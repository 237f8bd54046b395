package fixed

import (
	"math"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSqrtIsTheFloor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Min(0).Draw(t, "n")
		r := Sqrt(n)
		if hi, lo := bits.Mul64(uint64(r+1), uint64(r+1)); r < 0 || r*r > n || (hi == 0 && lo <= uint64(n)) {
			t.Fatalf("sqrt(%d) = %d", n, r)
		}
	})
	for n, want := range map[int64]int64{-4: 0, 0: 0, 1: 1, 2: 1, 3: 1, 4: 2, math.MaxInt64: 3037000499, 1 << 62: 1 << 31, 1<<62 - 1: 1<<31 - 1} {
		require.Equal(t, want, Sqrt(n), n)
	}
}

func TestExpIsCloseToTheTrueValue(t *testing.T) {
	for x := int64(0); x < 18*One; x += 9973 {
		want := math.Exp(-float64(x) / float64(One))
		require.InDelta(t, want, float64(Exp(x))/float64(One), 1.0/(1<<20), "x = %d", x)
	}
	require.Equal(t, One, Exp(0))
	require.Equal(t, One/2, Exp2(One))
	require.Zero(t, Exp(math.MaxInt64))
}

func TestSharesAreOfOneWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		logits := rapid.SliceOfN(rapid.Int64Range(-20*One, 20*One), 1, 40).Draw(t, "logits")
		sum, best := int64(0), 0
		for i := range logits {
			s := Share(logits, i)
			if s < 0 || s > Whole {
				t.Fatalf("share %d", s)
			}
			sum += s
			if logits[i] > logits[best] {
				best = i
			}
		}
		if sum > Whole || sum < Whole-int64(len(logits)) {
			t.Fatalf("the shares add up to %d", sum)
		}
		for i := range logits {
			if Share(logits, i) > Share(logits, best) {
				t.Fatalf("%d has more than the highest", i)
			}
		}
	})
	require.Equal(t, []int64{5000, 5000}, []int64{Share([]int64{7, 7}, 0), Share([]int64{7, 7}, 1)})
}

func TestCurvesStayBetweenTheirPoints(t *testing.T) {
	rising, falling := Curve{{0, 0}, {10, 10000}}, Curve{{0, 10000}, {3, 0}}
	for name, tc := range map[string]struct {
		reason string
		c      Curve
		x, y   int64
	}{
		"Before": {"flat", rising, -5, 0}, "Behind": {"flat", rising, 11, 10000}, "Within": {"straight", rising, 7, 7000},
		"FloorOfFalling": {"two thirds of the way down, rounded down", falling, 1, 6666}, "End": {"a point is hit", falling, 3, 0}, "One": {"one point is a constant", Curve{{5, 42}}, 99, 42},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, tc.c.Validate())
			require.Equal(t, tc.y, tc.c.At(tc.x), tc.reason)
		})
	}
	for name, c := range map[string]Curve{"Empty": nil, "Back": {{3, 0}, {3, 1}}, "Share": {{0, 10001}}, "Far": {{MaxX + 1, 0}}} {
		require.ErrorIs(t, c.Validate(), ErrCurve, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		y0, y1 := rapid.Int64Range(0, Whole).Draw(t, "y0"), rapid.Int64Range(0, Whole).Draw(t, "y1")
		x0 := rapid.Int64Range(-MaxX, MaxX-1).Draw(t, "x0")
		x1 := rapid.Int64Range(x0+1, MaxX).Draw(t, "x1")
		x := rapid.Int64Range(-MaxX, MaxX).Draw(t, "x")
		if y := (Curve{{x0, y0}, {x1, y1}}).At(x); y < min(y0, y1) || y > max(y0, y1) {
			t.Fatalf("%d", y)
		}
	})
}
