package stream_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/models/data/stream"
)

func TestNumbersStayTheSame(t *testing.T) {
	for name, tc := range map[string]struct {
		reason  string
		seed    uint64
		purpose string
		index   uint64
		want    [2]uint64
	}{
		"Zero":    {"the empty key is a key", 0, "", 0, [2]uint64{0x568a9b0b1a2c05ec, 0x44e5b8b147ef718b}},
		"Purpose": {"one letter makes another stream", 0, "a", 0, [2]uint64{0x61e8a9949cbef40d, 0x634c436132c652b4}},
		"Index":   {"the next sample has a stream of its own", 7, "face/train", 1, [2]uint64{0x263134fe0fa8323e, 0x5f61b42071ed0929}},
	} {
		t.Run(name, func(t *testing.T) {
			s := stream.New(tc.seed, tc.purpose, tc.index)
			require.Equal(t, tc.want, [2]uint64{s.Uint64(), s.Uint64()}, tc.reason)
		})
	}
}

func TestOneKeyOneStream(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, index := rapid.Uint64().Draw(t, "seed"), rapid.Uint64().Draw(t, "index")
		purpose := rapid.String().Draw(t, "purpose")
		a, b := stream.New(seed, purpose, index), stream.New(seed, purpose, index)
		others := []*stream.Stream{stream.New(seed+1, purpose, index), stream.New(seed, purpose, index+1), stream.New(seed, purpose+"x", index)}
		first := a.Uint64()
		if first != b.Uint64() {
			t.Fatal("one key, two streams")
		}
		for i, o := range others {
			if o.Uint64() == first {
				t.Fatalf("neighbour %d begins alike", i)
			}
		}
	})
}

func TestDrawsStayInRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := stream.New(rapid.Uint64().Draw(t, "seed"), "range", 0)
		lo, hi := rapid.IntRange(-1<<29, 1<<29).Draw(t, "lo"), rapid.IntRange(-1<<29, 1<<29).Draw(t, "hi")
		if v := s.Range(lo, hi); v != lo && (v < lo || v > hi) {
			t.Fatalf("Range(%d, %d) = %d", lo, hi, v)
		}
		if v := s.Bell(lo, hi); v != lo && (v < lo || v > hi) {
			t.Fatalf("Bell(%d, %d) = %d", lo, hi, v)
		}
		if v := s.IntN(lo); v < 0 || v >= max(lo, 1) {
			t.Fatalf("IntN(%d) = %d", lo, v)
		}
		if u := s.Unit(); u < 0 || u >= 1 {
			t.Fatalf("Unit() = %v", u)
		}
	})
}

func TestNormalHasMeanZeroAndVarianceOne(t *testing.T) {
	s := stream.New(3, "normal", 0)
	sum, square, tail := 0.0, 0.0, 0
	const n = 100_000
	for range n {
		v := float64(s.Normal())
		sum += v
		square += float64(v * v)
		if v > 2 || v < -2 {
			tail++
		}
	}
	require.InDelta(t, 0, sum/n, 0.01)
	require.InDelta(t, 1, square/n, 0.015)
	require.InDelta(t, 0.0455, float64(tail)/n, 0.004, "tails of twelve summands are nearly those of a normal")
}

func TestEachFaceOfADieComesUp(t *testing.T) {
	s := stream.New(1, "die", 0)
	var seen [6]int
	for range 60_000 {
		seen[s.IntN(6)]++
	}
	for face, n := range seen {
		require.InDelta(t, 10_000, n, 400, "face %d", face+1)
	}
}

func TestPermHoldsEveryNumberOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-3, 200).Draw(t, "n")
		seen := map[int]bool{}
		for _, v := range stream.New(rapid.Uint64().Draw(t, "seed"), "perm", 0).Perm(n) {
			seen[v] = true
		}
		if len(seen) != max(n, 0) {
			t.Fatalf("%d numbers of %d", len(seen), n)
		}
	})
}

func TestPickOfNothingIsNothing(t *testing.T) {
	require.Zero(t, stream.Pick[int](stream.New(1, "pick", 0)))
}
