// Package fixed is the arithmetic of decisions: square roots, exponentials, shares and curves in integers only, so that a
// decision has nothing to do with a processor's floating point.
package fixed

import (
	"errors"
	"fmt"
)

// One is 1.0 where a number has 24 bits behind its point.
const One int64 = 1 << 24

// Whole is a share of all, in basis points.
const Whole int64 = 10000

// ErrCurve says that a curve's points do not rise, or that there are too few.
var ErrCurve = errors.New("curve")

// Sqrt is the largest integer whose square is at most n; of a negative n it is 0.
func Sqrt(n int64) int64 {
	if n < 2 {
		return max(n, 0)
	}
	// Newton from above: it begins at 2^31.5 or more, and falls until it stands.
	x := int64(3037000500)
	for {
		next := (x + n/x) / 2
		if next >= x {
			return x
		}
		x = next
	}
}

// halvings are 2^(-2^-i) for i from 1 to 24, with 30 bits behind the point, rounded to nearest.
var halvings = [24]int64{
	759250125, 902905651, 984625594, 1028218693, 1050733751, 1062175491, 1067942999, 1070838486,
	1072289173, 1073015252, 1073378477, 1073560135, 1073650976, 1073696399, 1073719111, 1073730468,
	1073736146, 1073738985, 1073740404, 1073741114, 1073741469, 1073741647, 1073741735, 1073741780,
}

// log2e is log2(e) with 24 bits behind the point.
const log2e int64 = 24204406

// Exp is e^-x for x from 0 on; both have 24 bits behind the point. It is within 2^-20 of the true value, and 0 from x = 17 on.
func Exp(x int64) int64 {
	if x <= 0 {
		return One
	}
	if x >= 17*One {
		return 0
	}
	y := x * log2e >> 24 // below 25 * 2^24
	return Exp2(y)
}

// Exp2 is 2^-y for y from 0 on; both have 24 bits behind the point.
func Exp2(y int64) int64 {
	if y <= 0 {
		return One
	}
	if y >= 25*One {
		return 0
	}
	r := int64(1) << 30
	for i, h := range halvings {
		if y>>(23-i)&1 == 1 {
			r = r * h >> 30
		}
	}
	return r >> 6 >> (y >> 24)
}

// Share is which part of all exponentials one logit has, in basis points, rounded down: softmax. Logits have 24 bits behind
// the point. At least one is given, and i is one of them.
func Share(logits []int64, i int) int64 {
	top := logits[0]
	for _, l := range logits[1:] {
		top = max(top, l)
	}
	sum := int64(0)
	for _, l := range logits {
		sum += Exp(top - l)
	}
	return Exp(top-logits[i]) * Whole / sum
}

// Point is one point of a curve.
type Point struct {
	X int64 `json:"x" mapstructure:"x" yaml:"x"`
	Y int64 `json:"y" mapstructure:"y" yaml:"y"` // basis points
}

// Curve goes straight from point to point, and flat before the first and behind the last.
type Curve []Point

// MaxX bounds the arguments of curves on both sides.
const MaxX int64 = 1 << 40

// Validate fails with ErrCurve unless there is a point, X rises, and Y is a share.
func (c Curve) Validate() error {
	if len(c) == 0 {
		return fmt.Errorf("%w has no points", ErrCurve)
	}
	for i, p := range c {
		if p.X < -MaxX || p.X > MaxX || p.Y < 0 || p.Y > Whole {
			return fmt.Errorf("%w: point (%d, %d) is out of range", ErrCurve, p.X, p.Y)
		}
		if i > 0 && p.X <= c[i-1].X {
			return fmt.Errorf("%w: %d does not lie behind %d", ErrCurve, p.X, c[i-1].X)
		}
	}
	return nil
}

// At is the curve's value at x, rounded down. The curve is a valid one.
func (c Curve) At(x int64) int64 {
	if x <= c[0].X {
		return c[0].Y
	}
	for i, p := range c[1:] {
		if x <= p.X {
			from := c[i]
			num, den := (p.Y-from.Y)*(x-from.X), p.X-from.X // at most 10^4 * 2^41
			q := num / den
			if num%den < 0 {
				q-- // towards minus infinity, so that a falling curve rounds as a rising one
			}
			return from.Y + q
		}
	}
	return c[len(c)-1].Y
}
