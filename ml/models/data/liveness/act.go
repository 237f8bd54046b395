package liveness

import (
	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// performance is a living person: everything moves a little, from hardly to clearly.
func performance(c face.Capture, s *stream.Stream) (scene [Frames]face.Capture) {
	scene = rigid(c, s)
	smile, open, brows := path(s, s.Range(0, 60)), path(s, s.Range(0, 50)), path(s, s.Range(0, 40))
	gazeX, gazeY := path(s, s.Range(0, 90)), path(s, s.Range(0, 70))
	lids := path(s, s.Range(0, 20))
	closed := -1
	if s.Chance(62) {
		closed = s.IntN(Frames)
	}
	for i := range scene {
		f := &scene[i]
		f.Smile = percent(f.Smile + smile[i])
		f.MouthOpen = percent(f.MouthOpen + open[i])
		f.BrowRaise = min(max(f.BrowRaise+brows[i], -60), 100)
		f.GazeX, f.GazeY = limit(f.GazeX+gazeX[i]), limit(f.GazeY+gazeY[i])
		f.Blink = percent(min(f.Blink, 35) + lids[i])
		if i == closed {
			f.Blink = s.Range(75, 100)
		} else if i == closed+1 && closed >= 0 && s.Chance(40) {
			f.Blink = s.Range(40, 90)
		}
	}
	return scene
}

// rigid is a head that turns and does nothing else.
func rigid(c face.Capture, s *stream.Stream) (scene [Frames]face.Capture) {
	yaw, pitch := path(s, s.Range(8, 190)), path(s, s.Range(5, 120))
	for i := range scene {
		scene[i] = c
		scene[i].Yaw, scene[i].Pitch = c.Yaw*6/10+yaw[i], c.Pitch*6/10+pitch[i]
	}
	return scene
}

func percent(v int) int { return min(max(v, 0), 100) }

func limit(v int) int { return min(max(v, -100), 100) }

// disguise makes the person one that wears a mask of p: no marks, no lines, lips and skin nearer to one level, more shine,
// lids that stay open, and rims of eye holes that are seen more or less.
func disguise(p face.Person, c *face.Capture, s *stream.Stream) face.Person {
	if s.Chance(80) {
		p.Marks = [len(p.Marks)]face.Mark{}
		p.Traits[face.Freckles] = 0
	}
	p.Traits[face.Wrinkles] = p.Traits[face.Wrinkles] * s.Range(0, 60) / 100
	p.Traits[face.LipDarkness] = p.Traits[face.LipDarkness] * s.Range(40, 130) / 100
	p.Traits[face.LidCrease] /= 2
	c.Gloss = s.Range(0, 90)
	c.Diffuse += s.Range(0, 15)
	c.Blink, c.Smile, c.MouthOpen = s.Range(0, 20), c.Smile/2, 0
	if s.Chance(70) {
		c.Cutout = s.Range(0, 75)
	}
	return p
}

// still is the picture that someone printed: one moment, background included, twice as fine as a frame.
func still(p face.Person, c face.Capture, s *stream.Stream) [Frames]gray.Image {
	m := gray.New(2*Size, 2*Size)
	face.Backdrop(m, c.Clutter, s.Fork("liveness/behind"))
	c.Blink = min(c.Blink, 25)
	face.AlignInto(p, c, m, gray.Point{}, gray.Point{})
	var frames [Frames]gray.Image
	for i := range frames {
		frames[i] = m
	}
	return frames
}

// recorded is what someone plays on a screen: a living person, or a still.
func recorded(p face.Person, c face.Capture, s *stream.Stream) [Frames]gray.Image {
	if s.Chance(40) {
		return still(p, c, s)
	}
	return acted(p, performance(c, s), s)
}
