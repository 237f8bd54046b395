package pipeline

// looks are how often a face is looked at to find its eyes: once, and with the window moved by half a cell of the detector's
// grid to each side. What the detector says of a place depends on where the place lies in its cell; the mean of five depends on
// it less.
const looks = 5

// shifts are the moves of the window, in half cells.
func shifts() [looks - 1][2]int { return [looks - 1][2]int{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} }

// closer is a face with its eyes at the mean of several looks. A look that sees no face near by counts for nothing.
func (r *run) closer(g Gray, window rect, f found) (found, error) {
	left, right, n := f.left, f.right, int64(1)
	step := max(window.w()/(2*grid), 1)
	for _, s := range shifts() {
		dx, dy := s[0]*step, s[1]*step
		again, err := r.faces(g, rect{window.x0 + dx, window.y0 + dy, window.x1 + dx, window.y1 + dy})
		if err != nil {
			return found{}, err
		}
		for _, o := range again { // the surest first
			if max(abs(o.centre.x-f.centre.x), abs(o.centre.y-f.centre.y)) < f.size/4 {
				left, right, n = left.plus(o.left), right.plus(o.right), n+1
				break
			}
		}
	}
	f.left, f.right = left.over(n), right.over(n)
	return f, nil
}

func (p point) plus(q point) point { return point{p.x + q.x, p.y + q.y} }
func (p point) over(n int64) point { return point{p.x / n, p.y / n} }

// steady moves the eyes of the frames onto the straight lines that fit their way through the frames best (least squares): a
// head moves smoothly within so short a time, and what is left are errors of the detector. Where a face is farther from its line
// than a quarter of the distance between its eyes, or frames have different sizes, all eyes stay where they were seen: then
// somebody moves, or the frames are none of one take.
func steady(frames [Frames]Gray, faces [Frames]found) [Frames]found {
	out := faces
	for _, eye := range []func(*found) *point{func(f *found) *point { return &f.left }, func(f *found) *point { return &f.right }} {
		for _, axis := range []func(*point) *int64{func(p *point) *int64 { return &p.x }, func(p *point) *int64 { return &p.y }} {
			var seen [Frames]int64
			for i := range faces {
				seen[i] = *axis(eye(&faces[i]))
			}
			for i, v := range straight(seen) {
				*axis(eye(&out[i])) = v
			}
		}
	}
	for i, f := range faces {
		apart := max(abs(f.right.x-f.left.x), abs(f.right.y-f.left.y)) / 4
		far := max(abs(out[i].left.x-f.left.x), abs(out[i].left.y-f.left.y), abs(out[i].right.x-f.right.x), abs(out[i].right.y-f.right.y))
		if far > apart || frames[i].W != frames[0].W || frames[i].H != frames[0].H {
			return faces
		}
	}
	return out
}

// straight is the line that fits equally distant values best, at their places. Divisions round towards zero.
func straight(values [Frames]int64) [Frames]int64 {
	var sum, turn, weight int64
	for i, v := range values {
		t := int64(2*i - (Frames - 1)) // -7, -5, ..., 7: they add up to nothing
		sum, turn, weight = sum+v, turn+t*v, weight+t*t
	}
	var out [Frames]int64
	for i := range out {
		out[i] = sum/Frames + int64(2*i-(Frames-1))*turn/weight
	}
	return out
}
