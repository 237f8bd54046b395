package i8

import (
	"errors"
	"time"
)

// ErrNoPeak says that the most which a processor can do is not known here.
var ErrNoPeak = errors.New("the peak of this processor is not known: it is measured with VNNI or AVX2 of amd64")

// PeakTime is the least time in which one core could do so many int8 multiply-adds with a set's instruction: rounds of 16
// independent ones by the caller's clock, the best of several tries, since others may use the processor too. Fails with
// ErrNoPeak. It takes a few milliseconds, and belongs into benchmarks only: nothing here depends on it.
func PeakTime(s *Set, macs int64, clock func() time.Duration) (time.Duration, error) {
	const rounds, tries, width = 50_000, 20, 16
	run, products := peakLoop(s.Name())
	if run == nil {
		return 0, ErrNoPeak
	}
	best := time.Duration(0)
	for range tries {
		begin := clock()
		run(rounds)
		if took := clock() - begin; best == 0 || took < best {
			best = took
		}
	}
	return best * time.Duration(macs/(width*products)) / rounds, nil
}
