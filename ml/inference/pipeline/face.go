package pipeline

import (
	"github.com/virtengine/virtengine/ml/inference/pipeline/fixed"
)

// The detector's picture, its grid, and what a cell says. Lengths are in units of 16 pixels of the detector's picture, the
// centre's in cells.
const (
	detectorSide = 96
	grid         = 12
	cellSide     = detectorSide / grid
	lengthUnit   = 16

	channelObject = 0
	channelX      = 1
	channelY      = 2
	channelSize   = 3 // log2
	channelLeft   = 4 // x, then y
	channelRight  = 6
	channels      = 8
)

// found is a face in a picture: positions of the picture's pixels.
type found struct {
	centre, left, right point
	size                int64 // 16 bits behind the point
	logit               int64
}

// faces finds the faces in a square part of a picture, the surest first; of equals the first in the grid's order. Cells that
// speak of a face that a surer cell has are left out.
func (r *run) faces(g Gray, window rect) ([]found, error) {
	input := r.picture(g.resized(window, detectorSide, detectorSide))
	out, err := r.run(FaceDetector, input.tensor(1, 1, detectorSide, detectorSide), 1, channels, grid, grid)
	if err != nil {
		return nil, err
	}
	var all []found
	for cell := range grid * grid {
		if out.logit(cell) < r.params.FaceLogit {
			continue
		}
		f := cellFace(out, cell, window)
		at := len(all)
		for at > 0 && all[at-1].logit < f.logit {
			at--
		}
		all = append(all, found{})
		copy(all[at+1:], all[at:])
		all[at] = f
	}
	return apart(all), nil
}

// cellFace reads one cell, in pixels of the picture.
func cellFace(t Output, cell int, window rect) found {
	at := func(channel int) int64 { // what lies farther away than the whole picture is clamped, so that nothing below overflows
		return min(max(t.logit(channel*grid*grid+cell), -grid*fixed.One), grid*fixed.One)
	}
	middle := point{int64(cell%grid)*cellSide*unit + cellSide*half, int64(cell/grid)*cellSide*unit + cellSide*half}
	length := func(v int64) int64 { return v * lengthUnit >> 8 } // 24 bits to 16
	toPicture := func(p point) point {
		scale := func(v int64, from, side int) int64 { return int64(from)*unit + v*int64(side)/detectorSide - half }
		return point{scale(p.x, window.x0, window.w()), scale(p.y, window.y0, window.h())}
	}
	size := lengthUnit * fixed.One
	if v := min(max(at(channelSize), -8*fixed.One), 8*fixed.One); v >= 0 {
		size = size * fixed.One / fixed.Exp2(v)
	} else {
		size = size * fixed.Exp2(-v) >> 24
	}
	return found{
		centre: toPicture(point{middle.x + at(channelX)*cellSide>>8, middle.y + at(channelY)*cellSide>>8}),
		left:   toPicture(point{middle.x + length(at(channelLeft)), middle.y + length(at(channelLeft+1))}),
		right:  toPicture(point{middle.x + length(at(channelRight)), middle.y + length(at(channelRight+1))}),
		size:   size >> 8 * int64(window.w()) / detectorSide,
		logit:  t.logit(cell),
	}
}

// apart keeps the faces that are farther from all surer ones than half of their size.
func apart(faces []found) []found {
	var out []found
	for _, f := range faces {
		other := true
		for _, o := range out {
			dx, dy := abs(f.centre.x-o.centre.x), abs(f.centre.y-o.centre.y)
			other = other && max(dx, dy) > max(f.size, o.size)/2
		}
		if other {
			out = append(out, f)
		}
	}
	return out
}

// The aligned crop and where the eyes are in it, in pixels from its corner: the middle of the first pixel is at a half.
const (
	cropSide  = 64
	cropLeft  = 20
	cropRight = 44
	cropEyes  = 24
)

// maxShrink bounds how often a picture is halved: 2^12 pixels between the eyes are more than any allowed picture has.
const maxShrink = 12

// aligned is the face as the embedder knows it: turned and scaled so that the eyes stand at their places. It fails where the
// eyes are less than half a pixel apart, of which nothing can be seen.
func aligned(g Gray, f found) (Gray, bool) {
	e := point{f.right.x - f.left.x, f.right.y - f.left.y}
	if max(abs(e.x), abs(e.y)) < half {
		return Gray{}, false
	}
	origin, small := f.left, g
	for range maxShrink { // a pixel of the crop stands for less than two of the picture, so that sampling misses none
		if max(abs(e.x), abs(e.y)) < 2*(cropRight-cropLeft)*unit {
			break
		}
		next := small.halved()
		if len(small.Pix) != len(g.Pix) {
			wipe(small.Pix)
		}
		small = next
		origin, e = point{(origin.x - half) / 2, (origin.y - half) / 2}, point{e.x / 2, e.y / 2}
	}
	out := Gray{W: cropSide, H: cropSide, Pix: make([]uint8, cropSide*cropSide)}
	for y := range int64(cropSide) {
		for x := range int64(cropSide) {
			u, v := 2*(x-cropLeft)+1, 2*(y-cropEyes)+1 // half pixels from the left eye to the middle of this one
			const eyes = 2 * (cropRight - cropLeft)
			out.Pix[y*cropSide+x] = small.sample(point{origin.x + (u*e.x-v*e.y)/eyes, origin.y + (u*e.y+v*e.x)/eyes})
		}
	}
	if len(small.Pix) != len(g.Pix) {
		wipe(small.Pix)
	}
	return out, true
}

func abs(v int64) int64 { return max(v, -v) }
