package plan

import (
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
)

// unary is a function of float64 whose result is rounded once, as the reference has it.
func unary(n *node) (bool, error) {
	f := n.function()
	if f == nil || !n.float(0) || len(n.in) != 1 {
		return false, nil
	}
	return true, n.each(func(to, from []float32) {
		for i, v := range from {
			to[i] = float32(f(float64(v)))
		}
	})
}

// each plans a step that computes element by element.
func (n *node) each(f func(to, from []float32)) error {
	x, y, size := n.in[0], len(n.values), n.len(0)
	return n.emit(n.shape(0), kernel{units: chunks(size), run: func(r *Runner, _ *worker, unit int) {
		lo, hi := part(unit, size)
		f(r.float[y][lo:hi], r.float[x][lo:hi])
	}}, 0)
}

func (n *node) function() func(float64) float64 {
	switch n.Op {
	case "Sigmoid":
		return funcs.Sigmoid
	case "Tanh":
		return funcs.Tanh
	case "Exp":
		return funcs.Exp
	case "Log":
		return funcs.Log
	case "Erf":
		return funcs.Erf
	case "Softplus":
		return funcs.Softplus
	case "Sqrt":
		return math.Sqrt
	case "Floor":
		return math.Floor
	case "Ceil":
		return math.Ceil
	case "Round":
		return math.RoundToEven
	case "Abs":
		return math.Abs
	case "Neg":
		return func(x float64) float64 { return -x }
	case "Reciprocal":
		return func(x float64) float64 { return float64(1 / x) }
	case "HardSwish":
		return func(x float64) float64 { return float64(x * clamp(float64(x/6)+0.5, 0, 1)) }
	}
	return n.parametric()
}

func (n *node) parametric() func(float64) float64 {
	otherwise := map[string]float32{"LeakyRelu": 0.01, "Elu": 1, "HardSigmoid": 0.2, "Swish": 1}[n.Op]
	given, ok := n.number("alpha", otherwise)
	if !ok {
		return nil
	}
	a := float64(given)
	switch n.Op {
	case "LeakyRelu":
		return func(x float64) float64 {
			if x < 0 {
				return float64(x * a)
			}
			return x
		}
	case "Elu":
		return func(x float64) float64 {
			if x < 0 {
				return float64(a * float64(funcs.Exp(x)-1))
			}
			return x
		}
	case "Swish":
		return func(x float64) float64 { return float64(x * funcs.Sigmoid(float64(a*x))) }
	case "HardSigmoid":
		beta, ok := n.number("beta", 0.5)
		if !ok {
			return nil
		}
		b := float64(beta)
		return func(x float64) float64 { return clamp(float64(float64(x*a)+b), 0, 1) }
	}
	return nil
}

// clamp passes a NaN on.
func clamp(x, low, high float64) float64 {
	switch {
	case x < low:
		return low
	case x > high:
		return high
	}
	return x
}

// relu is part of the convolution before it, where there is one.
func relu(n *node) (bool, error) {
	if !n.float(0) || len(n.in) != 1 {
		return false, nil
	}
	if n.fused[n.at] {
		return true, n.same(n.shape(0))
	}
	return true, n.each(n.kernels.Relu)
}

// clip is between two constants.
func clip(n *node) (bool, error) {
	if !n.float(0) {
		return false, nil
	}
	if n.opset < 11 {
		low, ok := n.number("min", -math.MaxFloat32)
		high, fine := n.number("max", math.MaxFloat32)
		if !ok || !fine || len(n.in) != 1 {
			return false, nil
		}
		return true, n.each(func(to, from []float32) {
			for i, v := range from {
				switch {
				case v < low:
					v = low
				case v > high:
					v = high
				}
				to[i] = v
			}
		})
	}
	bounds := [2]float32{float32(math.Inf(-1)), float32(math.Inf(1))}
	for i := range bounds {
		w := n.weights(i + 1)
		if n.has(i+1) && (len(w) != 1 || w[0] != w[0] || len(n.shape(i+1)) > len(n.shape(0))) { //nolint:staticcheck // NaN
			return false, nil
		}
		if w != nil {
			bounds[i] = w[0]
		}
	}
	return true, n.each(func(to, from []float32) { n.kernels.Clip(to, from, bounds[0], bounds[1]) })
}

// lesser and greater pass a NaN on, wherever it stands.
func lesser(a, b float32) float32 {
	if a != a || b != b { //nolint:staticcheck // NaN
		return float32(a + b)
	}
	return min(a, b)
}

func greater(a, b float32) float32 {
	if a != a || b != b { //nolint:staticcheck // NaN
		return float32(a + b)
	}
	return max(a, b)
}
