package face

// outline adds the corners of the head's silhouette (without hair), grown by grow: from the crown down its right side and up
// its left. The lower a place, the more it lies in front, so that a turned chin moves with the face.
func (s *studio) outline(grow int) {
	t := &s.p.Traits
	right := [...][3]int{
		{0, -t[SkullHeight], -150}, {t[CrownWidth], -t[SkullHeight] + 170, -150}, {t[ForeheadWidth], -1000, -50}, {t[TempleWidth], -500, 0},
		{t[CheekWidth], 0, 50}, {t[MidCheekWidth], 430, 130}, {t[JawWidth], 860, 300}, {t[ChinWidth], t[ChinY] - 130 + s.jaw()/2, 540}, {0, t[ChinY] + s.jaw(), 640},
	}
	s.begin()
	for _, q := range right {
		s.addAt(s.grown(q, grow, 1))
	}
	for i := len(right) - 2; i > 0; i-- {
		s.addAt(s.grown(right[i], grow, -1))
	}
}

// grown moves a corner of the outline outwards, on the right (+1) or on the left (-1).
func (s *studio) grown(q [3]int, grow, side int) (x, y, z int) {
	x = side*(q[0]+grow*q[0]/1000) + s.p.Traits[Asymmetry]*q[1]/1000
	return x, q[1] + grow*q[1]/1500, q[2]
}

// jaw is how far the chin falls when the mouth opens.
func (s *studio) jaw() int { return s.c.MouthOpen * 130 / 100 }

// body draws neck and shoulders.
func (s *studio) body() {
	t := &s.p.Traits
	clothes := int(s.c.Backdrop>>8) & 127
	s.begin()
	for _, q := range [...][2]int{{-2600, 4200}, {-2300, 2350}, {-1400, 1950}, {-620, 1750}, {620, 1750}, {1400, 1950}, {2300, 2350}, {2600, 4200}} {
		s.addAt(q[0], q[1], -300)
	}
	s.sharp()
	s.solid(clothes + 40)
	wide := 420 + t[JawWidth]/4
	s.begin()
	for _, q := range [...][2]int{{-wide, 500}, {wide, 500}, {wide + 60, 1750}, {200, 2050}, {-200, 2050}, {-wide - 60, 1750}} {
		s.addAt(q[0], q[1], -150)
	}
	s.sharp()
	s.solid(share(s.skin, 84))
}

// hairBehind draws the hair that lies behind the face, down to where it ends.
func (s *studio) hairBehind() {
	t := &s.p.Traits
	if t[HairVolume] < 40 {
		return
	}
	v, end := t[HairVolume], t[HairEnd]
	lean := s.c.HairTilt
	s.begin()
	s.addAt(lean, -t[SkullHeight]-v, -250)
	for _, side := range [...]int{1, -1} {
		xs := [...]int{t[CrownWidth] + 170 + v/2, t[ForeheadWidth] + 80 + v, t[TempleWidth] + v}
		ys := [...]int{-t[SkullHeight] + 120 - v/2, -950, -450}
		if side > 0 {
			for i := range xs {
				s.addAt(xs[i]+lean/2, ys[i], -300)
			}
			if end > 250 {
				s.addAt(t[CheekWidth]+v, end/2, -350)
				s.addAt(t[CheekWidth]+v*2/3, end, -350)
			}
			continue
		}
		if end > 250 {
			s.addAt(-t[CheekWidth]-v*2/3, end, -350)
			s.addAt(-t[CheekWidth]-v, end/2, -350)
		}
		for i := len(xs) - 1; i >= 0; i-- {
			s.addAt(-xs[i]+lean/2, ys[i], -300)
		}
	}
	s.smooth(2)
	s.solid(share(s.hair, 80))
}

// ears draws both ears, behind the cheeks.
func (s *studio) ears() {
	t := &s.p.Traits
	if t[HairEnd] > 250 && t[HairVolume] > 60 {
		return // under the hair
	}
	for _, side := range [...]int{-1, 1} {
		centre := s.at(side*(t[CheekWidth]+t[EarOut]/2), 60, -220)
		s.discAt(centre, 60+t[EarOut]/2, t[EarSize])
		s.solid(share(s.skin, 92))
		s.discAt(s.at(side*(t[CheekWidth]+t[EarOut]/2+10), 60, -200), 30+t[EarOut]/4, t[EarSize]*6/10)
		s.on(share(s.skin, 62), 170)
	}
}

// headSkin draws the head itself.
func (s *studio) headSkin() {
	s.outline(0)
	s.smooth(2)
	s.solid(s.skin)
}

// hairInFront draws the hair between the skull and the hairline.
func (s *studio) hairInFront() {
	t := &s.p.Traits
	if t[HairVolume] < 40 {
		return
	}
	v, line, sweep := t[HairVolume], t[HairlineY], t[HairSweep]+s.c.HairTilt
	recede, burn := t[TempleRecession], min(max(t[HairEnd], -150), 200) // burn: how far sideburns go down
	s.begin()
	for _, q := range [...][3]int{
		{0, -t[SkullHeight] - v, -150}, {t[CrownWidth] + v/2, -t[SkullHeight] + 130 - v/2, -150}, {t[ForeheadWidth] + v, -1000, -80}, {t[TempleWidth] + v*2/3, -480, -20},
		{t[TempleWidth] + 20, -180 + burn, 40}, {t[TempleWidth] - 60, -180 + burn, 140},
		{t[TempleWidth] - 90, -420, 330}, {t[ForeheadWidth] - 150, line + 150 - recede, 520}, {350, line + sweep/3, 760}, {0, line + sweep/5, 800},
		{-350, line - sweep/4, 760}, {-t[ForeheadWidth] + 150, line + 150 - recede, 520}, {-t[TempleWidth] + 90, -420, 330},
		{-t[TempleWidth] + 60, -180 + burn, 140}, {-t[TempleWidth] - 20, -180 + burn, 40},
		{-t[TempleWidth] - v*2/3, -480, -20}, {-t[ForeheadWidth] - v, -1000, -80}, {-t[CrownWidth] - v/2, -t[SkullHeight] + 130 - v/2, -150},
	} {
		s.addAt(q[0], q[1], q[2])
	}
	s.smooth(2)
	s.solid(s.hair)
	s.strands()
}

// strands draws some lighter and darker lines into the hair.
func (s *studio) strands() {
	t := &s.p.Traits
	for i := -3; i <= 3; i++ {
		x := i * t[ForeheadWidth] / 4
		s.begin()
		s.addAt(x/3+t[HairSweep]/3, -t[SkullHeight]-t[HairVolume]/3, 0)
		s.addAt(x*2/3+t[HairSweep]/4, (t[HairlineY]-t[SkullHeight])/2, 350)
		s.addAt(x, t[HairlineY]-60, 600)
		s.stroke(45, 20)
		if i&1 == 0 {
			s.on(share(s.hair, 70), 150)
		} else {
			s.on(s.hair+34, 150)
		}
	}
}

// facialHair draws beard and moustache; little of either is stubble.
func (s *studio) facialHair() {
	t := &s.p.Traits
	level := min(s.hair+10, share(s.skin, 75))
	if amount := t[Beard]; amount > 4 {
		mouth := s.mouthY()
		s.begin()
		for _, q := range [...][2]int{
			{t[TempleWidth] - 30, 0}, {t[MidCheekWidth] - 20, 480}, {t[JawWidth], 880}, {t[ChinWidth], t[ChinY] - 120}, {0, t[ChinY] - 20}, {-t[ChinWidth], t[ChinY] - 120},
			{-t[JawWidth], 880}, {-t[MidCheekWidth] + 20, 480}, {-t[TempleWidth] + 30, 0}, {-t[TempleWidth] + 110, 0}, {-t[MidCheekWidth] + 200, 500}, {-t[MouthWidth] - 60, mouth + 40},
			{0, mouth + t[LowerLip] + 90}, {t[MouthWidth] + 60, mouth + 40}, {t[MidCheekWidth] - 200, 500}, {t[TempleWidth] - 110, 0},
		} {
			s.add(q[0], q[1]+s.jaw()*max(q[1], 0)/1500, 10)
		}
		s.smooth(2)
		s.on(level, 60+amount*17/10)
	}
	if amount := t[Moustache]; amount > 4 {
		y := s.mouthY() - t[UpperLip]
		s.begin()
		for _, q := range [...][2]int{{0, y - 130}, {t[NoseWidth] + 40, y - 100}, {t[MouthWidth] + 30, y + 40}, {t[NoseWidth], y - 5}, {0, y - 15}, {-t[NoseWidth], y - 5}, {-t[MouthWidth] - 30, y + 40}, {-t[NoseWidth] - 40, y - 100}} {
			s.add(q[0], q[1], 90)
		}
		s.smooth(2)
		s.on(level, 60+amount*17/10)
	}
}
