package i8

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func each(t *testing.T, run func(t *testing.T, s *Set)) {
	for _, s := range Available() {
		t.Run(s.Name(), func(t *testing.T) { run(t, s) })
	}
}

func TestEverySetPassesItsCheck(t *testing.T) {
	each(t, func(t *testing.T, s *Set) { require.NoError(t, s.Check()) })
}

func TestACheckFindsAWrongKernel(t *testing.T) {
	for name, breakIt := range map[string]func(s *Set){
		"NoCorrection": func(s *Set) { s.biased = !s.biased },
		"OtherRequant": func(s *Set) {
			s.requant = func(dst *int8, step int, acc *int32, pixels int, q *Scale) { *dst = 1 }
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := *Best()
			if s.dot1 == nil {
				s.dot1 = func(acc *int32, a *int8, step int, taps *int32, ntaps, groups int, w *int8, start *int32) {}
				s.dot4 = s.dot1
			}
			breakIt(&s)
			require.ErrorIs(t, s.Check(), ErrCheck)
		})
	}
}

func TestSetsAreFoundByName(t *testing.T) {
	s, err := Named("go")
	require.NoError(t, err)
	require.Equal(t, "go", s.Name())
	_, err = Named("sse9")
	require.ErrorIs(t, err, ErrUnknown)
	best, err := Named(Best().Name())
	require.NoError(t, err)
	require.Equal(t, Best().Name(), best.Name())
}

func TestNothingOutsideIsTouched(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		taps, err := NewTaps([]int32{0, 32})
		require.NoError(t, err)
		p := s.Pack(2, 4, [Lanes]int32{}, func(t, c, o int) int8 { return 1 })
		lanes := s.PackLanes(2, [Lanes]int32{}, func(t, o int) int8 { return 1 })
		q := NewScale([Lanes]int32{}, [Lanes]int8{}, -128, 127)
		a, acc, out := make([]int8, 32+16+16), make([]int32, 2*Lanes), make([]int8, 2*Lanes)
		require.NoError(t, s.Dot(acc, 2, a, 16, taps, p), "exactly as much as there is")
		for name, err := range map[string]error{
			"Activations":  s.Dot(acc, 2, a[1:], 16, taps, p),
			"Accumulators": s.Dot(acc[1:], 2, a, 16, taps, p),
			"NoPixel":      s.Dot(acc, 0, a, 16, taps, p),
			"NegativeStep": s.Dot(acc, 2, a, -16, taps, p),
			"OtherTaps":    s.Dot(acc, 1, a, 16, Taps{}, p),
			"OtherPanel":   s.Dot(acc, 1, a, 16, taps, lanes),
			"Depth":        s.Depth(acc, 2, a[1:], 16, taps, lanes),
			"DepthPanel":   s.Depth(acc, 2, a, 16, taps, p),
			"Requant":      s.Requant(out[1:], 16, acc, 2, q),
			"RequantFrom":  s.Requant(out, 16, acc[1:], 2, q),
			"Add":          s.Add(out, a[:1], a, NewSum(1, 1, 0, -128, 127)),
			"Max":          s.Max(out, a[:32], taps),
			"MaxOfNone":    s.Max(out, a, Taps{}),
		} {
			require.ErrorIs(t, err, ErrBounds, name)
		}
		_, err = NewTaps([]int32{-1})
		require.ErrorIs(t, err, ErrBounds)
		_, err = NewTaps(nil)
		require.ErrorIs(t, err, ErrBounds)
	})
}

func TestRequantRoundsHalvesAwayFromZero(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		for _, row := range []struct {
			reason     string
			acc        int32
			multiplier int32
			shift      int8
			want       int8
		}{
			{"a half goes up", 1, 1, 1, 1},
			{"a half below zero goes down", -1, 1, 1, -1},
			{"one and a half", 3, 1, 1, 2},
			{"one and a half below zero", -3, 1, 1, -2},
			{"no shift keeps the number", -5, 1, 0, -5},
			{"just under a half", 1, 1<<30 - 1, 31, 0},
			{"just under a half below zero", -1, 1<<30 - 1, 31, 0},
			{"saturates above", 1<<31 - 1, 1, 0, 127},
			{"saturates below", -(1<<31 - 1), 1, 0, -128},
			{"the largest product", 1<<31 - 1, 1<<31 - 1, 62, 1},
			{"the least product", -(1<<31 - 1), 1<<31 - 1, 62, -1},
			{"a multiplier of zero", 77, 0, 5, 0},
		} {
			var m [Lanes]int32
			var sh [Lanes]int8
			for i := range m {
				m[i], sh[i] = row.multiplier, row.shift
			}
			acc, out := make([]int32, 3*Lanes), make([]int8, 3*Lanes)
			for i := range acc {
				acc[i] = row.acc
			}
			require.NoError(t, s.Requant(out, Lanes, acc, 3, NewScale(m, sh, -128, 127)))
			for _, got := range out {
				require.Equal(t, row.want, got, row.reason)
			}
		}
	})
}

// extreme draws numbers that often lie at the ends.
func extreme(t *rapid.T, n int, label string) []int8 {
	return rapid.SliceOfN(rapid.OneOf(rapid.Int8(), rapid.SampledFrom([]int8{-128, 127, -127, 0})), n, n).Draw(t, label)
}

func TestSetsEqualThePlainLoops(t *testing.T) {
	each(t, func(t *testing.T, s *Set) {
		rapid.Check(t, func(t *rapid.T) {
			pixels, step := rapid.IntRange(1, 21).Draw(t, "pixels"), rapid.IntRange(0, 40).Draw(t, "step")
			groups, count := rapid.IntRange(1, 5).Draw(t, "groups"), rapid.IntRange(1, 10).Draw(t, "taps")
			taps, err := NewTaps(rapid.SliceOfN(rapid.Int32Range(0, 100), count, count).Draw(t, "offsets"))
			require.NoError(t, err)
			a := extreme(t, taps.reach+(pixels-1)*step+max(4*groups, Lanes), "activations")
			w := extreme(t, 4*Lanes, "weights")
			var bias, m [Lanes]int32
			var sh [Lanes]int8
			for o := range Lanes {
				bias[o] = rapid.Int32Range(-1<<30, 1<<30).Draw(t, "bias")
				m[o] = rapid.Int32Range(0, 1<<31-1).Draw(t, "multiplier")
				sh[o] = rapid.Int8Range(31, 62).Draw(t, "shift")
			}
			lo := rapid.Int8().Draw(t, "lo")
			q := NewScale(m, sh, lo, rapid.Int8Range(lo, 127).Draw(t, "hi"))
			sum := NewSum(rapid.Int32Range(-1<<22, 1<<22).Draw(t, "a"), rapid.Int32Range(-1<<22, 1<<22).Draw(t, "b"), rapid.Int8Range(0, 30).Draw(t, "s"), -128, 127)
			run := func(s *Set) ([]int32, []int8) {
				dense := s.Pack(count, groups, bias, func(t, c, o int) int8 { return w[(t*7+c*5+o*3)%len(w)] })
				lanes := s.PackLanes(count, bias, func(t, o int) int8 { return w[(t*7+o*3)%len(w)] })
				size := pixels * Lanes
				acc, out := make([]int32, 2*size), make([]int8, 2*size+Lanes+len(a))
				require.NoError(t, s.Dot(acc, pixels, a, step, taps, dense))
				require.NoError(t, s.Depth(acc[size:], pixels, a, step, taps, lanes))
				require.NoError(t, s.Requant(out, Lanes, acc, 2*pixels, q))
				require.NoError(t, s.Max(out[2*size:], a, taps))
				require.NoError(t, s.Add(out[2*size+Lanes:], a, slices.Concat(a[len(a)/2:], a[:len(a)/2]), sum))
				return acc, out
			}
			acc, out := run(s)
			wantAcc, wantOut := run(plain())
			require.Equal(t, wantAcc, acc)
			require.Equal(t, wantOut, out)
		})
	})
}
