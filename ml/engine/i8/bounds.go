package i8

import (
	"fmt"
	"math"
)

// bounds proves that no accumulator of a node leaves int32, nor a requantized number before it is clamped. Activations are any
// of -128..127, so an accumulator is at most 128 times the sum of the weights' magnitudes, and the bias's. It is exact for
// weights of one sign; it refuses a few programs that could run, never admits one that could not.
func (n *node) bounds(xs []*tensor) error {
	if n.rq.Min > n.rq.Max {
		return n.bad("bounds %d to %d", n.rq.Min, n.rq.Max)
	}
	switch n.op {
	case opConv, opGemm, opConvTranspose:
		return n.weightBounds()
	case opAdd:
		return n.addBounds()
	case opMul:
		return n.requantBounds(0, 128*128)
	case opAveragePool:
		return n.requantBounds(0, 128*int64(n.window.kernel[0])*int64(n.window.kernel[1]))
	case opGlobalAveragePool:
		return n.requantBounds(0, 128*int64(xs[0].shape[2])*int64(xs[0].shape[3]))
	}
	return nil
}

func (n *node) weightBounds() error {
	if !n.raw() && (len(n.rq.Multiplier) != n.out || len(n.rq.Shift) != n.out) {
		return n.bad("%d multipliers and %d shifts for %d outputs", len(n.rq.Multiplier), len(n.rq.Shift), n.out)
	}
	largest := n.magnitudes()
	for c := range n.out {
		bound := 128*largest[c] + abs64(int64(n.bias[c]))
		if n.raw() {
			if bound > math.MaxInt32 {
				return n.over(c, bound)
			}
			continue
		}
		if err := n.requantBounds(c, bound); err != nil {
			return err
		}
	}
	return nil
}

// magnitudes sums |w| for each output; of a transposed convolution, whose window is one pixel, the largest sum of its positions.
func (n *node) magnitudes() []int64 {
	sums := make([]int64, n.out)
	if n.op != opConvTranspose {
		per := len(n.weights) / n.out
		for i, w := range n.weights {
			sums[i/per] += abs64(int64(w))
		}
		return sums
	}
	area := n.window.kernel[0] * n.window.kernel[1]
	for c := range n.out {
		for k := range area {
			sum := int64(0)
			for i := c*area + k; i < len(n.weights); i += n.out * area {
				sum += abs64(int64(n.weights[i]))
			}
			sums[c] = max(sums[c], sum)
		}
	}
	return sums
}

// requantBounds holds the multiplier and shift of one channel against what its accumulator may become.
func (n *node) requantBounds(c int, bound int64) error {
	m, s := n.rq.Multiplier[c], n.rq.Shift[c]
	if m < 0 || s < 0 || s > MaxShift {
		return n.bad("multiplier %d and shift %d of output %d; hint: 0 or more, and 0 to %d", m, s, c, MaxShift)
	}
	if bound > math.MaxInt32 {
		return n.over(c, bound)
	}
	if v := Round(bound*int64(m), s); v > math.MaxInt32 {
		return fmt.Errorf("%w: %s %q: output %d requantized could be %d, over 2^31-1; hint: its shift is too small", ErrOverflow, n.op, n.name, c, v)
	}
	return nil
}

func (n *node) over(c int, bound int64) error {
	return fmt.Errorf("%w: %s %q: the accumulator of output %d could be %d, over 2^31-1", ErrOverflow, n.op, n.name, c, bound)
}

func (n *node) addBounds() error {
	for _, f := range n.factors {
		if abs64(int64(f)) > MaxAddFactor {
			return n.bad("multiplier %d, allowed are -2^22 to 2^22", f)
		}
	}
	if s := n.rq.Shift[0]; s < 0 || s > MaxAddShift {
		return n.bad("shift %d, allowed are 0 to %d", s, MaxAddShift)
	}
	return nil
}

func abs64(v int64) int64 { return max(v, -v) }
