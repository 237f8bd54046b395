package face

import (
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// Backdrop fills an image with a gradient and n shapes: walls, shelves, lamps, plants, and discs that are no face.
func Backdrop(m gray.Image, n int, s *stream.Stream) {
	base, dx, dy := s.Range(20, 235), s.Range(-70, 70), s.Range(-70, 70)
	for y := range m.H {
		row := m.Pix[y*m.W : (y+1)*m.W]
		for x := range row {
			row[x] = gray.Clamp8(base + dx*(2*x-m.W)/(2*m.W) + dy*(2*y-m.H)/(2*m.H))
		}
	}
	if n <= 0 {
		return
	}
	r := gray.NewRaster(m.W, m.H)
	points := make([]gray.Point, 0, 32)
	for range min(n, 64) {
		points = shape(points[:0], m.W*gray.One, m.H*gray.One, s)
		r.Polygon(points)
		r.Paint(m, uint8(s.IntN(256)&255), s.Range(60, 256))
	}
}

// shape draws one thing of everyday use: a board, a line, a disc, or a ragged blot.
func shape(out []gray.Point, w, h int, s *stream.Stream) []gray.Point {
	centre := gray.Point{X: s.IntN(w + 1), Y: s.IntN(h + 1)}
	size := min(w, h) * s.Range(4, 45) / 100
	switch s.IntN(4) {
	case 0:
		end := gray.Point{X: s.IntN(w + 1), Y: s.IntN(h + 1)}
		return gray.Stroke(out, []gray.Point{centre, end}, size/2, size/2)
	case 1:
		end := gray.Point{X: s.Range(-w, 2*w), Y: s.Range(-h, 2*h)}
		return gray.Stroke(out, []gray.Point{centre, end}, s.Range(100, 700), s.Range(100, 700))
	case 2:
		return gray.Ellipse(out, centre, size/2, size*s.Range(30, 100)/200, s.IntN(gray.Turn), 16)
	default:
		for i := range 7 {
			reach := size * s.Range(30, 100) / 100
			out = append(out, gray.Ray(centre, reach, i*gray.Turn/7))
		}
		return out
	}
}
