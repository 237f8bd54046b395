package i8_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/i8"
	kernel "github.com/virtengine/virtengine/ml/engine/kernel/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
)

// filled is a Gemm of k weights of -128, and a bias.
func filled(k int, bias int32) (*i8.Program, error) {
	b := i8.NewBuilder("limit")
	x := b.Input("x", []int{1, k}, 1)
	w := make([]int8, k)
	for i := range w {
		w[i] = -128
	}
	b.Output(b.Gemm("y", x, i8.GemmSpec{Out: 1, Weights: w, Bias: []int32{bias}, Requant: i8.Raw(1)}))
	return load(b)
}

func TestTheLimitOfAnAccumulatorIsExact(t *testing.T) {
	const k = 1<<17 - 1 // k * 128 * 128 is 2^31 - 2^14
	for name, row := range map[string]struct {
		reason string
		k      int
		bias   int32
		want   error
	}{
		"JustFits":      {"2^31-1 exactly", k, 1<<14 - 1, nil},
		"JustFitsBelow": {"a negative bias counts by its size", k, -(1<<14 - 1), nil},
		"BiasOver":      {"one more in the bias", k, 1 << 14, i8.ErrOverflow},
		"BiasOverBelow": {"one less in the bias", k, -(1 << 14), i8.ErrOverflow},
		"WeightsOver":   {"one more weight is 2^31", k + 1, 0, i8.ErrOverflow},
		"LeastBias":     {"the least int32 has no counterpart", 1, math.MinInt32, i8.ErrOverflow},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := filled(row.k, row.bias)
			require.ErrorIs(t, err, row.want, row.reason)
			if err != nil {
				return
			}
			for _, x := range []int8{-128, 127} { // the ends: by the proof no sum is further out
				in := make([]int8, row.k)
				for i := range in {
					in[i] = x
				}
				feed := map[string]*value.Tensor{"x": {Shape: []int{1, row.k}, Data: in}}
				want := int64(row.k)*int64(x)*-128 + int64(row.bias)
				out, err := p.Run(t.Context(), feed)
				require.NoError(t, err)
				require.Equal(t, []int64{want}, wide(out["y"]))
				for _, set := range kernel.Available() {
					r, err := i8.NewRunner(p, i8.Options{Kernels: set})
					require.NoError(t, err)
					out, err := r.Run(t.Context(), feed)
					require.NoError(t, err)
					require.Equal(t, []int64{want}, wide(out["y"]), set.Name())
				}
			}
		})
	}
}

func TestRequantizedNumbersFitBeforeTheyAreClamped(t *testing.T) {
	build := func(weight int8, multiplier int32, shift int8) error {
		b := i8.NewBuilder("limit")
		x := b.Input("x", []int{1, 1}, 1)
		b.Output(b.Gemm("y", x, i8.GemmSpec{Out: 1, Weights: []int8{weight}, Bias: []int32{0}, Requant: i8.Requant{Multiplier: []int32{multiplier}, Shift: []int8{shift}, Scale: 1}}))
		_, err := b.Model()
		return err
	}
	require.NoError(t, build(1, 1<<24-1, 0), "128 * (2^24-1) is under 2^31")
	require.ErrorIs(t, build(1, 1<<24, 0), i8.ErrOverflow, "128 * 2^24 is 2^31")
	require.NoError(t, build(1, 1<<25-1, 1), "and half of it")
	require.NoError(t, build(-128, math.MaxInt32, 14), "2^14 * (2^31-1) / 2^14 is 2^31-1")
	require.ErrorIs(t, build(-128, math.MaxInt32, 13), i8.ErrOverflow, "and twice that is over")
}

func TestTransposedConvolutionsSumOnePlaceAtATime(t *testing.T) {
	b := i8.NewBuilder("limit")
	x := b.Input("x", []int{1, 2, 1, 1}, 1)
	w := []int8{127, -128, 3, 4, 127, -128, 5, 6} // [2, 1, 2, 2]
	b.Output(b.ConvTranspose("y", x, i8.ConvTransposeSpec{Kernel: [2]int{2, 2}, Out: 1, Weights: w, Bias: []int32{math.MaxInt32 - 2*128*128}, Requant: i8.Raw(1)}))
	require.NoError(t, b.Err(), "the largest place counts, not the sum of all")
	b = i8.NewBuilder("over")
	x = b.Input("x", []int{1, 2, 1, 1}, 1)
	b.ConvTranspose("y", x, i8.ConvTransposeSpec{Kernel: [2]int{2, 2}, Out: 1, Weights: w, Bias: []int32{math.MaxInt32 - 2*128*128 + 1}, Requant: i8.Raw(1)})
	require.ErrorIs(t, b.Err(), i8.ErrOverflow)
}
