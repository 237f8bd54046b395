package ops

import (
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
)

// celu is elu with an exponential of x over alpha.
func celu(x, a float64) float64 {
	if x < 0 {
		return float64(a * float64(funcs.Exp(float64(x/a))-1))
	}
	return x
}

// selu has two parameters whose defaults keep mean and variance of what passes.
func selu(c *Call) (func(float64) float64, error) {
	a, err := c.float("alpha", 1.6732632)
	if err != nil {
		return nil, err
	}
	g, err := c.float("gamma", 1.050701)
	return func(x float64) float64 { return float64(float64(g) * elu(x, float64(a))) }, err
}

func softsign(x float64) float64 { return float64(x / float64(1+math.Abs(x))) }

func thresholded(x, a float64) float64 {
	if x > a {
		return x
	}
	return 0
}

// mish is x times the hyperbolic tangent of softplus.
func mish(x float64) float64 { return float64(x * funcs.Tanh(funcs.Softplus(x))) }

// swish is x times the logistic function of alpha x.
func swish(x, a float64) float64 { return float64(x * funcs.Sigmoid(float64(a*x))) }

// shrink takes bias off what is beyond lambda on either side, and gives zero between.
func shrink(c *Call) (func(float64) float64, error) {
	bias, err := c.float("bias", 0)
	if err != nil {
		return nil, err
	}
	lambda, err := c.float("lambd", 0.5)
	return func(x float64) float64 {
		switch {
		case x < -float64(lambda):
			return float64(x + float64(bias))
		case x > float64(lambda):
			return float64(x - float64(bias))
		}
		return 0
	}, err
}
