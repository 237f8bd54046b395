package f32

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Every set computes element by element what the plain loops do; bounds are zeros of both signs as well.
func TestLanesAreThePlainLoop(t *testing.T) {
	plain, sets := Sets()[0], Sets()
	bounds := rapid.SampledFrom([]float32{0, float32(math.Copysign(0, -1)), 6, -1, 0.1, math.SmallestNonzeroFloat32, -math.MaxFloat32, math.MaxFloat32, float32(inf()), float32(-inf())})
	rapid.Check(t, func(t *rapid.T) {
		n, seed := rapid.IntRange(0, 70).Draw(t, "n"), rapid.Uint32().Draw(t, "seed")
		x, y := filled(n, seed), filled(n, seed+1)
		if n > 3 {
			x[n/2], x[1] = float32(inf()-inf()), float32(-inf())
		}
		low, high, c := bounds.Draw(t, "low"), bounds.Draw(t, "high"), bounds.Draw(t, "c")
		for name, f := range map[string]func(s *Set, to []float32){
			"Relu":  func(s *Set, to []float32) { s.Relu(to, x) },
			"Clip":  func(s *Set, to []float32) { s.Clip(to, x, low, high) },
			"Add":   func(s *Set, to []float32) { s.Add(to, x, y) },
			"Mul":   func(s *Set, to []float32) { s.Mul(to, x, y) },
			"Scale": func(s *Set, to []float32) { s.Scale(to, x, low, high, c) },
		} {
			want := make([]float32, n)
			f(plain, want)
			for _, s := range sets {
				got := make([]float32, n)
				f(s, got)
				if d := differ(got, want); d != "" {
					t.Fatalf("%s by %s (%v, %v): %s", name, s.Name(), low, high, d)
				}
			}
		}
	})
}
