package funcs

import (
	"math"
	"math/big"
)

// half of pi in three parts of 33 bits each, so that multiples up to 2^20 of the first two are exact
const (
	halfPi1 = 1.57079632673412561417e+00
	halfPi2 = 6.07710050630396597660e-11
	halfPi3 = 2.02226624879595063154e-21
	perHalf = 6.36619772367581382433e-01 // 2 over pi
	nearBy  = 1 << 20
)

// Sin is the sine of an angle in radians.
func Sin(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.NaN()
	}
	quarter, r := quarters(math.Abs(x))
	y := sinCos(quarter, r)
	if math.Signbit(x) {
		return -y
	}
	return y
}

// Cos is the cosine of an angle in radians.
func Cos(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return math.NaN()
	}
	quarter, r := quarters(math.Abs(x))
	return sinCos(quarter+1, r)
}

// sinCos is the sine of r plus some quarters of a turn.
func sinCos(quarter uint, r float64) float64 {
	y := sinNear(r)
	if quarter&1 == 1 {
		y = cosNear(r)
	}
	if quarter&2 == 2 {
		return -y
	}
	return y
}

// quarters writes an angle of zero or more as quarters of a turn, of which the last two bits count, and a rest between -pi/4 and pi/4.
func quarters(x float64) (uint, float64) {
	if x > nearBy {
		return far(x)
	}
	n := math.Floor(float64(x*perHalf) + 0.5)
	r := float64(float64(x-float64(n*halfPi1)) - float64(n*halfPi2))
	return uint(n) & 3, float64(r - float64(n*halfPi3)) //ve:allow overflow x is below 2^20
}

// far reduces large angles with as many bits of pi as they take: 1,024 in front of the point, and 100 behind it.
func far(x float64) (uint, float64) {
	const precision = 1200
	halfPi := new(big.Float).SetPrec(precision).Quo(pi(precision), big.NewFloat(2))
	whole := new(big.Float).SetPrec(precision).SetFloat64(x)
	n, _ := new(big.Float).SetPrec(precision).Add(new(big.Float).SetPrec(precision).Quo(whole, halfPi), big.NewFloat(0.5)).Int(nil)
	rest := new(big.Float).SetPrec(precision).Sub(whole, new(big.Float).SetPrec(precision).Mul(halfPi, new(big.Float).SetPrec(precision).SetInt(n)))
	r, _ := rest.Float64()
	return n.Bit(0) + 2*n.Bit(1), r
}

// pi by Machin: 16 atan(1/5) - 4 atan(1/239), in integers scaled by a power of two.
func pi(precision uint) *big.Float {
	const more = 20 // for what the terms cut off
	scale := precision + more
	atan := func(n int64) *big.Int {
		one := new(big.Int).Lsh(big.NewInt(1), scale)
		term, square := one.Quo(one, big.NewInt(n)), big.NewInt(n*n)
		sum := new(big.Int).Set(term)
		for k := int64(3); term.Sign() != 0; k += 2 {
			term.Quo(term, square)
			part := new(big.Int).Quo(term, big.NewInt(k))
			if k%4 == 3 {
				sum.Sub(sum, part)
			} else {
				sum.Add(sum, part)
			}
		}
		return sum
	}
	sum := new(big.Int).Mul(atan(5), big.NewInt(16))
	sum.Sub(sum, new(big.Int).Mul(atan(239), big.NewInt(4)))
	one := new(big.Int).Lsh(big.NewInt(1), scale)
	return new(big.Float).SetPrec(precision).Quo(new(big.Float).SetInt(sum), new(big.Float).SetInt(one))
}

// sinNear and cosNear are power series, for |r| up to pi/4: what is left out is below 2^-60.
func sinNear(r float64) float64 {
	square, sum := float64(r*r), 0.0
	for n := 19; n >= 3; n -= 2 {
		c := inverse(n)
		if n%4 == 3 {
			c = -c
		}
		sum = float64(float64(c+sum) * square)
	}
	return float64(r + float64(r*sum))
}

func cosNear(r float64) float64 {
	square, sum := float64(r*r), 0.0
	for n := 18; n >= 2; n -= 2 {
		c := inverse(n)
		if n%4 == 2 {
			c = -c
		}
		sum = float64(float64(c+sum) * square)
	}
	return float64(1 + sum)
}

// inverse is 1/n!.
func inverse(n int) float64 {
	f := 1.0
	for i := 2; i <= n; i++ {
		f = float64(f * float64(i)) // exact up to 18!; 19! is rounded
	}
	return float64(1 / f)
}
