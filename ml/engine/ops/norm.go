package ops

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/value"
)

// batchNormalization scales each channel by running figures, or in training by those of the batch.
func batchNormalization(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	x, err := value.As[float32](t)
	if err != nil {
		return nil, err
	}
	if t.Rank() < 2 {
		return nil, fmt.Errorf("%w: %v has no channels", value.ErrShape, t.Shape)
	}
	epsilon, err := c.float("epsilon", 1e-5)
	if err != nil {
		return nil, err
	}
	channels := t.Shape[1]
	var p [4][]float32 // scale, bias, mean, variance
	for i := range p {
		o, err := c.need(i + 1)
		if err != nil {
			return nil, err
		}
		if p[i], err = biasOf[float32](o, channels); err != nil {
			return nil, err
		}
	}
	training, err := c.flag("training_mode", false)
	if err != nil {
		return nil, err
	}
	mean, variance := p[2], p[3]
	inner := product(t.Shape[2:])
	out := []*value.Tensor{nil}
	if training {
		momentum, err := c.float("momentum", 0.9)
		if err != nil {
			return nil, err
		}
		mean, variance = figures(x, t.Shape[0], channels, inner)
		for i, now := range [][]float32{mean, variance} {
			running := make([]float32, channels)
			for k := range running {
				running[k] = float32(float32(p[i+2][k]*momentum) + float32(now[k]*float32(1-momentum)))
			}
			out = append(out, &value.Tensor{Shape: []int{channels}, Data: running})
		}
	}
	y := make([]float32, len(x))
	for i, v := range x {
		k := i / inner % channels
		scale := float32(p[0][k] / float32(math.Sqrt(float64(float32(variance[k]+epsilon)))))
		y[i] = float32(float32(float32(v-mean[k])*scale) + p[1][k])
	}
	out[0] = &value.Tensor{Shape: t.Shape, Data: y}
	return out, nil
}

// figures are mean and variance of each channel over batch and plane, in ascending memory order.
func figures(x []float32, batch, channels, inner int) (mean, variance []float32) {
	mean, variance = make([]float32, channels), make([]float32, channels)
	count := float32(batch * inner)
	for k := range channels {
		each := func(f func(v float32)) {
			for b := range batch {
				for i := range inner {
					f(x[(b*channels+k)*inner+i])
				}
			}
		}
		mean[k], variance[k] = moments(each, count)
	}
	return mean, variance
}

// moments sum in float32, in the order in which each gives the numbers.
func moments(each func(func(float32)), count float32) (mean, variance float32) {
	var sum, square float32
	each(func(v float32) { sum = float32(sum + v) })
	mean = float32(sum / count)
	each(func(v float32) { d := float32(v - mean); square = float32(square + float32(d*d)) })
	return mean, float32(square / count)
}

func instanceNormalization(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	x, err := value.As[float32](t)
	if err != nil {
		return nil, err
	}
	if t.Rank() < 2 {
		return nil, fmt.Errorf("%w: %v has no channels", value.ErrShape, t.Shape)
	}
	epsilon, err := c.float("epsilon", 1e-5)
	if err != nil {
		return nil, err
	}
	var p [2][]float32
	for i := range p {
		o, err := c.need(i + 1)
		if err != nil {
			return nil, err
		}
		if p[i], err = biasOf[float32](o, t.Shape[1]); err != nil {
			return nil, err
		}
	}
	inner := product(t.Shape[2:])
	y := make([]float32, len(x))
	for nc := range t.Shape[0] * t.Shape[1] {
		k := nc % t.Shape[1]
		row := x[nc*inner : (nc+1)*inner]
		mean, variance := moments(over32(row), float32(inner))
		scale := float32(p[0][k] / float32(math.Sqrt(float64(float32(variance+epsilon)))))
		for i, v := range row {
			y[nc*inner+i] = float32(float32(float32(v-mean)*scale) + p[1][k])
		}
	}
	return one(value.Of(t.Shape, y))
}

func over32(row []float32) func(func(float32)) {
	return func(f func(float32)) {
		for _, v := range row {
			f(v)
		}
	}
}

// layerNormalization normalizes everything from an axis on; mean and inverse deviation are results too.
func layerNormalization(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	x, err := value.As[float32](t)
	if err != nil {
		return nil, err
	}
	at, err := c.int("axis", -1)
	if err != nil {
		return nil, err
	}
	if at, err = axis(at, t.Rank()); err != nil {
		return nil, err
	}
	epsilon, err := c.float("epsilon", 1e-5)
	if err != nil {
		return nil, err
	}
	scaleT, err := c.need(1)
	if err != nil {
		return nil, err
	}
	inner, outer := product(t.Shape[at:]), product(t.Shape[:at])
	scale, err := spreadTo(scaleT, t.Shape[at:])
	if err != nil {
		return nil, err
	}
	var bias []float32
	if b := c.in(2); b != nil {
		if bias, err = spreadTo(b, t.Shape[at:]); err != nil {
			return nil, err
		}
	}
	y, means, inverses := make([]float32, len(x)), make([]float32, outer), make([]float32, outer)
	for o := range outer {
		row := x[o*inner : (o+1)*inner]
		mean, variance := moments(over32(row), float32(inner))
		inverse := float32(1 / float32(math.Sqrt(float64(float32(variance+epsilon)))))
		means[o], inverses[o] = mean, inverse
		for i, v := range row {
			z := float32(float32(float32(v-mean)*inverse) * scale[i])
			if bias != nil {
				z = float32(z + bias[i])
			}
			y[o*inner+i] = z
		}
	}
	shape := append([]int(nil), t.Shape...)
	for i := at; i < len(shape); i++ {
		shape[i] = 1
	}
	return []*value.Tensor{{Shape: t.Shape, Data: y}, {Shape: shape, Data: means}, {Shape: shape, Data: inverses}}, nil
}

// spreadTo broadcasts a float32 tensor to a shape.
func spreadTo(t *value.Tensor, shape []int) ([]float32, error) {
	d, err := value.As[float32](t)
	if err != nil {
		return nil, err
	}
	full, err := broadcast(t.Shape, shape)
	if err != nil || product(full) != product(shape) {
		return nil, fmt.Errorf("%w: %v into %v", value.ErrShape, t.Shape, shape)
	}
	out := make([]float32, product(shape))
	walk(full, func(i int, at []int) { out[i] = d[at[0]] }, spread(t.Shape, full))
	return out, nil
}

// lpNormalization divides by the L1 or L2 norm along an axis.
func lpNormalization(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	x, err := value.As[float32](t)
	if err != nil {
		return nil, err
	}
	at, err := c.int("axis", -1)
	if err != nil {
		return nil, err
	}
	if at, err = axis(at, t.Rank()); err != nil {
		return nil, err
	}
	p, err := c.int("p", 2)
	if err != nil || p != 1 && p != 2 {
		return nil, fmt.Errorf("%w p: %d, want 1 or 2", ErrAttribute, p)
	}
	n, inner := t.Shape[at], product(t.Shape[at+1:])
	y := make([]float32, len(x))
	for o := range product(t.Shape[:at]) {
		for k := range inner {
			var sum float32
			for i := range n {
				v := x[(o*n+i)*inner+k]
				if p == 1 {
					sum = float32(sum + float32(math.Abs(float64(v))))
				} else {
					sum = float32(sum + float32(v*v))
				}
			}
			if p == 2 {
				sum = float32(math.Sqrt(float64(sum)))
			}
			for i := range n {
				if at := (o*n+i)*inner + k; sum != 0 {
					y[at] = float32(x[at] / sum)
				}
			}
		}
	}
	return one(value.Of(t.Shape, y))
}

// groupNormalization normalizes groups of channels. Scale and bias are one number for each group before opset 21, and for
// each channel since.
func groupNormalization(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	x, err := value.As[float32](t)
	if err != nil {
		return nil, err
	}
	groups, err := c.int("num_groups", 0)
	if err != nil {
		return nil, err
	}
	if t.Rank() < 2 || groups < 1 || t.Shape[1]%groups != 0 {
		return nil, fmt.Errorf("%w: %v in %d groups", value.ErrShape, t.Shape, groups)
	}
	epsilon, err := c.float("epsilon", 1e-5)
	if err != nil {
		return nil, err
	}
	channels, parameters := t.Shape[1], t.Shape[1]
	if c.Opset < 21 {
		parameters = groups
	}
	var p [2][]float32
	for i := range p {
		o, err := c.need(i + 1)
		if err != nil {
			return nil, err
		}
		if p[i], err = biasOf[float32](o, parameters); err != nil {
			return nil, err
		}
	}
	plane := product(t.Shape[2:])
	inner := channels / groups * plane
	y := make([]float32, len(x))
	for g := range t.Shape[0] * groups {
		row := x[g*inner : (g+1)*inner]
		mean, variance := moments(over32(row), float32(inner))
		inverse := float32(1 / float32(math.Sqrt(float64(float32(variance+epsilon)))))
		for i, v := range row {
			k := (g*inner + i) / plane % channels
			if c.Opset < 21 {
				k = g % groups
			}
			y[g*inner+i] = float32(float32(float32(float32(v-mean)*inverse)*p[0][k]) + p[1][k])
		}
	}
	return one(value.Of(t.Shape, y))
}
