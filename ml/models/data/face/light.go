package face

import "github.com/virtengine/virtengine/ml/models/data/gray"

// bell is exp(-x²/2)-like: (1-(d²/9))³ for d² below 9, Q10, by d² in 1/32.
var bell = bellTable()

func bellTable() (t [289]int16) {
	for i := range t {
		x := (288 - i) * 1024 / 288
		t[i] = int16(min(max(x*x/1024*x/1024, 0), 1024))
	}
	return t
}

// reliefs adds what stands out of the ellipsoid or lies below it. Slopes are what light shows.
func (s *studio) reliefs() {
	t := &s.p.Traits
	base := s.p.noseBase()
	mouth := s.mouthY()
	s.bump(0, t[EyeY]+t[NoseLength]*4/10, t[NoseTip]/2, t[NoseBridge]+30, t[NoseLength]*5/10, t[NoseTip]*8/10+t[NoseHump])
	s.bump(0, base-90, t[NoseTip], t[NoseWidth]*7/10+30, 120, t[NoseTip])
	for _, side := range [...]int{-1, 1} {
		x, y, _ := s.p.eyeAt(side)
		s.bump(x, y, 0, t[EyeWidth]*11/10, 130, -t[SocketDepth]-60)
		s.bump(x, y-t[BrowGap]+20, 0, 260, 80, t[BrowRidge]+30)
		s.bump(side*(t[CheekWidth]*60/100), 230, 0, 260, 210, t[CheekRelief]+60+s.c.Smile*6/10)
		s.bump(side*(t[MouthWidth]+190), mouth-20, 0, 130, 240, -t[CheekRelief]/2-t[Wrinkles]/3)
	}
	s.bump(0, mouth-t[UpperLip], 60, t[MouthWidth], 70, 45)
	s.bump(0, mouth+t[LowerLip]+40+s.jaw(), 60, t[MouthWidth]*8/10, 60, 45)
	s.bump(0, t[ChinY]-190+s.jaw(), 80, t[ChinWidth]*7/10+60, 130, t[ChinRelief]+60)
}

// bump adds a hill (or a hollow) around a place of the face: half widths rx and ry, all in head units.
func (s *studio) bump(x, y, lift, rx, ry, height int) {
	centre := s.at(x, y, s.p.surface(x, y)+lift)
	px, py := max(s.length(max(rx, 20)), 64), max(s.length(max(ry, 20)), 64)
	left, right := max((centre.X-3*px)>>8, 0), min((centre.X+3*px)>>8, s.paint.W-1)
	top, foot := max((centre.Y-3*py)>>8, 0), min((centre.Y+3*py)>>8, s.paint.H-1)
	// The slope at one half width is height/rx·e^-½; both in head units, so the size on the image does not matter.
	kx, ky := slope(height, rx), slope(height, ry)
	stepX := int32(gray.One * 1024 / px & 0xfffff)
	for j := top; j <= foot; j++ {
		v := int32(min(max((j*gray.One+128-centre.Y)*1024/py, -4096), 4096)) // Q10
		vv := v * v >> 15                                                    // 1/32
		u := int32(min(max((left*gray.One+128-centre.X)*1024/px, -4096), 4096))
		gx, gy := s.gx[j*s.paint.W:(j+1)*s.paint.W], s.gy[j*s.paint.W:(j+1)*s.paint.W]
		for i := left; i <= right; i++ {
			if d := u*u>>15 + vv; d < 288 {
				b := int32(bell[d])
				gx[i] += u * b >> 10 * kx >> 10
				gy[i] += v * b >> 10 * ky >> 10
			}
			u += stepX
		}
	}
}

// slope returns 6/10 of height/half as Q10, within ±4: at full height, light from the side would cut faces in bands.
func slope(height, half int) int32 {
	return int32(min(max(height*614/max(half, 20), -4096), 4096))
}

// shade puts light on what is the person: ambient, and diffuse by the cosine between the surface and the light.
func (s *studio) shade() {
	t := &s.p.Traits
	centre := s.at(0, -100, 0)
	rx, ry := s.length(t[CheekWidth]+60), s.length((t[SkullHeight]+t[ChinY])/2+60)
	s.headSize = gray.Point{X: max(rx, 1), Y: max(ry, 1)}
	ambient, diffuse := s.c.Ambient, s.c.Diffuse
	if ambient == 0 && diffuse == 0 {
		ambient, diffuse = 50, 60
	}
	lx, ly := int32(min(max(s.c.LightX, -1000), 1000)), int32(min(max(s.c.LightY, -1000), 1000))
	lz := int32(gray.Sqrt(max(int64(1<<20)-int64(lx)*int64(lx)-int64(ly)*int64(ly), 1<<16)) & 0xfff)
	amb, dif := int32(min(max(ambient, 0), 200))*256/100, int32(min(max(diffuse, 0), 200))*256/100
	gloss := int32(min(max(s.c.Gloss, 0), 100))
	stepX := int32(gray.One * 1024 / s.headSize.X & 0xfffff)
	for y := range s.paint.H {
		v := int32(min(max((y*gray.One+128-centre.Y)*1024/s.headSize.Y, -1400), 1400))
		u := int32(min(max((128-centre.X)*1024/s.headSize.X, -1<<20), 1<<20))
		row := y * s.paint.W
		pix, mask := s.paint.Pix[row:row+s.paint.W], s.mask.Pix[row:row+s.paint.W]
		gx, gy := s.gx[row:row+s.paint.W], s.gy[row:row+s.paint.W]
		for x, m := range mask {
			if m != 0 {
				nx := min(max(u, -1024), 1024)
				nz := int32(depths[min((nx*nx+v*v)>>12, 255)])
				light := ((nx+gx[x])*lx + (v+gy[x])*ly + nz*lz) >> 10
				f := amb + dif*min(max(light, 0), 1400)>>10
				lit := int32(pix[x]) * f >> 8
				if gloss > 0 && light > 700 {
					shine := light * light >> 10
					shine = shine * shine >> 10
					lit += gloss * min(shine*shine>>10, 2048) >> 10
				}
				lit = min(lit, 255)
				old := int32(pix[x])
				pix[x] = uint8((old + ((lit-old)*int32(m)+127)>>8) & 255)
			}
			u += stepX
		}
	}
}

// depths is √(1-r²), Q10, by r² in 1/256, and never quite 0.
var depths = depthTable()

func depthTable() (t [256]int16) {
	for i := range t {
		t[i] = int16(max(gray.Sqrt(int64(255-i)<<12), 100) & 0x7ff)
	}
	return t
}
