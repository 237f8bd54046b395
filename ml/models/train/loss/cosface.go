package loss

import (
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/layers"
)

// CosFace is the cross-entropy over identities of scaled cosines, of which the right one has to win by a margin (Wang et al.
// 2018). Every identity has a direction that is learnt with the network.
type CosFace struct {
	dim, identities int
	scale, margin   float64
	kernels         *f32.Set
	weight          *layers.Param // [identities, dim]
}

// NewCosFace makes the loss for vectors of dim numbers. The directions are drawn by seed.
func NewCosFace(seed uint64, dim, identities int, scale, margin float32) *CosFace {
	dim, identities = max(dim, 1), max(identities, 1)
	l := &CosFace{dim: dim, identities: identities, scale: float64(scale), margin: float64(margin), kernels: f32.Best()}
	l.weight = &layers.Param{Name: "identities", Shape: []int{identities, dim}, W: zeros[float32](identities, dim), Decay: true}
	layers.Draw(l.weight, stream.New(seed, "init/identities", 0), 0.1)
	return l
}

// Params are the directions.
func (l *CosFace) Params() []*layers.Param { return []*layers.Param{l.weight} }

// Width of a target: the identity.
func (l *CosFace) Width() int { return 1 }

// unit writes v/|v| and returns |v|, which is at least 1e-6.
func unit(to, v []float32) float64 {
	sum := 0.0
	for _, x := range v {
		sum += float64(float64(x) * float64(x))
	}
	norm := max(math.Sqrt(sum), 1e-6)
	for i, x := range v {
		to[i] = float32(float64(x) / norm)
	}
	return norm
}

// backUnit adds the gradient of v through v/|v|: (g - u(u·g))/|v|.
func backUnit(to, g, u []float32, norm float64) {
	along := 0.0
	for i, x := range u {
		along += float64(float64(x) * float64(g[i]))
	}
	for i, x := range u {
		to[i] += float32((float64(g[i]) - float64(float64(x)*along)) / norm)
	}
}

// Of adds up -log softmax(scale·(cos - margin at the right one)).
func (l *CosFace) Of(samples int, out, target, dout []float32, grads [][]float32) float64 {
	var work f32.Work
	dim, ids := l.dim, l.identities
	x, w := zeros[float32](samples, dim), zeros[float32](ids, dim)
	lengths, widths := make([]float64, samples), make([]float64, ids)
	for i := range samples {
		lengths[i] = unit(x[i*dim:(i+1)*dim], out[i*dim:(i+1)*dim])
	}
	for i := range ids {
		widths[i] = unit(w[i*dim:(i+1)*dim], l.weight.W[i*dim:(i+1)*dim])
	}
	cos := zeros[float32](samples, ids)
	l.kernels.Gemm(false, true, samples, ids, dim, x, dim, w, dim, false, cos, ids, &work)
	sum := 0.0
	for i := range samples {
		sum += l.entropy(cos[i*ids:(i+1)*ids], class(target[i], ids))
	}
	// cos holds the gradients to the cosines now.
	dx, dw := zeros[float32](samples, dim), zeros[float32](ids, dim)
	l.kernels.Gemm(false, false, samples, dim, ids, cos, ids, w, dim, false, dx, dim, &work)
	l.kernels.Gemm(true, false, ids, dim, samples, cos, ids, x, dim, false, dw, dim, &work)
	clear(dout[:samples*dim])
	for i := range samples {
		backUnit(dout[i*dim:(i+1)*dim], dx[i*dim:(i+1)*dim], x[i*dim:(i+1)*dim], lengths[i])
	}
	for i := range ids {
		backUnit(grads[0][i*dim:(i+1)*dim], dw[i*dim:(i+1)*dim], w[i*dim:(i+1)*dim], widths[i])
	}
	return sum
}

// entropy replaces cosines by their gradients and returns the loss.
func (l *CosFace) entropy(cos []float32, id int) float64 {
	logit := func(i int) float64 {
		c := float64(cos[i])
		if i == id {
			c -= l.margin
		}
		return float64(l.scale * c)
	}
	high := logit(0)
	for i := range cos {
		high = max(high, logit(i))
	}
	total := 0.0
	own := logit(id)
	for i := range cos {
		e := funcs.Exp(logit(i) - high)
		total += e
		cos[i] = float32(e)
	}
	for i, e := range cos {
		p := float64(e) / total
		if i == id {
			p--
		}
		cos[i] = float32(l.scale * p)
	}
	return funcs.Log(total) + high - own
}
