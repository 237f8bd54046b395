package safemath_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/safemath"
)

func TestConversionsKeepTheNumber(t *testing.T) {
	t.Run("int", fromAll[int])
	t.Run("int8", fromAll[int8])
	t.Run("int16", fromAll[int16])
	t.Run("int32", fromAll[int32])
	t.Run("int64", fromAll[int64])
	t.Run("uint", fromAll[uint])
	t.Run("uint8", fromAll[uint8])
	t.Run("uint16", fromAll[uint16])
	t.Run("uint32", fromAll[uint32])
	t.Run("uint64", fromAll[uint64])
	t.Run("named", fromAll[duration])
}

func fromAll[F safemath.Integer](t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := number[F](t, "v")
		for to, why := range map[string]string{
			"int": converted[int](v), "int8": converted[int8](v), "int16": converted[int16](v), "int32": converted[int32](v),
			"int64": converted[int64](v), "uint": converted[uint](v), "uint8": converted[uint8](v), "uint16": converted[uint16](v),
			"uint32": converted[uint32](v), "uint64": converted[uint64](v), "named": converted[duration](v),
		} {
			if why != "" {
				t.Fatalf("%T %d to %s: %s", v, v, to, why)
			}
		}
	})
}

// converted returns what is wrong with To and Clamp of v, or nothing.
func converted[T, F safemath.Integer](v F) string {
	got, err := safemath.To[T](v)
	if why := judge(got, err, wide(v)); why != "" {
		return why
	}
	least, most := edges[T]()
	want := wide(v)
	if want.Cmp(wide(least)) < 0 {
		want = wide(least)
	}
	if want.Cmp(wide(most)) > 0 {
		want = wide(most)
	}
	if clamped := safemath.Clamp[T](v); wide(clamped).Cmp(want) != 0 {
		return fmt.Sprintf("clamped to %d, want %s", clamped, want)
	}
	return ""
}

func TestFloatsThatAreWholeNumbers(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		from   float64
		want   error
	}{
		"Whole":    {"a whole number is one", -41, nil},
		"MinusNil": {"-0 is 0", math.Copysign(0, -1), nil},
		"Least":    {"the least of int64 is an exact float", math.MinInt64, nil},
		"TooMany":  {"2^63 is what the greatest int64 rounds to, and one too many", 1 << 63, safemath.ErrOverflow},
		"Fraction": {"a half is not cut off", 0.5, safemath.ErrNotInteger},
		"NaN":      {"no number is no integer", math.NaN(), safemath.ErrNotInteger},
		"Infinite": {"nor is more than all", math.Inf(1), safemath.ErrNotInteger},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := safemath.FromFloat[int64](tc.from)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err == nil {
				require.EqualValues(t, tc.from, got)
			}
		})
	}
	t.Run("int8", floats[int8])
	t.Run("uint8", floats[uint8])
	t.Run("int64", floats[int64])
	t.Run("uint64", floats[uint64])
}

func floats[T safemath.Integer](t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.Custom(func(t *rapid.T) float64 {
			return math.Ldexp(float64(rapid.Int64Range(-1<<53, 1<<53).Draw(t, "v")), rapid.IntRange(-60, 14).Draw(t, "exp"))
		})
		f := rapid.OneOf(rapid.Float64(), whole, rapid.Float64Range(-300, 300)).Draw(t, "f")
		got, err := safemath.FromFloat[T](f)
		if f != math.Trunc(f) || math.IsInf(f, 0) || math.IsNaN(f) {
			require.ErrorIs(t, err, safemath.ErrNotInteger)
			return
		}
		exact, _ := big.NewFloat(f).Int(nil)
		if why := judge(got, err, exact); why != "" {
			t.Fatalf("%v into %T: %s", f, got, why)
		}
	})
}

func TestErrorsNameTheOperands(t *testing.T) {
	_, err := safemath.Add[int64](math.MaxInt64, 1)
	require.EqualError(t, err, "number does not fit: 9223372036854775807 + 1 into int64")
	_, err = safemath.To[uint8](time.Duration(-1))
	require.EqualError(t, err, "number does not fit: -1 into uint8")
}

func BenchmarkAdd(b *testing.B) {
	var sum uint64
	for b.Loop() {
		next, err := safemath.Add(sum, 3)
		if err != nil {
			b.Fatal(err)
		}
		sum = next
	}
}
