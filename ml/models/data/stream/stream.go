package stream

import "math/bits"

// golden is the odd number next to 2^64 divided by the golden ratio: the step of SplitMix64.
const golden = 0x9e3779b97f4a7c15

// Stream is a sequence of numbers. It is not for concurrent use; make one for each goroutine.
type Stream struct{ state uint64 }

// New returns the stream of one purpose ("face/train", "document/wear") and one index (a sample, a step, a person).
func New(seed uint64, purpose string, index uint64) *Stream {
	state := mix(seed + golden)
	for i := range len(purpose) {
		state = mix(state ^ uint64(purpose[i]) + golden)
	}
	// The length ends the purpose, so that no purpose and index are another purpose and another index.
	state = mix(state ^ mix(uint64(len(purpose))+golden))
	return &Stream{state: mix(state ^ mix(index^golden))}
}

// mix is the finalizer of SplitMix64 (Steele, Lea and Flood 2014, variant 13 of Stafford's constants).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Fork takes one number and returns a new stream that it keys, for a part whose count of draws may change without
// changing what is drawn after it.
func (s *Stream) Fork(purpose string) *Stream { return New(s.Uint64(), purpose, 0) }

// Uint64 returns the next 64 bits.
func (s *Stream) Uint64() uint64 {
	s.state += golden
	return mix(s.state)
}

// IntN returns a number in [0, n), and 0 where n is below 1. A number's chance is off by less than n/2^64.
func (s *Stream) IntN(n int) int {
	if n < 1 {
		return 0
	}
	high, _ := bits.Mul64(s.Uint64(), uint64(n))
	return int(high & (1<<63 - 1))
}

// Range returns a number in [lo, hi], both included, and lo where hi is not above it; hi-lo is below the largest int.
func (s *Stream) Range(lo, hi int) int {
	if hi <= lo {
		return lo
	}
	return lo + s.IntN(hi-lo+1)
}

// Bell returns a number in [lo, hi] that is near the middle more often: the mean of three draws.
func (s *Stream) Bell(lo, hi int) int {
	if hi <= lo {
		return lo
	}
	span := hi - lo + 1
	sum := int64(s.IntN(span)) + int64(s.IntN(span)) + int64(s.IntN(span))
	return lo + int(min(max(sum/3, 0), int64(span)))
}

// Chance says yes in about percent of 100 draws.
func (s *Stream) Chance(percent int) bool { return s.IntN(100) < percent }

// Pick returns one of the values, each as likely as another, and the zero value where there is none.
func Pick[T any](s *Stream, of ...T) T {
	if len(of) == 0 {
		var none T
		return none
	}
	return of[s.IntN(len(of))]
}

// Unit returns a multiple of 2^-24 in [0, 1).
func (s *Stream) Unit() float32 { return float32(s.Uint64()>>40) / (1 << 24) }

// Normal returns a number of about the standard normal distribution: the sum of twelve uniform multiples of 2^-16, less
// its mean. It is exact (no rounding happens), lies within ±6, and has variance 1 to four places.
func (s *Stream) Normal() float32 {
	sum := int64(0)
	for range 3 {
		v := s.Uint64()
		sum += int64(v&0xffff) + int64(v>>16&0xffff) + int64(v>>32&0xffff) + int64(v>>48)
	}
	// The mean of twelve numbers in 0..65535 is 6·65535. Below 2^20 every integer is a float32.
	return float32(sum-6*65535) / (1 << 16)
}

// Perm returns the numbers 0..n-1 in an order of which each is as likely as another.
func (s *Stream) Perm(n int) []int {
	p := make([]int, max(n, 0))
	for i := range p {
		j := s.IntN(i + 1)
		p[i] = p[j]
		p[j] = i
	}
	return p
}
