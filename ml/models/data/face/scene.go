package face

import (
	"slices"

	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// The sides of a scene and the sizes of faces (Box.Size) in it, in pixels. A face that turns or has a long head may be a pixel
// or two outside that range.
const (
	SceneSize   = 96
	SmallestBox = 18
	LargestBox  = 70
)

// unitsPerBox is the mean Box.Size of a person, in head units.
const unitsPerBox = 2430

// Scene draws SceneSize² pixels of clutter with no, one or two faces that do not overlap, and tells where they are. Their middles,
// eyes and mouths lie inside. Every scene shows persons of its own.
func Scene(s *stream.Stream) (gray.Image, []Truth) {
	m := gray.New(SceneSize, SceneSize)
	c := RandomCapture(s)
	Backdrop(m, s.Range(0, 18), s)
	for range s.IntN(3) {
		decoy(m, s)
	}
	var sitters []*studio
	for range [...]int{0, 1, 1, 1, 1, 1, 2, 2}[s.IntN(8)] {
		sitters = enter(sitters, m, c, s)
	}
	// Who is smaller is farther away, and drawn first.
	slices.SortStableFunc(sitters, func(a, b *studio) int { return a.truth().Box.Size - b.truth().Box.Size })
	faces := make([]Truth, len(sitters))
	for i, sitter := range sitters {
		sitter.draw()
		faces[i] = sitter.truth()
	}
	c.Blur = stream.Pick(s, 0, 0, 0, 1, 1, 2)
	c.SmearX, c.SmearY = c.SmearX/3, c.SmearY/3
	c.Noise = c.Noise * 2 / 3
	return c.Sensor(m), faces
}

// enter adds one more person where there is room; light and camera are the scene's.
func enter(others []*studio, m gray.Image, scene Capture, s *stream.Stream) []*studio {
	p := NewPerson(s.Uint64(), 0)
	c := RandomCapture(s)
	c.LightX, c.LightY, c.Ambient, c.Diffuse = scene.LightX, scene.LightY, scene.Ambient, scene.Diffuse
	for range 8 {
		// Even over the logarithm: as many of 18 to 36 pixels as of 36 to 70.
		size := SmallestBox * 16 // 1/16 pixel
		size = min(size*(1<<s.IntN(2))*(64+s.IntN(64))/64, LargestBox*16)
		c.Scale = size * 1000 * 1000 / (16 * unitsPerBox * SceneSize)
		reach := max(500-size*1000/(16*SceneSize)*40/100, 60)
		c.X, c.Y = s.Range(-reach, reach), s.Range(-reach, reach)
		st := newStudio(&p, &c, m)
		st.put(c, m.W, m.H)
		t := st.truth()
		free := t.inside(m.W, m.H)
		for _, o := range others {
			free = free && !t.hides(o.truth())
		}
		if free {
			return append(others, st)
		}
	}
	return others
}

func (t Truth) inside(w, h int) bool {
	in := func(p Point) bool { return p.X >= 16 && p.Y >= 16 && p.X < 16*w-16 && p.Y < 16*h-16 }
	return in(Point{t.Box.CX, t.Box.CY}) && in(t.LeftEye) && in(t.RightEye) && in(t.Mouth)
}

// hides says whether two faces overlap, or whether the smaller of them lies behind the shoulders of the other.
func (t Truth) hides(o Truth) bool {
	if t.Box.Size > o.Box.Size {
		t, o = o, t
	}
	dx, dy := t.Box.CX-o.Box.CX, t.Box.CY-o.Box.CY
	apart := (t.Box.Size + o.Box.Size) * 62 / 100
	behind := dy > 0 && max(dx, -dx) < o.Box.Size*110/100+t.Box.Size/2
	return behind || dx*dx+dy*dy < apart*apart
}

// decoy draws what resembles a face from afar: an oval with spots anywhere, on a stand or with a cap.
func decoy(m gray.Image, s *stream.Stream) {
	r := gray.NewRaster(m.W, m.H)
	at := gray.Point{X: s.IntN(m.W) * gray.One, Y: s.IntN(m.H) * gray.One}
	size := s.Range(8, 30) * gray.One
	level := s.Range(60, 230)
	if s.Chance(50) {
		r.Polygon(gray.Ellipse(nil, gray.Point{X: at.X, Y: at.Y - size/2}, size, size, 0, 16))
		r.Paint(m, gray.Clamp8(s.IntN(120)), 256)
	}
	r.Polygon(gray.Ellipse(nil, at, size*s.Range(60, 100)/100, size, s.Range(-300, 300), 18))
	r.Paint(m, gray.Clamp8(level), 256)
	for range s.IntN(6) {
		spot := gray.Point{X: at.X + s.Range(-size/2, size/2), Y: at.Y + s.Range(-size*2/3, size*2/3)}
		r.Polygon(gray.Ellipse(nil, spot, max(size*s.Range(5, 30)/100, 60), max(size*s.Range(4, 16)/100, 60), s.IntN(gray.Turn), 10))
		r.Paint(m, gray.Clamp8(level*s.Range(20, 120)/100), s.Range(120, 256))
	}
}
