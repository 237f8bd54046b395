package typeface

import "github.com/virtengine/virtengine/ml/models/data/gray"

// Width returns how long a text is, in Cap units. Characters that are not in the Alphabet count for nothing.
func (f *Typeface) Width(text string) int {
	sum := 0
	for i := range len(text) {
		if c := Class(text[i]); c > 0 {
			sum += f.glyphs[c-1].advance
		}
	}
	return sum
}

// Pen is how a text lies on an image.
type Pen struct {
	At      gray.Point // where the base line begins, 1/256 pixel
	Height  int        // of a letter, 1/256 pixel
	Stretch int        // width in percent; 0 is 100
	Slope   int        // how much the base line falls over 1000 pixels, in pixels
	Shear   int        // how far the top leans to the right, percent of the height
	Grow    int        // percent by which the last letter is larger than the first: a tilt away from the viewer
	Track   int        // additional space between characters, percent of the height
}

// Draw adds the text's outline to a raster and returns where it ends, in 1/256 pixel.
func (f *Typeface) Draw(r *gray.Raster, text string, pen Pen) int {
	stretch := pen.Stretch
	if stretch == 0 {
		stretch = 100
	}
	total := max(f.Width(text), 1)
	x, gone := pen.At.X, 0
	points := make([]gray.Point, 0, 64)
	for i := range len(text) {
		c := Class(text[i])
		if c == 0 {
			continue
		}
		g := &f.glyphs[c-1]
		grown := int64(pen.Height) * int64(pen.Grow) * int64(gone) / int64(total) / 100
		height := int(min(max(int64(pen.Height)+grown, 1), 1<<17))
		// Q16 from Cap units to 1/256 pixel.
		sy := int64(height) << 16 / Cap
		sx := sy * int64(stretch) / 100
		to := gray.Affine{A: sx, B: -sy * int64(pen.Shear) / 100, C: int64(x), D: sx * int64(pen.Slope) / 1000, E: sy, F: int64(pen.At.Y + (x-pen.At.X)*pen.Slope/1000)}
		for _, polygon := range g.polygons {
			points = points[:0]
			for _, p := range polygon {
				points = append(points, to.Apply(p))
			}
			r.Polygon(points)
		}
		gone += g.advance
		x = to.Apply(gray.Point{X: g.advance}).X + height*pen.Track/100
	}
	return x
}
