package quant

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/engine/i8"
)

// tabled are the 256 entries, for −128 to 127, of a function from one scale to another: what float64 gives, rounded once.
func tabled(from, to Scale, f func(x float64) float64) []int8 {
	entries := make([]int8, 256)
	for i := range entries {
		entries[i], _ = quantized(f(float64(float64(i-128)*from.Real())), to.Real())
	}
	return entries
}

func same(x float64) float64 { return x }

// leaky is x, and below zero a part of it.
func leaky(slope float32) func(float64) float64 {
	return func(x float64) float64 {
		if x < 0 {
			return float64(x * float64(slope))
		}
		return x
	}
}

// function makes a layer that is a function of one number.
func (b *builder) function(l layer) (i8.Value, error) {
	entries, err := b.entries(l)
	return b.Table(l.out, b.values[l.in[0]], entries, b.scales[l.out].Real()), err
}

func (b *builder) entries(l layer) ([]int8, error) {
	from, to := b.scales[l.in[0]], b.scales[l.out]
	switch l.node.Op {
	case "Relu":
		return tabled(from, to, func(x float64) float64 { return max(x, 0) }), nil
	case "Sigmoid":
		return tabled(from, to, funcs.Sigmoid), nil
	case "Tanh":
		return tabled(from, to, funcs.Tanh), nil
	case "LeakyRelu":
		slope := float32(0.01)
		if a, ok := l.node.Attr("alpha"); ok {
			slope = a.F
		}
		return tabled(from, to, leaky(slope)), nil
	case "Clip":
		lo, hi, err := b.clip(l.node)
		return tabled(from, to, func(x float64) float64 { return min(max(x, float64(lo)), float64(hi)) }), err
	}
	return b.slopes(l)
}

// slopes are the tables of PRelu: one, or one for each channel.
func (b *builder) slopes(l layer) ([]int8, error) {
	if len(l.node.Inputs) != 2 {
		return nil, fmt.Errorf("%w: PRelu without slopes", ErrUnsupported)
	}
	slopes, shape, err := b.floats(l.node.Inputs[1])
	if err != nil {
		return nil, err
	}
	in := b.seen[l.in[0]].shape
	if len(slopes) != 1 {
		along := append([]int{in[min(1, len(in)-1)]}, slices.Repeat([]int{1}, max(len(in)-2, 0))...)
		if !slices.Equal(trimmed(shape), along) {
			return nil, fmt.Errorf("%w: PRelu with slopes %v over %v; hint: one, or one for each channel", ErrUnsupported, shape, in)
		}
	}
	var entries []int8
	for _, s := range slopes {
		entries = append(entries, tabled(b.scales[l.in[0]], b.scales[l.out], leaky(s))...)
	}
	return entries, nil
}

// trimmed is a shape without ones in front.
func trimmed(shape []int) []int {
	for len(shape) > 1 && shape[0] == 1 {
		shape = shape[1:]
	}
	return shape
}
