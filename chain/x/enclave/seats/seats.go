// Package seats draws committees: by stake, never too many of one vendor, one of each operator.
//
// Guarantee: the draw depends on its arguments alone and is the same on every machine; candidates come in any order. Weight
// buys chance, not a place: who holds half of the stake is drawn first half of the time.
package seats

import (
	"bytes"
	"cmp"
	"errors"
	"math/big"
	"slices"

	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/security/hashes"
)

// ErrArguments says that a draw cannot be made.
var ErrArguments = errors.New("a draw needs a seed, a size and candidates with stake")

// Candidate is an enclave that may sit.
type Candidate struct {
	ID       []byte
	Operator string
	Vendor   string
	Stake    math.Int // more than zero
}

// Draw seats size candidates at most, drawn one after the other with chances by stake. Of one operator there is one at
// most, of one vendor at most the share of bps in 10,000 of size, rounded down, and one where that is none. Where the
// candidates do not fill the seats under these rules, seats stay empty.
func Draw(seed []byte, size, bps uint32, candidates []Candidate) ([]Candidate, error) {
	if len(seed) == 0 || size == 0 {
		return nil, ErrArguments
	}
	left := slices.Clone(candidates)
	for _, c := range left {
		if c.Stake.IsNil() || !c.Stake.IsPositive() {
			return nil, ErrArguments
		}
	}
	slices.SortFunc(left, func(a, b Candidate) int {
		return cmp.Or(bytes.Compare(a.ID, b.ID), cmp.Compare(a.Operator, b.Operator))
	})
	most := max(1, uint64(size)*uint64(bps)/10_000)
	held := map[string]uint64{}
	var drawn []Candidate
	for uint64(len(drawn)) < uint64(size) {
		left = slices.DeleteFunc(left, func(c Candidate) bool { return held[c.Vendor] >= most })
		if len(left) == 0 {
			return drawn, nil
		}
		at, err := pick(seed, uint64(len(drawn)), left)
		if err != nil {
			return nil, err
		}
		seat := left[at]
		drawn = append(drawn, seat)
		held[seat.Vendor]++
		left = slices.DeleteFunc(left, func(c Candidate) bool { return c.Operator == seat.Operator })
	}
	return drawn, nil
}

// pick draws one by stake. The number drawn has 256 bits and the total far fewer, so that the remainder favours nobody
// by more than one part in 2^100.
func pick(seed []byte, seat uint64, among []Candidate) (int, error) {
	t, err := hashes.NewTranscript("virtengine/enclave/seat/v1")
	if err != nil {
		return 0, err
	}
	sum := t.Add("seed", seed).AddUint64("seat", seat).Sum().Bytes()
	total := new(big.Int)
	for _, c := range among {
		total.Add(total, c.Stake.BigInt())
	}
	at := new(big.Int).Mod(new(big.Int).SetBytes(sum), total)
	for i, c := range among {
		if at.Cmp(c.Stake.BigInt()) < 0 {
			return i, nil
		}
		at.Sub(at, c.Stake.BigInt())
	}
	return 0, ErrArguments // cannot be: at is below the sum of all stakes
}
