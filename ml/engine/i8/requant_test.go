package i8_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/engine/i8"
)

func TestHalvesGoAwayFromZero(t *testing.T) {
	for name, row := range map[string]struct {
		reason string
		p      int64
		shift  int8
		want   int64
	}{
		"NoShift":        {"a shift of 0 keeps the number", -7, 0, -7},
		"Half":           {"1/2 is 1", 1, 1, 1},
		"HalfBelow":      {"-1/2 is -1, not 0", -1, 1, -1},
		"OneAndAHalf":    {"3/2 is 2", 3, 1, 2},
		"TwoAndAHalf":    {"5/2 is 3: to even would give 2", 5, 1, 3},
		"TwoAndAHalfNeg": {"-5/2 is -3: half up would give -2", -5, 1, -3},
		"UnderHalf":      {"one less than a half", 1<<61 - 1, 62, 0},
		"ExactHalf":      {"a half at the largest shift", 1 << 61, 62, 1},
		"Largest":        {"the largest product there is", (1<<31 - 1) * (1<<31 - 1), 62, 1},
		"Zero":           {"nothing is nothing", 0, 62, 0},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, row.want, i8.Round(row.p, row.shift), row.reason) })
	}
}

// rounded is R by definition, in big integers: the nearest of the two neighbours, the one further from zero of equals.
func rounded(p *big.Int, shift uint) *big.Int {
	twice := new(big.Int).Lsh(new(big.Int).Abs(p), 1)
	twice.Add(twice, new(big.Int).Lsh(big.NewInt(1), shift)) // 2|p| + 2^s
	out := twice.Rsh(twice, shift+1)                         // floor((2|p| + 2^s) / 2^(s+1))
	if p.Sign() < 0 {
		out.Neg(out)
	}
	return out
}

func TestRoundIsItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Int64Range(-1<<62, 1<<62).Draw(t, "p")
		shift := rapid.Int8Range(0, i8.MaxShift).Draw(t, "shift")
		if want := rounded(big.NewInt(p), uint(shift)).Int64(); i8.Round(p, shift) != want {
			t.Fatalf("R(%d, %d) = %d, want %d", p, shift, i8.Round(p, shift), want)
		}
		if i8.Round(-p, shift) != -i8.Round(p, shift) {
			t.Fatalf("R(%d, %d) is not symmetric", p, shift)
		}
	})
}

func TestQuantizeFactors(t *testing.T) {
	for name, row := range map[string]struct {
		reason     string
		factor     float64
		multiplier int32
		shift      int8
		want       error
	}{
		"One":          {"1 is 2^30 / 2^30", 1, 1 << 30, 30, nil},
		"Half":         {"a power of two is exact", 0.5, 1 << 30, 31, nil},
		"Large":        {"factors above 1 have small shifts", 1 << 20, 1 << 30, 10, nil},
		"Third":        {"the nearest of 31 bits", 1.0 / 3, 1431655765, 32, nil},
		"Carry":        {"what rounds to 2^31 is halved once", 1 - 1.0/(1<<40), 1 << 30, 30, nil},
		"Tiny":         {"below 2^-32 bits are lost, one by one", 1.0 / (1 << 60), 4, 62, nil},
		"Nothing":      {"what is too small becomes 0", 1e-300, 0, 62, nil},
		"Top":          {"the largest", 1<<31 - 1, 1<<31 - 1, 0, nil},
		"TopCarry":     {"just under 2^31 rounds to what int32 does not have", 1<<31 - 0.25, 0, 0, i8.ErrScale},
		"TooLarge":     {"2^31 does not fit", 1 << 31, 0, 0, i8.ErrScale},
		"Zero":         {"0 is no scale", 0, 0, 0, i8.ErrScale},
		"Negative":     {"nor is less", -1, 0, 0, i8.ErrScale},
		"NotANumber":   {"nor a NaN", math.NaN(), 0, 0, i8.ErrScale},
		"NotFinite":    {"nor an infinity", math.Inf(1), 0, 0, i8.ErrScale},
		"Denormalized": {"nor does a subnormal loop", 5e-324, 0, 62, nil},
	} {
		t.Run(name, func(t *testing.T) {
			m, s, err := i8.Quantize(row.factor)
			require.ErrorIs(t, err, row.want, row.reason)
			require.Equal(t, []any{row.multiplier, row.shift}, []any{m, s}, row.reason)
		})
	}
}

func TestQuantizeIsClose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		factor := rapid.Float64Range(1.0/(1<<31), 1<<30).Draw(t, "factor")
		m, s, err := i8.Quantize(factor)
		require.NoError(t, err)
		back := math.Ldexp(float64(m), -int(s))
		if math.Abs(back-factor) > factor/(1<<31) || m < 1<<30 {
			t.Fatalf("%v became %d / 2^%d = %v", factor, m, s, back)
		}
	})
}

func TestQuantizeAddSharesOneShift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(1e-4, 1000).Draw(t, "a"), rapid.Float64Range(1e-4, 1000).Draw(t, "b")
		ma, mb, s, err := i8.QuantizeAdd(a, b)
		require.NoError(t, err)
		if max(ma, mb) > i8.MaxAddFactor || s < 30 && max(ma, mb) < i8.MaxAddFactor/2 {
			t.Fatalf("%v and %v became %d, %d and %d", a, b, ma, mb, s)
		}
		if math.Abs(math.Ldexp(float64(ma), -int(s))-a) > math.Ldexp(0.5, -int(s)) {
			t.Fatalf("%v became %d / 2^%d", a, ma, s)
		}
	})
	for _, bad := range []float64{0, -1, math.NaN(), math.Inf(1), 1<<22 + 1} {
		_, _, _, err := i8.QuantizeAdd(1, bad)
		require.ErrorIs(t, err, i8.ErrScale)
		_, _, _, err = i8.QuantizeAdd(bad, 1)
		require.ErrorIs(t, err, i8.ErrScale)
	}
}
