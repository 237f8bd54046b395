package machines

import "math"

// numbers is splitmix64 (Steele, Lea, Flood 2014): the same everywhere from a seed.
type numbers uint64

func (n *numbers) next() uint64 {
	*n += 0x9e3779b97f4a7c15
	z := uint64(*n)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (n *numbers) below(limit int) int { return int(n.next() >> 33 % uint64(limit)) }

// floats are finite numbers of moderate size; one in eight is a zero of either sign, a subnormal or a whole number.
func (n *numbers) floats(to []float32) []float32 {
	for i := range to {
		switch r := n.next(); r & 15 {
		case 0:
			to[i] = math.Float32frombits(uint32(r>>32) & 0x807fffff >> (r >> 8 & 24))
		case 1:
			to[i] = float32(int8(r >> 32))
		default:
			to[i] = math.Float32frombits(uint32(r>>32)&0x807fffff | (127-12+uint32(r>>8)%20)<<23)
		}
	}
	return to
}

// int8s are any, one in eight at an end of the range.
func (n *numbers) int8s(to []int8) []int8 {
	for i := range to {
		switch r := n.next(); r & 15 {
		case 0:
			to[i] = -128
		case 1:
			to[i] = 127
		default:
			to[i] = int8(r >> 8)
		}
	}
	return to
}

func (n *numbers) int32s(to []int32, limit int) []int32 {
	for i := range to {
		to[i] = int32(n.below(2*limit+1) - limit)
	}
	return to
}
