//go:build !noasm

package i8

import "time"

// peak is the most that a processor can do with a set's multiply-add, in GOP/s: rounds of 16 independent instructions, of 64 or 16
// products each, two operations a product; the best of several tries, since others may use the processor too. 0: not known.
func peak(s *Set) float64 {
	const rounds = 50_000
	run, products := peakMADD, 16.0
	switch s.name {
	case "vnni":
		run, products = peakVNNI, 64
	case "avx2":
	default:
		return 0
	}
	best := 0.0
	for range 20 {
		begin := time.Now()
		run(rounds)
		best = max(best, 2*products*16*rounds/time.Since(begin).Seconds()/1e9)
	}
	return best
}
