package plot

import (
	"errors"
	"fmt"
)

// ErrPlot says that a diagram cannot be drawn from what was given.
var ErrPlot = errors.New("plot")

// Ink is a colour of the palette.
type Ink uint8

// The colours. Blue and Orange can be told apart by people who see no red or green, and in grey.
const (
	White Ink = iota
	Black
	Grey
	Light
	Blue
	Orange
	Both // where Blue and Orange overlap
	ramp // the first of a ramp from white to blue
)

// ramps is how many steps the ramp has.
const ramps = 32

// palette is red, green and blue of every ink.
func palette() (p [int(ramp) + ramps][3]byte) {
	p[White], p[Black], p[Grey], p[Light] = [3]byte{255, 255, 255}, [3]byte{0, 0, 0}, [3]byte{120, 120, 120}, [3]byte{222, 222, 222}
	p[Blue], p[Orange], p[Both] = [3]byte{0, 90, 181}, [3]byte{220, 120, 20}, [3]byte{105, 70, 90}
	blue := p[Blue]
	for i := range ramps {
		for k, v := range blue {
			p[int(ramp)+i][k] = byte((255*(ramps-1-i) + int(v)*i) / (ramps - 1) & 0xff)
		}
	}
	return p
}

// Canvas is pixels.
type Canvas struct {
	w, h int
	pix  []byte
}

// NewCanvas makes a white one. Fails with ErrPlot for a side below 1 or above 4096.
func NewCanvas(w, h int) (*Canvas, error) {
	if w < 1 || h < 1 || w > 4096 || h > 4096 {
		return nil, fmt.Errorf("%w: %d by %d pixels, from 1 to 4096", ErrPlot, w, h)
	}
	return &Canvas{w, h, make([]byte, w*h)}, nil
}

func (c *Canvas) set(x, y int, ink Ink) {
	if x >= 0 && y >= 0 && x < c.w && y < c.h {
		c.pix[y*c.w+x] = byte(ink)
	}
}

// Fill paints from (x0, y0), inclusive, to (x1, y1), exclusive. What lies outside is not painted.
func (c *Canvas) Fill(x0, y0, x1, y1 int, ink Ink) {
	for y := max(y0, 0); y < min(y1, c.h); y++ {
		for x := max(x0, 0); x < min(x1, c.w); x++ {
			c.set(x, y, ink)
		}
	}
}

// Line draws by Bresenham's algorithm, two pixels thick.
func (c *Canvas) Line(x0, y0, x1, y1 int, ink Ink) {
	dx, dy := max(x1-x0, x0-x1), -max(y1-y0, y0-y1)
	sx, sy := 1, 1
	if x0 > x1 {
		sx = -1
	}
	if y0 > y1 {
		sy = -1
	}
	for err := dx + dy; ; {
		c.Fill(x0, y0, x0+2, y0+2, ink)
		if x0 == x1 && y0 == y1 {
			return
		}
		twice := 2 * err
		if twice >= dy {
			err += dy
			x0 += sx
		}
		if twice <= dx {
			err += dx
			y0 += sy
		}
	}
}

// Text writes from its upper left corner; a character takes 6 by 8 pixels, and what the font does not have is a box.
func (c *Canvas) Text(x, y int, s string, ink Ink) {
	for _, r := range s {
		g := glyph(r)
		for col := range 5 {
			for row := range 8 {
				if g[col]>>row&1 == 1 {
					c.set(x+col, y+row, ink)
				}
			}
		}
		x += 6
	}
}

// Upward writes from the lower left corner to the top, turned to the left.
func (c *Canvas) Upward(x, y int, s string, ink Ink) {
	for _, r := range s {
		g := glyph(r)
		for col := range 5 {
			for row := range 8 {
				if g[col]>>row&1 == 1 {
					c.set(x+row, y-col, ink)
				}
			}
		}
		y -= 6
	}
}

// width is how many pixels a text takes.
func width(s string) int { return 6 * len([]rune(s)) }
