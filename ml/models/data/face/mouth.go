package face

// noseBase and mouthY are heights that features share.
func (p *Person) noseBase() int { return p.Traits[EyeY] + p.Traits[NoseLength] }

func (s *studio) mouthY() int { return s.p.noseBase() + s.p.Traits[MouthGap] }

// nose draws what is not shading: nostrils, wings, the shadow below.
func (s *studio) nose() {
	t := &s.p.Traits
	base, tip := s.p.noseBase(), t[NoseTip]
	for _, side := range [...]int{-1, 1} {
		s.begin()
		s.add(side*t[NoseWidth], base-110, tip*2/10)
		s.add(side*(t[NoseWidth]+18), base-40, tip*3/10)
		s.add(side*(t[NoseWidth]-35), base+10, tip*4/10)
		s.stroke(26, 34)
		s.on(share(s.skin, 62), 180)
		s.disc(side*t[NoseWidth]*52/100, base-8, tip*7/10, t[NostrilSize]*13/10, t[NostrilSize]*8/10)
		s.on(share(s.skin, 28), 220)
		s.begin()
		s.add(side*(t[NoseBridge]+20), t[EyeY]-40, 30)
		s.add(side*(t[NoseBridge]+5), t[EyeY]+t[NoseLength]/2, tip/2)
		s.add(side*(t[NoseBridge]+t[NoseWidth])/2, base-120, tip*7/10)
		s.stroke(70, 50)
		s.on(share(s.skin, 82), 60)
	}
	s.begin()
	s.add(-t[NoseWidth]*7/10, base+5, tip*5/10)
	s.add(0, base+28, tip*6/10)
	s.add(t[NoseWidth]*7/10, base+5, tip*5/10)
	s.add(0, base-15, tip*9/10)
	s.smooth(2)
	s.on(share(s.skin, 62), 150)
}

// mouth draws lips, and what an open mouth shows.
func (s *studio) mouth() {
	t := &s.p.Traits
	y, smile, open := s.mouthY(), s.c.Smile, s.c.MouthOpen
	wide := t[MouthWidth] * (100 + smile*28/100 - open*14/100) / 100
	gap := open*150/100 + smile*smile*34/10000
	rise := t[MouthCorner] + smile*95/100
	skew := t[Asymmetry] / 2
	upper, lower := t[UpperLip]*(100-smile/4)/100, t[LowerLip]*(100-smile/5)/100
	level := share(s.skin, 100-t[LipDarkness])
	corner := func(side int) { s.add(side*wide, y-rise+side*skew+gap/4, 20) }
	arc := func(at, height int) {
		s.add(at*wide/100, y-rise*at*at/10000+at*skew/100+height*(10000-at*at)/10000, 90)
	}

	s.begin() // the upper lip
	corner(-1)
	arc(-60, -upper*11/10)
	arc(-24, -upper*13/10-t[CupidBow])
	arc(0, -upper-t[CupidBow]/4)
	arc(24, -upper*13/10-t[CupidBow])
	arc(60, -upper*11/10)
	corner(1)
	arc(50, 0)
	arc(0, 4)
	arc(-50, 0)
	s.smooth(2)
	s.on(share(level, 90), 240)

	s.begin() // the lower lip
	corner(-1)
	arc(-50, gap-4)
	arc(0, gap)
	arc(50, gap-4)
	corner(1)
	arc(60, gap+lower)
	arc(0, gap+lower*11/10)
	arc(-60, gap+lower)
	s.smooth(2)
	s.on(level, 240)

	if gap > 12 {
		s.begin()
		corner(-1)
		arc(-50, 0)
		arc(0, 4)
		arc(50, 0)
		corner(1)
		arc(50, gap)
		arc(0, gap)
		arc(-50, gap)
		s.smooth(2)
		s.on(26, 245)
		if smile > 25 || open > 40 {
			teeth := min(gap*6/10, 70)
			s.begin()
			arc(-62, 2)
			arc(0, 6)
			arc(62, 2)
			arc(55, teeth)
			arc(0, teeth+6)
			arc(-55, teeth)
			s.smooth(2)
			s.on(min(s.skin/2+120, 235), 235)
		}
	} else {
		s.begin()
		corner(-1)
		for at := -66; at <= 66; at += 33 {
			arc(at, 0)
		}
		corner(1)
		s.stroke(18, 18)
		s.on(share(s.skin, 38), 225)
	}
}

// age draws lines of the forehead, from the nose to the mouth and beside the eyes, freckles, and the person's marks.
func (s *studio) age() {
	t := &s.p.Traits
	w, smile := t[Wrinkles], s.c.Smile
	y := s.mouthY()
	for _, side := range [...]int{-1, 1} {
		if deep := w + smile*6/10; deep > 12 {
			s.begin()
			s.add(side*(t[NoseWidth]+40), s.p.noseBase()-60, 40)
			s.add(side*(t[NoseWidth]+150), (s.p.noseBase()+y)/2, 40)
			s.add(side*(t[MouthWidth]+90), y-10, 20)
			s.stroke(24, 12)
			s.on(share(s.skin, 66), min(deep*2, 220))
		}
		if deep := w + smile*3/10 - 20; deep > 10 {
			x, ey, _ := s.p.eyeAt(side)
			for i := -1; i <= 1; i++ {
				s.begin()
				s.add(x+side*(t[EyeWidth]+50), ey+i*25, 0)
				s.add(x+side*(t[EyeWidth]+150), ey+i*70-20, 0)
				s.stroke(16, 10)
				s.on(share(s.skin, 68), min(deep*2, 190))
			}
		}
	}
	if deep := w - 15 + max(s.c.BrowRaise, 0)*5/10; deep > 10 {
		for i := range 3 {
			fy := t[EyeY] - t[BrowGap] - 190 - i*120
			s.begin()
			for x := -420; x <= 420; x += 210 {
				s.add(x, fy+x*x/9000+t[Asymmetry]/2, 0)
			}
			s.stroke(18, 14)
			s.on(share(s.skin, 72), min(deep*2, 180))
		}
	}
	if f := t[Freckles]; f > 8 {
		for i := range 14 {
			// Places that depend on the person alone.
			h := s.p.ID*0x9e3779b97f4a7c15 + uint64(i&63)*0xd1b54a32d192ed03
			s.disc(int(h>>40&1023)-512, int(h>>52&511)-40, 0, 16+int(h>>30&15), 16+int(h>>30&15))
		}
		s.on(share(s.skin, 70), min(f*3, 190))
	}
	for _, m := range s.p.Marks {
		if m.Size > 0 {
			s.disc(m.X, m.Y, 0, m.Size, m.Size)
			s.on(share(s.skin, 100-m.Darkness), 230)
		}
	}
}
