package gray

import "github.com/virtengine/virtengine/security/safemath"

// One is a pixel in the unit of Point: coordinates are in 1/256 pixel, y grows downwards.
const One = 256

// Point is a place on an image in 1/256 pixel. The centre of the first pixel is (128, 128).
type Point struct{ X, Y int }

// farAway bounds coordinates (in 1/256 pixel), so that no product of two differences leaves 64 bits, whatever a caller sends.
const farAway = 1 << 28

// Raster turns polygons into coverage: each pixel's share in 1/256 that lies inside, exact but for the rounding of the
// crossings to 1/256 pixel. Polygons that are added between two sweeps are united if they turn the same way; a polygon that
// turns the other way cuts a hole. It is reused to save allocations; not for concurrent use.
type Raster struct {
	w, h                   int
	sums                   []int32 // rows of w+2: the change of coverage from pixel to pixel, 2^17 for a whole pixel
	row                    []int32
	left, right, top, foot int // what was touched
}

// NewRaster returns a raster for images of w×h.
func NewRaster(w, h int) *Raster {
	w, h = min(max(w, 0), MaxSide), min(max(h, 0), MaxSide)
	n, err := safemath.Mul(w+2, h)
	if err != nil { // 4098·4096 fits every int
		n, h = 0, 0
	}
	r := &Raster{w: w, h: h, sums: make([]int32, n), row: make([]int32, w)}
	r.reset()
	return r
}

func (r *Raster) reset() { r.left, r.right, r.top, r.foot = r.w, -1, r.h, -1 }

// Polygon adds the polygon of the points, closed from the last to the first.
func (r *Raster) Polygon(points []Point) {
	if len(points) < 3 {
		return
	}
	last := points[len(points)-1]
	for _, p := range points {
		r.line(last, p)
		last = p
	}
}

// line adds one edge. What is left of the image moves to its left border, where it counts for all pixels of the row; what is
// right of it counts for none.
func (r *Raster) line(a, b Point) {
	if width, height := r.w*One, r.h*One; a.X >= 0 && b.X >= 0 && a.Y >= 0 && b.Y >= 0 && a.X <= width && b.X <= width && a.Y <= height && b.Y <= height {
		if a.Y <= b.Y { // nearly all edges: nothing to clip
			r.rows(a, b, 1)
		} else {
			r.rows(b, a, -1)
		}
		return
	}
	a, b = near(a), near(b)
	sign := int32(1)
	if a.Y > b.Y {
		a, b, sign = b, a, -1
	}
	if a.Y == b.Y || b.Y <= 0 || a.Y >= r.h*One {
		return
	}
	dx, dy := b.X-a.X, b.Y-a.Y
	if a.Y < 0 {
		a = Point{a.X - mulDiv(dx, a.Y, dy), 0}
	}
	if b.Y > r.h*One {
		b = Point{b.X - mulDiv(dx, b.Y-r.h*One, dy), r.h * One}
	}
	if a.X > b.X {
		r.clipped(b, a, sign)
	} else {
		r.clipped(a, b, sign)
	}
}

func near(p Point) Point {
	return Point{min(max(p.X, -farAway), farAway), min(max(p.Y, -farAway), farAway)}
}

// mulDiv returns a·b/c, rounded towards zero, without leaving 64 bits in between; |a| and |b| are at most 2^29, c is not zero.
func mulDiv(a, b, c int) int {
	return int(min(max(int64(a)*int64(b)/int64(c), -1<<30), 1<<30))
}

// clipped takes an edge whose x does not fall from a to b (its y may) and cuts it at both sides of the image.
func (r *Raster) clipped(a, b Point, sign int32) {
	width := r.w * One
	if a.Y == b.Y {
		return
	}
	if b.X >= width { // what it closes off lies outside, so rows are covered up to the last pixel
		r.right = r.w - 1
	}
	if a.X >= width {
		return
	}
	if b.X <= 0 {
		r.rows(Point{0, a.Y}, Point{0, b.Y}, sign)
		return
	}
	dx, dy := b.X-a.X, b.Y-a.Y
	if a.X < 0 {
		cut := Point{0, a.Y - mulDiv(dy, a.X, dx)}
		r.rows(Point{0, a.Y}, cut, sign)
		a = cut
	}
	if b.X > width {
		b = Point{width, b.Y - mulDiv(dy, b.X-width, dx)}
	}
	r.rows(a, b, sign)
}

// rows splits an edge inside the image into rows of pixels.
func (r *Raster) rows(a, b Point, sign int32) {
	if a.Y > b.Y {
		a, b = b, a
	}
	if a.Y == b.Y {
		return
	}
	first, last := a.Y>>8, (b.Y-1)>>8
	r.top, r.foot = min(r.top, first), max(r.foot, last)
	r.left, r.right = min(r.left, min(a.X, b.X)>>8), max(r.right, max(a.X, b.X)>>8)
	if first == last {
		r.cells(first, a.X, b.X, b.Y-a.Y, sign)
		return
	}
	dx, dy := b.X-a.X, b.Y-a.Y
	x, y := a.X, a.Y
	for row := first; row <= last; row++ {
		end := min((row+1)<<8, b.Y)
		next := a.X + mulDiv(dx, end-a.Y, dy)
		r.cells(row, x, next, end-y, sign)
		x, y = next, end
	}
}

// cells adds the part of an edge in one row: from x0 to x1 while y grows by dy (0..256).
func (r *Raster) cells(row, x0, x1, dy int, sign int32) {
	sums := r.sums[row*(r.w+2) : (row+1)*(r.w+2)]
	if x0 > x1 {
		x0, x1 = x1, x0
	}
	first, last := x0>>8, x1>>8
	if first == last {
		add(sums, first, x0&255+x1&255, dy, sign)
		return
	}
	done, dx := 0, x1-x0
	x := x0
	for cell := first; cell <= last; cell++ {
		end := min((cell+1)<<8, x1)
		upto := dy * (end - x0) / dx
		add(sums, cell, (x-cell<<8)+(end-cell<<8), upto-done, sign)
		x, done = end, upto
	}
}

// add gives one cell its area and all to the right of it their cover: edges is the sum of both x inside the cell.
func add(sums []int32, cell, edges, dy int, sign int32) {
	right := int32(dy*edges&(1<<24-1)) * sign
	whole := int32(dy*512&(1<<24-1)) * sign
	sums[cell] += whole - right
	sums[cell+1] += right
}

// Sweep hands out what was added since the last sweep, row by row: cover[i] is the coverage of pixel (x+i, y), 0..256. The
// slice is used again for the next row.
func (r *Raster) Sweep(row func(x, y int, cover []int32)) {
	left, right := r.left, min(r.right, r.w-1)
	for y := r.top; y <= r.foot && left <= right; y++ {
		sums := r.sums[y*(r.w+2) : (y+1)*(r.w+2)]
		out := r.row[:right-left+1]
		sum, any := int32(0), int32(0)
		for i := range out {
			sum += sums[left+i]
			sums[left+i] = 0
			c := sum >> 9
			if c < 0 {
				c = -c
			}
			out[i] = min(c, 256)
			any |= c
		}
		sums[right+1], sums[min(right+2, r.w+1)] = 0, 0
		if any != 0 {
			row(left, y, out)
		}
	}
	r.reset()
}

// Paint draws what was added in one gray; alpha is the paint's opacity, 0..256.
func (r *Raster) Paint(m Image, level uint8, alpha int) {
	if m.W != r.w || m.H != r.h {
		r.Sweep(func(int, int, []int32) {})
		return
	}
	a := int32(min(max(alpha, 0), 256))
	r.Sweep(func(x, y int, cover []int32) {
		pix := m.Pix[y*m.W+x : y*m.W+x+len(cover)]
		for i, c := range cover {
			if c != 0 {
				old := int32(pix[i])
				pix[i] = uint8((old + ((int32(level)-old)*(c*a>>8)+128)>>8) & 255)
			}
		}
	})
}
