//go:build !noasm

package i8

// peakLoop gives a loop of a set's multiply-add, 16 in a round, and how many products one instruction makes.
func peakLoop(set string) (run func(rounds int), products int64) {
	switch set {
	case "vnni":
		return peakVNNI, 64
	case "avx2":
		return peakMADD, 16
	}
	return nil, 0
}
