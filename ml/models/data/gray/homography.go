package gray

import "math/big"

// Homography maps a plane to another as a camera does: (x, y), in 1/16 pixel, to (a·x+b·y+c, d·x+e·y+f) / (g·x+h·y+i).
type Homography struct{ m [9]int64 }

// Quad returns the homography that maps the corners of a w×h image (in pixels; from its first pixel's outer corner on,
// clockwise) to four places (1/16 pixel), and its inverse. It is false where the places are no convex quadrilateral of that
// order, which then cannot be a picture of the image.
func Quad(w, h int, corners [4]Point) (to, from Homography, ok bool) {
	const most = 1 << 20
	for i, p := range corners {
		a, b := corners[(i+1)%4], corners[(i+2)%4]
		if max(p.X, -p.X, p.Y, -p.Y) > most || turn(p, a, b) <= 0 {
			return Homography{}, Homography{}, false
		}
	}
	if w < 1 || h < 1 || w > MaxSide || h > MaxSide {
		return Homography{}, Homography{}, false
	}
	// Heckbert 1989, the unit square to a quadrilateral, times its denominator, so that all is whole.
	n := func(v int) *big.Int { return big.NewInt(int64(v)) }
	p0, p1, p2, p3 := corners[0], corners[1], corners[2], corners[3]
	sx, sy := n(p0.X-p1.X+p2.X-p3.X), n(p0.Y-p1.Y+p2.Y-p3.Y)
	dx1, dx2, dy1, dy2 := n(p1.X-p2.X), n(p3.X-p2.X), n(p1.Y-p2.Y), n(p3.Y-p2.Y)
	den := minus(dx1, dy2, dx2, dy1)
	g, k := minus(sx, dy2, dx2, sy), minus(dx1, sy, sx, dy1)
	row := func(v0, v1, v3 int) [3]*big.Int {
		a := new(big.Int).Add(times(n(v1-v0), den), times(g, n(v1)))
		b := new(big.Int).Add(times(n(v3-v0), den), times(k, n(v3)))
		return [3]*big.Int{a, b, times(n(v0), den)}
	}
	x, y, z := row(p0.X, p1.X, p3.X), row(p0.Y, p1.Y, p3.Y), [3]*big.Int{g, k, den}
	// The unit square is (x/16w, y/16h).
	u, v := n(16*w), n(16*h)
	var m [9]*big.Int
	for i, r := range [3][3]*big.Int{x, y, z} {
		m[3*i], m[3*i+1], m[3*i+2] = times(r[0], v), times(r[1], u), times(times(r[2], u), v)
	}
	return scaled(m), scaled(adjugate(m)), true
}

// turn is positive where the way from a over b to c turns clockwise (y grows downwards).
func turn(a, b, c Point) int64 {
	return int64(b.X-a.X)*int64(c.Y-b.Y) - int64(b.Y-a.Y)*int64(c.X-b.X)
}

func times(a, b *big.Int) *big.Int { return new(big.Int).Mul(a, b) }

// minus is a·b - c·d.
func minus(a, b, c, d *big.Int) *big.Int { return new(big.Int).Sub(times(a, b), times(c, d)) }

func adjugate(m [9]*big.Int) [9]*big.Int {
	return [9]*big.Int{
		minus(m[4], m[8], m[5], m[7]), minus(m[2], m[7], m[1], m[8]), minus(m[1], m[5], m[2], m[4]),
		minus(m[5], m[6], m[3], m[8]), minus(m[0], m[8], m[2], m[6]), minus(m[2], m[3], m[0], m[5]),
		minus(m[3], m[7], m[4], m[6]), minus(m[1], m[6], m[0], m[7]), minus(m[0], m[4], m[1], m[3]),
	}
}

// scaled drops low bits until the largest number has 44, so that a sum of products with places of 16 bits fits 62.
func scaled(m [9]*big.Int) (h Homography) {
	long := 0
	for _, v := range m {
		long = max(long, v.BitLen())
	}
	for i, v := range m {
		if long > 44 {
			v = new(big.Int).Rsh(v, uint(long-44))
		}
		if v.IsInt64() {
			h.m[i] = v.Int64()
		}
	}
	return h
}

// Apply maps a place within ±4096 pixels (1/16 pixel both), rounded down; what would lie at infinity maps to the origin.
func (h Homography) Apply(p Point) Point {
	x, y := int64(min(max(p.X, -1<<16), 1<<16)), int64(min(max(p.Y, -1<<16), 1<<16))
	den := h.m[6]*x + h.m[7]*y + h.m[8]
	if den == 0 {
		return Point{}
	}
	return Point{bounded((h.m[0]*x + h.m[1]*y + h.m[2]) / den), bounded((h.m[3]*x + h.m[4]*y + h.m[5]) / den)}
}

// span is how many pixels of a row lie between two places that are computed; those between are interpolated.
const span = 16

// Project draws on dst, whose place p shows what src shows at from(p). What from maps outside src is left as it is.
func Project(dst, src Image, from Homography) {
	if len(src.Pix) == 0 {
		return
	}
	for y := range dst.H {
		row := dst.Pix[y*dst.W : (y+1)*dst.W]
		a, okA := from.fine(0, y)
		for x := 0; x < dst.W; x += span {
			b, okB := from.fine(x+span, y)
			if okA && okB {
				stepX, stepY := (b.X-a.X)/span, (b.Y-a.Y)/span // Q8 of 1/256 pixel
				px, py := int64(a.X), int64(a.Y)
				for i := x; i < min(x+span, dst.W); i++ {
					if px >= 0 && py >= 0 && px < int64(src.W)<<16 && py < int64(src.H)<<16 {
						row[i] = src.bilinear(px>>8-One/2, py>>8-One/2)
					}
					px, py = px+int64(stepX), py+int64(stepY)
				}
			}
			a, okA = b, okB
		}
	}
}

// fine maps the centre of a pixel to 1/65536 pixel, and is false where that is too far away.
func (h Homography) fine(x, y int) (Point, bool) {
	u, v := int64(16*x+8), int64(16*y+8)
	den := h.m[6]*u + h.m[7]*v + h.m[8]
	nx, ny := h.m[0]*u+h.m[1]*v+h.m[2], h.m[3]*u+h.m[4]*v+h.m[5]
	if den < 0 {
		den, nx, ny = -den, -nx, -ny
	}
	// 1/16 pixel to 1/65536: 12 bits, of which 6 are taken from the divisor, so that nothing overflows.
	den >>= 6
	const far = 1 << 56
	if den == 0 || nx > far || nx < -far || ny > far || ny < -far {
		return Point{}, false
	}
	fx, fy := (nx<<6)/den, (ny<<6)/den
	const reach = 1 << 28 // 4096 pixels
	if fx > reach || fx < -reach || fy > reach || fy < -reach {
		return Point{}, false
	}
	return Point{int(fx), int(fy)}, true
}
