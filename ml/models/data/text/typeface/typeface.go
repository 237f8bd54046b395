package typeface

import "github.com/virtengine/virtengine/ml/models/data/gray"

// Cap is the height of a letter in the unit of outlines.
const Cap = 3200

// unit is one step of the skeletons' grid.
const unit = Cap / 100

// style is how a face makes outlines of skeletons; lengths are in the grid's units.
type style struct {
	name         string
	weight, thin int // stroke across and along the line of text
	width        int // percent
	pitch        int // of every character, 0 for its own
	spacing      int // between characters
	slant        int // how far the top moves to the right
	serif        int // half length
	round        bool
}

var styles = [...]style{
	{name: "plain", weight: 12, thin: 11, width: 88, spacing: 20},
	{name: "bold", weight: 19, thin: 16, width: 92, spacing: 18},
	{name: "narrow", weight: 12, thin: 11, width: 64, spacing: 17},
	{name: "serif", weight: 13, thin: 6, width: 88, spacing: 24, serif: 11},
	{name: "fixed", weight: 11, thin: 11, width: 80, pitch: 92, round: true},
	{name: "slanted", weight: 12, thin: 11, width: 84, spacing: 19, slant: 22},
	{name: "wide", weight: 10, thin: 9, width: 108, spacing: 24, round: true},
}

// Typeface is a set of outlines. It never changes; any number of goroutines may use one.
type Typeface struct {
	Name   string
	glyphs [len(Alphabet)]glyph
}

type glyph struct {
	polygons [][]gray.Point // Cap units; the base line is y = 0, the top y = -Cap; all turn the same way
	advance  int
}

var all = build()

// Count is how many faces there are, Fixed the one whose characters have one width, as in machine readable zones.
const (
	Count = len(styles)
	Fixed = 4
)

// Get returns a face; numbers beyond Count start again.
func Get(i int) *Typeface { return &all[(i%Count+Count)%Count] }

func build() (faces [Count]Typeface) {
	for i, st := range styles {
		faces[i].Name = st.name
		for c, text := range skeletons {
			faces[i].glyphs[c] = st.glyph(text)
		}
	}
	return faces
}

// glyph makes the outline of one character.
func (st style) glyph(text string) glyph {
	width, strokes := parse(text)
	wide := width * st.width / 100
	g := glyph{advance: (wide + st.spacing + st.weight/2) * unit}
	left := (st.spacing/2 + st.weight/4) * unit
	if st.pitch > 0 {
		wide = min(wide, st.pitch-24)
		g.advance, left = st.pitch*unit, (st.pitch-wide)*unit/2
	}
	to := func(p [2]int) gray.Point {
		y := (p[1] - 100) * unit
		return gray.Point{X: left + p[0]*wide*unit/100 - st.slant*y/100, Y: y}
	}
	for _, sk := range strokes {
		if sk.kind == '=' && st.pitch == 0 {
			continue
		}
		g.polygons = append(g.polygons, st.outline(sk, to)...)
	}
	return g
}

func (st style) outline(sk stroke, to func([2]int) gray.Point) (polygons [][]gray.Point) {
	points := make([]gray.Point, len(sk.points))
	for i, p := range sk.points {
		points[i] = to(p)
	}
	switch sk.kind {
	case '.':
		r := st.weight * unit * 6 / 10
		return [][]gray.Point{gray.Ellipse(nil, points[0], r, -r, 0, 10)}
	case '~', 'o':
		curve := gray.Smooth(nil, points, sk.kind == 'o', 1)
		if sk.kind == 'o' {
			curve = append(curve, curve[0])
		}
		// Piece by piece, since a pen of two widths changes on the way.
		for i := 1; i < len(curve); i++ {
			polygons = append(polygons, st.segment(curve[i-1], curve[i]), st.joint(curve[i], curve[i-1]))
		}
		return polygons
	}
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		polygons = append(polygons, st.segment(a, b))
		if i > 1 || st.round {
			polygons = append(polygons, st.joint(a, b))
		}
		if st.round {
			polygons = append(polygons, st.joint(b, a))
		}
		if st.serif > 0 && steep(a, b) {
			if i == 1 {
				polygons = append(polygons, st.foot(a))
			}
			if i == len(points)-1 {
				polygons = append(polygons, st.foot(b))
			}
		}
	}
	return polygons
}

func steep(a, b gray.Point) bool { return 2*abs(a.X-b.X) < abs(a.Y-b.Y) }

func abs(v int) int { return max(v, -v) }

// pen is how wide a stroke in a direction is.
func (st style) pen(a, b gray.Point) int {
	dx, dy := abs(b.X-a.X), abs(b.Y-a.Y)
	if dx+dy == 0 {
		return st.weight * unit
	}
	return (st.thin*dx + st.weight*dy) * unit / (dx + dy)
}

// segment is one straight piece of a stroke.
func (st style) segment(a, b gray.Point) []gray.Point {
	w := st.pen(a, b)
	return gray.Stroke(nil, []gray.Point{a, b}, w, w)
}

// joint rounds the place where strokes meet; it turns the way that strokes do.
func (st style) joint(at, from gray.Point) []gray.Point {
	r := st.pen(at, from) / 2
	return gray.Ellipse(nil, at, r, -r, gray.Turn/16, 8)
}

// foot is the short bar at the end of an upright stroke.
func (st style) foot(at gray.Point) []gray.Point {
	w := st.thin * unit
	y := at.Y + w/2
	if at.Y > -Cap/2 {
		y = at.Y - w/2
	}
	half := (st.serif + st.weight/2) * unit
	return gray.Stroke(nil, []gray.Point{{X: at.X - half, Y: y}, {X: at.X + half, Y: y}}, w, w)
}
