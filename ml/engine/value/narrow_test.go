package value_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/value"
)

// Every code is a number that comes back as the same code, and codes of one sign ascend as their numbers do.
func TestEveryNarrowFloatIsItself(t *testing.T) {
	for name, tc := range map[string]struct {
		wide     func(uint8) float32
		narrow   func(float32) uint8
		codes    int
		largest  float32
		smallest float32
		odd      int // codes that are no numbers
	}{
		"E4M3FN":   {func(c uint8) float32 { return value.E4M3FN(c).Float32() }, func(f float32) uint8 { return uint8(value.E4M3FNOf(f, false)) }, 256, 448, 0x1p-9, 2},
		"E4M3FNUZ": {func(c uint8) float32 { return value.E4M3FNUZ(c).Float32() }, func(f float32) uint8 { return uint8(value.E4M3FNUZOf(f, false)) }, 256, 240, 0x1p-10, 1},
		"E5M2":     {func(c uint8) float32 { return value.E5M2(c).Float32() }, func(f float32) uint8 { return uint8(value.E5M2Of(f, false)) }, 256, 57344, 0x1p-16, 6},
		"E5M2FNUZ": {func(c uint8) float32 { return value.E5M2FNUZ(c).Float32() }, func(f float32) uint8 { return uint8(value.E5M2FNUZOf(f, false)) }, 256, 57344, 0x1p-17, 1},
		"E2M1":     {func(c uint8) float32 { return value.E2M1(c).Float32() }, func(f float32) uint8 { return uint8(value.E2M1Of(f)) }, 16, 6, 0.5, 0},
	} {
		t.Run(name, func(t *testing.T) {
			nan, before := 0, float32(math.Inf(-1))
			var largest float32
			for c := range tc.codes {
				v := tc.wide(uint8(c))
				if c == tc.codes/2 {
					before = float32(math.Inf(-1))
				}
				if v != v {
					nan++
					continue
				}
				require.Equal(t, uint8(c), tc.narrow(v), "%v", v)
				if !math.IsInf(float64(v), 0) {
					largest = max(largest, v)
				}
				size := float32(math.Abs(float64(v)))
				require.GreaterOrEqual(t, size, before)
				before = size
			}
			require.Equal(t, tc.odd, nan)
			require.Equal(t, tc.largest, largest)
			require.Equal(t, tc.smallest, tc.wide(1))
			half := tc.smallest / 2
			require.Equal(t, uint8(0), tc.narrow(half), "half of the smallest lies between zero and one: zero is even")
			require.Equal(t, uint8(1), tc.narrow(math.Nextafter32(half, 1)))
		})
	}
}
