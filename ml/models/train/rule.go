package train

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/models/layers"
)

// Method is how a gradient becomes a step.
type Method int

// Methods.
const (
	AdamW    Method = iota // Loshchilov and Hutter 2019: β 0.9 and 0.999, ε 1e-8
	Momentum               // stochastic gradient with momentum 0.9
)

// Schedule is how the rate changes behind the warm-up.
type Schedule int

// Schedules.
const (
	Cosine Schedule = iota // half a wave down to a hundredth
	Steps3                 // a tenth after 60 % of the steps, a hundredth after 85 %
)

// Rule is how weights are changed.
type Rule struct {
	Method   Method
	Schedule Schedule
	Rate     float32 // the greatest
	Warmup   int     // steps in which the rate grows to it
	Decay    float32 // of weights, as a share of the rate
	Clip     float32 // greatest length of the whole gradient; 0: any
}

func (r Rule) validate() error {
	if !(r.Rate > 0 && r.Rate <= 10) || r.Warmup < 0 || !(r.Decay >= 0 && r.Decay <= 1) || !(r.Clip >= 0) || r.Method < AdamW || r.Method > Momentum ||
		r.Schedule < Cosine || r.Schedule > Steps3 {
		return fmt.Errorf("%w: rule %+v", ErrRecipe, r)
	}
	return nil
}

// rate of a step, counted from 0, of a run of so many.
func (r Rule) rate(step, steps int) float64 {
	rate := float64(r.Rate)
	if step < r.Warmup {
		return float64(rate * float64(step+1) / float64(r.Warmup))
	}
	part := float64(step-r.Warmup) / float64(max(steps-r.Warmup, 1))
	if r.Schedule == Steps3 {
		switch {
		case part >= 0.85:
			return rate / 100
		case part >= 0.6:
			return rate / 10
		}
		return rate
	}
	half := float64(0.5 * (1 + funcs.Cos(float64(math.Pi*part))))
	return float64(rate * (0.01 + float64(0.99*half)))
}

// Constants of AdamW and of momentum.
const (
	beta1    = 0.9
	beta2    = 0.999
	epsilon  = 1e-8
	momentum = 0.9
)

// optimizer holds what the steps before left for every weight.
type optimizer struct {
	rule   Rule
	first  [][]float32 // mean of gradients, or the momentum
	second [][]float32 // mean of their squares; nil for momentum
	power1 float64     // β1^steps
	power2 float64
}

func newOptimizer(rule Rule, params []*layers.Param) *optimizer {
	o := &optimizer{rule: rule, power1: 1, power2: 1}
	for _, p := range params {
		o.first = append(o.first, make([]float32, len(p.W)))
		if rule.Method == AdamW {
			o.second = append(o.second, make([]float32, len(p.W)))
		}
	}
	return o
}

// step changes all weights by their gradients.
func (o *optimizer) step(params []*layers.Param, grads [][]float32, rate float64) {
	o.power1, o.power2 = float64(o.power1*beta1), float64(o.power2*beta2)
	scale := clipping(grads, o.rule.Clip)
	for i, p := range params {
		keep := float32(1)
		if p.Decay {
			keep = float32(1 - float64(rate*float64(o.rule.Decay)))
		}
		if o.rule.Method == Momentum {
			o.push(p.W, grads[i], o.first[i], float32(rate), scale, keep)
		} else {
			o.adam(p.W, grads[i], o.first[i], o.second[i], rate, scale, keep)
		}
	}
}

// clipping is what gradients are multiplied by so that their length is at most limit.
func clipping(grads [][]float32, limit float32) float32 {
	if limit == 0 {
		return 1
	}
	sum := 0.0
	for _, g := range grads {
		for _, v := range g {
			sum += float64(float64(v) * float64(v))
		}
	}
	if length := math.Sqrt(sum); length > float64(limit) {
		return float32(float64(limit) / length)
	}
	return 1
}

func (o *optimizer) push(w, g, m []float32, rate, scale, keep float32) {
	for i := range w {
		m[i] = float32(m[i]*momentum) + float32(g[i]*scale)
		w[i] = float32(w[i]*keep) - float32(rate*m[i])
	}
}

func (o *optimizer) adam(w, g, m, v []float32, rate float64, scale, keep float32) {
	// The corrections for the start go into the rate and ε (Kingma and Ba 2015, end of section 2).
	root := math.Sqrt(1 - o.power2)
	a := float32(float64(rate*root) / (1 - o.power1))
	eps := float32(float64(epsilon * root))
	for i := range w {
		d := float32(g[i] * scale)
		m[i] = float32(m[i]*beta1) + float32(d*float32(1-beta1))
		v[i] = float32(v[i]*beta2) + float32(float32(d*d)*float32(1-beta2))
		w[i] = float32(w[i]*keep) - float32(a*m[i])/(float32(math.Sqrt(float64(v[i])))+eps)
	}
}
