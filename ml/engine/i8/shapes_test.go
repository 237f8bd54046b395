package i8_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/i8"
	kernel "github.com/virtengine/virtengine/ml/engine/kernel/i8"
)

// TestEverySmallConvolution goes through all small shapes: sizes 1 to 9 (around the tiles of 4 and 8), kernels 1 to 3, strides 1 and 2,
// all pads on two sides, channels around the groups of 4 and the blocks of 16, dense and depthwise.
func TestEverySmallConvolution(t *testing.T) {
	sets := kernel.Available()
	n := numbers(77)
	count := 0
	for size := 1; size <= 9; size++ {
		for k := 1; k <= 3; k++ {
			for stride := 1; stride <= 2; stride++ {
				for pads := range k * k {
					before, after := pads/k, pads%k
					if size+before+after < k {
						continue
					}
					channels := []int{1, 3, 4, 5, 16, 17}[count%6]
					groups, out := 1, []int{1, 15, 16, 17, 33}[count%5]
					if count%4 == 3 {
						groups, out = channels, channels
					}
					other := 1 + count%9 // the other dimension
					spec := n.conv(channels, out, groups, [2]int{1, k}, [2]int{1, stride}, [2]int{}, [4]int{0, before, 0, after})
					shape := []int{1, channels, other, size}
					if count%2 == 1 {
						spec = n.conv(channels, out, groups, [2]int{k, 1}, [2]int{stride, 1}, [2]int{}, [4]int{before, 0, after, 0})
						shape = []int{1, channels, size, other}
					}
					b := i8.NewBuilder("small")
					b.Output(b.Conv("y", b.Input("x", shape, 1), spec))
					p, err := load(b)
					require.NoError(t, err)
					in := n.feed(p)
					want, err := p.Run(t.Context(), in)
					require.NoError(t, err)
					for _, set := range sets {
						r, err := i8.NewRunner(p, i8.Options{Kernels: set})
						require.NoError(t, err)
						got, err := r.Run(t.Context(), in)
						require.NoError(t, err)
						require.Equal(t, want, got, fmt.Sprintf("%s, %v, kernel %v, stride %v, pads %v, %d groups to %d", set.Name(), shape, spec.Kernel, spec.Stride, spec.Pads, groups, out))
					}
					count++
				}
			}
		}
	}
	require.Greater(t, count, 200)
}
