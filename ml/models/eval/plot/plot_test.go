package plot

import (
	"bytes"
	"flag"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/models/eval"
	"github.com/virtengine/virtengine/security/hashes"
)

func TestOtherDecodersReadOurFiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 400).Draw(t, "w"), rapid.IntRange(1, 20).Draw(t, "h")
		c, err := NewCanvas(w, h)
		require.NoError(t, err)
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			x, y := rapid.IntRange(-3, w).Draw(t, "x"), rapid.IntRange(-3, h).Draw(t, "y")
			c.Fill(x, y, x+rapid.IntRange(0, w).Draw(t, "dx"), y+rapid.IntRange(0, 3).Draw(t, "dy"), Ink(rapid.IntRange(0, int(ramp)+ramps-1).Draw(t, "ink")))
		}
		got, err := png.Decode(bytes.NewReader(c.PNG()))
		require.NoError(t, err)
		require.Equal(t, []int{w, h}, []int{got.Bounds().Dx(), got.Bounds().Dy()})
		for y := range h {
			for x := range w {
				rgb := palette()[c.pix[y*w+x]]
				require.Equal(t, color.RGBA{rgb[0], rgb[1], rgb[2], 255}, color.RGBAModel.Convert(got.At(x, y)))
			}
		}
	})
}

func TestEveryLengthOfRun(t *testing.T) {
	for n := 1; n < 600; n++ {
		c, err := NewCanvas(700, 1)
		require.NoError(t, err)
		c.Fill(1, 0, 1+n, 1, Blue)
		got, err := png.Decode(bytes.NewReader(c.PNG()))
		require.NoError(t, err, "a run of %d", n)
		require.NotEqual(t, got.At(0, 0), got.At(n, 0))
		require.Equal(t, got.At(0, 0), got.At(n+1, 0), "a run of %d ends there", n)
	}
}

func TestTheLogarithmicAxis(t *testing.T) {
	for v := int64(1); v <= 200_000; v += 37 {
		want := max(fieldW+float64(fieldW/decades)*math.Log10(float64(v)/200_000), 0)
		require.InDelta(t, want, logarithmic(v, 200_000), 1.001, "%d of 200000", v)
	}
	require.Equal(t, []int{0, fieldW, fieldW - 96, 0}, []int{logarithmic(0, 9), logarithmic(9, 9), logarithmic(1, 10), logarithmic(1, 1<<40)})
}

func TestGlyphsDiffer(t *testing.T) {
	seen := map[[5]byte]rune{}
	for _, r := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:-+%/()=<>_?" {
		other, twice := seen[glyph(r)]
		require.False(t, twice, "%c looks like %c", r, other)
		seen[glyph(r)] = r
	}
}

func diagrams(t *testing.T) map[string][]byte {
	var trials []eval.Trial
	var forecasts []eval.Forecast
	for i := range int64(1000) {
		trials = append(trials, eval.Trial{Score: i * i % 997 * 1000, Genuine: i*i%997 > 300+i%400})
		forecasts = append(forecasts, eval.Forecast{PPM: i * 1000, Came: i*i*i%1000 < i})
	}
	curve, err := eval.ROC(trials)
	require.NoError(t, err)
	h, err := eval.NewHistogram(trials, 60)
	require.NoError(t, err)
	k, err := eval.Calibrate(forecasts, 10)
	require.NoError(t, err)
	m, err := eval.NewConfusion("live", "print", "replay", "mask")
	require.NoError(t, err)
	for i := range 300 {
		require.NoError(t, m.Add(i%4, i%4*(i%7)/max(i%7, 1)))
	}
	all := map[string][]byte{}
	all["roc"], err = ROC("face-embedder", curve)
	require.NoError(t, err)
	all["histogram"], err = Histogram("face-embedder", h)
	require.NoError(t, err)
	all["calibration"], err = Calibration("scorer", k)
	require.NoError(t, err)
	all["confusion"], err = Confusion("liveness", m)
	require.NoError(t, err)
	return all
}

var update = flag.Bool("update", false, "write the diagrams into testdata, to be looked at")

func TestDiagramsHaveTheSameBytesEverywhere(t *testing.T) {
	for name, file := range diagrams(t) {
		got, err := png.Decode(bytes.NewReader(file))
		require.NoError(t, err)
		require.Equal(t, canvasW, got.Bounds().Dx())
		require.Less(t, len(file), 24_000, "%s stays small", name)
		golden := filepath.Join("testdata", name+".png")
		if *update {
			require.NoError(t, os.WriteFile(golden, file, 0o600))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, hashes.Of(want), hashes.Of(file), "%s: look at what -update writes", name)
	}
}

func TestDiagramsOfNothing(t *testing.T) {
	_, err := ROC("", &eval.Curve{})
	require.ErrorIs(t, err, ErrPlot)
	_, err = Histogram("", &eval.Histogram{})
	require.ErrorIs(t, err, ErrPlot)
	_, err = Calibration("", nil)
	require.ErrorIs(t, err, ErrPlot)
	_, err = Confusion("", &eval.Confusion{Labels: []string{"a"}, Counts: [][]int64{{1, 2}}})
	require.ErrorIs(t, err, ErrPlot)
	_, err = NewCanvas(0, 5)
	require.ErrorIs(t, err, ErrPlot)
}
