package text

import (
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/data/text/typeface"
)

// ground fills the line with paper: plain, or with waves as security printing has them.
func ground(m gray.Image, paper uint8, s *stream.Stream) {
	m.Fill(paper)
	if s.Chance(35) {
		return
	}
	depth := s.Range(2, 22)
	for range s.Range(1, 2) {
		Waves(m, Pattern{
			Period: s.Range(5, 26), Bend: s.Range(0, 40), Along: s.Range(30, 200), Angle: s.IntN(gray.Turn), Depth: depth, Sharp: s.Chance(50),
		})
	}
}

// Pattern is a family of parallel curves.
type Pattern struct {
	Period int  // pixels from one curve to the next
	Bend   int  // how far curves swing, in pixels
	Along  int  // pixels from one swing to the next
	Angle  int  // 1/4096 turn
	Depth  int  // how much darker a curve is than the paper
	Sharp  bool // thin lines, not soft ones
}

// Waves makes an image darker along the curves of a pattern.
func Waves(m gray.Image, p Pattern) {
	period, along := max(p.Period, 2), max(p.Along, 2)
	sin, cos := gray.Sin(p.Angle), gray.Cos(p.Angle)
	var table [256]int
	for i := range table {
		v := (gray.Cos(i*gray.Turn/256) + gray.Unity) / 2 // 0..Unity
		if p.Sharp {
			v = v * v / gray.Unity * v / gray.Unity
		}
		table[i] = p.Depth * v / gray.Unity
	}
	var swing [256]int // Q8 of a period
	for i := range swing {
		swing[i] = p.Bend * gray.Sin(i*gray.Turn/256) / 64 / period
	}
	stepAcross, stepAlong := -sin*256/64/period, cos*256/64/along // Q16 of a period for one pixel to the right
	for y := range m.H {
		across, way := y*cos*256/64/period, y*sin*256/64/along
		row := m.Pix[y*m.W : (y+1)*m.W]
		for x, v := range row {
			phase := across>>8 + swing[way>>8&255]
			row[x] = uint8(max(int(v)-table[phase&255], 0) & 255)
			across += stepAcross
			way += stepAlong
		}
	}
}

// clutter draws what else may reach into a line: a rule, the edge of a box, the lower half of a label.
func clutter(m gray.Image, r *gray.Raster, paper uint8, s *stream.Stream) {
	ink := gray.Clamp8(int(paper) - s.Range(20, 120))
	switch s.IntN(3) {
	case 0:
		y := stream.Pick(s, s.Range(0, 2), s.Range(22, 23))*gray.One + 128
		r.Polygon(gray.Stroke(nil, []gray.Point{{X: -500, Y: y}, {X: Width*gray.One + 500, Y: y + s.Range(-200, 200)}}, 200, 200))
	case 1:
		x := stream.Pick(s, s.Range(0, 1), Width-1) * gray.One
		r.Polygon(gray.Stroke(nil, []gray.Point{{X: x, Y: -500}, {X: x + s.Range(-200, 200), Y: Height*gray.One + 500}}, 200, 300))
	default:
		pen := typeface.Pen{At: gray.Point{X: s.Range(0, 120) * gray.One, Y: s.Range(-1, 2) * gray.One}, Height: s.Range(4, 7) * gray.One}
		typeface.Get(s.IntN(typeface.Count)).Draw(r, Surname(s), pen)
	}
	r.Paint(m, ink, 220)
}

// wear draws scratches in the colour of paper, and stains.
func wear(m gray.Image, r *gray.Raster, paper uint8, s *stream.Stream) {
	if !s.Chance(30) {
		return
	}
	for range s.Range(1, 3) {
		a := gray.Point{X: s.IntN(Width * gray.One), Y: s.IntN(Height * gray.One)}
		b := gray.Point{X: a.X + s.Range(-80, 80)*gray.One, Y: a.Y + s.Range(-20, 20)*gray.One}
		r.Polygon(gray.Stroke(nil, []gray.Point{a, b}, s.Range(60, 260), s.Range(20, 200)))
		r.Paint(m, gray.Clamp8(int(paper)+s.Range(-20, 40)), s.Range(60, 210))
	}
	if s.Chance(40) {
		at := gray.Point{X: s.IntN(Width * gray.One), Y: s.IntN(Height * gray.One)}
		r.Polygon(gray.Ellipse(nil, at, s.Range(1500, 9000), s.Range(1000, 6000), s.IntN(gray.Turn), 20))
		r.Paint(m, gray.Clamp8(int(paper)-s.Range(20, 90)), s.Range(30, 110))
	}
}

// gradient makes one side lighter than the other.
func gradient(m gray.Image, s *stream.Stream) {
	left, right := s.Range(170, 290), s.Range(170, 290)
	for x := range m.W {
		f := left + (right-left)*x/m.W
		for y := range m.H {
			at := y*m.W + x
			m.Pix[at] = gray.Clamp8(int(m.Pix[at]) * f >> 8)
		}
	}
}
