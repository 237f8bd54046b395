package gray_test

import (
	"bytes"
	"fmt"
	"image/png"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/gray/graytest"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// random is an image of noise, the same for the same size.
func random(w, h int) gray.Image {
	m := gray.New(w, h)
	s := stream.New(1, "gray/random", 0)
	for i := range m.Pix {
		m.Pix[i] = uint8(s.IntN(256))
	}
	return m
}

// scene is a smooth image: what interpolation can be held against.
func scene(w, h int) gray.Image {
	m := gray.New(w, h)
	for y := range h {
		for x := range w {
			m.Pix[y*w+x] = gray.Clamp8(128 + gray.Sin(x*90)*60>>14 + gray.Cos(y*70)*60>>14)
		}
	}
	return m
}

func TestPixelsStayTheSame(t *testing.T) {
	corners := [4]gray.Point{{X: 40, Y: 20}, {X: 500, Y: 60}, {X: 480, Y: 400}, {X: 10, Y: 350}}
	_, from, ok := gray.Quad(40, 30, corners)
	require.True(t, ok)
	var samples []graytest.Sample
	for name, change := range []func(m gray.Image) gray.Image{
		func(m gray.Image) gray.Image { return gray.Resize(m, 17, 11) },
		func(m gray.Image) gray.Image { return gray.Resize(m, 99, 64) },
		func(m gray.Image) gray.Image {
			return gray.Warp(m, gray.Similarity(gray.Point{X: 900, Y: 700}, gray.Point{X: 5000, Y: 900}, gray.Point{X: 100, Y: 300}, gray.Point{X: 8000, Y: 5500}), 33, 22)
		},
		func(m gray.Image) gray.Image { out := gray.New(36, 28); gray.Project(out, m, from); return out },
		func(m gray.Image) gray.Image { gray.Blur(m, 3); return m },
		func(m gray.Image) gray.Image { return gray.Smear(m, 3, -2) },
		func(m gray.Image) gray.Image { gray.Noise(m, 100, stream.New(2, "gray/noise", 0)); return m },
		func(m gray.Image) gray.Image { gray.Tone(m, 300, -20); return m },
		func(m gray.Image) gray.Image { gray.Block(m, 5); return m },
		func(m gray.Image) gray.Image {
			r := gray.NewRaster(m.W, m.H)
			r.Polygon(gray.Ellipse(nil, gray.Point{X: 5000, Y: 4000}, 3000, 1700, 321, 30))
			r.Paint(m, 12, 200)
			return m
		},
	} {
		samples = append(samples, graytest.Image(fmt.Sprint("change ", name), change(random(40, 30)), ""))
	}
	graytest.Digests(t, samples...)
}

func TestSineIsWithinOneStep(t *testing.T) {
	for a := -5000; a < 5000; a++ {
		require.InDelta(t, math.Sin(float64(a)*2*math.Pi/gray.Turn)*gray.Unity, gray.Sin(a), 0.51, "angle %d", a)
		require.InDelta(t, math.Cos(float64(a)*2*math.Pi/gray.Turn)*gray.Unity, gray.Cos(a), 0.51, "angle %d", a)
	}
}

func TestSqrtIsTheLargestRoot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Min(0).Draw(t, "n")
		r := uint64(gray.Sqrt(n))
		if r*r > uint64(n) || (r+1)*(r+1) <= uint64(n) {
			t.Fatalf("√%d = %d", n, r)
		}
	})
	require.Zero(t, gray.Sqrt(-4))
}

func TestOneGrayStaysThatGray(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := gray.New(rapid.IntRange(1, 40).Draw(t, "w"), rapid.IntRange(1, 40).Draw(t, "h"))
		v := rapid.Uint8().Draw(t, "v")
		m.Fill(v)
		w, h := rapid.IntRange(1, 90).Draw(t, "to w"), rapid.IntRange(1, 90).Draw(t, "to h")
		same := func(name string, m gray.Image) {
			for _, p := range m.Pix {
				if p != v {
					t.Fatalf("%s makes %d of %d", name, p, v)
				}
			}
		}
		same("Resize", gray.Resize(m, w, h))
		same("Smear", gray.Smear(m, rapid.IntRange(-9, 9).Draw(t, "dx"), 2))
		same("Warp", gray.Warp(m, gray.Affine{A: 40000, B: 9000, C: -700, D: 1, E: 99999, F: 12345}, w, h))
		gray.Blur(m, 2)
		same("Blur", m)
	})
}

func TestResizeKeepsTheMean(t *testing.T) {
	m := random(120, 90)
	for _, size := range [][2]int{{60, 45}, {40, 30}, {37, 29}, {7, 5}, {1, 1}} {
		small := gray.Resize(m, size[0], size[1])
		require.InDelta(t, m.Mean(0, 0, m.W, m.H), small.Mean(0, 0, small.W, small.H), 1.5, "%v", size)
	}
	smooth := scene(60, 40)
	back := gray.Resize(gray.Resize(smooth, 180, 120), 60, 40)
	for i := range back.Pix {
		require.InDelta(t, smooth.Pix[i], back.Pix[i], 4)
	}
}

func TestIdentityWarpsChangeNothing(t *testing.T) {
	m := random(30, 20)
	require.Equal(t, m.Pix, gray.Warp(m, gray.Identity(), 30, 20).Pix)
	_, from, ok := gray.Quad(30, 20, [4]gray.Point{{X: 0, Y: 0}, {X: 480, Y: 0}, {X: 480, Y: 320}, {X: 0, Y: 320}})
	require.True(t, ok)
	out := gray.New(30, 20)
	gray.Project(out, m, from)
	for i := range out.Pix {
		require.InDelta(t, m.Pix[i], out.Pix[i], 2, "to the rounding of places")
	}
}

func TestSimilarityMapsBothPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(-100_000, 100_000)
		point := func(name string) gray.Point { return gray.Point{X: at.Draw(t, name), Y: at.Draw(t, name)} }
		a, b, toA, toB := point("a"), point("b"), point("to a"), point("to b")
		if max(a.X-b.X, b.X-a.X, a.Y-b.Y, b.Y-a.Y) < 5000 {
			return
		}
		s := gray.Similarity(a, b, toA, toB)
		for _, c := range [][2]gray.Point{{a, toA}, {b, toB}} {
			if got := s.Apply(c[0]); max(got.X-c[1].X, c[1].X-got.X, got.Y-c[1].Y, c[1].Y-got.Y) > 8 {
				t.Fatalf("%v becomes %v, want %v", c[0], got, c[1])
			}
		}
	})
}

func TestQuadMapsCornersBothWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shift := rapid.IntRange(-900, 900)
		w, h := rapid.IntRange(100, 500).Draw(t, "w"), rapid.IntRange(100, 500).Draw(t, "h")
		flat := [4]gray.Point{{X: 0, Y: 0}, {X: 16 * w, Y: 0}, {X: 16 * w, Y: 16 * h}, {X: 0, Y: 16 * h}}
		var corners [4]gray.Point
		for i, q := range [4]gray.Point{{X: 2000, Y: 2000}, {X: 7000, Y: 2000}, {X: 7000, Y: 6000}, {X: 2000, Y: 6000}} {
			corners[i] = gray.Point{X: q.X + shift.Draw(t, "dx"), Y: q.Y + shift.Draw(t, "dy")}
		}
		to, from, ok := gray.Quad(w, h, corners)
		if !ok {
			t.Fatal("a convex quadrilateral")
		}
		near := func(a, b gray.Point) bool { return max(a.X-b.X, b.X-a.X, a.Y-b.Y, b.Y-a.Y) <= 1 }
		for i := range corners {
			if got := to.Apply(flat[i]); !near(got, corners[i]) {
				t.Fatalf("corner %d becomes %v, want %v", i, got, corners[i])
			}
			if got := from.Apply(corners[i]); !near(got, flat[i]) {
				t.Fatalf("%v becomes %v, want corner %v", corners[i], got, flat[i])
			}
		}
	})
}

func TestQuadRefusesWhatIsNoPicture(t *testing.T) {
	for name, corners := range map[string][4]gray.Point{
		"Point":   {},
		"Crossed": {{X: 0, Y: 0}, {X: 100, Y: 0}, {X: 0, Y: 100}, {X: 100, Y: 100}},
		"Mirror":  {{X: 0, Y: 0}, {X: 0, Y: 100}, {X: 100, Y: 100}, {X: 100, Y: 0}},
		"Dent":    {{X: 0, Y: 0}, {X: 100, Y: 0}, {X: 20, Y: 20}, {X: 0, Y: 100}},
		"Far":     {{X: 0, Y: 0}, {X: 1 << 29, Y: 0}, {X: 1 << 29, Y: 9}, {X: 0, Y: 9}},
	} {
		_, _, ok := gray.Quad(10, 10, corners)
		require.False(t, ok, name)
	}
}

func TestNoiseHasItsDeviation(t *testing.T) {
	m := gray.New(200, 200)
	m.Fill(128)
	gray.Noise(m, 10*16, stream.New(3, "gray/deviation", 0))
	sum, square := 0, 0
	for _, p := range m.Pix {
		d := int(p) - 128
		sum, square = sum+d, square+d*d
	}
	require.InDelta(t, 0, float64(sum)/40000, 0.3)
	require.InDelta(t, 100, float64(square)/40000, 4)
}

func TestBlockLosesDetailAndNothingElse(t *testing.T) {
	last := -1
	for _, strength := range []int{0, 1, 4, 16} {
		m := scene(64, 48)
		gray.Block(m, strength)
		off := 0
		for i, p := range scene(64, 48).Pix {
			d := int(p) - int(m.Pix[i])
			off += d * d
		}
		require.Greater(t, off+1, last, "strength %d", strength)
		require.InDelta(t, 128, m.Mean(0, 0, 64, 48), 6)
		last = off
	}
}

func TestBlurConservesLight(t *testing.T) {
	m := gray.New(41, 41)
	m.Pix[20*41+20] = 255
	gray.Blur(m, 4)
	sum := 0
	for _, p := range m.Pix {
		sum += int(p)
	}
	require.InDelta(t, 255, sum, 60, "rounding only")
	require.Equal(t, m.At(19, 20), m.At(21, 20))
	require.Equal(t, m.At(20, 19), m.At(20, 21))
	require.InDelta(t, m.At(19, 20), m.At(20, 19), 1)
}

func TestPNGHoldsThePixels(t *testing.T) {
	m := random(13, 7)
	data, err := gray.EncodePNG(m)
	require.NoError(t, err)
	back, err := png.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	for y := range m.H {
		for x := range m.W {
			r, _, _, _ := back.At(x, y).RGBA()
			require.Equal(t, uint32(m.At(x, y))*257, r)
		}
	}
	_, err = gray.EncodePNG(gray.New(0, 4))
	require.Error(t, err)
}

func TestSizesAreBrought(t *testing.T) {
	for _, size := range [][3]int{{-1, 5, 0}, {5, -1, 0}, {0, 0, 0}, {gray.MaxSide + 9, 1, gray.MaxSide}} {
		require.Len(t, gray.New(size[0], size[1]).Pix, size[2])
	}
	empty := gray.New(0, 0)
	require.Zero(t, empty.At(3, 3))
	require.Zero(t, empty.Mean(0, 0, 5, 5))
	require.Zero(t, empty.Sample(gray.Point{}))
	gray.Blur(empty, 3)
	gray.Project(gray.New(3, 3), empty, gray.Homography{})
	require.Len(t, gray.Resize(empty, 3, 3).Pix, 9)
	require.Len(t, gray.Warp(empty, gray.Identity(), 2, 2).Pix, 4)
}

func TestPasteClips(t *testing.T) {
	m, stamp := gray.New(4, 3), gray.New(3, 3)
	stamp.Fill(9)
	m.Paste(stamp, -2, 1)
	m.Paste(stamp, 3, -2)
	m.Paste(stamp, 40, 40)
	require.Equal(t, []uint8{0, 0, 0, 9, 9, 0, 0, 0, 9, 0, 0, 0}, m.Pix)
	require.Equal(t, []uint8{0, 9, 0, 0}, m.Crop(2, 0, 2, 2).Pix)
}
