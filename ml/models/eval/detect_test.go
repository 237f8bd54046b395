package eval

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestOverlap(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		a, b   Box
		want   string
		err    error
	}{
		"Same":   {"all of it", Box{0, 0, 4, 4}, Box{0, 0, 4, 4}, "1/1", nil},
		"Beside": {"edges that touch share nothing", Box{0, 0, 4, 4}, Box{4, 0, 8, 4}, "0/1", nil},
		"Third":  {"8 of 24", Box{0, 0, 4, 4}, Box{2, 0, 6, 4}, "1/3", nil},
		"Within": {"4 of 16", Box{0, 0, 4, 4}, Box{1, 1, 3, 3}, "1/4", nil},
		"Empty":  {"a box without area is none", Box{0, 0, 0, 4}, Box{0, 0, 4, 4}, "", ErrRange},
		"Turned": {"corners ascend", Box{4, 0, 0, 4}, Box{0, 0, 4, 4}, "", ErrRange},
		"Huge":   {"areas fit", Box{0, 0, 1 << 40, 4}, Box{0, 0, 4, 4}, "", ErrRange},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := IoU(tc.a, tc.b)
			require.ErrorIs(t, err, tc.err, tc.reason)
			if err == nil {
				require.Equal(t, tc.want, got.String(), tc.reason)
			}
		})
	}
}

func TestDetections(t *testing.T) {
	a, b := Box{0, 0, 10, 10}, Box{20, 0, 30, 10}
	there := []There{{0, a}, {0, b}, {1, a}}
	for name, tc := range map[string]struct {
		reason  string
		found   []Found
		ap      int64
		hits, f int64
	}{
		"All":     {"all found, none false", []Found{{0, 9, a}, {0, 8, b}, {1, 7, a}}, Million, 3, 0},
		"Nothing": {"who finds nothing has no precision at any recall", nil, 0, 0, 0},
		"Twice":   {"the second box on one face is false: precisions 1, 2/3, 3/4, of which the best behind count: (1 + 3/4 + 3/4)/3", []Found{{0, 9, a}, {0, 8, a}, {0, 7, b}, {1, 6, a}}, 833_333, 3, 1},
		"Other":   {"a box of another image is false", []Found{{2, 9, a}, {0, 8, a}}, 166_667, 1, 1},
		"Last":    {"false boxes behind all hits cost nothing", []Found{{0, 9, a}, {0, 8, b}, {1, 7, a}, {1, 1, b}}, Million, 3, 1},
		"Low":     {"half an overlap is enough, less is not", []Found{{0, 9, Box{0, 0, 10, 5}}, {1, 8, Box{0, 0, 10, 4}}}, 333_333, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Detect(tc.found, there, 500_000)
			require.NoError(t, err)
			require.Equal(t, []int64{tc.ap, tc.hits, tc.f}, []int64{d.AP, d.Recall.Count, d.False}, tc.reason)
			require.Len(t, d.Matched, len(tc.found))
		})
	}
	_, err := Detect(nil, nil, 500_000)
	require.ErrorIs(t, err, ErrEmpty)
	_, err = Detect(nil, there, 0)
	require.ErrorIs(t, err, ErrRange)
	_, err = Detect([]Found{{0, 1, Box{}}}, there, 500_000)
	require.ErrorIs(t, err, ErrRange)
}

func TestOverlapIsSymmetric(t *testing.T) {
	box := rapid.Custom(func(t *rapid.T) Box {
		x, y := rapid.Int64Range(-9, 9).Draw(t, "x"), rapid.Int64Range(-9, 9).Draw(t, "y")
		return Box{x, y, x + rapid.Int64Range(1, 9).Draw(t, "w"), y + rapid.Int64Range(1, 9).Draw(t, "h")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := box.Draw(t, "a"), box.Draw(t, "b")
		v, err := IoU(a, b)
		require.NoError(t, err)
		w, err := IoU(b, a)
		require.NoError(t, err)
		require.Zero(t, v.Cmp(w))
		common, all := int64(0), int64(0) // counted point by point
		for x := int64(-9); x < 18; x++ {
			for y := int64(-9); y < 18; y++ {
				in := func(b Box) bool { return x >= b.X0 && x < b.X1 && y >= b.Y0 && y < b.Y1 }
				if in(a) && in(b) {
					common++
				}
				if in(a) || in(b) {
					all++
				}
			}
		}
		require.Equal(t, common*v.Denom().Int64(), all*v.Num().Int64())
	})
}
