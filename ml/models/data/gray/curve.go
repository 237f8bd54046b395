package gray

// Smooth appends to out a curve through all points (Catmull and Rom 1974), with 2^shift steps from each to the next; closed
// curves return to the first point.
func Smooth(out, points []Point, closed bool, shift uint) []Point {
	n := len(points)
	if n < 3 || shift > 6 {
		return append(out, points...)
	}
	at := func(i int) Point {
		if closed {
			return points[(i+n)%n]
		}
		return points[min(max(i, 0), n-1)]
	}
	segments, steps := n-1, 1<<shift
	if closed {
		segments = n
	}
	for i := range segments {
		a, b, c, d := at(i-1), at(i), at(i+1), at(i+2)
		for t := range steps {
			out = append(out, Point{spline(a.X, b.X, c.X, d.X, t, shift), spline(a.Y, b.Y, c.Y, d.Y, t, shift)})
		}
	}
	if !closed {
		out = append(out, points[n-1])
	}
	return out
}

// spline is the polynomial between b (t=0) and c (t=2^shift), rounded to the nearest.
func spline(pa, pb, pc, pd, step int, shift uint) int {
	a, b, c, d, t := int64(pa), int64(pb), int64(pc), int64(pd), int64(step)
	cubic := -a + 3*b - 3*c + d
	square := 2*a - 5*b + 4*c - d
	linear := c - a
	sum := cubic*t*t*t + (square*t*t)<<shift + (linear*t)<<(2*shift) + (2*b)<<(3*shift)
	return int(min(max((sum+1<<(3*shift))>>(3*shift+1), -farAway), farAway))
}

// Ellipse appends to out the ellipse of the half axes rx and ry, turned by angle (1/4096 turn), as a polygon of n corners.
func Ellipse(out []Point, centre Point, rx, ry, angle, n int) []Point {
	sin, cos := int64(Sin(angle)), int64(Cos(angle))
	for i := range min(max(n, 3), 256) {
		x, y := int64(part(rx, Cos(i*Turn/max(n, 3)))), int64(part(ry, Sin(i*Turn/max(n, 3))))
		out = append(out, Point{centre.X + bounded((x*cos-y*sin)>>14), centre.Y + bounded((x*sin+y*cos)>>14)})
	}
	return out
}

// Ray returns the place at the end of a way of some length from a place, by an angle (1/4096 turn, clockwise from the right).
func Ray(from Point, length, angle int) Point {
	return Point{from.X + part(length, Cos(angle)), from.Y + part(length, Sin(angle))}
}

// part is v times a factor of Q14, rounded down, without leaving 64 bits.
func part(v, factor int) int {
	return bounded(int64(min(max(v, -farAway), farAway)) * int64(factor) >> 14)
}

// Stroke appends to out the outline of a line through the points, w0 wide at its start and w1 at its end, with flat ends.
func Stroke(out, points []Point, w0, w1 int) []Point {
	n := len(points)
	if n < 2 {
		return out
	}
	start := len(out)
	for i, p := range points {
		nx, ny := normal(points[max(i-1, 0)], points[min(i+1, n-1)])
		half := (w0 + (w1-w0)*i/(n-1)) / 2
		out = append(out, Point{p.X + part(half, nx), p.Y + part(half, ny)})
	}
	for i := n - 1; i >= 0; i-- {
		p, there := points[i], out[start+i]
		out = append(out, Point{2*p.X - there.X, 2*p.Y - there.Y})
	}
	return out
}

// normal returns the unit vector (Q14) to the right of the way from a to b.
func normal(a, b Point) (x, y int) {
	a, b = near(a), near(b)
	dx, dy := b.X-a.X, b.Y-a.Y
	length := int(Sqrt(int64(dx)*int64(dx) + int64(dy)*int64(dy)))
	if length == 0 {
		return 0, 0
	}
	return mulDiv(-dy, Unity, length), mulDiv(dx, Unity, length)
}
