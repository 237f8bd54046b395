package gray

import "github.com/virtengine/virtengine/ml/models/data/stream"

// Noise adds to every pixel a number of about a normal distribution with the standard deviation sigma/16 levels: the sum of
// four bytes, less its mean.
func Noise(m Image, sigma int, s *stream.Stream) {
	if sigma <= 0 {
		return
	}
	// Four bytes have a deviation of 147.8; 28378 / 2^22 is 1/(147.8).
	scale := int32(min(sigma, 4096)) * 1774 // Q18 of 1/(16·147.8), so 2^22/16/147.8
	for i := 0; i < len(m.Pix); i += 2 {
		v := s.Uint64()
		m.Pix[i] = noisy(m.Pix[i], v, scale)
		if i+1 < len(m.Pix) {
			m.Pix[i+1] = noisy(m.Pix[i+1], v>>32, scale)
		}
	}
}

func noisy(p uint8, v uint64, scale int32) uint8 {
	sum := int64(v&255) + int64(v>>8&255) + int64(v>>16&255) + int64(v>>24&255) - 510
	return uint8(min(max(int64(p)+(sum*int64(scale)+1<<21)>>22, 0), 255))
}

// Tone maps every pixel p to (p·gain)/256 + lift, clamped: contrast and brightness.
func Tone(m Image, gain, lift int) {
	var table [256]uint8
	for v := range table {
		table[v] = Clamp8(v*gain>>8 + lift)
	}
	m.Map(&table)
}

// Map replaces every pixel by its entry.
func (m Image) Map(table *[256]uint8) {
	for i, p := range m.Pix {
		m.Pix[i] = table[p]
	}
}
