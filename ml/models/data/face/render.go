package face

import (
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// Point is a place on the image in 1/16 pixel; the centre of the first pixel is (8, 8).
type Point struct{ X, Y int }

// Box is where a face lies, in 1/16 pixel: the middle of its outline (chin to crown, without hair and ears), and the mean of
// the outline's width and height.
type Box struct{ CX, CY, Size int }

// Truth is what a picture shows. Left and right are those of the image.
type Truth struct {
	Box                      Box
	LeftEye, RightEye, Mouth Point
}

// Render draws the person on a background, w×h. The sides are brought into 0..gray.MaxSide.
func Render(p Person, c Capture, w, h int) (gray.Image, Truth) {
	m := gray.New(w, h)
	Backdrop(m, c.Clutter, stream.New(c.Backdrop, "face/background", 0))
	s := newStudio(&p, &c, m)
	s.put(c, m.W, m.H)
	s.draw()
	return c.Sensor(m), s.truth()
}

// Portrait draws the person in front of what m holds already, without sensor noise.
func Portrait(p Person, c Capture, m gray.Image) Truth {
	s := newStudio(&p, &c, m)
	s.put(c, m.W, m.H)
	s.draw()
	return s.truth()
}

// draw paints the head from back to front and puts light on it.
func (s *studio) draw() {
	s.body()
	s.hairBehind()
	s.ears()
	s.headSkin()
	s.reliefs()
	s.age()
	s.mouth()
	s.facialHair()
	s.nose()
	s.eyes()
	s.hairInFront()
	s.shade()
	s.glasses() // their rims shine as they like
}

func (s *studio) truth() Truth {
	s.outline(0)
	low, high := s.points[0], s.points[0]
	for _, p := range s.points {
		low.X, low.Y = min(low.X, p.X), min(low.Y, p.Y)
		high.X, high.Y = max(high.X, p.X), max(high.Y, p.Y)
	}
	mouth := s.mouthY()
	return Truth{
		Box:     Box{CX: (low.X + high.X) >> 5, CY: (low.Y + high.Y) >> 5, Size: (high.X - low.X + high.Y - low.Y) >> 5},
		LeftEye: sixteenth(s.at(s.p.eyeAt(-1))), RightEye: sixteenth(s.at(s.p.eyeAt(1))),
		Mouth: sixteenth(s.at(0, mouth, s.p.surface(0, mouth)+60)),
	}
}

func sixteenth(p gray.Point) Point { return Point{p.X >> 4, p.Y >> 4} }

// Where an aligned crop of 64×64 has its eyes, in pixels.
const (
	AlignedSize = 64
	AlignedEyeY = 24
	AlignedEyeL = 20
	AlignedEyeR = 44
)

// Aligned draws the crop that alignment by the eyes makes of a capture: AlignedSize² pixels, the eyes where the constants
// say, but for the error of whoever found them, which s gives: up to 0.9 pixel on each side.
func Aligned(p Person, c Capture, s *stream.Stream) gray.Image {
	shake := func() int { return s.Bell(-230, 230) }
	return aligned(p, c, AlignedSize, gray.Point{X: shake(), Y: shake()}, gray.Point{X: shake(), Y: shake()})
}

// AlignedAt draws the aligned crop with size² pixels and no error of alignment, but moved by shift (1/256 pixel of the crop).
func AlignedAt(p Person, c Capture, size int, shift gray.Point) gray.Image {
	return aligned(p, c, size, shift, shift)
}

func aligned(p Person, c Capture, size int, left, right gray.Point) gray.Image {
	m := gray.New(size, size)
	Backdrop(m, c.Clutter, stream.New(c.Backdrop, "face/background", 0))
	AlignInto(p, c, m, left, right)
	return c.Sensor(m)
}

// AlignInto draws the person in front of what m, a square, holds already, without sensor noise: the eyes where an aligned crop
// has them, but moved by left and right (1/256 pixel of m).
func AlignInto(p Person, c Capture, m gray.Image, left, right gray.Point) {
	s := newStudio(&p, &c, m)
	s.align(m.W, left, right)
	s.draw()
}

// align puts the eyes where an aligned crop has them.
func (s *studio) align(size int, left, right gray.Point) {
	a, _ := s.flat(s.p.eyeAt(-1))
	b, _ := s.flat(s.p.eyeAt(1))
	unit := size * gray.One / AlignedSize
	s.to = gray.Similarity(a, b,
		gray.Point{X: AlignedEyeL*unit + left.X, Y: AlignedEyeY*unit + left.Y},
		gray.Point{X: AlignedEyeR*unit + right.X, Y: AlignedEyeY*unit + right.Y})
}
