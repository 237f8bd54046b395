package f32

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/security/safemath"
)

// NewConvTranspose packs weights [InC, OutC/Groups, KernelH, KernelW] for a transposed convolution whose result is outH×outW.
// Pads are what is cut off its top and left. A result is one sum in ascending channel, row and column of the kernel, then
// its bias. It is computed as a convolution over the operand with zeros between its elements, so a stride of two costs four
// times the products. Else as NewConv.
func (s *Set) NewConvTranspose(shape ConvShape, outH, outW int, weights, bias []float32, rectify bool, workers int) (*Conv, error) {
	plain := shape // judged as a convolution: every number in its bounds
	plain.InH, plain.InW = max(shape.InH, shape.reachH()), max(shape.InW, shape.reachW())
	if shape.InH < 1 || shape.InW < 1 || outH < 1 || outW < 1 || outH > 1<<27 || outW > 1<<27 {
		return nil, fmt.Errorf("%w: %+v into %d×%d", ErrShape, shape, outH, outW)
	}
	if _, _, err := plain.Out(); err != nil {
		return nil, err
	}
	kernel, err := safemath.Mul(shape.KernelH, shape.KernelW)
	if err != nil {
		return nil, err
	}
	per, taken := shape.OutC/shape.Groups, shape.InC/shape.Groups
	if len(weights)/kernel/per != shape.InC || len(weights)%(kernel*per) != 0 {
		return nil, fmt.Errorf("%w: %d weights for %+v", ErrShape, len(weights), shape)
	}
	turned := make([]float32, 0, len(weights)) // as a convolution has them: results first
	for o := range shape.OutC {
		for i := range taken {
			at := ((o/per*taken+i)*per + o%per) * kernel
			turned = append(turned, weights[at:at+kernel]...)
		}
	}
	c := &Conv{set: s, shape: shape, outH: outH, outW: outW, transposed: true, insertH: shape.StrideH, insertW: shape.StrideW}
	c.shape.StrideH, c.shape.StrideW = 1, 1
	c.shape.PadTop, c.shape.PadLeft = shape.reachH()-1-shape.PadTop, shape.reachW()-1-shape.PadLeft
	if err := c.pack(slices.Clip(turned), bias, rectify); err != nil {
		return nil, err
	}
	c.cutRows(max(workers, 1))
	return c, nil
}

// insert sets to[i] to row[(begin+i)/step] where that is whole and inside, else to +0.
func insert(to, row []float32, begin, step int) {
	clear(to)
	first := 0
	if begin > 0 {
		first = (begin + step - 1) / step
	}
	for j := first; j < len(row); j++ {
		at := j*step - begin
		if at >= len(to) {
			return
		}
		to[at] = row[j]
	}
}
