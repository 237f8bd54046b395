package eval

import (
	"fmt"
	"math"
	"math/big"

	"github.com/virtengine/virtengine/security/safemath"
)

// Million is one, in ppm.
const Million = 1_000_000

// PPM rounds a fraction to millionths, half away from zero. Fails with ErrRange where that is no int64.
func PPM(r *big.Rat) (int64, error) {
	n := new(big.Int).Mul(r.Num(), big.NewInt(2*Million))
	n.Abs(n)
	n.Add(n, r.Denom())
	n.Quo(n, new(big.Int).Lsh(r.Denom(), 1))
	if r.Sign() < 0 {
		n.Neg(n)
	}
	if !n.IsInt64() {
		return 0, fmt.Errorf("%w: %s millionths", ErrRange, n)
	}
	return n.Int64(), nil
}

// Micro turns a score of a model into the integer that is ranked: millionths, ties to even. The product of a float32 and a
// million is exact in float64, so nothing is rounded twice. Fails with ErrRange for what is no number and beyond ±MaxScore.
func Micro(score float32) (int64, error) {
	v := math.RoundToEven(float64(score) * Million)
	if v != v || v > MaxScore || v < -MaxScore {
		return 0, fmt.Errorf("%w: a score of %v", ErrRange, score)
	}
	return safemath.FromFloat[int64](v)
}
