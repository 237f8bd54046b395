package pipeline

// Gray is a picture of luma, row by row, 0 black to 255 white.
type Gray struct {
	W, H int
	Pix  []uint8
}

// blank is a black picture of a size that comes from a decoded picture or a model's input.
func blank(w, h int) Gray {
	return Gray{W: w, H: h, Pix: make([]uint8, w*h)} //ve:allow overflow sides of a decoded picture, whose pixels are in memory
}

// at is a pixel; outside of the picture it is the nearest one inside.
func (g Gray) at(x, y int) int64 {
	return int64(g.Pix[min(max(y, 0), g.H-1)*g.W+min(max(x, 0), g.W-1)])
}

// Positions are numbers with 16 bits behind the point; (0, 0) is the middle of the first pixel.
const (
	unit  = 1 << 16
	half  = unit / 2
	fracs = unit - 1
)

type point struct{ x, y int64 }

// sample is the luma at a position, bilinear, rounded half up.
func (g Gray) sample(p point) uint8 {
	x, y := int(p.x>>16), int(p.y>>16)
	fx, fy := p.x&fracs>>8, p.y&fracs>>8 // 8 bits: the sum below has 24
	top := g.at(x, y)*(256-fx) + g.at(x+1, y)*fx
	bottom := g.at(x, y+1)*(256-fx) + g.at(x+1, y+1)*fx
	return luma((top*(256-fy) + bottom*fy + 1<<15) >> 16)
}

// luma is v, which is at most 255 by then.
func luma(v int64) uint8 {
	return uint8(min(max(v, 0), 255))
}

// halved is the picture at half its size, each pixel the mean of four, rounded half up.
func (g Gray) halved() Gray {
	out := blank(max(g.W/2, 1), max(g.H/2, 1))
	for y := range out.H {
		for x := range out.W {
			out.Pix[y*out.W+x] = luma((g.at(2*x, 2*y) + g.at(2*x+1, 2*y) + g.at(2*x, 2*y+1) + g.at(2*x+1, 2*y+1) + 2) / 4)
		}
	}
	return out
}

// rect is a part of a picture in whole pixels; x1 and y1 lie behind it. It may reach beyond the picture.
type rect struct{ x0, y0, x1, y1 int }

func (r rect) w() int { return r.x1 - r.x0 }
func (r rect) h() int { return r.y1 - r.y0 }

// resized is a part of the picture at another size. Each pixel is the mean of the area it stands for, where the part shrinks,
// and bilinear where it grows; per axis, so that a line of text that is made higher and narrower is both.
func (g Gray) resized(part rect, w, h int) Gray {
	mid := blank(w, part.h())
	for y := range mid.H {
		resample(part.w(), w, func(i int) int64 { return g.at(part.x0+i, part.y0+y) }, func(i int, v uint8) { mid.Pix[y*w+i] = v })
	}
	out := blank(w, h)
	for x := range w {
		resample(part.h(), h, func(i int) int64 { return mid.at(x, i) }, func(i int, v uint8) { out.Pix[i*w+x] = v })
	}
	wipe(mid.Pix)
	return out
}

// resample makes m values of n along one axis.
func resample(n, m int, from func(int) int64, to func(int, uint8)) {
	if n <= m {
		for i := range m {
			p := (int64(2*i+1)*int64(n)*unit/int64(m) - unit) / 2 // the middle of i among n pixels
			p = min(max(p, 0), int64(n-1)*unit)
			k, f := int(p>>16), p&fracs
			to(i, luma((from(k)*(unit-f)+from(min(k+1, n-1))*f+half)>>16))
		}
		return
	}
	for i := range m { // pixel i stands for i*n to (i+1)*n, in m-ths of a source pixel
		sum, begin, end := int64(0), i*n, (i+1)*n
		for k := begin / m; k*m < end; k++ {
			share := min((k+1)*m, end) - max(k*m, begin)
			sum += from(k) * int64(share)
		}
		to(i, luma((sum+int64(n)/2)/int64(n)))
	}
}

// tensor is the picture as a model's input of that shape; the picture is overwritten.
func (g Gray) tensor(shape ...int) Tensor {
	t := Tensor{Shape: shape, Data: make([]int8, len(g.Pix)), Scale: InputScale}
	for i, p := range g.Pix {
		t.Data[i] = int8(int(p) - Middle)
	}
	return t
}
