package loss

import (
	"github.com/virtengine/virtengine/ml/engine/funcs"
)

// Detector is the loss of a grid of cells, each with an objectness logit and numbers that count where an object is: focal
// cross-entropy (Lin et al. 2017) for the logit, smooth L1 for the numbers. Results are [1+Numbers, Cells]; the target has the
// same layout, its first channel 1 for an object, 0 for none, -1 for what does not matter.
type Detector struct {
	none
	Cells, Numbers int
	Object, Empty  float32 // weights of the two kinds of cells
	Scale          float32 // of the differences of the numbers: they are multiplied by it
	Share          float32 // weight of the numbers
}

// Width of a target: as many numbers as results.
func (l Detector) Width() int { return (1 + l.Numbers) * l.Cells }

// Of adds up both parts; each is a sum over cells.
func (l Detector) Of(samples int, out, target, dout []float32, _ [][]float32) float64 {
	sum := 0.0
	for i := range samples {
		x, y, dx := out[i*l.Width():(i+1)*l.Width()], target[i*l.Width():(i+1)*l.Width()], dout[i*l.Width():(i+1)*l.Width()]
		for cell := range l.Cells {
			for n := range l.Numbers {
				dx[(1+n)*l.Cells+cell] = 0
			}
			v, slope := l.focal(float64(x[cell]), y[cell])
			sum += v
			dx[cell] = float32(slope)
			if y[cell] != 1 {
				continue
			}
			for n := range l.Numbers {
				at := (1+n)*l.Cells + cell
				v, slope := smoothL1(float64(float64(l.Scale) * (float64(x[at]) - float64(y[at]))))
				sum += float64(float64(l.Share) * v)
				dx[at] = float32(float64(float64(l.Share)*float64(l.Scale)) * slope)
			}
		}
	}
	return sum
}

// focal is -w·(1-p)²·log p for the chance p that the logit gives to the truth, and its slope by the logit.
func (l Detector) focal(x float64, y float32) (loss, slope float64) {
	weight, sign := float64(l.Empty), -1.0
	switch {
	case y < 0:
		return 0, 0
	case y == 1:
		weight, sign = float64(l.Object), 1
	}
	x = float64(sign * x)
	q, log := funcs.Sigmoid(-x), funcs.Softplus(-x) // 1-p and -log p
	square := float64(q * q)
	loss = float64(weight * float64(square*log))
	// d/dx: q' = -q(1-q), (-log p)' = -q.
	down := float64(float64(2*float64(square*(1-q)))*log) + float64(square*q)
	return loss, -float64(float64(sign*weight) * down)
}
