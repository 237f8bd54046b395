package nets

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/layers"
)

func TestCostAndShapes(t *testing.T) {
	cases := map[string]struct {
		reason        string
		in, out       layers.Shape
		macs, weights int
	}{
		"face-embedder":    {"eight million at most", layers.Shape{C: 1, H: 64, W: 64}, layers.Shape{C: 128, H: 1, W: 1}, 7_864_320, 304_800},
		"text-line":        {"120 steps of 40 characters", layers.Shape{C: 1, H: 24, W: 240}, layers.Shape{C: 40, H: 1, W: 120}, 6_106_560, 38_016},
		"liveness":         {"eight frames, four kinds", layers.Shape{C: 8, H: 32, W: 32}, layers.Shape{C: 4, H: 1, W: 1}, 5_042_176, 54_404},
		"face-detector":    {"144 cells", layers.Shape{C: 1, H: 96, W: 96}, layers.Shape{C: 8, H: 12, W: 12}, 5_135_616, 27_116},
		"document-fields":  {"864 cells of seven kinds", layers.Shape{C: 1, H: 96, W: 144}, layers.Shape{C: 7, H: 24, W: 36}, 6_179_328, 14_419},
		"document-anomaly": {"as large as it came", layers.Shape{C: 1, H: 64, W: 96}, layers.Shape{C: 1, H: 64, W: 96}, 4_812_288, 18_477},
		"scorer":           {"a thousand", layers.Shape{C: 16, H: 1, W: 1}, layers.Shape{C: 1, H: 1, W: 1}, 1_040, 1_089},
	}
	require.Len(t, cases, len(All()), "every network has a row")
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			d, err := Find(name)
			require.NoError(t, err)
			n, err := d.Build()
			require.NoError(t, err)
			require.Equal(t, tc.in, n.In(), tc.reason)
			require.Equal(t, tc.out, n.Out(), tc.reason)
			require.Equal(t, tc.macs, n.MACs(), tc.reason)
			require.Equal(t, tc.weights, n.Weights(), tc.reason)
			n.Init(1)
			m, err := layers.Export(n)
			require.NoError(t, err)
			require.Less(t, len(m.Encode()), 2<<20, "a file of less than 2 MiB")
		})
	}
}

func TestNamesAndFeatures(t *testing.T) {
	_, err := Find("palm")
	require.ErrorIs(t, err, ErrUnknown)
	require.Len(t, Alphabet, 40)
	seen := map[string]bool{}
	for f := range FeatureCount {
		require.NotEqual(t, "unknown", f.String())
		require.False(t, seen[f.String()], "feature %d has a name of its own", f)
		seen[f.String()] = true
	}
	require.Equal(t, 16, int(FeatureCount))
	require.Equal(t, "unknown", FeatureCount.String())
}
