package loss

import (
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/models/layers"
	"github.com/virtengine/virtengine/security/safemath"
)

// Loss compares a network's results with what was wanted. Implementations keep no state of their own between calls but
// the weights in Params, and are safe for concurrent use while nobody changes those.
type Loss interface {
	// Params are weights that are learnt with the network and are no part of it. May be none.
	Params() []*layers.Param
	// Of adds to grads (one for each of Params) and sets dout to the gradient of its result, the sum of the losses of all
	// samples. out, dout hold samples × the network's results, target samples × Width numbers.
	Of(samples int, out, target, dout []float32, grads [][]float32) float64
	// Width is how many numbers say what one sample should give.
	Width() int
}

// zeros is memory for rows of so many numbers.
func zeros[T float32 | float64](rows, each int) []T {
	return make([]T, rows*each) //ve:allow overflow batches, classes and steps are bounded by the trainer and the network
}

// class reads a target as one of n classes; what is none becomes the nearest.
func class(v float32, n int) int {
	c, err := safemath.FromFloat[int](float64(v))
	if err != nil {
		return 0
	}
	return min(max(c, 0), n-1)
}

// none is a loss without weights.
type none struct{}

func (none) Params() []*layers.Param { return nil }

// Squares is half the sum of squared differences, divided by the number of elements: targets are the wanted results.
type Squares struct {
	none
	N int
}

// Width of a target: a number for each result.
func (l Squares) Width() int { return l.N }

// Of adds up (out-target)²/2N.
func (l Squares) Of(samples int, out, target, dout []float32, _ [][]float32) float64 {
	sum, n := 0.0, float64(l.N)
	for i := range samples * l.N {
		d := float64(out[i]) - float64(target[i])
		sum += float64(d*d) / (2 * n)
		dout[i] = float32(d / n)
	}
	return sum
}

// smoothL1 is d²/2 up to 1, |d|-½ beyond (Girshick 2015), and its slope.
func smoothL1(d float64) (loss, slope float64) {
	if a := math.Abs(d); a >= 1 {
		return a - 0.5, math.Copysign(1, d)
	}
	return float64(d*d) / 2, d
}

// SmoothL1 is the sum of smooth absolute differences, divided by the number of elements.
type SmoothL1 struct {
	none
	N int
}

// Width of a target: a number for each result.
func (l SmoothL1) Width() int { return l.N }

// Of adds up the smooth differences.
func (l SmoothL1) Of(samples int, out, target, dout []float32, _ [][]float32) float64 {
	sum, n := 0.0, float64(l.N)
	for i := range samples * l.N {
		v, slope := smoothL1(float64(out[i]) - float64(target[i]))
		sum += v / n
		dout[i] = float32(slope / n)
	}
	return sum
}

// Binary is the cross-entropy of a logit with 0 or 1.
type Binary struct {
	none
	N int
}

// Width of a target: 0 or 1 for each logit.
func (l Binary) Width() int { return l.N }

// Of adds up log(1+e^-x) where 1 is wanted, log(1+e^x) where 0 is, divided by the number of logits.
func (l Binary) Of(samples int, out, target, dout []float32, _ [][]float32) float64 {
	sum, n := 0.0, float64(l.N)
	for i := range samples * l.N {
		x, y := float64(out[i]), float64(target[i])
		sum += (funcs.Softplus(x) - float64(x*y)) / n
		dout[i] = float32((funcs.Sigmoid(x) - y) / n)
	}
	return sum
}

// Classes is the cross-entropy of logits [Classes, Places] with one class for each place, each class's places weighted.
type Classes struct {
	none
	Classes, Places int
	Weights         []float32 // of each class; nil: 1
	Smooth          float32   // the share that is spread evenly over all classes; 0: none
}

// Width of a target: a class for each place.
func (l Classes) Width() int { return l.Places }

// Of adds up -log softmax, divided by the number of places.
func (l Classes) Of(samples int, out, target, dout []float32, _ [][]float32) float64 {
	sum, places := 0.0, float64(l.Places)
	share := make([]float64, l.Classes)
	for i := range samples {
		x, dx := out[i*l.Classes*l.Places:(i+1)*l.Classes*l.Places], dout[i*l.Classes*l.Places:(i+1)*l.Classes*l.Places]
		for p := range l.Places {
			right := class(target[i*l.Places+p], l.Classes)
			weight := 1 / places
			if l.Weights != nil {
				weight = float64(l.Weights[right]) / places
			}
			high := x[p]
			for c := range l.Classes {
				high = max(high, x[c*l.Places+p])
			}
			total := 0.0
			for c := range l.Classes {
				share[c] = funcs.Exp(float64(x[c*l.Places+p]) - float64(high))
				total += share[c]
			}
			logTotal := funcs.Log(total) + float64(high)
			even := float64(l.Smooth) / float64(l.Classes)
			for c := range l.Classes {
				want := even
				if c == right {
					want += 1 - float64(l.Smooth)
				}
				if want != 0 {
					sum += float64(weight * float64(want*(logTotal-float64(x[c*l.Places+p]))))
				}
				dx[c*l.Places+p] = float32(weight * (share[c]/total - want))
			}
		}
	}
	return sum
}
