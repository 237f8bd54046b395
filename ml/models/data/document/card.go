package document

import (
	"fmt"
	"strings"

	"github.com/virtengine/virtengine/ml/models/data/document/matrix"
	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/data/text/typeface"
	"github.com/virtengine/virtengine/ml/mrz"
)

// card is one card while it is printed.
type card struct {
	layout *layout
	image  gray.Image
	raster *gray.Raster
	fields []Field
}

// flat prints the card of a holder as its issuer does. print decides what differs from card to card: the pose of the portrait
// and the strength of ink. Fails where the holder's texts cannot stand in a zone.
func flat(h Holder, print *stream.Stream) (*card, error) {
	lines, err := h.Zone()
	if err != nil {
		return nil, fmt.Errorf("holder %q: %w", h.Number, err)
	}
	l := design(h.Layout)
	c := &card{layout: l, image: artworks()[(h.Layout%Layouts+Layouts)%Layouts].Clone(), raster: gray.NewRaster(Width, Height)}
	ink := gray.Clamp8(int(l.ink) + print.Range(-12, 12))
	photo := portrait(h.Person, l.portrait, print)
	c.paste(photo, l.portrait, Portrait)
	c.ghost(photo)
	for _, v := range l.values {
		c.write(v, h.value(v.kind), ink, l.face)
	}
	c.zone(lines, ink)
	return c, c.barcode(lines, ink)
}

// value returns what a card says in a field.
func (h Holder) value(k Kind) string {
	switch k {
	case Number:
		return h.Number
	case Surname:
		return h.Surname
	case GivenNames:
		return h.GivenNames
	case Birth:
		return h.Birth.Printed()
	case Expiry:
		return h.Expiry.Printed()
	case Sex:
		if h.Sex == mrz.Filler {
			return "X"
		}
		return string(rune(h.Sex))
	case Nationality:
		return h.Nationality
	}
	return ""
}

// portrait draws the person as photographers of identity cards want it: straight, neutral, evenly lit, before a plain wall.
func portrait(p face.Person, r Rect, s *stream.Stream) gray.Image {
	m := gray.New(r.X1-r.X0, r.Y1-r.Y0)
	m.Fill(gray.Clamp8(s.Range(195, 235)))
	c := face.Capture{
		Yaw: s.Bell(-70, 70), Pitch: s.Bell(-60, 60), Roll: s.Bell(-40, 40), X: s.Range(-20, 20), Y: s.Range(-60, 0), Scale: s.Range(310, 350),
		LightX: s.Range(-350, 350), LightY: s.Range(-500, -100), Ambient: s.Range(48, 62), Diffuse: s.Range(38, 55),
		BrowRaise: s.Bell(-20, 20), Blink: s.Range(0, 15), Smile: s.Range(0, 20), HairTilt: s.Bell(-60, 60), Backdrop: s.Uint64(),
	}
	face.Portrait(p, c, m)
	return m
}

// paste prints a picture into a rectangle of its size.
func (c *card) paste(m gray.Image, r Rect, k Kind) {
	c.image.Paste(m, r.X0, r.Y0)
	c.fields = append(c.fields, Field{Kind: k, Rect: r})
}

// ghost prints the portrait once more, small and faint, over the guilloche.
func (c *card) ghost(photo gray.Image) {
	r := c.layout.ghost
	small := gray.Resize(photo, r.X1-r.X0, r.Y1-r.Y0)
	for y := range small.H {
		for x := range small.W {
			at := (r.Y0+y)*Width + r.X0 + x
			c.image.Pix[at] = uint8((int(c.image.Pix[at])*(160+int(small.Pix[y*small.W+x])/3) + 128) >> 8 & 255)
		}
	}
	c.fields = append(c.fields, Field{Kind: Ghost, Rect: r})
}

// write prints a value, narrower where it needs more room than there is.
func (c *card) write(v place, words string, ink uint8, font int) {
	f := typeface.Get(font)
	pen := typeface.Pen{At: gray.Point{X: v.x * gray.One, Y: v.y * gray.One}, Height: v.cap * gray.One, Stretch: 100}
	if natural := f.Width(words) * pen.Height / typeface.Cap; natural > v.room*gray.One {
		pen.Stretch = max(v.room*gray.One*100/natural, 1)
	}
	end := f.Draw(c.raster, words, pen)
	c.raster.Paint(c.image, ink, 245)
	c.fields = append(c.fields, Field{Kind: v.kind, Rect: Rect{v.x, v.y - v.cap - 1, min(end>>8+1, Width), v.y + 1}, Text: words})
}

// zone prints the machine readable zone.
func (c *card) zone(lines [mrz.Lines]string, ink uint8) {
	f := typeface.Get(typeface.Fixed)
	natural := max(f.Width(lines[0])*zoneCap*gray.One/typeface.Cap, 1)
	for i, line := range lines {
		pen := typeface.Pen{At: gray.Point{X: zoneX * gray.One, Y: (zoneY + i*zonePitch) * gray.One}, Height: zoneCap * gray.One, Stretch: zoneWide * gray.One * 100 / natural}
		f.Draw(c.raster, line, pen)
	}
	c.raster.Paint(c.image, ink, 256)
	c.fields = append(c.fields, Field{Kind: Zone, Rect: Rect{zoneX, zoneY - zoneCap - 1, zoneX + zoneWide, zoneY + (mrz.Lines-1)*zonePitch + 1}, Text: strings.Join(lines[:], "\n")})
}

// barcode prints number, birth, sex, expiry, nationality and names as the zone has them.
func (c *card) barcode(lines [mrz.Lines]string, ink uint8) error {
	words := lines[0][5:14] + lines[1][0:6] + lines[1][7:14] + lines[1][15:18] + lines[2]
	code, err := matrix.Encode(words)
	if err != nil {
		return err
	}
	x, y := c.layout.barcode[0], c.layout.barcode[1]
	code.Draw(c.image, x, y, moduleSize, ink, 236)
	c.fields = append(c.fields, Field{Kind: Barcode, Rect: Rect{x, y, x + matrix.Side*moduleSize, y + matrix.Side*moduleSize}, Text: words})
	return nil
}
