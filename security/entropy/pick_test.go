package entropy_test

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/entropy/entropytest"
)

// words reads as the given numbers, again and again.
type words struct {
	list []uint64
	next int
}

func (w *words) Read(p []byte) (int, error) {
	binary.BigEndian.PutUint64(p, w.list[w.next%len(w.list)])
	w.next++
	return 8, nil
}

// Every number that fits the mask is shown to the picker once; each result must come out exactly once. That is what
// unbiased means, shown by counting and not by statistics.
func TestPicksAreExactlyEven(t *testing.T) {
	for n := uint64(1); n <= 300; n++ {
		var all []uint64
		for v := range uint64(1) << bits.Len64(n-1) {
			all = append(all, v|0xabcdef0000000000) // bits above the mask do not matter
		}
		w := &words{list: all}
		s := source(t, w)
		var got []uint64
		for range n {
			v, err := s.Uint64N(n)
			require.NoError(t, err)
			got = append(got, v)
		}
		slices.Sort(got)
		for i, v := range got {
			require.EqualValues(t, i, v, "of %d", n)
		}
	}
}

func TestPicksStayInRange(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := source(t, entropytest.Reader(t, rapid.Uint64().Draw(rt, "seed")))
		n := rapid.Uint64Range(1, math.MaxUint64).Draw(rt, "n")
		v, err := s.Uint64N(n)
		if err != nil || v >= n {
			rt.Fatalf("%d of %d, %v", v, n, err)
		}
		m := rapid.IntRange(1, math.MaxInt).Draw(rt, "m")
		i, err := s.IntN(m)
		if err != nil || i < 0 || i >= m {
			rt.Fatalf("%d of %d, %v", i, m, err)
		}
		d := time.Duration(rapid.Int64Range(0, math.MaxInt64).Draw(rt, "d"))
		pause, err := s.Jitter(d)
		if err != nil || pause < d/2 || pause > d {
			rt.Fatalf("a pause of %s for %s, %v", pause, d, err)
		}
	})
}

func TestPicksThatCannotBe(t *testing.T) {
	stuck := source(t, &words{list: []uint64{math.MaxUint64}})
	for name, tc := range map[string]struct {
		reason string
		pick   func() error
		want   error
	}{
		"OfNothing":     {"there is nothing to pick", func() error { _, err := entropy.Uint64N(0); return err }, entropy.ErrRange},
		"OfLess":        {"nor of less", func() error { _, err := entropy.IntN(-1); return err }, entropy.ErrRange},
		"PastPause":     {"a pause does not go back", func() error { _, err := entropy.Jitter(-1); return err }, entropy.ErrRange},
		"NoSwap":        {"nobody exchanges them", func() error { return entropy.Shuffle(2, nil) }, entropy.ErrRange},
		"NegativeOrder": {"fewer things than none", func() error { return entropy.Shuffle(-1, func(_, _ int) {}) }, entropy.ErrRange},
		"Stuck":         {"a reader of ones never gives less than 5 and must not hang", func() error { _, err := stuck.IntN(5); return err }, entropy.ErrSource},
		"NoPause":       {"no pause is a pause", func() error { _, err := entropy.Jitter(0); return err }, nil},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, tc.pick(), tc.want, tc.reason) })
	}
}

func TestShufflingLosesNothingAndReachesEveryOrder(t *testing.T) {
	seen := map[[4]int]int{}
	s := source(t, entropytest.Reader(t, 1))
	const rounds = 24_000
	for range rounds {
		order := [4]int{0, 1, 2, 3}
		require.NoError(t, s.Shuffle(4, func(i, j int) { order[i], order[j] = order[j], order[i] }))
		seen[order]++
	}
	require.Len(t, seen, 24)
	chi := 0.0
	for order, n := range seen {
		sorted := slices.Sorted(slices.Values(order[:]))
		require.Equal(t, []int{0, 1, 2, 3}, sorted)
		chi += math.Pow(float64(n)-rounds/24, 2) / (rounds / 24)
	}
	require.Less(t, chi, 49.7, "chi-square, 23 degrees of freedom: above this in 1 of 1000 fair shuffles, and the seed is fixed")
}

func BenchmarkJitter(b *testing.B) {
	for b.Loop() {
		if _, err := entropy.Jitter(time.Second); err != nil {
			b.Fatal(err)
		}
	}
}
