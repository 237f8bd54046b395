package gray

import "github.com/virtengine/virtengine/security/safemath"

// Resize returns the image at another size. Where it becomes smaller every pixel is the mean of the area that it covers, to
// 1/256 pixel; where it becomes larger pixels are interpolated between centres. Both directions of an image may differ.
func Resize(m Image, w, h int) Image {
	out := New(w, h)
	if len(m.Pix) == 0 || len(out.Pix) == 0 {
		return out
	}
	columns, lines := taps(m.W, out.W), taps(m.H, out.H)
	// Rows first, kept at 8 more bits; then columns.
	n, err := safemath.Mul(out.W, m.H)
	if err != nil { // MaxSide² fits every int
		return out
	}
	wide := make([]int32, n)
	for y := range m.H {
		src, dst := m.Pix[y*m.W:(y+1)*m.W], wide[y*out.W:(y+1)*out.W]
		for x, t := range columns {
			sum := int32(0)
			for i, weight := range t.weights {
				sum += int32(src[t.from+i]) * weight
			}
			dst[x] = sum >> 6
		}
	}
	row := make([]int64, out.W)
	for y, t := range lines {
		clear(row)
		for i, weight := range t.weights {
			for x, v := range wide[(t.from+i)*out.W : (t.from+i+1)*out.W] {
				row[x] += int64(v) * int64(weight)
			}
		}
		dst := out.Pix[y*out.W : (y+1)*out.W]
		for x, v := range row {
			dst[x] = uint8(min(max((v+1<<21)>>22, 0), 255))
		}
	}
	return out
}

// tap is how one new pixel is made of old ones: weights sum to 2^14.
type tap struct {
	from    int
	weights []int32
}

func taps(from, to int) []tap {
	all := make([]tap, to)
	for i := range all {
		// The new pixel covers [a, b) in 1/256 of an old pixel.
		a, b := i*from*One/to, (i+1)*from*One/to
		if b-a < One { // larger: interpolate around the middle
			middle := (a+b)/2 - One/2
			a, b = middle, middle+One
		}
		first, last := a>>8, (b-1)>>8
		t := tap{from: min(max(first, 0), from-1)}
		weights := make([]int32, min(max(last, 0), from-1)-t.from+1)
		rest := int32(Unity)
		for p := first; p <= last; p++ {
			part := int32((min(b, (p+1)<<8) - max(a, p<<8)) * Unity / (b - a) & 0xffff)
			rest -= part
			weights[min(max(p, 0), from-1)-t.from] += part
		}
		weights[len(weights)/2] += rest // what rounding left
		t.weights = weights
		all[i] = t
	}
	return all
}
