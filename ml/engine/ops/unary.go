package ops

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/engine/value"
)

// real is a function of floats, computed in float64 and rounded once to the operand's type.
func real(f func(*Call) (func(float64) float64, error)) Func {
	return viaFloat32(func(c *Call) ([]*value.Tensor, error) {
		t, err := c.need(0)
		if err != nil {
			return nil, err
		}
		g, err := f(c)
		if err != nil {
			return nil, err
		}
		switch d := t.Data.(type) {
		case []float32:
			return one(value.Of(t.Shape, mapped(d, func(v float32) float32 { return float32(g(float64(v))) })))
		case []float64:
			return one(value.Of(t.Shape, mapped(d, g)))
		}
		return nil, fmt.Errorf("%w: %s", value.ErrType, t.DType())
	})
}

// plain is a real function without parameters.
func plain(f func(float64) float64) Func {
	return real(func(*Call) (func(float64) float64, error) { return f, nil })
}

// alpha is a real function of one parameter, rounded to float32 as the attribute is.
func alpha(name string, otherwise float32, f func(x, a float64) float64) Func {
	return real(func(c *Call) (func(float64) float64, error) {
		a, err := c.float(name, otherwise)
		return func(x float64) float64 { return f(x, float64(a)) }, err
	})
}

func leaky(x, a float64) float64 {
	if x < 0 {
		return float64(x * a)
	}
	return x
}

func elu(x, a float64) float64 {
	if x < 0 {
		return float64(a * float64(funcs.Exp(x)-1))
	}
	return x
}

func hardSigmoid(c *Call) (func(float64) float64, error) {
	a, err := c.float("alpha", 0.2)
	if err != nil {
		return nil, err
	}
	b, err := c.float("beta", 0.5)
	return func(x float64) float64 { return clamp(float64(float64(x*float64(a))+float64(b)), 0, 1) }, err
}

func hardSwish(x float64) float64 {
	return float64(x * clamp(float64(x/6)+0.5, 0, 1))
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

// roundEven is numpy's: halves go to the even neighbour.
func roundEven(x float64) float64 { return math.RoundToEven(x) }

// signed is an operator on every signed type.
func signedNumbers(f func(float64) float64, g func(int64) int64) Func {
	return func(c *Call) ([]*value.Tensor, error) {
		t, err := c.need(0)
		if err != nil {
			return nil, err
		}
		switch d := t.Data.(type) {
		case []int8:
			return one(value.Of(t.Shape, mapped(d, func(v int8) int8 { return cut[int8](g(int64(v))) })))
		case []int16:
			return one(value.Of(t.Shape, mapped(d, func(v int16) int16 { return cut[int16](g(int64(v))) })))
		case []int32:
			return one(value.Of(t.Shape, mapped(d, func(v int32) int32 { return cut[int32](g(int64(v))) })))
		case []int64:
			return one(value.Of(t.Shape, mapped(d, g)))
		case []uint8, []uint16, []uint32, []uint64: // of an unsigned number, all of these are itself, but Sign
			if g(-1) == 1 { // Abs
				return []*value.Tensor{t}, nil
			}
		}
		return plain(f)(c)
	}
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

func signInt(x int64) int64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// relu keeps what is above zero, of integers too.
func relu(c *Call) ([]*value.Tensor, error) {
	return signedNumbers(func(x float64) float64 {
		if x < 0 {
			return 0
		}
		return x
	}, func(x int64) int64 { return max(x, 0) })(c)
}

// gelu is exact, by the error function, or approximate, by the hyperbolic tangent.
func gelu(c *Call) (func(float64) float64, error) {
	how, err := c.text("approximate", "none")
	if err != nil {
		return nil, err
	}
	switch how {
	case "none":
		return func(x float64) float64 { return float64(float64(0.5*x) * float64(1+funcs.Erf(float64(x/math.Sqrt2)))) }, nil
	case "tanh":
		const sqrt2OverPi = 0.79788456080286535588
		return func(x float64) float64 {
			cube := float64(float64(x*x) * x)
			return float64(float64(0.5*x) * float64(1+funcs.Tanh(float64(sqrt2OverPi*float64(x+float64(0.044715*cube))))))
		}, nil
	}
	return nil, fmt.Errorf("%w approximate: %q", ErrAttribute, how)
}

// clip is between two operands, or two attributes before opset 11.
func clip(c *Call) ([]*value.Tensor, error) {
	t, err := c.need(0)
	if err != nil {
		return nil, err
	}
	if c.Opset < 11 {
		low, err := c.float("min", -math.MaxFloat32)
		if err != nil {
			return nil, err
		}
		high, err := c.float("max", math.MaxFloat32)
		if err != nil {
			return nil, err
		}
		return plain(func(x float64) float64 { return clamp(x, float64(low), float64(high)) })(c)
	}
	for i, o := range []typed{maxs, mins} {
		bound := c.in(i + 1)
		if bound == nil {
			continue
		}
		pair := *c
		pair.In = []*value.Tensor{t, bound}
		out, err := binary(o)(&pair)
		if err != nil {
			return nil, err
		}
		t = out[0]
	}
	return []*value.Tensor{t}, nil
}
