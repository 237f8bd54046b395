package pipelinetest

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"strings"

	"github.com/virtengine/virtengine/ml/mrz"
	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/day"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/safemath"
)

// Holder is somebody, and what can be wrong with his evidence. The zero Holder's documents say nothing; Ordinary is one who passes.
type Holder struct {
	Face                            uint64 // the pattern on the document
	Selfie                          uint64 // the pattern in front of the camera
	Surname, Given, Number          string
	Birth, Expiry                   day.Date
	Still                           bool // a print in front of the camera
	Stamped                         bool // a part of the document is painted over
	WrongDigit, NoZone, NoPortrait  bool
	Faceless, Crowd, FacelessSelfie bool
	PrintedSurname                  string // where the printed one differs from the zone's
}

// Ordinary is somebody who passes every gate.
func Ordinary() Holder {
	return Holder{Face: 11, Selfie: 11, Surname: "ERIKSSON", Given: "ANNA MARIA", Number: "D23145890", Birth: day.Date{Year: 1974, Month: 8, Day: 12}, Expiry: day.Date{Year: 2031, Month: 4, Day: 15}}
}

// DocumentW and DocumentH are the sides of a drawn document. A cell of the fields' model is 16 by 16 pixels of it.
const (
	DocumentW, DocumentH = 576, 384
	cell                 = 16
	selfieSide           = 192
)

// Zone is the three lines of a holder's machine readable zone. It fails where his name is none of a zone's.
func (h Holder) Zone() ([mrz.Lines]string, error) {
	short := func(d day.Date) string { return fmt.Sprintf("%02d%02d%02d", d.Year%100, d.Month, d.Day) }
	lines, err := mrz.TD1{Code: "I", Issuer: "UTO", Number: h.Number, Birth: short(h.Birth), Sex: 'F', Expiry: short(h.Expiry), Nationality: "UTO",
		Surname: h.Surname, GivenNames: h.Given}.Lines()
	if h.WrongDigit && err == nil {
		b := []byte(lines[0])
		b[14] = '0' + (b[14]-'0'+1)%10
		lines[0] = string(b)
	}
	return lines, err
}

// Document draws the document.
func (h Holder) Document() pipeline.Gray {
	g := pipeline.Gray{W: DocumentW, H: DocumentH, Pix: make([]uint8, DocumentW*DocumentH)}
	fill(g, 0, 0, DocumentW, DocumentH, shade(0))
	if !h.NoPortrait {
		fill(g, cell, 2*cell, 12*cell, 12*cell, shade(1))
		if !h.Faceless {
			spot(g, cell, 2*cell, h.Face, shade(1), 0)
		}
	}
	printed := h.PrintedSurname
	if printed == "" {
		printed = h.Surname
	}
	for i, line := range []string{h.Number, printed, h.Given, fmt.Sprintf("%02d.%02d.%04d", h.Birth.Day, h.Birth.Month, h.Birth.Year)} {
		y := (2 + 3*i) * cell
		fill(g, 15*cell, y, 19*cell, 2*cell, shade(2+i))
		write(g, 16*cell, y+4, line, shade(2+i))
	}
	if !h.NoZone {
		fill(g, cell, 15*cell, 30*cell, 6*cell, shade(6))
		lines, err := h.Zone()
		if err != nil {
			panic(err) // a holder of a test
		}
		for i, line := range lines {
			write(g, 2*cell, 15*cell+4+30*i, line, shade(6))
		}
	}
	if h.Stamped {
		fill(g, 0, 21*cell+8, DocumentW, 2*cell, 127)
	}
	return g
}

// Frame draws what the camera sees at one of eight moments.
func (h Holder) Frame(i int) pipeline.Gray {
	g := pipeline.Gray{W: selfieSide, H: selfieSide, Pix: make([]uint8, selfieSide*selfieSide)}
	fill(g, 0, 0, g.W, g.H, 0)
	moved := 8 * i
	if h.Still {
		moved = 0
	}
	if !h.FacelessSelfie {
		spot(g, 0, 0, h.Selfie, 0, moved)
	}
	if h.Crowd {
		fill(g, 0, 0, cell, cell, 120)
	}
	return g
}

// Evidence is all of it, as PNG.
func (h Holder) Evidence() pipeline.Evidence {
	e := pipeline.Evidence{
		Document:   Item("document", h.Document()),
		Claims:     pipeline.Claims{Surname: h.Surname, GivenNames: h.Given, Number: h.Number, BirthDate: h.Birth.String()},
		CapturedOn: "2026-11-23",
	}
	for i := range pipeline.Frames {
		e.Selfie = append(e.Selfie, Item(fmt.Sprintf("frame-%d", i), h.Frame(i)))
	}
	return e
}

// Item is a picture as a scope.
func Item(scope string, g pipeline.Gray) pipeline.Item {
	var b bytes.Buffer
	picture := &image.Gray{Pix: g.Pix, Stride: g.W, Rect: image.Rect(0, 0, g.W, g.H)}
	if err := png.Encode(&b, picture); err != nil {
		panic(err) // a picture that was drawn here, into memory
	}
	return pipeline.Item{ScopeID: scope, Ciphertext: hashes.Of([]byte("sealed " + scope)), Data: b.Bytes()}
}

// fill paints a part with lumas from the middle.
func fill(g pipeline.Gray, x0, y0, w, h, level int) {
	for y := y0; y < y0+h; y++ {
		for x := x0; x < x0+w; x++ {
			g.Pix[y*g.W+x] = safemath.Clamp[uint8](128 + level)
		}
	}
}

// spot paints a face into the 192 by 192 pixels from x0, y0 on: a pattern of 16-pixel blocks 20 lumas around the ground, a bright
// middle that the detector finds, and a mouth. The middle is that of the detector's cell (5, 5), and the crop that the embedder sees
// begins 64 pixels to its left and 56 above.
func spot(g pipeline.Gray, x0, y0 int, person uint64, ground, mouth int) {
	s := sequence(person)
	left, top := x0+5*cell+cell/2-64, y0+5*cell+cell/2-56
	for block := range 64 {
		level := ground - 20 + 40*s.bit()
		if common(block) {
			level = ground
		}
		fill(g, left+block%8*cell, top+block/8*cell, cell, cell, level)
	}
	fill(g, x0+5*cell, y0+5*cell, cell, cell, 120)
	fill(g, left+3*cell, top+6*cell, 2*cell, cell, ground+mouth)
}

// write writes letters of 4 by 24 pixels, 2 apart.
func write(g pipeline.Gray, x, y int, text string, ground int) {
	const letters = "_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<. "
	for i := range len(text) {
		for row, up := range pattern(strings.IndexByte(letters, text[i])) {
			fill(g, x+6*i, y+row, 4, 1, ground+44*int(up))
		}
	}
}
