package text

import (
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/data/text/typeface"
)

// The size of a line, in pixels, and the number of characters that it holds at most.
const (
	Width  = 240
	Height = 24
	Most   = 30
)

// Line draws one line, Width×Height, and returns what is written on it: 1 to Most characters of typeface.Alphabet, neither the
// first nor the last of them a space.
func Line(s *stream.Stream) (gray.Image, string) {
	m := gray.New(Width, Height)
	r := gray.NewRaster(Width, Height)
	paper, ink := levels(s)
	ground(m, paper, s)
	if s.Chance(25) {
		clutter(m, r, paper, s)
	}
	words, pen, face := written(s)
	end := face.Draw(r, words, pen)
	r.Paint(m, ink, s.Range(190, 256))
	wear(m, r, paper, s)
	gray.Blur(m, stream.Pick(s, 0, 0, 1, 1, 2, s.IntN(3)))
	if s.Chance(12) {
		m = gray.Smear(m, s.Range(-2, 2), s.Range(-1, 1))
	}
	if s.Chance(30) {
		gradient(m, s)
	}
	gray.Noise(m, s.Range(0, 130), s)
	if s.Chance(25) {
		gray.Block(m, s.Range(1, 6))
	}
	if s.Chance(45) {
		followed(m, end>>8+s.Range(2, 6), paper)
	}
	return m, words
}

// followed makes what lies behind the end of a line flat ground, as the reader of documents does with short lines.
func followed(m gray.Image, end int, paper uint8) {
	for x := max(end, 0); x < m.W; x++ {
		for y := range m.H {
			m.Pix[y*m.W+x] = paper
		}
	}
}

// levels draws the gray of paper and ink: dark on light with a contrast of 55 or more, sometimes light on dark.
func levels(s *stream.Stream) (paper, ink uint8) {
	contrast := s.Range(55, 200)
	light := s.Range(max(contrast+5, 110), 245)
	paper, ink = gray.Clamp8(light), gray.Clamp8(light-contrast)
	if s.Chance(4) {
		return ink, paper
	}
	return paper, ink
}

// written draws what is written, in which face, and where, so that it fits.
func written(s *stream.Stream) (string, typeface.Pen, *typeface.Typeface) {
	var words string
	face := typeface.Get(s.IntN(typeface.Count))
	pen := typeface.Pen{Height: max(s.Range(8*gray.One, 19*gray.One), s.Range(8*gray.One, 19*gray.One)), Stretch: s.Range(80, 125), Track: s.Range(0, 12)}
	margin := s.Range(2, 16) * gray.One
	switch kind := s.IntN(10); {
	case kind < 3:
		words = Surname(s)
	case kind < 5:
		words = GivenNames(s)
	case kind < 6:
		words = Code(s, s.Range(7, 12))
	case kind < 8:
		words = date(s)
	default:
		words = zone(s)
		if s.Chance(85) {
			face = typeface.Get(typeface.Fixed)
		}
		margin, pen.Track = s.Range(1, 9)*gray.One, 0
		pen.Height = s.Range(7*gray.One, 19*gray.One)
		pen.Stretch = 0 // as wide as there is room
	}
	pen.Slope, pen.Shear, pen.Grow = s.Bell(-14, 14), s.Bell(-16, 16), s.Bell(-12, 12)
	if pen.Height > 16*gray.One { // a line that was cut close to its ink lies straight
		pen.Slope, pen.Grow = pen.Slope/3, pen.Grow/3
	}
	room := Width*gray.One - margin - s.Range(1, 8)*gray.One
	natural := face.Width(words) * (pen.Height + pen.Height*max(pen.Grow, 0)/200) / typeface.Cap
	natural = max(natural+len(words)*pen.Height*pen.Track/100, 1)
	if most := room * 100 / natural; pen.Stretch == 0 || pen.Stretch > most {
		pen.Stretch = max(most, 1)
		if len(words) < 30 && most < 60 {
			pen.Track = 0
		}
	}
	free := Height*gray.One - pen.Height - abs(pen.Slope)*room/1000
	pen.At = gray.Point{X: margin, Y: pen.Height + free*s.Range(25, 75)/100}
	if pen.Slope < 0 {
		pen.At.Y -= pen.Slope * room / 1000
	}
	return words, pen, face
}

func abs(v int) int { return max(v, -v) }
