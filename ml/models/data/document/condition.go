package document

import (
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// Condition is how a card looks and how its picture came about. The zero value is a new card under a perfect camera.
type Condition struct {
	Forgery Forgery

	Scratches, Stains int
	Fold              bool

	Jitter  int // by how much corners of a rectified picture are off, at most, in 1/16 pixel
	Shade   int // how much darker one side is, percent
	Glare   int // levels of a reflection
	Gain    int // levels become v·Gain/256 + Lift; 0 is 256
	Lift    int
	Blur    int // passes of gray.Blur
	Noise   int // deviation in 1/16 level
	Block   int // strength of gray.Block
	Clutter int // shapes around the card

	// Draws is the key of everything else that is drawn: the portrait's pose, where scratches are, noise.
	Draws uint64
}

// RandomCondition draws the condition of a genuine card: from new to worn, from well to barely photographed.
func RandomCondition(s *stream.Stream) Condition {
	c := Condition{
		Jitter: s.Range(0, 40), Shade: s.Range(0, 40), Gain: s.Range(205, 285), Lift: s.Range(-12, 16),
		Blur: stream.Pick(s, 0, 0, 1, 1, 2), Noise: s.Range(0, 80), Clutter: s.Range(0, 14), Draws: s.Uint64(),
	}
	if s.Chance(50) {
		c.Scratches = s.Range(1, 9)
	}
	if s.Chance(25) {
		c.Stains = s.Range(1, 3)
	}
	c.Fold = s.Chance(8)
	if s.Chance(25) {
		c.Glare = s.Range(10, 90)
	}
	if s.Chance(35) {
		c.Block = s.Range(1, 4)
	}
	return c
}

// RandomForgery draws one of the kinds of forgery, each as likely as another.
func RandomForgery(s *stream.Stream) Forgery {
	return stream.Pick(s, SwappedPortrait, EditedField, WrongCheckDigit, Recaptured)
}

// wear draws scratches, stains and a fold.
func (c Condition) wear(m gray.Image, r *gray.Raster, s *stream.Stream) {
	anywhere := func() gray.Point {
		return gray.Point{X: s.IntN(Width * gray.One), Y: s.IntN(Height * gray.One)}
	}
	for range min(c.Stains, 16) {
		r.Polygon(gray.Ellipse(nil, anywhere(), s.Range(3000, 14000), s.Range(2500, 9000), s.IntN(gray.Turn), 24))
		r.Paint(m, gray.Clamp8(s.Range(60, 200)), s.Range(20, 80))
	}
	for range min(c.Scratches, 64) {
		a := anywhere()
		b := gray.Point{X: a.X + s.Range(-90, 90)*gray.One, Y: a.Y + s.Range(-60, 60)*gray.One}
		r.Polygon(gray.Stroke(nil, []gray.Point{a, b}, s.Range(60, 260), s.Range(30, 160)))
		r.Paint(m, stream.Pick[uint8](s, 245, 235, 90), s.Range(60, 200))
	}
	if c.Fold {
		x := s.Range(Width/4, 3*Width/4) * gray.One
		lean := s.Range(-40, 40) * gray.One
		for i, level := range [...]uint8{250, 70} {
			shift := i * 300
			r.Polygon(gray.Stroke(nil, []gray.Point{{X: x + shift, Y: -gray.One}, {X: x + lean + shift, Y: (Height + 1) * gray.One}}, 350, 350))
			r.Paint(m, level, 150)
		}
	}
}

// screen draws what a photograph of a screen shows: the grid of its pixels, moiré, a bright edge.
func screen(m gray.Image, s *stream.Stream) {
	grid, moire := s.Range(3, 14), s.Range(3, 16)
	kx, ky := s.Range(900, 1900), s.Range(900, 1900) // 1/4096 turn for a pixel: 2.2 to 4.6 pixels from line to line
	mx, my, bend := s.Range(-160, 160), s.Range(-160, 160), s.Range(0, 600)
	var across [gray.MaxSide]int16
	for x := range m.W {
		across[x] = int16(min(max(gray.Sin(x*kx)*grid>>15, -128), 127))
	}
	for y := range m.H {
		down := gray.Sin(y*ky) * grid >> 15
		phase := y*my + gray.Sin(y*20)*bend>>14
		row := m.Pix[y*m.W : (y+1)*m.W]
		for x, v := range row {
			row[x] = gray.Clamp8(int(v) + int(across[x]) + down + gray.Sin(phase)*moire>>14)
			phase += mx
		}
	}
	gray.Tone(m, s.Range(200, 270), s.Range(0, 30))
}

// light darkens one side and lays a reflection over the picture.
func (c Condition) light(m gray.Image, s *stream.Stream) {
	angle := s.IntN(gray.Turn)
	sin, cos := gray.Sin(angle), gray.Cos(angle)
	cx, cy, reach := s.IntN(max(m.W, 1)), s.IntN(max(m.H, 1)), max(m.W*s.Range(10, 30)/100, 1)
	gain := c.Gain
	if gain == 0 {
		gain = 256
	}
	if c.Shade == 0 && c.Glare == 0 && gain == 256 && c.Lift == 0 {
		return
	}
	// A factor in 1/65536, linear over the picture.
	step := -gain * min(max(c.Shade, 0), 90) * 256 / 100 * cos / gray.Unity / max(m.W, 1)
	for y := range m.H {
		side := (-m.W*cos + (2*y-m.H)*sin) / (2 * max(m.W, 1)) // Q14, about ±1/2
		f := gain*256 - gain*min(max(c.Shade, 0), 90)*256/100*(side+gray.Unity/2)/gray.Unity
		row := m.Pix[y*m.W : (y+1)*m.W]
		for x, v := range row {
			row[x] = gray.Clamp8(int(v)*f>>16 + c.Lift)
			f += step
		}
		if c.Glare > 0 {
			dy := (y - cy) * (y - cy)
			for x := max(cx-reach, 0); x < min(cx+reach, m.W); x++ {
				if d := (x-cx)*(x-cx) + dy; d < reach*reach {
					row[x] = gray.Clamp8(int(row[x]) + min(c.Glare, 255)*(reach*reach-d)/(reach*reach))
				}
			}
		}
	}
}
