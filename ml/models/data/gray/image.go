package gray

import "github.com/virtengine/virtengine/security/safemath"

// MaxSide bounds the width and the height of an image, in pixels.
const MaxSide = 4096

// Image is W×H luma values, row by row; 0 is black.
type Image struct {
	W, H int
	Pix  []uint8
}

// New returns a black image. Sides are brought into 0..MaxSide.
func New(w, h int) Image {
	w, h = min(max(w, 0), MaxSide), min(max(h, 0), MaxSide)
	n, err := safemath.Mul(w, h)
	if err != nil { // 4096² fits every int
		n = 0
	}
	return Image{W: w, H: h, Pix: make([]uint8, n)}
}

// Clone returns a copy that shares nothing.
func (m Image) Clone() Image {
	return Image{W: m.W, H: m.H, Pix: append([]uint8(nil), m.Pix...)}
}

// At returns the pixel at (x, y); outside it is the nearest pixel of the border, and 0 in an empty image.
func (m Image) At(x, y int) uint8 {
	if len(m.Pix) == 0 {
		return 0
	}
	return m.Pix[min(max(y, 0), m.H-1)*m.W+min(max(x, 0), m.W-1)]
}

// Fill makes all pixels v.
func (m Image) Fill(v uint8) {
	for i := range m.Pix {
		m.Pix[i] = v
	}
}

// Crop returns the w×h pixels from (x, y) on; what lies outside repeats the border.
func (m Image) Crop(x, y, w, h int) Image {
	out := New(w, h)
	for j := range out.H {
		row := out.Pix[j*out.W : (j+1)*out.W]
		for i := range row {
			row[i] = m.At(x+i, y+j)
		}
	}
	return out
}

// Paste copies src so that its first pixel lies at (x, y). What falls outside is dropped.
func (m Image) Paste(src Image, x, y int) {
	for j := max(0, -y); j < src.H && y+j < m.H; j++ {
		from, to := max(0, -x), min(src.W, m.W-x)
		if from < to {
			copy(m.Pix[(y+j)*m.W+x+from:(y+j)*m.W+x+to], src.Pix[j*src.W+from:j*src.W+to])
		}
	}
}

// Clamp8 returns the nearest number that is a pixel.
func Clamp8(v int) uint8 { return uint8(min(max(v, 0), 255)) }

// Mean returns the mean of a rectangle, rounded down, and 0 where none of it lies inside.
func (m Image) Mean(x, y, w, h int) int {
	sum, n := 0, 0
	for j := max(y, 0); j < min(y+h, m.H); j++ {
		for i := max(x, 0); i < min(x+w, m.W); i++ {
			sum += int(m.Pix[j*m.W+i])
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n
}
