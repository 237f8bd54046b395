package liveness

import (
	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// medium is what a picture is shown on.
type medium struct {
	// texture is fixed to the medium: halftone, fibres, or the grid of a screen.
	period, angle, depth int // period in 1/16 pixel of a frame
	fibre                int // levels
	contrast, lift       int // of the medium: 256 keeps levels
	gloss                int // strength of a reflection that moves with the tilt
	bend                 int // how far the middle comes nearer, 1/256 pixel
	// what a screen does in time
	moire, band, flicker int // levels
	frame                int // pixels of the edge that show, 0 for none
}

// paper is a print: from photo paper without a visible screen to an office printer's.
func paper(s *stream.Stream) medium {
	m := medium{contrast: s.Range(170, 250), lift: s.Range(0, 45), fibre: s.Range(0, 8), gloss: s.Range(0, 40)}
	if s.Chance(65) {
		m.period, m.angle, m.depth = s.Range(20, 56), s.IntN(gray.Turn), s.Range(2, 34)
	}
	if s.Chance(50) {
		m.bend = s.Range(-500, 500)
	}
	if s.Chance(20) {
		m.frame = s.Range(1, 4)
	}
	return m
}

// screen is a telephone's or a computer's: from hardly to clearly visible.
func screen(s *stream.Stream) medium {
	m := medium{contrast: s.Range(190, 280), lift: s.Range(-5, 35), gloss: s.Range(0, 30)}
	if s.Chance(80) {
		m.moire = s.Range(1, 16)
	}
	if s.Chance(60) {
		m.band = s.Range(1, 22)
	}
	m.flicker = s.Range(0, 12)
	if s.Chance(50) {
		m.period, m.angle, m.depth = s.Range(17, 40), stream.Pick(s, 0, 0, gray.Turn/4, s.IntN(gray.Turn)), s.Range(1, 18)
	}
	if s.Chance(25) {
		m.frame = s.Range(1, 5)
	}
	return m
}

// filmed shows pictures on a medium to a camera. Alignment takes shift, turn and size out of the medium's movement; what
// stays is its tilt, which squeezes and shears everything alike, and its light.
func filmed(pictures [Frames]gray.Image, c face.Capture, s *stream.Stream, on medium) (frames [Frames]gray.Image) {
	squeeze, shear, lean := path(s, s.Range(1500, 7000)), path(s, s.Range(500, 5000)), path(s, s.Range(0, 1500))
	light, shift := path(s, s.Range(0, 60)), s.IntN(gray.Turn)
	phase, speed := s.IntN(gray.Turn), s.Range(-900, 900)
	grain := s.Uint64()
	edge := edges(on, s)
	for i := range frames {
		t := tilt{squeeze: squeeze[i], shear: shear[i], lean: lean[i], bend: on.bend, jitter: shake(s)}
		m := t.show(pictures[i], edge)
		on.texture(m, t, grain)
		gray.Tone(m, on.contrast, on.lift)
		on.time(m, phase+i*speed, shift+i*257, s.Bell(-on.flicker, on.flicker))
		on.reflection(m, light[i], shift)
		frames[i] = m
	}
	c.Blur += s.IntN(3) / 2
	return camera(frames, c, s)
}

// tilt is one moment of a plane: how its height is squeezed, how it is sheared, how one side is larger (Q16), how far its
// middle bends towards the camera, and the error of alignment (1/256 pixel).
type tilt struct {
	squeeze, shear, lean, bend int
	jitter                     gray.Point
}

// from says which place of the medium (1/256 pixel of a frame) shows at (x, y), in pixels.
func (t tilt) from(x, y int) gray.Point {
	u, v := x*gray.One+gray.One/2-Size*gray.One/2, y*gray.One+gray.One/2-Size*gray.One*3/8 // around the eyes
	far := t.lean * u / (Size * gray.One / 2)
	sx := u + u*far>>16 + v*t.shear>>16
	sy := v + v*(t.squeeze+far)>>16
	if t.bend != 0 {
		sx += t.bend * u / (Size * gray.One / 2) * (max(u, -u)) / (Size * gray.One / 2)
	}
	return gray.Point{X: sx + Size*gray.One/2 + t.jitter.X, Y: sy + Size*gray.One*3/8 + t.jitter.Y}
}

// border is what lies around the medium and where it ends, in 1/256 pixel of a frame.
type border struct {
	left, right, foot int
	level             uint8
}

func edges(on medium, s *stream.Stream) border {
	b := border{left: -gray.MaxSide * gray.One, right: gray.MaxSide * gray.One, foot: gray.MaxSide * gray.One, level: gray.Clamp8(s.IntN(256))}
	if on.frame > 0 {
		switch s.IntN(3) {
		case 0:
			b.left = on.frame * gray.One
		case 1:
			b.right = (Size - on.frame) * gray.One
		default:
			b.foot = (Size - on.frame) * gray.One
		}
	}
	return b
}

func (t tilt) show(picture gray.Image, edge border) gray.Image {
	m := gray.New(Size, Size)
	scale := picture.W / Size
	for y := range Size {
		for x := range Size {
			p := t.from(x, y)
			if p.X < edge.left || p.X > edge.right || p.Y > edge.foot {
				m.Pix[y*Size+x] = edge.level
				continue
			}
			v := picture.Sample(gray.Point{X: p.X * scale, Y: p.Y * scale})
			if scale > 1 { // two samples for the four pixels of a finer picture
				v = uint8((int(v) + int(picture.Sample(gray.Point{X: p.X*scale + gray.One/2, Y: p.Y*scale + gray.One/2}))) >> 1 & 255)
			}
			m.Pix[y*Size+x] = v
		}
	}
	return m
}
