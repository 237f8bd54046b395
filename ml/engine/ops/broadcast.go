package ops

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/value"
)

// broadcast is the shape of several under ONNX's multidirectional broadcasting. Fails with value.ErrShape.
func broadcast(shapes ...[]int) ([]int, error) {
	rank := 0
	for _, s := range shapes {
		rank = max(rank, len(s))
	}
	out := make([]int, rank)
	for i := range out {
		out[i] = 1
	}
	for _, s := range shapes {
		for i, d := range s {
			at := rank - len(s) + i
			switch {
			case out[at] == d || d == 1:
			case out[at] == 1:
				out[at] = d
			default:
				return nil, fmt.Errorf("%w: %v", value.ErrShape, shapes)
			}
		}
	}
	_, err := value.Count(out)
	return out, err
}

// strides are row-major steps.
func strides(shape []int) []int {
	out, step := make([]int, len(shape)), 1
	for i := len(shape) - 1; i >= 0; i-- {
		out[i] = step
		step *= shape[i]
	}
	return out
}

// spread are the steps of a tensor that is read as if it had another, broadcast shape: 0 where it repeats.
func spread(shape, as []int) []int {
	own, out := strides(shape), make([]int, len(as))
	for i, d := range shape {
		if d != 1 {
			out[len(as)-len(shape)+i] = own[i]
		}
	}
	return out
}

// walk calls f with the offset of every element, in order, in each of several ways to step through a shape.
func walk(shape []int, f func(i int, at []int), steps ...[]int) {
	n := 1
	for _, d := range shape {
		n *= d
	}
	at, index := make([]int, len(steps)), make([]int, len(shape))
	for i := range n {
		f(i, at)
		for d := len(shape) - 1; d >= 0; d-- {
			index[d]++
			for s := range steps {
				at[s] += steps[s][d]
			}
			if index[d] < shape[d] {
				break
			}
			for s := range steps {
				at[s] -= steps[s][d] * shape[d]
			}
			index[d] = 0
		}
	}
}

// zip computes element by element under broadcasting.
func zip[A, B, R any](as []int, sa []int, a []A, sb []int, b []B, f func(A, B) R) []R {
	n := 1
	for _, d := range as {
		n *= d
	}
	out := make([]R, n)
	switch {
	case len(a) == n && len(b) == n:
		for i := range out {
			out[i] = f(a[i], b[i])
		}
	case len(a) == n && len(b) == 1:
		for i := range out {
			out[i] = f(a[i], b[0])
		}
	default:
		walk(as, func(i int, at []int) { out[i] = f(a[at[0]], b[at[1]]) }, spread(sa, as), spread(sb, as))
	}
	return out
}
