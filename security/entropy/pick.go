package entropy

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"time"

	"github.com/virtengine/virtengine/security/safemath"
)

// maxDraws bounds the search for a number in range. Each draw misses with probability below one half, so a random
// source misses all with less than 2^-128: one that does is stuck.
const maxDraws = 128

// Uint64N returns a number from 0 up to but without n, each equally likely. Fails with ErrRange if n is 0.
func (s Source) Uint64N(n uint64) (uint64, error) {
	if n == 0 {
		return 0, fmt.Errorf("%w: a pick out of nothing", ErrRange)
	}
	// Of as many bits as n-1 has, numbers from n on are thrown away. Remainders would favour the small ones.
	mask := uint64(1)<<bits.Len64(n-1) - 1
	var raw [8]byte
	for range maxDraws {
		if err := s.fill(raw[:]); err != nil {
			return 0, err
		}
		if v := binary.BigEndian.Uint64(raw[:]) & mask; v < n {
			return v, nil
		}
	}
	return 0, fmt.Errorf("%w: %d draws and none below %d, so the reader repeats itself", ErrSource, maxDraws, n)
}

// IntN returns a number from 0 up to but without n, each equally likely. Fails with ErrRange if n is not above 0.
func (s Source) IntN(n int) (int, error) {
	if n <= 0 {
		return 0, fmt.Errorf("%w: a pick out of %d", ErrRange, n)
	}
	v, err := s.Uint64N(uint64(n))
	if err != nil {
		return 0, err
	}
	return safemath.To[int](v) // below n, which is an int
}

// Jitter returns a pause between half of d and all of it, so that clients which lost one server at the same moment do
// not come back at the same moment, and none comes back at once. Fails with ErrRange if d is negative.
func (s Source) Jitter(d time.Duration) (time.Duration, error) {
	if d < 0 {
		return 0, fmt.Errorf("%w: a pause of %s", ErrRange, d)
	}
	half := d / 2
	span, err := safemath.To[uint64](d - half)
	if err != nil {
		return 0, err
	}
	v, err := s.Uint64N(span + 1)
	if err != nil {
		return 0, err
	}
	more, err := safemath.To[time.Duration](v) // at most d-half
	return half + more, err
}

// Shuffle puts n things into an order that nobody can predict, all orders equally likely; swap exchanges two of them.
// Fails with ErrRange if n is negative. After a failure the order is a partly shuffled one.
func (s Source) Shuffle(n int, swap func(i, j int)) error {
	if n < 0 || swap == nil {
		return fmt.Errorf("%w: shuffling %d things needs a count from 0 on and a swap function", ErrRange, n)
	}
	for i := n - 1; i > 0; i-- { // Fisher and Yates; Knuth, TAOCP volume 2, algorithm P
		j, err := s.IntN(i + 1)
		if err != nil {
			return err
		}
		swap(i, j)
	}
	return nil
}

// Uint64N is Source.Uint64N of the operating system.
func Uint64N(n uint64) (uint64, error) { return Source{}.Uint64N(n) }

// IntN is Source.IntN of the operating system.
func IntN(n int) (int, error) { return Source{}.IntN(n) }

// Jitter is Source.Jitter of the operating system.
func Jitter(d time.Duration) (time.Duration, error) { return Source{}.Jitter(d) }

// Shuffle is Source.Shuffle of the operating system.
func Shuffle(n int, swap func(i, j int)) error { return Source{}.Shuffle(n, swap) }
