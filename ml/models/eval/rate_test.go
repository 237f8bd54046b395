package eval

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestIntervals(t *testing.T) {
	for name, tc := range map[string]struct {
		reason               string
		count, of            int64
		ppm, low, high, slip int64
	}{
		"Half":    {"5 of 10 is 0.2366 to 0.7634, as textbooks have it with z = 1.959964", 5, 10, 500_000, 236_593, 763_407, 5},
		"None":    {"0 of 20: up to z²/(n+z²) = 3.8416/23.8416", 0, 20, 0, 0, 161_130, 1},
		"All":     {"20 of 20 mirrors it", 20, 20, Million, 838_870, Million, 1},
		"Percent": {"1 of 100: 0.0018 to 0.0545", 1, 100, 10_000, 1_767, 54_487, 2},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := NewRate(tc.count, tc.of)
			require.NoError(t, err)
			require.Equal(t, tc.ppm, r.PPM)
			require.InDelta(t, tc.low, r.Low, float64(tc.slip), tc.reason)
			require.InDelta(t, tc.high, r.High, float64(tc.slip), tc.reason)
		})
	}
}

func TestIntervalsHoldTheirRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.Int64Range(1, 1<<40).Draw(t, "of")
		count := rapid.Int64Range(0, of).Draw(t, "count")
		r, err := NewRate(count, of)
		require.NoError(t, err)
		require.LessOrEqual(t, r.Low, r.PPM)
		require.LessOrEqual(t, r.PPM, r.High)
		mirror, err := NewRate(of-count, of)
		require.NoError(t, err)
		require.Equal(t, Million-r.High, mirror.Low, "the interval of the opposite is mirrored")
	})
}

func TestRatesOfNothing(t *testing.T) {
	_, err := NewRate(0, 0)
	require.ErrorIs(t, err, ErrEmpty, "no trials are no perfect score")
	_, err = NewRate(3, 2)
	require.ErrorIs(t, err, ErrRange)
	_, err = NewRate(-1, 2)
	require.ErrorIs(t, err, ErrRange)
}

func TestRounding(t *testing.T) {
	for name, tc := range map[string]struct {
		reason   string
		num, den int64
		want     int64
	}{
		"Third":        {"333333.33", 1, 3, 333_333},
		"TwoThirds":    {"666666.67", 2, 3, 666_667},
		"Half":         {"half a millionth goes away from zero", 1, 2_000_000, 1},
		"NegativeHalf": {"on both sides", -1, 2_000_000, -1},
		"Less":         {"less than half goes to zero", 1, 2_000_001, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := PPM(big.NewRat(tc.num, tc.den))
			require.NoError(t, err)
			require.Equal(t, tc.want, got, tc.reason)
		})
	}
	_, err := PPM(new(big.Rat).SetFrac(new(big.Int).Lsh(big.NewInt(1), 80), big.NewInt(1)))
	require.ErrorIs(t, err, ErrRange)
}

func TestScoresBecomeIntegers(t *testing.T) {
	v, err := Micro(-0.25)
	require.NoError(t, err)
	require.Equal(t, int64(-250_000), v)
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), 1e30} {
		_, err := Micro(bad)
		require.ErrorIs(t, err, ErrRange, "%v is no score", bad)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float32Range(-1e6, 1e6).Draw(t, "a"), rapid.Float32Range(-1e6, 1e6).Draw(t, "b")
		x, err := Micro(min(a, b))
		require.NoError(t, err)
		y, err := Micro(max(a, b))
		require.NoError(t, err)
		require.LessOrEqual(t, x, y, "order is kept")
	})
}
