package gray

// Blur smooths the image in place with the kernel 1-2-1 in both directions, passes times: a standard deviation of about
// 0.71·√passes pixels.
func Blur(m Image, passes int) {
	if m.W < 2 || m.H < 2 {
		return
	}
	above := make([]uint8, m.W)
	for range passes {
		for y := range m.H {
			row := m.Pix[y*m.W : (y+1)*m.W]
			last := int32(row[0])
			for x := 0; x < len(row)-1; x++ {
				here := int32(row[x])
				row[x] = uint8((last + 2*here + int32(row[x+1]) + 2) >> 2 & 255)
				last = here
			}
			row[m.W-1] = uint8((last + 3*int32(row[m.W-1]) + 2) >> 2 & 255)
		}
		copy(above, m.Pix[:m.W])
		for y := range m.H {
			row := m.Pix[y*m.W : (y+1)*m.W]
			below := m.Pix[min(y+1, m.H-1)*m.W:][:len(row)]
			for x, here := range row {
				row[x] = uint8((int32(above[x]) + 2*int32(here) + int32(below[x]) + 2) >> 2 & 255)
				above[x] = here
			}
		}
	}
}

// Smear is the mean over a way of (dx, dy) pixels through every pixel: a hand that moves, or a moving head. It returns the
// image itself where there is no way to go.
func Smear(m Image, dx, dy int) Image {
	steps := max(dx, -dx, dy, -dy)
	if steps < 1 || len(m.Pix) == 0 {
		return m
	}
	steps = min(steps, 64)
	out := New(m.W, m.H)
	for y := range m.H {
		for x := range m.W {
			sum := 0
			for i := 0; i <= steps; i++ {
				sum += int(m.At(x+dx*i/steps-dx/2, y+dy*i/steps-dy/2))
			}
			out.Pix[y*m.W+x] = uint8(sum / (steps + 1) & 255)
		}
	}
	return out
}
