package eval

import (
	"fmt"
	"math/big"
)

// Rate is how often something happened, and between what bounds the true rate lies with 95 % confidence.
type Rate struct {
	Count int64 `json:"count"`
	Of    int64 `json:"of"` // above zero
	PPM   int64 `json:"ppm"`
	Low   int64 `json:"low_ppm"`  // Wilson's interval, rounded down
	High  int64 `json:"high_ppm"` // and up
}

// NewRate makes a Rate. Fails with ErrEmpty where there were no trials, and with ErrRange where count is not in 0..of.
func NewRate(count, of int64) (Rate, error) {
	if of == 0 {
		return Rate{}, fmt.Errorf("%w: a rate of no trials", ErrEmpty)
	}
	if count < 0 || of < 0 || count > of {
		return Rate{}, fmt.Errorf("%w: %d of %d", ErrRange, count, of)
	}
	ppm, err := PPM(big.NewRat(count, of))
	if err != nil {
		return Rate{}, err
	}
	low, high := wilson(count, of)
	return Rate{count, of, ppm, low, high}, nil
}

// Rat is the rate as a fraction.
func (r Rate) Rat() *big.Rat { return big.NewRat(r.Count, max(r.Of, 1)) }

// wilson is the score interval of E. B. Wilson (1927) at z = 1.96, in ppm, rounded outwards:
//
//	(k + z²/2 ± z·sqrt(k(n−k)/n + z²/4)) / (n + z²)
//
// Everything is multiplied by 10⁴·2n so that it is whole; the root is taken of an integer and rounded outwards too.
func wilson(k, n int64) (low, high int64) {
	const z, z2 = 196, 38416 // hundredths, and ten-thousandths
	bk, bn := big.NewInt(k), big.NewInt(n)
	mul := func(factors ...*big.Int) *big.Int {
		p := big.NewInt(1)
		for _, f := range factors {
			p.Mul(p, f)
		}
		return p
	}
	centre := new(big.Int).Add(mul(big.NewInt(20000), bk, bn), mul(big.NewInt(z2), bn))
	scale := mul(big.NewInt(2), bn, new(big.Int).Add(mul(big.NewInt(10000), bn), big.NewInt(z2)))
	// (2n·10⁴)²·z²·(k(n−k)/n + z²/4) = z2·n·(4·10⁴·k(n−k) + z2·n), with z in hundredths.
	inside := new(big.Int).Add(mul(big.NewInt(40000), bk, big.NewInt(n-k)), mul(big.NewInt(z2), bn))
	square := mul(big.NewInt(z2), bn, inside)
	root := new(big.Int).Sqrt(square)
	if mul(root, root).Cmp(square) < 0 {
		root.Add(root, big.NewInt(1))
	}
	lo, hi := new(big.Int).Sub(centre, root), new(big.Int).Add(centre, root)
	million := big.NewInt(Million)
	lo.Mul(lo, million).Div(lo, scale)
	hi.Mul(hi, million).Add(hi, new(big.Int).Sub(scale, big.NewInt(1))).Div(hi, scale)
	// Both lie within 0..n of n but for rounding, so they fit; if not, the interval is everything.
	if !lo.IsInt64() || !hi.IsInt64() {
		return 0, Million
	}
	return max(lo.Int64(), 0), min(hi.Int64(), Million)
}
