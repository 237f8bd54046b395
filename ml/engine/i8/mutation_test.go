package i8

import (
	"testing"

	"github.com/stretchr/testify/require"

	kernel "github.com/virtengine/virtengine/ml/engine/kernel/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
)

// TestAChangedStepIsSeen breaks one thing at a time in a packed convolution: the comparison with the reference must find each.
func TestAChangedStepIsSeen(t *testing.T) {
	b := NewBuilder("one")
	x := b.Input("x", []int{1, 5, 6, 7}, 1)
	w := make([]int8, 20*5*9)
	spec := ConvSpec{Kernel: [2]int{3, 3}, Pads: [4]int{1, 1, 1, 1}, Out: 20, Weights: w, Bias: make([]int32, 20), Requant: Requant{Scale: 1}}
	for i := range w {
		w[i] = int8(i*37%251 - 125)
	}
	for o := range int32(20) {
		spec.Bias[o] = 900 * (o - 10)
		spec.Multiplier, spec.Shift = append(spec.Multiplier, 1<<30-1-o), append(spec.Shift, 38)
	}
	b.Output(b.Conv("y", x, spec))
	m, err := b.Model()
	require.NoError(t, err)
	p, err := Load(m)
	require.NoError(t, err)
	image := make([]int8, 5*6*7)
	for i := range image {
		image[i] = int8(i*91%256 - 128)
	}
	in := map[string]*value.Tensor{"x": {Shape: []int{1, 5, 6, 7}, Data: image}}
	want, err := p.Run(t.Context(), in)
	require.NoError(t, err)
	for name, change := range map[string]func(s *convStep) error{
		"Nothing": func(*convStep) error { return nil },
		"Multiplier": func(s *convStep) error {
			s.n.rq.Multiplier[3] += 1 << 20
			s.blocks[0].scale = s.n.scales(0)
			return nil
		},
		"Shift":      func(s *convStep) error { s.n.rq.Shift[3]++; s.blocks[0].scale = s.n.scales(0); return nil },
		"Bound":      func(s *convStep) error { s.n.rq.Max = 100; s.blocks[1].scale = s.n.scales(16); return nil },
		"Bias":       func(s *convStep) error { s.n.bias[17] += 200; s.blocks[1] = s.block(16, 9, 1); return nil },
		"Weight":     func(s *convStep) error { s.n.weights[100]++; s.blocks[0] = s.block(0, 9, 1); return nil },
		"BlockOrder": func(s *convStep) error { s.blocks[0], s.blocks[1] = s.blocks[1], s.blocks[0]; return nil },
		"TapOrder":   func(s *convStep) (err error) { s.taps, err = kernel.NewTaps(reversed(s)); return err },
		"OneColumn":  func(s *convStep) error { s.n.window.pads[1]--; return nil },
	} {
		t.Run(name, func(t *testing.T) {
			fresh, err := Load(m)
			require.NoError(t, err)
			r, err := NewRunner(fresh, Options{})
			require.NoError(t, err)
			s, ok := r.steps[0].(*convStep)
			require.True(t, ok)
			require.NoError(t, change(s))
			got, err := r.Run(t.Context(), in)
			if name == "OneColumn" { // the last window would reach behind the value
				require.ErrorIs(t, err, kernel.ErrBounds)
				return
			}
			require.NoError(t, err)
			if name == "Nothing" {
				require.Equal(t, want, got)
			} else {
				require.NotEqual(t, want, got)
			}
		})
	}
}

func reversed(s *convStep) []int32 {
	x := s.x[0]
	var out []int32
	for ky := 2; ky >= 0; ky-- {
		for kx := 2; kx >= 0; kx-- {
			out = append(out, int32(ky*x.pitch()+kx*x.stride))
		}
	}
	return out
}

// TestOtherRoundingIsSeen changes the rule itself: on ties and near them, half up and half to even give other bytes.
func TestOtherRoundingIsSeen(t *testing.T) {
	differs := func(other func(p int64, s int8) int64) (n int) {
		for p := int64(-64); p <= 64; p++ {
			for s := int8(0); s < 5; s++ {
				if other(p, s) != Round(p, s) {
					n++
				}
			}
		}
		return n
	}
	require.Zero(t, differs(Round))
	require.NotZero(t, differs(func(p int64, s int8) int64 { return p >> s }), "rounding down")
	require.NotZero(t, differs(func(p int64, s int8) int64 { return (p + 1<<s>>1) >> s }), "halves up")
	require.NotZero(t, differs(func(p int64, s int8) int64 { return p / (1 << s) }), "towards zero")
}
