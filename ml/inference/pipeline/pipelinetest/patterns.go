package pipelinetest

// bits are a repeatable row of bits (SplitMix64).
type bits struct{ state uint64 }

func sequence(seed uint64) *bits { return &bits{seed} }

func (b *bits) next() uint64 {
	b.state += 0x9e3779b97f4a7c15
	z := b.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (b *bits) bit() int { return int(b.next() & 1) }

func (b *bits) sign() int8 {
	if b.bit() == 0 {
		return -1
	}
	return 1
}

// shade of a class of the fields' model, in lumas from the middle.
func shade(class int) int { return 84 - 28*class }

// common says whether a block of the aligned crop shows what all faces share: the spot in the middle, and the mouth.
func common(block int) bool {
	x, y := block%8, block/8
	return (x == 3 || x == 4) && (y == 3 || y == 6)
}

// pattern of a letter: 24 rows, +1 bright and -1 dark, as many of the one as of the other in each eight, and unlike the pattern
// of every other letter in at least eight rows.
func pattern(class int) [24]int8 { return patterns()[class] }

func patterns() [40][24]int8 {
	var out [40][24]int8
	s := sequence(1)
	for c := 1; c < 40; {
		var p [24]int8
		for part := range 3 {
			for up := 0; up < 4; {
				if at := part*8 + int(s.next()%8); p[at] == 0 {
					p[at] = 1
					up++
				}
			}
		}
		for i := range p {
			if p[i] == 0 {
				p[i] = -1
			}
		}
		fits := true
		for _, o := range out[1:c] {
			dot := 0
			for i := range p {
				dot += int(p[i]) * int(o[i])
			}
			fits = fits && dot <= 8
		}
		if fits {
			out[c] = p
			c++
		}
	}
	return out
}
