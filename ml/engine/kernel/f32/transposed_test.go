package f32

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// turned is the specification of a transposed convolution.
func turned(s ConvShape, h, wide int, x, w, bias []float32) []float32 {
	out := make([]float32, 0, s.OutC*h*wide)
	taken, per := s.InC/s.Groups, s.OutC/s.Groups
	for o := range s.OutC {
		for at := range h * wide {
			var sum float32
			for i := range taken {
				channel := o/per*taken + i
				for k := range s.KernelH * s.KernelW {
					y, x0 := at/wide+s.PadTop-k/s.KernelW*s.DilationH, at%wide+s.PadLeft-k%s.KernelW*s.DilationW
					if y >= 0 && x0 >= 0 && y%s.StrideH == 0 && x0%s.StrideW == 0 && y/s.StrideH < s.InH && x0/s.StrideW < s.InW {
						sum = float32(sum + float32(x[(channel*s.InH+y/s.StrideH)*s.InW+x0/s.StrideW]*w[(channel*per+o%per)*s.KernelH*s.KernelW+k]))
					}
				}
			}
			out = append(out, float32(sum+bias[o]))
		}
	}
	return out
}

func TestConvTransposeIsThePlainLoop(t *testing.T) {
	sets, work := Sets(), &Work{}
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(t, name) }
		g := n("groups", 1, 3)
		c := ConvShape{
			InC: g * n("taken", 1, 4), InH: n("height", 1, 9), InW: n("width", 1, 20), OutC: g * n("per", 1, 6), Groups: g, KernelH: n("kernel h", 1, 4), KernelW: n("kernel w", 1, 4),
			StrideH: n("stride h", 1, 3), StrideW: n("stride w", 1, 3), DilationH: n("dilation h", 1, 2), DilationW: n("dilation w", 1, 2), PadTop: n("top", 0, 6), PadLeft: n("left", 0, 6),
		}
		h, wide := n("out h", 1, 30), n("out w", 1, 50)
		seed := rapid.Uint32().Draw(t, "seed")
		x, w, bias := filled(c.InC*c.InH*c.InW, seed), filled(c.InC*c.OutC/g*c.KernelH*c.KernelW, seed+1), filled(c.OutC, seed+2)
		want := turned(c, h, wide, x, w, bias)
		for _, s := range sets {
			conv, err := s.NewConvTranspose(c, h, wide, w, bias, false, n("workers", 1, 3))
			if err != nil {
				t.Fatal(err)
			}
			if d := differ(whole(conv, len(want), x, work), want); d != "" {
				t.Fatalf("%s: %s", s.Name(), d)
			}
		}
	})
}

func TestConvTransposeRefusesWhatIsNone(t *testing.T) {
	good := ConvShape{InC: 2, InH: 3, InW: 3, OutC: 4, Groups: 2, KernelH: 2, KernelW: 2, StrideH: 2, StrideW: 2, DilationH: 1, DilationW: 1}
	for name, tc := range map[string]struct {
		reason  string
		shape   ConvShape
		h, w, n int
	}{
		"NoResult": {"a result has at least one place", good, 0, 6, 16},
		"Weights":  {"as many weights as the shape says", good, 6, 6, 15},
		"Nothing":  {"a shape of zeros is none", ConvShape{}, 6, 6, 16},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Best().NewConvTranspose(tc.shape, tc.h, tc.w, make([]float32, tc.n), nil, false, 1)
			require.ErrorIs(t, err, ErrShape, tc.reason)
		})
	}
}
