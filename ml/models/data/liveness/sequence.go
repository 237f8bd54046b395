package liveness

import (
	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// Kind is what a sequence shows, in the order of the network's logits.
type Kind int

// Kinds.
const (
	Live Kind = iota
	Print
	Replay
	Mask
	Kinds
)

// String returns the kind's name.
func (k Kind) String() string {
	if k < 0 || k >= Kinds {
		return "unknown"
	}
	return [Kinds]string{"live", "print", "replay", "mask"}[k]
}

// Frames is the length of a sequence, and Size the side of a frame in pixels.
const (
	Frames = 8
	Size   = 32
)

// Sequence draws eight aligned frames of about a quarter of a second from one to the next. A kind that is none is drawn as Live.
func Sequence(p face.Person, kind Kind, s *stream.Stream) [Frames]gray.Image {
	c := face.RandomCapture(s)
	// A frame is made of a crop several times its size, which averages noise and blocks away.
	c.Blur, c.SmearX, c.SmearY, c.Noise, c.Block = s.IntN(3)/2, 0, 0, c.Noise/3, c.Block/3
	switch kind {
	case Print:
		return filmed(still(p, c, s), c, s, paper(s))
	case Replay:
		return filmed(recorded(p, c, s), c, s, screen(s))
	case Mask:
		return camera(acted(disguise(p, &c, s), rigid(c, s), s), c, s)
	default:
		return camera(acted(p, performance(c, s), s), c, s)
	}
}

// acted draws a head that moves before a background that stays, or moves with the camera.
func acted(p face.Person, scene [Frames]face.Capture, s *stream.Stream) (frames [Frames]gray.Image) {
	const border = 8
	behind := gray.New(Size+2*border, Size+2*border)
	face.Backdrop(behind, scene[0].Clutter, s.Fork("liveness/behind"))
	dx, dy := path(s, s.Range(0, border*gray.One)), path(s, s.Range(0, border*gray.One/2))
	for i := range frames {
		at := gray.Identity()
		at.C, at.F = int64(border*gray.One+dx[i]), int64(border*gray.One+dy[i])
		frames[i] = gray.Warp(behind, at, Size, Size)
		face.AlignInto(p, scene[i], frames[i], shake(s), shake(s))
	}
	return frames
}

// shake is the error of whoever found an eye, in 1/256 pixel of a frame.
func shake(s *stream.Stream) gray.Point { return gray.Point{X: s.Bell(-70, 70), Y: s.Bell(-70, 70)} }

// camera does to each frame what one camera does, with new noise each time and an exposure that breathes.
func camera(frames [Frames]gray.Image, c face.Capture, s *stream.Stream) [Frames]gray.Image {
	breath := path(s, s.Range(0, 7))
	gain := c.Gain
	for i := range frames {
		c.SensorStream = s.Uint64()
		c.Gain = gain + breath[i]
		frames[i] = c.Sensor(frames[i])
	}
	return frames
}

// path is a smooth way around 0 that stays within reach: two swings and a tremble.
func path(s *stream.Stream, reach int) (way [Frames]int) {
	a, b := s.IntN(gray.Turn), s.IntN(gray.Turn)
	slow, fast := s.Range(80, 450), s.Range(300, 900)
	for i := range way {
		swing := gray.Sin(a+i*slow)*6 + gray.Sin(b+i*fast)*3
		way[i] = (swing*reach/gray.Unity + s.Bell(-reach, reach)) / 10
	}
	return way
}
