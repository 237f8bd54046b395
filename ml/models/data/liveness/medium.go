package liveness

import "github.com/virtengine/virtengine/ml/models/data/gray"

// texture draws what is printed or built into the medium, at the places that the tilt shows.
func (on medium) texture(m gray.Image, t tilt, grain uint64) {
	if on.depth == 0 && on.fibre == 0 {
		return
	}
	period := max(on.period, 16)
	sin, cos := gray.Sin(on.angle), gray.Cos(on.angle)
	for y := range Size {
		for x := range Size {
			p := t.from(x, y)
			v := int(m.Pix[y*Size+x])
			if on.depth > 0 {
				// Angles in 1/4096 turn: place / 256 · 4096 / (period / 16).
				a := (p.X*cos - p.Y*sin) >> 14 * 256 / period
				b := (p.X*sin + p.Y*cos) >> 14 * 256 / period
				dots := (gray.Sin(a) + gray.Sin(b)) * on.depth >> 15
				v += dots * (300 - max(v-128, 128-v)) / 300 // dots are strongest in the middle grays
			}
			if on.fibre > 0 {
				h := grain ^ uint64(p.X>>7&0xfff)*0x9e3779b97f4a7c15 ^ uint64(p.Y>>7&0xfff)*0xd1b54a32d192ed03
				h = (h ^ h>>29) * 0xbf58476d1ce4e5b9
				v += (int(h>>40&255) - 128) * on.fibre >> 7
			}
			m.Pix[y*Size+x] = gray.Clamp8(v)
		}
	}
}

// time draws what a screen does from frame to frame: moiré of its grid with the sensor's, the band of a refresh, flicker.
func (on medium) time(m gray.Image, phase, drift, flicker int) {
	if on.moire == 0 && on.band == 0 && flicker == 0 {
		return
	}
	kx, ky := 90+phase&127, 200+drift&255 // 1/4096 turn for each pixel
	for y := range Size {
		band := 0
		if on.band > 0 {
			band = gray.Sin(phase+y*110) * on.band >> 14
			band = max(band, -on.band/2)
		}
		for x := range Size {
			wave := gray.Sin(phase+x*kx+y*ky+gray.Sin(drift+y*150)>>5) * on.moire >> 14
			at := y*Size + x
			m.Pix[at] = gray.Clamp8(int(m.Pix[at]) + wave + band + flicker)
		}
	}
}

// reflection draws light that lies over the medium and moves with it, from one side.
func (on medium) reflection(m gray.Image, move, angle int) {
	if on.gloss == 0 {
		return
	}
	sin, cos := gray.Sin(angle), gray.Cos(angle)
	for y := range Size {
		for x := range Size {
			along := ((x-Size/2)*cos+(y-Size/2)*sin)>>14 + move/6 - 6
			if shine := on.gloss - max(along, -along)*on.gloss/12; shine > 0 {
				at := y*Size + x
				m.Pix[at] = gray.Clamp8(int(m.Pix[at]) + shine)
			}
		}
	}
}
