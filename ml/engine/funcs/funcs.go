// Package funcs is the functions of contract ve-f32-1: exponential, logarithm, hyperbolic tangent, logistic, error
// function, power.
//
// Guarantee: the bits of a result depend on the argument's bits alone. Every operation is a float64 addition,
// multiplication or division whose result is rounded by a conversion, so that no compiler can fuse two of them, and
// nothing of package math is called that differs between architectures (Sqrt, Floor and the functions on bits do not).
//
// Errors, measured against math/big or the platform's float64 library, in units of the last place: of float64 results Exp
// and Log below 1.5, Tanh below 4, Erf below 10, and Pow below 1 + |y log2 x|; rounded to float32 each is within 1 of the
// correctly rounded number.
//
// NaN gives NaN; infinities give the limits.
package funcs

import "math"

const (
	ln2Hi = 6.93147180369123816490e-01 // the upper 32 bits of ln 2, so that multiples up to 2^20 are exact
	ln2Lo = 1.90821492927058770002e-10
	log2E = 1.44269504088896338700e+00
)

// inverse factorials, 1/n!
var factorial = [...]float64{1, 1, 1. / 2, 1. / 6, 1. / 24, 1. / 120, 1. / 720, 1. / 5040, 1. / 40320, 1. / 362880, 1. / 3628800,
	1. / 39916800, 1. / 479001600, 1. / 6227020800, 1. / 87178291200}

// reduced writes x as k ln 2 + r with |r| at most half of ln 2.
func reduced(x float64) (k int, r float64) {
	n := math.Floor(float64(x*log2E) + 0.5)
	r = float64(x - float64(n*ln2Hi))
	return int(n), float64(r - float64(n*ln2Lo)) //ve:allow overflow callers bound x by 750
}

// Exp is e^x.
func Exp(x float64) float64 {
	switch {
	case math.IsNaN(x):
		return x
	case x > 709.79:
		return math.Inf(1)
	case x < -745.2:
		return 0
	}
	k, r := reduced(x)
	return scaled(float64(1+expm1(r)), k)
}

// expm1 is e^r - 1 for |r| up to half of ln 2, by its power series: thirteen terms leave 2^-60.
func expm1(r float64) float64 {
	sum := factorial[14]
	for n := 13; n >= 1; n-- {
		sum = float64(factorial[n] + float64(sum*r))
	}
	return float64(sum * r)
}

// scaled is v * 2^k, rounded once where the result is subnormal.
func scaled(v float64, k int) float64 {
	for k > 1000 {
		v, k = float64(v*0x1p1000), k-1000
	}
	if k < -1000 {
		return float64(float64(v*power(k+200)) * 0x1p-200)
	}
	return float64(v * power(k))
}

// power is 2^k for k between -1022 and 1023.
func power(k int) float64 {
	return math.Float64frombits(uint64(min(max(k+1023, 1), 2046)) << 52)
}

// Log is the natural logarithm.
func Log(x float64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 1):
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	e := 0
	if x < 0x1p-1022 {
		x, e = float64(x*0x1p54), -54
	}
	bits := math.Float64bits(x)
	e += int(bits>>52&0x7ff) - 1023
	m := math.Float64frombits(bits&(1<<52-1) | 1023<<52)
	if m > math.Sqrt2 {
		m, e = m/2, e+1
	}
	// log m = 2 artanh s, s = (m-1)/(m+1), |s| at most 0.172: twelve terms leave 2^-62.
	f := float64(m - 1)
	s := float64(f / float64(2+f))
	z := float64(s * s)
	sum := 0.0
	for n := 25; n >= 3; n -= 2 {
		sum = float64(float64(sum*z) + 1/float64(n))
	}
	tail := float64(float64(2*s) * float64(sum*z))
	n := float64(e)
	return float64(float64(n*ln2Hi) + float64(float64(2*s)+float64(tail+float64(n*ln2Lo))))
}

// Tanh is the hyperbolic tangent.
func Tanh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case math.IsNaN(x):
		return x
	case a > 22:
		return math.Copysign(1, x)
	case a < 0x1p-28:
		return x
	}
	var t float64 // e^2a - 1
	if a <= 0.17 {
		t = expm1(float64(2 * a))
	} else {
		t = float64(Exp(float64(2*a)) - 1)
	}
	return math.Copysign(float64(t/float64(t+2)), x)
}

// Sigmoid is 1 / (1 + e^-x).
func Sigmoid(x float64) float64 {
	if x >= 0 {
		return float64(1 / float64(1+Exp(-x)))
	}
	e := Exp(x) // small: nothing is lost
	return float64(e / float64(1+e))
}

// Softplus is log(1 + e^x).
func Softplus(x float64) float64 {
	if x > 0 {
		return float64(x + log1p(Exp(-x)))
	}
	return log1p(Exp(x))
}

// log1p is log(1+y) for y from 0 to 1.
func log1p(y float64) float64 {
	if u := float64(1 + y); u != 1 { // what rounding took from y is given back
		return float64(Log(u) * float64(y/float64(u-1)))
	}
	return y
}

// Erf is the error function.
func Erf(x float64) float64 {
	const twoOverSqrtPi = 1.12837916709551257390
	a := math.Abs(x)
	switch {
	case math.IsNaN(x):
		return x
	case a > 6:
		return math.Copysign(1, x)
	case a < 3:
		// 2/sqrt(pi) e^-x² Σ 2^n x^(2n+1) / (1·3·…·(2n+1)): all terms have one sign.
		z := float64(2 * float64(a*a))
		term, sum := a, a
		for n := 3; term > float64(sum*0x1p-56); n += 2 {
			term = float64(float64(term*z) / float64(n))
			sum = float64(sum + term)
		}
		return math.Copysign(float64(float64(twoOverSqrtPi*Exp(-float64(a*a)))*sum), x)
	}
	// erfc by its continued fraction: e^-x²/sqrt(pi) · 1/(x + ½/(x + 1/(x + 3/2/(x + …)))).
	tail := a
	for n := 60; n >= 1; n-- {
		tail = float64(a + float64(float64(float64(n)/2)/tail))
	}
	return math.Copysign(float64(1-float64(float64(twoOverSqrtPi/2*Exp(-float64(a*a)))/tail)), x)
}

// Pow is x^y, by the special cases of IEEE 754-2019 section 9.2.1.
func Pow(x, y float64) float64 {
	whole := y == math.Floor(y)
	odd := whole && math.Abs(y) < 0x1p53 && float64(math.Floor(y/2)*2) != y
	switch {
	case y == 0 || x == 1:
		return 1
	case math.IsNaN(x) || math.IsNaN(y):
		return math.NaN()
	case y == 1:
		return x
	case y == 2:
		return float64(x * x)
	case y == 0.5 && !math.IsInf(x, -1) && x != 0:
		return math.Sqrt(x)
	case x == -1 && math.IsInf(y, 0):
		return 1
	case x < 0 && !whole && !math.IsInf(x, -1):
		return math.NaN()
	}
	sign := 1.0
	if odd && math.Signbit(x) {
		sign = -1
	}
	return math.Copysign(magnitude(math.Abs(x), y), sign)
}

func magnitude(a, y float64) float64 {
	switch {
	case a == 0 || math.IsInf(a, 1) || math.IsInf(y, 0):
		if (a > 1) == (y > 0) {
			return math.Inf(1)
		}
		return 0
	case y == math.Floor(y) && math.Abs(y) <= 64: // few multiplications, each rounded
		out, b := 1.0, a
		for n := int(math.Abs(y)); n > 0; n >>= 1 { //ve:allow overflow it is at most sixty-four
			if n&1 == 1 {
				out = float64(out * b)
			}
			b = float64(b * b)
		}
		if y < 0 {
			return float64(1 / out)
		}
		return out
	}
	return Exp(float64(y * Log(a)))
}
