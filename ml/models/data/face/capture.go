package face

import (
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// Glasses are what a person wears in one capture and not in the next.
type Glasses int

// Kinds of glasses.
const (
	NoGlasses Glasses = iota
	RoundGlasses
	SquareGlasses
	HalfGlasses // rim above only
)

// Capture is how one picture came about. The zero value is a frontal, neutral face in even light before a plain wall, seen by a
// perfect camera. Values beyond what a field tells are brought into its range.
type Capture struct {
	Yaw, Pitch, Roll int // 1/4096 turn; positive yaw turns to the right of the image, positive pitch looks up
	X, Y             int // where the middle of the face lies, in 1/1000 of the image's sides; 0, 0 is the middle
	Scale            int // half the width of an average head, in 1/1000 of the image's smaller side; 0 is 300

	LightX, LightY   int // direction to the light, Q10, in ±1000; positive is right and below
	Ambient, Diffuse int // percent; 0, 0 is 50, 60
	Gloss            int // percent of specular light: sweat, oil, or a mask's paint
	Cutout           int // percent: how clearly eye holes of a mask are seen
	Gain, Lift       int // exposure: levels become v·Gain/256 + Lift; a Gain of 0 is 256
	Metering         int // percent of the way on which the camera brings the picture's mean to the middle gray

	Smile, MouthOpen, BrowRaise, Blink int // percent
	GazeX, GazeY                       int // ±100
	Glasses                            Glasses
	HairTilt                           int // how the hair lies today, in head units

	Blur         int // passes of gray.Blur
	SmearX       int // pixels
	SmearY       int
	Noise        int // deviation in 1/16 level
	Block        int // strength of gray.Block
	Clutter      int // shapes behind the person
	Backdrop     uint64
	SensorStream uint64
}

// RandomCapture draws a capture as they are sent in: mostly frontal, sometimes far from it; light from anywhere; any expression.
func RandomCapture(s *stream.Stream) Capture {
	c := Capture{
		Yaw: s.Bell(-330, 330), Pitch: s.Bell(-220, 220), Roll: s.Bell(-200, 200),
		X: s.Bell(-60, 60), Y: s.Bell(-60, 60), Scale: s.Range(230, 340),
		LightX: s.Range(-800, 800), LightY: s.Range(-800, 350), Ambient: s.Range(32, 75), Diffuse: s.Range(20, 75),
		Gain: s.Range(180, 310), Lift: s.Range(-14, 22), Metering: s.Range(20, 80),
		GazeX: s.Bell(-100, 100), GazeY: s.Bell(-80, 80),
		HairTilt: s.Bell(-90, 90),
		Blur:     s.Range(0, 2), Noise: s.Range(0, 110), Clutter: s.Range(0, 9),
		Backdrop: s.Uint64(), SensorStream: s.Uint64(),
	}
	if s.Chance(45) {
		c.Smile = s.Range(10, 100)
	}
	if s.Chance(30) {
		c.MouthOpen = s.Range(5, 90)
	}
	if s.Chance(35) {
		c.BrowRaise = s.Range(-60, 100)
	}
	if s.Chance(12) {
		c.Blink = s.Range(30, 100)
	} else {
		c.Blink = s.Range(0, 30)
	}
	if s.Chance(40) {
		c.Gloss = s.Range(0, 40)
	}
	if s.Chance(24) {
		c.Glasses = stream.Pick(s, RoundGlasses, SquareGlasses, HalfGlasses)
	}
	if s.Chance(12) {
		c.Blur += s.Range(1, 2)
	}
	if s.Chance(10) {
		c.SmearX, c.SmearY = s.Range(-3, 3), s.Range(-2, 2)
	}
	if s.Chance(40) {
		c.Block = s.Range(1, 6)
	}
	return c
}

// middleGray is the mean that a camera's exposure aims at.
const middleGray = 120

// Sensor does to the picture what lens, movement, exposure, sensor and codec do. The picture may be changed in place.
func (c Capture) Sensor(m gray.Image) gray.Image {
	gray.Blur(m, min(c.Blur, 16))
	m = gray.Smear(m, min(max(c.SmearX, -16), 16), min(max(c.SmearY, -16), 16))
	gain := c.Gain
	if gain == 0 {
		gain = 256
	}
	if mean := max(m.Mean(0, 0, m.W, m.H), 12); c.Metering > 0 {
		gain += gain * (middleGray - mean) * min(c.Metering, 100) / (mean * 100)
	}
	gray.Tone(m, gain, c.Lift)
	gray.Noise(m, c.Noise, stream.New(c.SensorStream, "face/sensor", 0))
	gray.Block(m, c.Block)
	return m
}
