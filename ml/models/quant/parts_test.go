package quant

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestRangesOfLeastLoss(t *testing.T) {
	even := &observed{most: 1}
	for i := range even.counts {
		even.counts[i] = 100
	}
	require.Equal(t, float32(1), even.clip(), "where every magnitude is as likely, none is cut off")
	rare := &observed{most: 8}
	for i := range bins / 8 {
		rare.counts[i] = 10_000
	}
	rare.counts[bins-1] = 1
	require.Less(t, rare.clip(), float32(2), "one value in millions does not cost the others their steps")
	require.GreaterOrEqual(t, rare.clip(), float32(1))
	require.Equal(t, float32(1), (&observed{}).clip(), "what was always zero has some range")
	require.Positive(t, (&observed{most: math.SmallestNonzeroFloat32}).clip())
}

func TestScales(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.Float32Range(1e-6, 1e4).Draw(t, "range")
		s, err := scaleOf(r)
		require.NoError(t, err)
		require.GreaterOrEqual(t, s.Real()*levels, float64(r), "nothing within the range is cut off")
		v := rapid.Float64Range(-float64(r), float64(r)).Draw(t, "value")
		q, cut := quantized(v, s.Real())
		require.False(t, cut)
		require.InDelta(t, v, float64(q)*s.Real(), s.Real()/2*1.0000001, "half a step at most")
	})
	for _, bad := range []float32{float32(math.Inf(1)), float32(math.NaN()), 1e30} {
		_, err := scaleOf(bad)
		require.ErrorIs(t, err, ErrUnsupported, "%v is no range", bad)
	}
	q, cut := quantized(2, 1.0/128)
	require.True(t, cut)
	require.Equal(t, int8(levels), q)
	q, cut = quantized(-2, 1.0/128)
	require.True(t, cut)
	require.Equal(t, int8(-levels), q)
}

func TestWeightsKeepTheirSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		channels := rapid.IntRange(1, 5).Draw(t, "channels")
		values := rapid.SliceOfN(rapid.Float32Range(-3, 3), channels, channels*4).Draw(t, "values")
		values = values[:len(values)/channels*channels]
		least := make([]float64, channels)
		for c := range least {
			least[c] = 1e-9
		}
		w, err := byChannel(values, channels, least)
		require.NoError(t, err)
		for i, v := range values {
			s := w.scales[i/w.each]
			require.InDelta(t, v, float64(w.q[i])*s, s/2*1.0000001)
		}
	})
	_, err := byChannel([]float32{1, 2, 3}, 2, make([]float64, 2))
	require.ErrorIs(t, err, ErrUnsupported)
	_, err = byChannel(nil, 0, nil)
	require.ErrorIs(t, err, ErrUnsupported)
}

func TestCorrectionIsWhatTheMeanLost(t *testing.T) {
	w := &weights{channels: 1, each: 2, values: []float32{0.3, -0.7}, q: []int8{1, -3}, scales: []float64{0.25}}
	c, err := w.correction([]float64{2, 4}, []float64{2.5, 4}, func(_, i int) int { return i })
	require.NoError(t, err)
	require.InDelta(t, (0.3*2-0.7*4)-(0.25*2.5-0.75*4), c[0], 1e-7)
	_, err = w.correction([]float64{2}, []float64{2}, func(_, i int) int { return i })
	require.ErrorIs(t, err, ErrUnsupported)
}

func TestTurnedTwiceIsTheSame(t *testing.T) {
	require.Equal(t, []int{1, 2, 5, 6, 3, 4, 7, 8}, turned([]int{1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2))
	rapid.Check(t, func(t *rapid.T) {
		r, c, e := rapid.IntRange(1, 4).Draw(t, "rows"), rapid.IntRange(1, 4).Draw(t, "columns"), rapid.IntRange(1, 4).Draw(t, "each")
		v := rapid.SliceOfN(rapid.Int(), r*c*e, r*c*e).Draw(t, "values")
		require.Equal(t, v, turned(turned(v, r, c, e), c, r, e))
	})
}

func TestTables(t *testing.T) {
	up := tabled(InputScale, InputScale, same)
	require.Equal(t, int8(-levels), up[0], "tables end at −127")
	for i := 1; i < 256; i++ {
		require.Equal(t, int8(i-128), up[i], "a change to the same scale changes nothing")
	}
	half := tabled(One/64, One/64, leaky(0.5))
	require.Equal(t, []int8{-50, 100, 0}, []int8{half[128-100], half[128+100], half[128]})
}

func TestSNR(t *testing.T) {
	for name, tc := range map[string]struct {
		reason        string
		signal, noise float64
		want          int64
	}{
		"Hundred": {"one in a hundred is 20 dB", 100, 1, 2000},
		"Equal":   {"as much noise as signal is 0 dB", 5, 5, 0},
		"Exact":   {"no noise has no logarithm", 5, 0, Exact},
		"Silent":  {"nor has no signal", 0, 5, -Exact},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := (&account{signal: tc.signal, noise: tc.noise}).snr()
			require.NoError(t, err)
			require.Equal(t, tc.want, got, tc.reason)
		})
	}
}
