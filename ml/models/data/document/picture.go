package document

import (
	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// printed returns the card with its forgery and its wear, on a screen if that is the forgery, before the camera.
func printed(h Holder, c Condition) (gray.Image, Truth, error) {
	draw := stream.New(c.Draws, "document/print", 0)
	card, err := flat(h, draw)
	if err != nil {
		return gray.Image{}, Truth{}, err
	}
	forged := card.forge(h, c.Forgery, stream.New(c.Draws, "document/forgery", 0))
	c.wear(card.image, card.raster, stream.New(c.Draws, "document/wear", 0))
	if c.Forgery == Recaptured {
		screen(card.image, stream.New(c.Draws, "document/screen", 0))
	}
	return card.image, Truth{Fields: card.fields, Forgery: c.Forgery, Forged: forged}, nil
}

// camera does to a picture what light, lens, sensor and codec do.
func (c Condition) camera(m gray.Image, s *stream.Stream) {
	c.light(m, s)
	gray.Blur(m, min(c.Blur, 8))
	gray.Noise(m, c.Noise, s)
	gray.Block(m, c.Block)
}

// Rectified draws the card as rectification by its corners leaves it: Width×Height pixels, filled but for the error of whoever
// found the corners. Fields of the truth are those of the flat card; the error moves them by at most Jitter. Fails where
// the holder's texts cannot stand in a zone.
func Rectified(h Holder, c Condition) (gray.Image, Truth, error) {
	card, truth, err := printed(h, c)
	if err != nil {
		return card, truth, err
	}
	m := c.rectify(card, &truth, stream.New(c.Draws, "document/rectified", 0))
	return m, truth, nil
}

// corners returns the outer corners of a w×h image in 1/16 pixel.
func corners(w, h int) [4]gray.Point {
	return [4]gray.Point{{X: 0, Y: 0}, {X: 16 * w, Y: 0}, {X: 16 * w, Y: 16 * h}, {X: 0, Y: 16 * h}}
}

// Small draws the rectified card with w×h pixels, as networks see it: 144×96 for fields, 96×64 for anomalies. The camera works on
// the small picture, with as much less noise and blur as shrinking would leave.
func Small(h Holder, c Condition, w, hgt int) (gray.Image, Truth, error) {
	card, truth, err := printed(h, c)
	if err != nil {
		return card, truth, err
	}
	small := gray.Resize(card, w, hgt)
	scale := max((Width+w/2)/max(w, 1), 1)
	c.Noise, c.Blur, c.Block = c.Noise/scale, c.Blur/2, c.Block/scale
	m := c.rectify(small, &truth, stream.New(c.Draws, "document/rectified", 0))
	return m, truth, nil
}

// rectify draws the card, of whatever size, with its corners a little off, and puts them into the truth (as those of a card of
// Width×Height).
func (c Condition) rectify(card gray.Image, truth *Truth, s *stream.Stream) gray.Image {
	scaled := corners(card.W, card.H)
	for i, p := range corners(Width, Height) {
		jitter := min(max(c.Jitter, 0), 160)
		dx, dy := s.Range(-jitter, jitter), s.Range(-jitter, jitter)
		truth.Corners[i] = gray.Point{X: p.X + dx, Y: p.Y + dy}
		scaled[i].X += dx * card.W / Width
		scaled[i].Y += dy * card.H / Height
	}
	m := card
	if c.Jitter > 0 {
		m = gray.New(card.W, card.H)
		m.Fill(gray.Clamp8(s.IntN(256)))
		if _, from, ok := gray.Quad(card.W, card.H, scaled); ok {
			gray.Project(m, card, from)
		}
	}
	c.camera(m, s)
	return m
}

// Photographed draws the card as someone photographs it, on a picture of w×h pixels: turned, in perspective, over clutter. The
// truth's corners say where it is; all four lie on the picture.
func Photographed(h Holder, c Condition, w, hgt int) (gray.Image, Truth, error) {
	card, truth, err := printed(h, c)
	if err != nil {
		return card, truth, err
	}
	s := stream.New(c.Draws, "document/photographed", 0)
	m := gray.New(w, hgt)
	face.Backdrop(m, c.Clutter, s)
	for range 32 {
		truth.Corners = seen(m.W, m.H, s)
		if _, from, ok := gray.Quad(Width, Height, truth.Corners); ok && within(truth.Corners, m.W, m.H) {
			gray.Project(m, card, from)
			c.camera(m, s)
			return m, truth, nil
		}
	}
	// A picture too small for any turn shows the card straight.
	truth.Corners = corners(m.W, m.H)
	if _, from, ok := gray.Quad(Width, Height, truth.Corners); ok {
		gray.Project(m, card, from)
	}
	c.camera(m, s)
	return m, truth, nil
}

// seen draws where the corners of a card are on a picture: ID-1, 85.6 by 53.98 mm.
func seen(w, h int, s *stream.Stream) [4]gray.Point {
	wide := min(16*w, 16*h*86/54) * s.Range(58, 90) / 100
	high := wide * 5398 / 8560
	angle := s.Bell(-200, 200)
	sin, cos := gray.Sin(angle), gray.Cos(angle)
	cx, cy := 8*w+s.Bell(-w, w), 8*h+s.Bell(-h, h)
	var out [4]gray.Point
	for i, q := range [4][2]int{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
		x, y := q[0]*wide/2, q[1]*high/2
		near := s.Bell(920, 1080) // thousandths
		out[i] = gray.Point{X: cx + (x*cos-y*sin)/gray.Unity*near/1000, Y: cy + (x*sin+y*cos)/gray.Unity*near/1000}
	}
	return out
}

func within(corners [4]gray.Point, w, h int) bool {
	for _, p := range corners {
		if p.X < 16 || p.Y < 16 || p.X > 16*w-16 || p.Y > 16*h-16 {
			return false
		}
	}
	return true
}
