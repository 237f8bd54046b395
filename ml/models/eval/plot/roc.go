package plot

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/models/eval"
)

// decades is how many powers of ten the axis of false accepts has: from 0.001 % to 100 %.
const decades = 5

// ROC draws the false reject rate over the false accept rate, which is logarithmic. Rates below 0.001 % and zero are drawn at
// the left end.
func ROC(title string, curve *eval.Curve) ([]byte, error) {
	if curve == nil || len(curve.Points) < 2 || curve.Genuine < 1 || curve.Impostors < 1 {
		return nil, fmt.Errorf("%w: a curve without points", ErrPlot)
	}
	var xs []tick
	for i, text := range []string{"0.001%", "0.01%", "0.1%", "1%", "10%", "100%"} {
		xs = append(xs, tick{fieldW * i / decades, text})
	}
	c, err := frame(title, "false accept rate", "false reject rate", xs, percents(fieldH))
	if err != nil {
		return nil, err
	}
	at := func(p eval.Point) (int, int) {
		return left + logarithmic(p.FalseAccept, curve.Impostors), bottom - scale(p.FalseReject, curve.Genuine, fieldH)
	}
	x0, y0 := at(curve.Points[0])
	for _, p := range curve.Points[1:] {
		x1, y1 := at(p)
		c.Line(x0, y0, x1, y1, Blue)
		x0, y0 = x1, y1
	}
	return c.PNG(), nil
}

// logarithmic is where the rate v/all stands on the axis, in whole pixels, rounded to the left; no less than 0.
//
// It is brought into 1..10 by d powers of ten, in parts of 10^8, and looked up among the pixels of a decade:
// 10^(i/96) for i from 0 to 95, by repeated multiplication, which loses less than 10^-6 over the decade.
func logarithmic(v, all int64) int {
	const part, one = fieldW / decades, int64(100_000_000)
	const root = 102_427_522 // 10^(1/96)
	for all > 1<<30 {
		v, all = v>>1, all>>1
	}
	if v >= all {
		return fieldW
	}
	x, ratio := fieldW, v*one/max(all, 1)
	for ; ratio < one && x > 0; ratio *= 10 {
		x -= part
	}
	for edge := int64(root); edge <= ratio && x > 0; edge = edge * root / one {
		x++
	}
	return max(x, 0)
}
