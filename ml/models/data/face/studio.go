package face

import "github.com/virtengine/virtengine/ml/models/data/gray"

// studio is where one head is drawn: paint on the picture, the share of every pixel that is the person, and the relief that
// light falls on.
type studio struct {
	view
	p        *Person
	c        *Capture
	paint    gray.Image
	mask     gray.Image // 255 where the person hides what is behind
	eyeball  gray.Image // 255 between the lids of the eye that is drawn
	raster   *gray.Raster
	gx, gy   []int32 // slope of the relief, Q10
	points   []gray.Point
	curve    []gray.Point
	skin     int
	hair     int
	headSize gray.Point // half axes of the head on the image, 1/256 pixel
}

func newStudio(p *Person, c *Capture, on gray.Image) *studio {
	n := len(on.Pix)
	s := &studio{
		view: newView(*c), p: p, c: c, paint: on, mask: gray.New(on.W, on.H), eyeball: gray.New(on.W, on.H), raster: gray.NewRaster(on.W, on.H),
		gx: make([]int32, n), gy: make([]int32, n), points: make([]gray.Point, 0, 64), curve: make([]gray.Point, 0, 256),
	}
	s.skin, s.hair = p.skin(), p.Traits[HairLevel]
	return s
}

// begin starts a shape.
func (s *studio) begin() { s.points = s.points[:0] }

// add appends a corner that lies on the face, raised by lift.
func (s *studio) add(x, y, lift int) {
	s.points = append(s.points, s.at(x, y, s.p.surface(x, y)+lift))
}

// addAt appends a corner at a depth of its own.
func (s *studio) addAt(x, y, z int) { s.points = append(s.points, s.at(x, y, z)) }

// smooth makes the corners a closed curve and adds it.
func (s *studio) smooth(shift uint) {
	s.curve = gray.Smooth(s.curve[:0], s.points, true, shift)
	s.raster.Polygon(s.curve)
}

// sharp adds the corners as they are.
func (s *studio) sharp() { s.raster.Polygon(s.points) }

// stroke makes the corners a line of a width (head units) at its start and at its end.
func (s *studio) stroke(w0, w1 int) {
	s.curve = gray.Stroke(s.curve[:0], s.points, s.length(w0), s.length(w1))
	s.raster.Polygon(s.curve)
}

// disc adds an ellipse around a place of the face.
func (s *studio) disc(x, y, lift, rx, ry int) {
	s.discAt(s.at(x, y, s.p.surface(x, y)+lift), rx, ry)
}

func (s *studio) discAt(centre gray.Point, rx, ry int) {
	s.curve = gray.Ellipse(s.curve[:0], centre, s.length(rx), s.length(ry), 0, 14)
	s.raster.Polygon(s.curve)
}

// on draws what was added on the person; nothing of it falls beside the person.
func (s *studio) on(level, alpha int) { s.within(s.mask, level, alpha) }

// within draws what was added where limit is not 0, by its share.
func (s *studio) within(limit gray.Image, level, alpha int) {
	v, a := int32(min(max(level, 0), 255)), int32(min(max(alpha, 0), 256))
	s.raster.Sweep(func(x, y int, cover []int32) {
		at := y*s.paint.W + x
		pix, lim := s.paint.Pix[at:at+len(cover)], limit.Pix[at:at+len(cover)]
		for i, c := range cover {
			if c != 0 {
				old := int32(pix[i])
				pix[i] = uint8((old + ((v-old)*(c*a>>8)*int32(lim[i])/255+128)>>8) & 255)
			}
		}
	})
}

// stencil makes what was added the only place where within(s.eyeball, …) draws.
func (s *studio) stencil() {
	clear(s.eyeball.Pix)
	s.raster.Sweep(func(x, y int, cover []int32) {
		row := s.eyeball.Pix[y*s.paint.W+x:][:len(cover)]
		for i, c := range cover {
			row[i] = uint8(min(max(c, 0), 255))
		}
	})
}

// over draws what was added, also beside the person.
func (s *studio) over(level, alpha int) { s.raster.Paint(s.paint, gray.Clamp8(level), alpha) }

// solid draws what was added and makes it part of the person.
func (s *studio) solid(level int) {
	v := int32(min(max(level, 0), 255))
	s.raster.Sweep(func(x, y int, cover []int32) {
		at := y*s.paint.W + x
		pix, mask := s.paint.Pix[at:at+len(cover)], s.mask.Pix[at:at+len(cover)]
		for i, c := range cover {
			if c != 0 {
				old := int32(pix[i])
				pix[i] = uint8((old + ((v-old)*c+128)>>8) & 255)
				mask[i] = max(mask[i], uint8(min(max(c, 0), 255)))
			}
		}
	})
}

// share returns a level's part in percent.
func share(level, percent int) int { return level * percent / 100 }
