package gray_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/models/data/gray"
)

// covered is the sum of all coverage of what a raster holds, in 1/256 pixel, and fails the test where a share is none.
func covered(t require.TestingT, r *gray.Raster) int {
	sum := 0
	r.Sweep(func(_, _ int, cover []int32) {
		for _, c := range cover {
			require.True(t, c >= 0 && c <= 256, "coverage %d", c)
			sum += int(c)
		}
	})
	return sum
}

func square(x0, y0, x1, y1 int) []gray.Point {
	return []gray.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}}
}

func TestCoverageIsArea(t *testing.T) {
	const px = gray.One
	hole := square(2*px, 2*px, 6*px, 6*px)
	hole[1], hole[3] = hole[3], hole[1] // the other way round
	for name, tc := range map[string]struct {
		reason   string
		polygons [][]gray.Point
		want     int // 1/256 pixel
	}{
		"Pixel":      {"one whole pixel", [][]gray.Point{square(3*px, 3*px, 4*px, 4*px)}, px},
		"Quarter":    {"a quarter of one", [][]gray.Point{square(3*px+64, 3*px, 3*px+192, 3*px+128)}, 64},
		"Across":     {"the same quarter on four pixels", [][]gray.Point{square(4*px-64, 4*px-64, 4*px+64, 4*px+64)}, 64},
		"Triangle":   {"half of a square", [][]gray.Point{{{X: 0, Y: 0}, {X: 8 * px, Y: 0}, {X: 0, Y: 8 * px}}}, 32 * px},
		"Everything": {"larger than the image", [][]gray.Point{square(-99*px, -99*px, 99*px, 99*px)}, 80 * px},
		"ToTheEdge":  {"up to the last pixel and no further", [][]gray.Point{square(0, 0, 10*px, 8*px)}, 80 * px},
		"Left":       {"what is left of the image counts nothing", [][]gray.Point{square(-9*px, 0, 0, 8*px)}, 0},
		"Right":      {"nor what is right of it", [][]gray.Point{square(10*px, 0, 19*px, 8*px)}, 0},
		"HalfOut":    {"the part inside", [][]gray.Point{square(8*px, 6*px, 99*px, 99*px)}, 4 * px},
		"Twice":      {"what lies on itself is united", [][]gray.Point{square(px, px, 3*px, 3*px), square(px, px, 3*px, 3*px)}, 4 * px},
		"Hole":       {"what turns the other way is cut out", [][]gray.Point{square(0, 0, 8*px, 8*px), hole}, 48 * px},
		"Line":       {"two corners enclose nothing", [][]gray.Point{{{X: 0, Y: 0}, {X: 8 * px, Y: 8 * px}}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := gray.NewRaster(10, 8)
			for range 2 { // the second time from a raster that was used
				for _, p := range tc.polygons {
					r.Polygon(p)
				}
				require.Equal(t, tc.want, covered(t, r), tc.reason)
			}
		})
	}
}

func TestAnyPolygonIsDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.OneOf(rapid.IntRange(-2000, 8000), rapid.Int())
		points := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) gray.Point {
			return gray.Point{X: coordinate.Draw(t, "x"), Y: coordinate.Draw(t, "y")}
		}), 0, 12).Draw(t, "points")
		r := gray.NewRaster(rapid.IntRange(-1, 30).Draw(t, "w"), rapid.IntRange(-1, 30).Draw(t, "h"))
		r.Polygon(points)
		covered(t, r)
		if covered(t, r) != 0 {
			t.Fatal("a sweep leaves nothing")
		}
	})
}

// A triangle inside the image covers its area, wherever its corners are, to the rounding of each row.
func TestTrianglesCoverTheirArea(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, 20*gray.One)
		var p [3]gray.Point
		for i := range p {
			p[i] = gray.Point{X: at.Draw(t, "x"), Y: at.Draw(t, "y")}
		}
		twice := (p[1].X-p[0].X)*(p[2].Y-p[0].Y) - (p[2].X-p[0].X)*(p[1].Y-p[0].Y)
		area := max(twice, -twice) / 2 / gray.One
		r := gray.NewRaster(20, 20)
		r.Polygon(p[:])
		if got := covered(t, r); got < area-250 || got > area+250 { // 1 of 256 for each of the pixels on an edge
			t.Fatalf("%d, want %d", got, area)
		}
	})
}

func TestPaintMixesByCoverageAndOpacity(t *testing.T) {
	m := gray.New(2, 1)
	m.Fill(100)
	r := gray.NewRaster(2, 1)
	r.Polygon(square(0, 0, 128, 256))
	r.Paint(m, 200, 128)
	require.Equal(t, []uint8{125, 100}, m.Pix, "half a pixel at half opacity")
	r.Polygon(square(0, 0, 512, 256))
	r.Paint(gray.New(5, 5), 200, 256)
	r.Paint(m, 0, 256)
	require.Equal(t, []uint8{125, 100}, m.Pix, "an image of another size takes the shapes and draws nothing")
}

func TestCurves(t *testing.T) {
	corners := []gray.Point{{X: 0, Y: 0}, {X: 500, Y: -300}, {X: 900, Y: 400}, {X: 100, Y: 800}}
	for _, closed := range []bool{false, true} {
		curve := gray.Smooth(nil, corners, closed, 3)
		for i, p := range corners {
			require.Equal(t, p, curve[8*i], "a curve goes through its points")
		}
	}
	for _, p := range gray.Ellipse(nil, gray.Point{X: 10, Y: 20}, 5000, 5000, 77, 40) {
		d := gray.Sqrt(int64((p.X-10)*(p.X-10) + (p.Y-20)*(p.Y-20)))
		require.InDelta(t, 5000, d, 4)
	}
	require.Equal(t, []gray.Point{{X: 0, Y: 50}, {X: 900, Y: 50}, {X: 900, Y: -50}, {X: 0, Y: -50}}, gray.Stroke(nil, []gray.Point{{X: 0, Y: 0}, {X: 900, Y: 0}}, 100, 100))
	require.Empty(t, gray.Stroke(nil, corners[:1], 9, 9), "one point is no line")
}
