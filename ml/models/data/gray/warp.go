package gray

// Affine maps a place (x, y), in 1/256 pixel, to ((A·x + B·y)/2^16 + C, (D·x + E·y)/2^16 + F), with C and F in 1/256 pixel.
type Affine struct{ A, B, C, D, E, F int64 }

// Identity maps every place to itself.
func Identity() Affine { return Affine{A: 1 << 16, E: 1 << 16} }

// Apply maps one place, rounded down.
func (t Affine) Apply(p Point) Point {
	x, y := int64(p.X), int64(p.Y)
	return Point{bounded((t.A*x+t.B*y)>>16 + t.C), bounded((t.D*x+t.E*y)>>16 + t.F)}
}

func bounded(v int64) int { return int(min(max(v, -farAway), farAway)) }

// Similarity returns the turn, scale and shift that maps a to toA and b to toB, to the rounding of its factors; where a and b
// are one place it shifts only.
func Similarity(a, b, toA, toB Point) Affine {
	a, b, toA, toB = near(a), near(b), near(toA), near(toB)
	dx, dy := int64(b.X-a.X), int64(b.Y-a.Y)
	ex, ey := int64(toB.X-toA.X), int64(toB.Y-toA.Y)
	t := Identity()
	if square := dx*dx + dy*dy; square != 0 {
		// The division first, with its remainder: products of differences need 60 bits already.
		t.A = ratio(ex*dx+ey*dy, square)
		t.D = ratio(ey*dx-ex*dy, square)
		t.B, t.E = -t.D, t.A
	}
	t.C = int64(toA.X) - (t.A*int64(a.X)+t.B*int64(a.Y))>>16
	t.F = int64(toA.Y) - (t.D*int64(a.X)+t.E*int64(a.Y))>>16
	return t
}

// ratio returns n/d as Q16, within ±2^24 (scales up to 256).
func ratio(n, d int64) int64 {
	for n > 1<<46 || n < -(1<<46) {
		n, d = n>>1, d>>1
	}
	if d == 0 {
		return 0
	}
	return min(max(n<<16/d, -1<<24), 1<<24)
}

// Warp returns a w×h image whose pixel at p shows what src shows at t(p), interpolated between the four nearest centres; the
// border repeats. Nothing is averaged: to shrink by more than a half, Resize first.
func Warp(src Image, t Affine, w, h int) Image {
	out := New(w, h)
	if len(src.Pix) == 0 {
		return out
	}
	for y := range out.H {
		px, py := int64(One/2), int64(y*One+One/2)
		// Q24: 8 bits of place and 16 of factor; minus half a pixel, so that whole numbers are centres.
		sx := t.A*px + t.B*py + (t.C-One/2)<<16
		sy := t.D*px + t.E*py + (t.F-One/2)<<16
		row := out.Pix[y*out.W : (y+1)*out.W]
		for x := range row {
			row[x] = src.bilinear(sx>>16, sy>>16)
			sx += t.A << 8
			sy += t.D << 8
		}
	}
	return out
}

// Sample returns the image between its pixels at p.
func (m Image) Sample(p Point) uint8 {
	if len(m.Pix) == 0 {
		return 0
	}
	return m.bilinear(int64(p.X-One/2), int64(p.Y-One/2))
}

// bilinear mixes four pixels; x and y are in 1/256 pixel, whole numbers are centres.
func (m Image) bilinear(x, y int64) uint8 {
	fx, fy := int32(x&255), int32(y&255)
	ix, iy := int(min(max(x>>8, -2), MaxSide)), int(min(max(y>>8, -2), MaxSide))
	var a, b, c, d uint8
	if ix >= 0 && iy >= 0 && ix+1 < m.W && iy+1 < m.H {
		at := iy*m.W + ix
		up, down := m.Pix[at:at+2], m.Pix[at+m.W:at+m.W+2]
		a, b, c, d = up[0], up[1], down[0], down[1]
	} else {
		a, b, c, d = m.At(ix, iy), m.At(ix+1, iy), m.At(ix, iy+1), m.At(ix+1, iy+1)
	}
	top := int32(a)<<8 + (int32(b)-int32(a))*fx
	foot := int32(c)<<8 + (int32(d)-int32(c))*fx
	return uint8((top<<8 + (foot-top)*fy + 1<<15) >> 16 & 255)
}
