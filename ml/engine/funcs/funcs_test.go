package funcs_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/funcs"
)

// away is how many float64 numbers lie between two.
func away(a, b float64) float64 {
	if a == b || math.IsNaN(a) && math.IsNaN(b) {
		return 0
	}
	return math.Abs(float64(int64(math.Float64bits(a)) - int64(math.Float64bits(b))))
}

// The platform's library is the peer: both are within their error of the true number.
func TestCloseToTheLibrary(t *testing.T) {
	for name, tc := range map[string]struct {
		reason    string
		ours, lib func(float64) float64
		low, high float64
		ulp       float64
	}{
		"Exp":     {"over all that does not overflow", funcs.Exp, math.Exp, -708, 709, 2},
		"Log":     {"over many orders", funcs.Log, math.Log, 1e-300, 1e3, 2},
		"LogNear": {"and near one, where it is small", funcs.Log, math.Log, 0.7, 1.4, 3},
		"Tanh":    {"where it is steep and where it is flat", funcs.Tanh, math.Tanh, -20, 20, 4},
		"Erf":     {"by both its formulas", funcs.Erf, math.Erf, -6, 6, 10},
		"Sin":     {"over many turns, away from zero, where a relative error would be the bits of pi", func(x float64) float64 { return 2 + funcs.Sin(x) }, func(x float64) float64 { return 2 + math.Sin(x) }, -1e4, 1e4, 4},
		"Cos":     {"likewise", func(x float64) float64 { return 2 + funcs.Cos(x) }, func(x float64) float64 { return 2 + math.Cos(x) }, -1e4, 1e4, 4},
		"CosFar":  {"angles beyond a million, with all the bits of pi that they take", func(x float64) float64 { return 2 + funcs.Cos(x) }, func(x float64) float64 { return 2 + math.Cos(x) }, 1e15, 1e300, 4},
		"Sigmoid": {"the logistic function", funcs.Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, -30, 30, 6},
	} {
		t.Run(name, func(t *testing.T) {
			points := 20001
			if name == "CosFar" {
				points = 500
			}
			for i := range points {
				x := tc.low + (tc.high-tc.low)*float64(i)/20000
				got, want := tc.ours(x), tc.lib(x)
				require.LessOrEqual(t, away(got, want), tc.ulp, "%s: f(%v) = %v, the library has %v", tc.reason, x, got, want)
				require.LessOrEqual(t, math.Abs(float64(int32(math.Float32bits(float32(got)))-int32(math.Float32bits(float32(want))))), 1.0, "rounded to float32")
			}
		})
	}
}

func TestLimits(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for name, tc := range map[string]struct{ got, want float64 }{
		"ExpInf": {funcs.Exp(inf), inf}, "ExpMinusInf": {funcs.Exp(-inf), 0}, "ExpOver": {funcs.Exp(710), inf}, "ExpUnder": {funcs.Exp(-746), 0},
		"ExpSubnormal": {funcs.Exp(-745), math.Exp(-745)}, "ExpZero": {funcs.Exp(0), 1}, "ExpNaN": {funcs.Exp(nan), nan},
		"LogZero": {funcs.Log(0), -inf}, "LogMinus": {funcs.Log(-1), nan}, "LogOne": {funcs.Log(1), 0}, "LogInf": {funcs.Log(inf), inf},
		"LogSubnormal": {funcs.Log(5e-324), -744.4400719213812}, "TanhInf": {funcs.Tanh(-inf), -1}, "ErfInf": {funcs.Erf(inf), 1}, "ErfNaN": {funcs.Erf(nan), nan},
		"SoftplusBig": {funcs.Softplus(1000), 1000}, "SoftplusSmall": {funcs.Softplus(-1000), 0}, "SigmoidSmall": {funcs.Sigmoid(-1000), 0},
	} {
		require.Zero(t, away(tc.got, tc.want), "%s: %v, want %v", name, tc.got, tc.want)
	}
	for _, x := range []float64{0, math.Copysign(0, -1), 1, -1, 2, -2, 0.5, -0.5, inf, -inf, nan} {
		for _, y := range []float64{0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, inf, -inf, nan, 1e300} {
			require.LessOrEqual(t, away(funcs.Pow(x, y), math.Pow(x, y)), 1.0, "Pow(%v, %v) = %v, want %v", x, y, funcs.Pow(x, y), math.Pow(x, y))
		}
	}
}
