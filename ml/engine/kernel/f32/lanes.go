package f32

import "math"

// Element by element: to and its operands have the same length, and may be the same slice. The vector forms compute whole
// registers; what is left, and every other architecture, takes the loops here, which are the specification.

// Relu sets to[i] to x[i], or to +0 where that is below zero; -0 and NaN are not.
func (s *Set) Relu(to, x []float32) {
	x = x[:len(to)]
	for i := s.lanes(laneRelu, to, x, x, 0, 0, 0); i < len(to); i++ {
		v := x[i]
		if v < 0 {
			v = 0
		}
		to[i] = v
	}
}

// Clip sets to[i] to the lesser of high and the greater of x[i] and low, where +0 is greater than -0; NaN stays. Neither low
// nor high may be NaN.
func (s *Set) Clip(to, x []float32, low, high float32) {
	x = x[:len(to)]
	i := 0
	if negative := high == 0 && math.Signbit(float64(high)); !negative { // +0 would have to become -0
		i = s.lanes(laneClip, to, x, x, low, high, 0)
	}
	for ; i < len(to); i++ {
		v := x[i]
		if v == v { //nolint:staticcheck // no NaN
			v = min(max(v, low), high)
		}
		to[i] = v
	}
}

// Add sets to[i] to x[i] + y[i].
func (s *Set) Add(to, x, y []float32) {
	x, y = x[:len(to)], y[:len(to)]
	for i := s.lanes(laneAdd, to, x, y, 0, 0, 0); i < len(to); i++ {
		to[i] = float32(x[i] + y[i])
	}
}

// Mul sets to[i] to x[i] · y[i].
func (s *Set) Mul(to, x, y []float32) {
	x, y = x[:len(to)], y[:len(to)]
	for i := s.lanes(laneMul, to, x, y, 0, 0, 0); i < len(to); i++ {
		to[i] = float32(x[i] * y[i])
	}
}

// Scale sets to[i] to ((x[i] − mean) · scale) + bias, each step rounded.
func (s *Set) Scale(to, x []float32, mean, scale, bias float32) {
	x = x[:len(to)]
	for i := s.lanes(laneScale, to, x, x, mean, scale, bias); i < len(to); i++ {
		to[i] = float32(float32(float32(x[i]-mean)*scale) + bias)
	}
}

// The operations that lanes has.
const (
	laneRelu = iota
	laneClip
	laneAdd
	laneMul
	laneScale
)

// lanes computes whole registers and returns how many elements that was.
func (s *Set) lanes(op int, to, x, y []float32, a, b, c float32) int {
	n := len(to) &^ 7
	if !s.vector || n == 0 {
		return 0
	}
	lanes8(op, n, &to[0], &x[0], &y[0], a, b, c)
	return n
}
