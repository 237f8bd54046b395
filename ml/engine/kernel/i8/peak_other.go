//go:build noasm || !amd64

package i8

// peakLoop is not there.
func peakLoop(string) (run func(rounds int), products int64) { return nil, 0 }
