package face

import "github.com/virtengine/virtengine/ml/models/data/gray"

// view brings places of a head to places of an image: turn, perspective, then a similarity.
type view struct {
	sinYaw, cosYaw, sinPitch, cosPitch int
	to                                 gray.Affine // from 1/16 head unit
}

// eyeDistance is how far the camera is away, in head units: about the length of an arm and the half.
const eyeDistance = 9000

// limits of a pose, in 1/4096 turn: beyond 40° features would lie behind the outline.
const maxTurn = 455

func newView(c Capture) view {
	yaw, pitch := min(max(c.Yaw, -maxTurn), maxTurn), min(max(c.Pitch, -maxTurn), maxTurn)
	return view{sinYaw: gray.Sin(yaw), cosYaw: gray.Cos(yaw), sinPitch: gray.Sin(pitch), cosPitch: gray.Cos(pitch), to: gray.Identity()}
}

// flat turns a place and returns it in 1/16 head unit before the similarity, and its depth.
func (v *view) flat(x, y, z int) (gray.Point, int) {
	x, z = (x*v.cosYaw+z*v.sinYaw)>>10, (z*v.cosYaw-x*v.sinYaw)>>10 // 1/16 units from here
	y, z = (16*y*v.cosPitch-z*v.sinPitch)>>14, (z*v.cosPitch+16*y*v.sinPitch)>>14
	near := 1<<14 + (z<<10)/eyeDistance // 1/16 unit << 10 is unit << 14
	return gray.Point{X: x * near >> 14, Y: y * near >> 14}, z >> 4
}

// at returns where a place of the head is on the image.
func (v *view) at(x, y, z int) gray.Point {
	p, _ := v.flat(x, y, z)
	return v.to.Apply(p)
}

// length returns a length of the head on the image, in 1/256 pixel.
func (v *view) length(units int) int {
	scale := gray.Sqrt(v.to.A*v.to.A + v.to.D*v.to.D) // Q16 per 1/16 unit
	return int(min(max(int64(units)*16*scale>>16, -1<<24), 1<<24))
}

// place puts the head at (x, y) (1/256 pixel) with unit/1000 = half the head's width, turned by roll.
func (v *view) place(x, y, half, roll int) {
	scale := int64(half) << 16 / 16000
	v.to = gray.Affine{
		A: scale * int64(gray.Cos(roll)) >> 14, B: -scale * int64(gray.Sin(roll)) >> 14, C: int64(x),
		D: scale * int64(gray.Sin(roll)) >> 14, E: scale * int64(gray.Cos(roll)) >> 14, F: int64(y),
	}
}

// put places the head as the capture says in an image of w×h.
func (v *view) put(c Capture, w, h int) {
	scale := c.Scale
	if scale == 0 {
		scale = 300
	}
	half := min(w, h) * gray.One * min(max(scale, 20), 2000) / 1000
	v.place(w*gray.One/2+w*gray.One*min(max(c.X, -2000), 2000)/1000, h*gray.One/2+h*gray.One*min(max(c.Y, -2000), 2000)/1000, half, c.Roll)
}

// surface returns the depth of the face at (x, y): an ellipsoid.
func (p *Person) surface(x, y int) int {
	wide, high := 1120, 1750
	rest := 1<<20 - x*x/wide*1024/wide*1024 - y*y/high*1024/high*1024
	return int(gray.Sqrt(int64(max(rest, 0)))) * p.Traits[FaceDepth] >> 10
}
