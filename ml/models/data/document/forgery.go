package document

import (
	"strings"

	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/data/text"
	"github.com/virtengine/virtengine/ml/mrz"
)

// Forgery is what was done to a card or to its picture.
type Forgery int

// Kinds of forgery.
const (
	Genuine         Forgery = iota
	SwappedPortrait         // another person's picture over the holder's; the ghost stays
	EditedField             // another value, printed over a patch; zone and barcode stay
	WrongCheckDigit         // value and zone say another thing, the digits do not follow
	Recaptured              // nothing on the card, but it was photographed from a screen
	Forgeries
)

// String returns the name of a kind.
func (f Forgery) String() string {
	if f < 0 || f >= Forgeries {
		return "unknown"
	}
	return [Forgeries]string{"genuine", "swapped portrait", "edited field", "wrong check digit", "recaptured"}[f]
}

// forge changes a printed card and returns where.
func (c *card) forge(h Holder, kind Forgery, s *stream.Stream) Rect {
	switch kind {
	case SwappedPortrait:
		return c.swap(s)
	case EditedField:
		return c.edit(h, s)
	case WrongCheckDigit:
		return c.misdate(h, s)
	case Recaptured:
		return Rect{0, 0, Width, Height}
	}
	return Rect{}
}

// swap glues another picture over the portrait: its place, contrast and edges are not quite right.
func (c *card) swap(s *stream.Stream) Rect {
	r := c.layout.portrait
	r = Rect{r.X0 + s.Range(-2, 2), r.Y0 + s.Range(-2, 2), r.X1 + s.Range(-2, 2), r.Y1 + s.Range(-2, 2)}
	m := portrait(face.NewPerson(s.Uint64(), 0), r, s)
	gray.Tone(m, s.Range(205, 300), s.Range(-25, 25))
	gray.Blur(m, s.IntN(3))
	gray.Noise(m, s.Range(0, 110), s)
	c.image.Paste(m, r.X0, r.Y0)
	if s.Chance(75) { // the cut, and its shadow
		edge := s.Range(60, 220)
		line := []gray.Point{{X: r.X0 * gray.One, Y: r.Y0 * gray.One}, {X: r.X1 * gray.One, Y: r.Y0 * gray.One}, {X: r.X1 * gray.One, Y: r.Y1 * gray.One}, {X: r.X0 * gray.One, Y: r.Y1 * gray.One}, {X: r.X0 * gray.One, Y: r.Y0 * gray.One}}
		for i := 1; i < len(line); i++ {
			c.raster.Polygon(gray.Stroke(nil, line[i-1:i+1], s.Range(90, 330), s.Range(90, 330)))
		}
		c.raster.Paint(c.image, stream.Pick[uint8](s, 250, 30), edge)
	}
	return r.grown(2)
}

// edit covers a value with a patch that lacks the guilloche and prints another value in another face.
func (c *card) edit(h Holder, s *stream.Stream) Rect {
	kind := stream.Pick(s, Number, Surname, GivenNames, Birth, Expiry)
	for i := range c.fields {
		f := &c.fields[i]
		if f.Kind != kind {
			continue
		}
		patch := f.Rect.grown(s.Range(1, 4))
		level := c.image.Mean(patch.X0, patch.Y1, patch.X1-patch.X0, 2) + s.Range(-14, 22)
		fill(c.raster, patch)
		c.raster.Paint(c.image, gray.Clamp8(level), s.Range(215, 256))
		noise := c.image.Crop(patch.X0, patch.Y0, patch.X1-patch.X0, patch.Y1-patch.Y0)
		gray.Noise(noise, s.Range(0, 120), s)
		c.image.Paste(noise, patch.X0, patch.Y0)
		words := other(h, kind, s)
		for _, v := range c.layout.values {
			if v.kind == kind {
				v.y += s.Range(-1, 1)
				v.x += s.Range(-1, 2)
				v.cap += s.Range(-1, 1)
				c.write(v, words, gray.Clamp8(int(c.layout.ink)+s.Range(-30, 40)), c.layout.face+s.Range(1, 6))
				last := c.fields[len(c.fields)-1]
				c.fields = c.fields[:len(c.fields)-1]
				c.fields[i] = last
				r := last.Rect
				return Rect{min(patch.X0, r.X0), min(patch.Y0, r.Y0), max(patch.X1, r.X1), max(patch.Y1, r.Y1)}
			}
		}
	}
	return Rect{}
}

// other returns another value of a kind.
func other(h Holder, k Kind, s *stream.Stream) string {
	switch k {
	case Number:
		n := []byte(h.Number)
		for range 2 {
			if len(n) > 0 {
				n[s.IntN(len(n))] = "0123456789"[s.IntN(10)]
			}
		}
		return string(n)
	case Surname:
		return text.Surname(s)
	case GivenNames:
		return text.GivenNames(s)
	case Birth:
		d := h.Birth
		d.Year += stream.Pick(s, -10, -3, -2, -1, 1, 2, 3, 10)
		return d.Printed()
	default:
		d := h.Expiry
		d.Year += s.Range(1, 9)
		return d.Printed()
	}
}

// misdate prints a whole new card with another date of birth or expiry in its field and its zone, by someone who does not know
// about check digits and cannot write barcodes. Nothing else gives it away.
func (c *card) misdate(h Holder, s *stream.Stream) Rect {
	line, at, old := 1, 0, h.Birth
	kind := Birth
	if s.Chance(50) {
		kind, at, old = Expiry, 8, h.Expiry
	}
	old = misdated(old, s)
	fresh := &card{layout: c.layout, image: artworks()[(h.Layout%Layouts+Layouts)%Layouts].Clone(), raster: c.raster}
	for _, f := range c.fields { // pictures stay
		if f.Kind == Portrait || f.Kind == Ghost || f.Kind == Barcode {
			fresh.image.Paste(c.image.Crop(f.Rect.X0, f.Rect.Y0, f.Rect.X1-f.Rect.X0, f.Rect.Y1-f.Rect.Y0), f.Rect.X0, f.Rect.Y0)
			fresh.fields = append(fresh.fields, f)
		}
	}
	var changed Rect
	for _, v := range c.layout.values {
		words := h.value(v.kind)
		if v.kind == kind {
			words = old.Printed()
		}
		fresh.write(v, words, c.layout.ink, c.layout.face)
		if v.kind == kind {
			changed = fresh.fields[len(fresh.fields)-1].Rect
		}
	}
	var lines [mrz.Lines]string
	for _, f := range c.fields {
		if f.Kind == Zone {
			copy(lines[:], strings.Split(f.Text, "\n"))
		}
	}
	if len(lines[line]) == mrz.Width {
		lines[line] = lines[line][:at] + old.Zone() + lines[line][at+6:]
	}
	fresh.zone(lines, c.layout.ink)
	c.image, c.fields = fresh.image, fresh.fields
	return changed
}

// misdated returns a date one to three years away whose check digit is another. Some have the same (from 29 to 30: 7 - 27 is a
// multiple of ten), but never two neighbours of one date on one side.
func misdated(d Date, s *stream.Stream) Date {
	step := stream.Pick(s, -1, 1)
	for years := s.Range(1, 3); ; years = years%3 + 1 {
		other := d
		other.Year += step * years
		was, errWas := mrz.Digit(d.Zone())
		is, errIs := mrz.Digit(other.Zone())
		if errWas != nil || errIs != nil || was != is {
			return other
		}
	}
}
