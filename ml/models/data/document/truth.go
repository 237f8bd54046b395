package document

import "github.com/virtengine/virtengine/ml/models/data/gray"

// The size of a rectified card, in pixels.
const (
	Width  = 384
	Height = 256
)

// Kind is what a part of a card holds. Those up to Zone are the classes of the fields' network, in its order.
type Kind int

// Kinds of parts.
const (
	Background Kind = iota
	Portrait
	Number
	Surname
	GivenNames
	Birth
	Zone
	Expiry
	Sex
	Nationality
	Barcode
	Ghost
)

// Rect holds the pixels from (X0, Y0) to before (X1, Y1).
type Rect struct{ X0, Y0, X1, Y1 int }

func (r Rect) grown(by int) Rect { return Rect{r.X0 - by, r.Y0 - by, r.X1 + by, r.Y1 + by} }

// Field is one part of a card: where it is on the flat card, in pixels of Width×Height, and what is written there. The zone's
// text is its lines with a line feed between.
type Field struct {
	Kind Kind
	Rect Rect
	Text string
}

// Truth is what a picture shows.
type Truth struct {
	Corners [4]gray.Point // of the card on the picture, 1/16 pixel: the card's upper left, upper right, lower right, lower left
	Fields  []Field
	Forgery Forgery
	Forged  Rect // where the forger was at work, on the flat card; all of it for a picture of a screen
}

// Field returns the part of a kind, and false where the card has none.
func (t Truth) Field(k Kind) (Field, bool) {
	for _, f := range t.Fields {
		if f.Kind == k {
			return f, true
		}
	}
	return Field{}, false
}

// The grid on which the fields' network tells classes.
const (
	GridW = 36
	GridH = 24
)

// Grid returns the class of each cell, row by row: that of the field that covers its middle, or most of it where a line of text
// is lower than a cell.
func (t Truth) Grid() [GridW * GridH]uint8 {
	var grid [GridW * GridH]uint8
	for _, f := range t.Fields {
		if f.Kind < Portrait || f.Kind > Zone {
			continue
		}
		for i := range grid {
			x, y := i%GridW, i/GridW
			cell := Rect{x * Width / GridW, y * Height / GridH, (x + 1) * Width / GridW, (y + 1) * Height / GridH}
			if w, h := overlap(cell, f.Rect); 2*w >= cell.X1-cell.X0 && 2*h >= min(cell.Y1-cell.Y0, f.Rect.Y1-f.Rect.Y0) {
				grid[i] = uint8(min(max(f.Kind, 0), 255))
			}
		}
	}
	return grid
}

func overlap(a, b Rect) (w, h int) {
	return max(min(a.X1, b.X1)-max(a.X0, b.X0), 0), max(min(a.Y1, b.Y1)-max(a.Y0, b.Y0), 0)
}
