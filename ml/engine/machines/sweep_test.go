package machines

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	kernels "github.com/virtengine/virtengine/ml/engine/kernel/i8"
)

// fewInputs is what every build runs; -inputs 1000000 is run by hand, on each machine (docs/determinism.md).
const fewInputs = 4096

var (
	inputs = flag.Int("inputs", fewInputs, "random inputs of each kind of work; digests of 4096 and of 1000000 are known")
	write  = flag.Bool("write", false, "add the digests to testdata/sweep.txt where there are none of so many inputs")
)

const digestFile = "testdata/sweep.txt"

// sweep hashes what a work makes of so many random inputs. Kernels, threads and GOMAXPROCS change from input to input, as many of
// them as this machine has.
func sweep(w work, count int) (string, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	sum := sha256.New()
	for i := range count {
		if i%(fewInputs/16) == 0 { // it stops the world: not at every input
			runtime.GOMAXPROCS(1 + i/(fewInputs/16)%8)
		}
		n := numbers(i)
		if err := w(&n, i, sum); err != nil {
			return "", fmt.Errorf("input %d: %w", i, err)
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:16]), nil
}

// known reads the digests that were written once: kind and number of inputs, and the digest.
func known(t *testing.T) map[string]string {
	text, err := os.ReadFile(digestFile)
	require.NoError(t, err)
	out := map[string]string{}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		require.Len(t, f, 3, line)
		out[f[0]+" "+f[1]] = f[2]
	}
	return out
}

// TestRandomInputsGiveTheSameBits holds this machine, all its kernels and 1 to 8 threads to digests that another machine wrote.
func TestRandomInputsGiveTheSameBits(t *testing.T) {
	for _, row := range []struct {
		kind string
		work work
	}{
		{"float-kernels", floatKernels(setGemm)},
		{"integer-kernels", integerKernels(setRequant)},
		{"plans", plans(t, nil)},
		{"programs", programs(t, integerNetwork(t, 0))},
	} {
		t.Run(row.kind, func(t *testing.T) {
			got, err := sweep(row.work, *inputs)
			require.NoError(t, err)
			key := fmt.Sprintf("%s %d", row.kind, *inputs)
			want, found := known(t)[key]
			if !found && *write {
				text, err := os.ReadFile(digestFile)
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(digestFile, append(text, key+" "+got+"\n"...), 0o644))
				want = got
			}
			require.Equal(t, want, got, "%s: another machine got other bits", key)
		})
	}
	t.Logf("%s/%s, floats by %d sets up to %s, integers by %d up to %s, %d inputs of each kind", runtime.GOOS, runtime.GOARCH,
		len(f32.Sets()), f32.Best().Name(), len(kernels.Available()), kernels.Best().Name(), *inputs)
}

// TestOneOtherOperationIsSeen changes one operation of one result: the comparison of digests can fail, and does.
func TestOneOtherOperationIsSeen(t *testing.T) {
	want := known(t)
	for name, tc := range map[string]struct {
		reason, kind string
		work         work
		same         bool
	}{
		"Nothing":        {"the tests below change something", "float-kernels", floatKernels(firstSum(func(a, b []float32) float32 { return inOrder(a, b) })), true},
		"NothingInteger": {"rounding as the contract says, in plain Go", "integer-kernels", integerKernels(firstRounding(i8.Round)), true},
		"OrderOfOneSum":  {"the first result of a product, summed from the last term to the first", "float-kernels", floatKernels(firstSum(backwards)), false},
		"OneFusedSum":    {"the first result of a product, whose products are not rounded before they are added", "float-kernels", floatKernels(firstSum(fused)), false},
		"HalvesUp":       {"one lane rounds halves up instead of away from zero", "integer-kernels", integerKernels(firstRounding(func(p int64, s int8) int64 { return (p + 1<<s>>1) >> s })), false},
		"OneBitOfAPlan":  {"the last bit of one output", "plans", plans(t, func(out []float32) { out[0] = math.Float32frombits(math.Float32bits(out[0]) ^ 1) }), false},
		"OneBias":        {"a program whose one bias is larger by so little that most results stay", "programs", programs(t, integerNetwork(t, 1)), false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := sweep(tc.work, fewInputs)
			require.NoError(t, err)
			if key := fmt.Sprintf("%s %d", tc.kind, fewInputs); tc.same {
				require.Equal(t, want[key], got, tc.reason)
			} else {
				require.NotEmpty(t, want[key])
				require.NotEqual(t, want[key], got, tc.reason)
			}
		})
	}
}

// firstSum computes the first result of each product by another way, the others by the set.
func firstSum(other func(row, column []float32) float32) gemmFunc {
	return func(s *f32.Set, m, n, k int, a, b, c []float32, w *f32.Work) {
		setGemm(s, m, n, k, a, b, c, w)
		column := make([]float32, k)
		for p := range column {
			column[p] = b[p*n]
		}
		c[0] = other(a[:k], column)
	}
}

func inOrder(a, b []float32) (sum float32) {
	for p := range a {
		sum += float32(a[p] * b[p])
	}
	return sum
}

func backwards(a, b []float32) (sum float32) {
	for p := len(a) - 1; p >= 0; p-- {
		sum += float32(a[p] * b[p])
	}
	return sum
}

// fused does not round the product of two float32, which is exact in float64: as an instruction does that multiplies and adds.
func fused(a, b []float32) (sum float32) {
	for p := range a {
		sum = float32(float64(float64(a[p])*float64(b[p])) + float64(sum))
	}
	return sum
}

// firstRounding rounds the first lane of each pixel by another rule.
func firstRounding(round func(p int64, s int8) int64) requantFunc {
	return func(s *kernels.Set, out []int8, acc []int32, pixels int, m [kernels.Lanes]int32, shift [kernels.Lanes]int8) error {
		if err := setRequant(s, out, acc, pixels, m, shift); err != nil {
			return err
		}
		for p := range pixels {
			out[p*kernels.Lanes] = int8(min(max(round(int64(acc[p*kernels.Lanes])*int64(m[0]), shift[0]), -128), 127))
		}
		return nil
	}
}
