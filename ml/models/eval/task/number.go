package task

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/models/eval"
	"github.com/virtengine/virtengine/security/safemath"
)

// cosine is that of two vectors in ppm. Products of float32 are exact in float64; sums ascend. Fails with ErrAnswer where one has no
// length.
func cosine(a, b []float32) (int64, error) {
	var dot, aa, bb float64
	for i, x := range a {
		x, y := float64(x), float64(b[i])
		dot += float64(x * y)
		aa += float64(x * x)
		bb += float64(y * y)
	}
	if aa == 0 || bb == 0 {
		return 0, fmt.Errorf("%w: a vector without length", ErrAnswer)
	}
	return whole(dot / float64(math.Sqrt(aa)*math.Sqrt(bb)) * eval.Million)
}

// whole rounds to an integer, ties to even.
func whole(v float64) (int64, error) { return safemath.FromFloat[int64](math.RoundToEven(v)) }

// softmax is the share of one logit, in ppm. The sum is in float64, in order.
func softmax(logits []float32, of int) (int64, error) {
	top := logits[0]
	for _, v := range logits {
		top = max(top, v)
	}
	sum := 0.0
	for _, v := range logits {
		sum += funcs.Exp(float64(v) - float64(top))
	}
	return whole(funcs.Exp(float64(logits[of])-float64(top)) / sum * eval.Million)
}

// argmax is the place of the greatest; of equals the first.
func argmax(v []float32) int {
	best := 0
	for i := range v {
		if v[i] > v[best] {
			best = i
		}
	}
	return best
}
