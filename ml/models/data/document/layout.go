package document

import (
	"sync"

	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/text"
	"github.com/virtengine/virtengine/ml/models/data/text/typeface"
)

// place is where a value begins: its left end and its base line, in pixels.
type place struct {
	kind  Kind
	label string
	x, y  int
	room  int // width, in pixels
	cap   int // height of its letters, in pixels
}

// layout is one design.
type layout struct {
	title    string
	portrait Rect
	ghost    Rect
	barcode  [2]int // its upper left corner
	values   []place
	face     int // typeface of values
	paper    uint8
	ink      uint8
	waves    [2]text.Pattern
}

// The machine readable zone is where part 5 of ICAO Doc 9303 has it, in all layouts.
const (
	zoneX, zoneY, zonePitch = 18, 176, 28 // left end and base line of the first line, from line to line
	zoneCap, zoneWide       = 11, 348
	moduleSize              = 3
)

// Values lie in rows of the network's grid, three rows apart, so that labels stay out of the rows of values.
const (
	firstRow, secondRow, thirdRow, fourthRow = 54, 86, 118, 149
	valueCap                                 = 11
)

var layouts = [Layouts]layout{
	{
		title: "UTOPIA IDENTITY CARD", portrait: Rect{14, 30, 98, 138}, ghost: Rect{262, 112, 288, 146}, barcode: [2]int{302, 32}, face: 0, paper: 214, ink: 38,
		values: []place{
			{Surname, "SURNAME", 110, firstRow, 180, valueCap}, {GivenNames, "GIVEN NAMES", 110, secondRow, 180, valueCap}, {Number, "CARD NUMBER", 110, thirdRow, 140, valueCap},
			{Birth, "BORN", 110, fourthRow, 120, valueCap}, {Expiry, "VALID UNTIL", 302, 128, 72, 8}, {Sex, "SEX", 302, fourthRow, 20, 8}, {Nationality, "NATION", 334, fourthRow, 40, 8},
		},
		waves: [2]text.Pattern{{Period: 9, Bend: 14, Along: 120, Angle: 300, Depth: 17, Sharp: true}, {Period: 13, Bend: 22, Along: 90, Angle: 1500, Depth: 11}},
	},
	{
		title: "UTOPIA RESIDENCE PERMIT", portrait: Rect{288, 30, 372, 138}, ghost: Rect{160, 108, 186, 142}, barcode: [2]int{204, 32}, face: 3, paper: 196, ink: 24,
		values: []place{
			{Number, "PERMIT NUMBER", 16, firstRow, 150, valueCap}, {Surname, "SURNAME", 16, secondRow, 176, valueCap}, {GivenNames, "GIVEN NAMES", 16, thirdRow, 140, valueCap},
			{Birth, "DATE OF BIRTH", 16, fourthRow, 120, valueCap}, {Expiry, "VALID UNTIL", 204, 128, 72, 8}, {Sex, "SEX", 204, fourthRow, 20, 8}, {Nationality, "NATION", 236, fourthRow, 40, 8},
		},
		waves: [2]text.Pattern{{Period: 7, Bend: 9, Along: 60, Angle: 900, Depth: 15, Sharp: true}, {Period: 21, Bend: 40, Along: 200, Angle: 2300, Depth: 13}},
	},
	{
		title: "UTOPIA CITIZEN CARD", portrait: Rect{16, 30, 100, 138}, ghost: Rect{346, 112, 372, 146}, barcode: [2]int{112, 32}, face: 2, paper: 228, ink: 52,
		values: []place{
			{Surname, "NAME", 198, firstRow, 176, valueCap}, {GivenNames, "GIVEN NAMES", 198, secondRow, 176, valueCap}, {Birth, "BORN ON", 198, thirdRow, 120, valueCap},
			{Number, "NUMBER", 198, fourthRow, 136, valueCap}, {Expiry, "VALID UNTIL", 112, 128, 72, 8}, {Sex, "SEX", 112, fourthRow, 20, 8}, {Nationality, "NATION", 144, fourthRow, 40, 8},
		},
		waves: [2]text.Pattern{{Period: 11, Bend: 30, Along: 160, Angle: 100, Depth: 16}, {Period: 8, Bend: 12, Along: 70, Angle: 1100, Depth: 12, Sharp: true}},
	},
}

// design returns the layout of a number; numbers beyond start again.
func design(i int) *layout { return &layouts[(i%Layouts+Layouts)%Layouts] }

// artworks draws what is the same on every card of a layout, once.
var artworks = sync.OnceValue(func() (all [Layouts]gray.Image) {
	for i := range all {
		all[i] = layouts[i].artwork()
	}
	return all
})

// artwork draws paper, guilloche, emblem, title and labels.
func (l *layout) artwork() gray.Image {
	m := gray.New(Width, Height)
	m.Fill(l.paper)
	for _, p := range l.waves {
		text.Waves(m, p)
	}
	r := gray.NewRaster(Width, Height)
	// The emblem: rings of a rosette, beside the middle.
	for ring := range 5 {
		var rosette []gray.Point
		for a := 0; a < gray.Turn; a += gray.Turn / 96 {
			reach := (22 + 9*ring) * gray.One * (gray.Unity + gray.Sin(a*(5+ring))/6) / gray.Unity
			rosette = append(rosette, gray.Ray(gray.Point{X: 225 * gray.One, Y: 96 * gray.One}, reach, a))
		}
		rosette = append(rosette, rosette[0])
		r.Polygon(gray.Stroke(nil, rosette, 260, 260))
		r.Paint(m, gray.Clamp8(int(l.paper)-60), 90)
	}
	band := Rect{0, 0, Width, 22}
	fill(r, band)
	r.Paint(m, gray.Clamp8(int(l.paper)-70), 200)
	typeface.Get(1).Draw(r, l.title, typeface.Pen{At: gray.Point{X: 14 * gray.One, Y: 17 * gray.One}, Height: 10 * gray.One, Track: 12})
	r.Paint(m, 245, 256)
	typeface.Get(1).Draw(r, "UTO", typeface.Pen{At: gray.Point{X: 340 * gray.One, Y: 17 * gray.One}, Height: 11 * gray.One, Track: 20})
	r.Paint(m, l.ink, 256)
	for _, v := range l.values {
		at := gray.Point{X: v.x * gray.One, Y: (v.y - v.cap - 7) * gray.One}
		if v.cap < valueCap {
			at.Y += 2 * gray.One
		}
		typeface.Get(0).Draw(r, v.label, typeface.Pen{At: at, Height: 5 * gray.One, Track: 6})
	}
	r.Paint(m, gray.Clamp8(int(l.paper)-110), 230)
	return m
}

func fill(r *gray.Raster, b Rect) {
	r.Polygon([]gray.Point{{X: b.X0 * gray.One, Y: b.Y0 * gray.One}, {X: b.X1 * gray.One, Y: b.Y0 * gray.One}, {X: b.X1 * gray.One, Y: b.Y1 * gray.One}, {X: b.X0 * gray.One, Y: b.Y1 * gray.One}})
}
