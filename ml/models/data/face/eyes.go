package face

import "github.com/virtengine/virtengine/ml/models/data/gray"

// eyeAt returns the middle of an eye: side is -1 for the one left on the image of an unturned head.
func (p *Person) eyeAt(side int) (x, y, z int) {
	t := &p.Traits
	x, y = side*t[EyeX]+t[Asymmetry]/2, t[EyeY]+side*t[Asymmetry]/2
	return x, y, p.surface(x, y) - 40
}

// eyes draws both eyes and their brows.
func (s *studio) eyes() {
	for _, side := range [...]int{-1, 1} {
		s.eye(side)
		s.brow(side)
	}
}

// eye draws a ball, covers what the lids cover, and lines the lids.
func (s *studio) eye(side int) {
	t := &s.p.Traits
	x, y, z := s.p.eyeAt(side)
	wide := t[EyeWidth]
	open := max(t[EyeOpen]*(100-min(max(s.c.Blink, 0), 100))/100*(100-s.c.Smile/5)/100, 0)
	tilt := -t[EyeTilt]                                                                // the outer corner rises with the trait
	corner := func(at int) (int, int) { return x + side*at*wide/100, y + tilt*at/100 } // at: -100 inner, +100 outer
	lid := func(at, up, height int) gray.Point {
		cx, cy := corner(at)
		bend := height * (100 - at*at/100) / 100
		cx += side * t[EyePeak] * (100 - max(at, -at)) / 200
		return s.at(cx, cy-up*bend, z+30)
	}
	shade := share(s.skin, 82-t[SocketDepth]/8)
	// The socket, softly darker.
	s.discAt(s.at(x, y-15, z), wide*13/10, 150+t[LidCrease])
	s.on(shade, 110)
	if open > 6 {
		s.opening(lid, open)
		s.stencil()
		s.opening(lid, open)
		s.on(min(s.skin/3+148, 232), 256)
		gx, gy := wide*s.c.GazeX/260, open*s.c.GazeY/300
		iris := s.at(x+gx, y+gy-open/8, z+50)
		s.discAt(iris, t[IrisSize], t[IrisSize])
		s.within(s.eyeball, t[IrisLevel], 256)
		s.discAt(iris, t[IrisSize]*45/100, t[IrisSize]*45/100)
		s.within(s.eyeball, 14, 256)
		s.discAt(gray.Point{X: iris.X + s.length(t[IrisSize])*s.c.LightX/2600, Y: iris.Y - s.length(t[IrisSize])/3}, 22, 22)
		s.within(s.eyeball, 250, 230)
	}
	if s.c.Cutout > 0 {
		s.points = gray.Ellipse(s.points[:0], s.at(x, y, z+30), s.length(wide*12/10), s.length(t[EyeOpen]+50), 0, 14)
		s.points = append(s.points, s.points[0])
		s.stroke(44, 44)
		s.on(share(s.skin, 25), min(s.c.Cutout, 100)*2)
	}
	// Lashes and the edge of the lid.
	s.begin()
	for at := -100; at <= 100; at += 50 {
		s.points = append(s.points, lid(at, 1, open))
	}
	s.stroke(22, 34)
	s.on(min(30, s.skin/3), 235)
	s.begin()
	for at := -100; at <= 100; at += 50 {
		s.points = append(s.points, lid(at, -1, open*6/10))
	}
	s.stroke(14, 16)
	s.on(share(s.skin, 55), 150)
	// The crease above.
	s.begin()
	for at := -85; at <= 90; at += 35 {
		p := lid(at, 1, open+t[LidCrease])
		s.points = append(s.points, p)
	}
	s.stroke(12, 16)
	s.on(share(s.skin, 58), 170)
}

// opening adds the almond between the lids.
func (s *studio) opening(lid func(at, up, height int) gray.Point, open int) {
	s.begin()
	for at := -100; at < 100; at += 40 {
		s.points = append(s.points, lid(at, 1, open))
	}
	for at := 100; at > -100; at -= 40 {
		s.points = append(s.points, lid(at, -1, open*6/10))
	}
	s.smooth(1)
}

// brow draws one eyebrow as a line of changing width.
func (s *studio) brow(side int) {
	t := &s.p.Traits
	_, y, _ := s.p.eyeAt(side)
	raise := s.c.BrowRaise * 90 / 100
	y -= t[BrowGap] + raise
	inner := max(t[EyeX]-t[EyeWidth]+t[BrowInner]-180, 60)
	length := t[BrowLength] * 16 / 10
	s.begin()
	for i := range 5 {
		x := inner + length*i/4
		arch := t[BrowArch] * (4 - (i-2)*(i-2)) / 4
		s.add(side*x+t[Asymmetry]/2, y-arch-t[BrowTilt]*(i-2)/2, 40+t[BrowRidge])
	}
	thick := max(t[BrowThickness], 18)
	s.stroke(thick*12/10, thick*5/10)
	s.on(min(share(s.hair, 85), share(s.skin, 70)), 110+t[BrowDarkness]*14/10)
}

// glasses draws rims, bridge and temples over the eyes.
func (s *studio) glasses() {
	if s.c.Glasses <= NoGlasses || s.c.Glasses > HalfGlasses {
		return
	}
	level := int(s.c.Backdrop>>16)&63 + 8
	lens := int(s.c.Backdrop>>24) & 63
	for _, side := range [...]int{-1, 1} {
		x, y, z := s.p.eyeAt(side)
		y += 30
		x += side * 30
		wide, high := 310, 260
		corners := [...][2]int{{-100, 0}, {-80, -70}, {0, -100}, {80, -70}, {100, 0}, {80, 70}, {0, 100}, {-80, 70}, {-100, 0}}
		if s.c.Glasses == SquareGlasses {
			corners = [...][2]int{{-100, 0}, {-100, -80}, {0, -88}, {100, -80}, {100, 0}, {92, 80}, {0, 88}, {-92, 80}, {-100, 0}}
			high = 220
		}
		s.begin()
		for _, q := range corners {
			s.addAt(x+q[0]*wide/100, y+q[1]*high/100, z+160)
		}
		s.sharp()
		s.over(min(s.skin+60, 255), lens/2)
		rim := s.points
		if s.c.Glasses == HalfGlasses {
			rim = rim[:5]
		}
		s.curve = gray.Stroke(s.curve[:0], rim, s.length(42), s.length(42))
		s.raster.Polygon(s.curve)
		s.over(level, 240)
		s.begin()
		s.addAt(x+side*wide, y-40, z+150)
		s.addAt(side*(s.p.Traits[TempleWidth]+40), y-40, 0)
		s.stroke(44, 44)
		s.over(level, 230)
	}
	x, y, z := s.p.eyeAt(1)
	s.begin()
	s.addAt(-x+30+270, y+10, z+200)
	s.addAt(0, y-30, z+260)
	s.addAt(x+30-290, y+10, z+200)
	s.stroke(40, 40)
	s.over(level, 230)
}
