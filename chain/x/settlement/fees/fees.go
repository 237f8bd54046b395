// Package fees splits a payment between the provider and those who keep the market running.
package fees

import (
	"errors"

	"cosmossdk.io/math"
)

// Whole is all of a payment in basis points.
const Whole = 10_000

// ErrShares says that the shares are more than the whole.
var ErrShares = errors.New("fees are more than the whole payment")

// Split returns each fee and what is left. Every fee is rounded down to whole uve, so that rounding is the payee's gain,
// and the parts add up to amount exactly.
//
//	amount: uve, zero or more     bps: basis points of each fee
func Split(amount math.Int, bps []uint32) (shares []math.Int, rest math.Int, err error) {
	sum := uint64(0)
	shares, rest = make([]math.Int, len(bps)), amount
	for i, b := range bps {
		sum += uint64(b)
		shares[i] = amount.MulRaw(int64(b)).QuoRaw(Whole)
		rest = rest.Sub(shares[i])
	}
	if sum > Whole || amount.IsNegative() {
		return nil, math.Int{}, ErrShares
	}
	return shares, rest, nil
}
