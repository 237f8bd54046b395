package f32

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// matrices are the operands of one product, and what stood in C.
type matrices struct {
	turnA, turnB  bool
	m, n, k       int
	a, b, c       []float32
	lda, ldb, ldc int
	add           bool
}

func (g matrices) left(i, p int) float32 {
	if g.turnA {
		return g.a[p*g.lda+i]
	}
	return g.a[i*g.lda+p]
}

func (g matrices) right(p, j int) float32 {
	if g.turnB {
		return g.b[j*g.ldb+p]
	}
	return g.b[p*g.ldb+j]
}

// loop is the specification. order says which term comes at place p.
func (g matrices) loop(order func(p int) int) []float32 {
	c := append([]float32(nil), g.c...)
	for i := range g.m {
		for j := range g.n {
			var sum float32
			if g.add {
				sum = c[i*g.ldc+j]
			}
			for p := range g.k {
				p = order(p)
				sum = float32(sum + float32(g.left(i, p)*g.right(p, j)))
			}
			c[i*g.ldc+j] = sum
		}
	}
	return c
}

func ascending(p int) int { return p }

func (g matrices) by(s *Set, w *Work) []float32 {
	c := append([]float32(nil), g.c...)
	s.Gemm(g.turnA, g.turnB, g.m, g.n, g.k, g.a, g.lda, g.b, g.ldb, g.add, c, g.ldc, w)
	return c
}

// differ tells the first place where two results have other bits; all NaNs are one.
func differ(got, want []float32) string {
	for i, w := range want {
		g := got[i]
		if math.Float32bits(g) != math.Float32bits(w) && !(g != g && w != w) {
			return fmt.Sprintf("element %d is %x (%v), want %x (%v)", i, math.Float32bits(g), g, math.Float32bits(w), w)
		}
	}
	return ""
}

// awkward are numbers on which an order or a rounding shows.
var awkward = []float32{0, float32(math.Copysign(0, -1)), 1, -1, math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 1.1754942e-38, -1.1754942e-38,
	1.1754944e-38, 1 << 24, -(1 << 24), 16777217, 0.1, -0.3, 1e-20, -1e-20, 1e19, -1e19, 3.4e38}

// filled is n numbers from a small generator, one in four of them awkward.
func filled(n int, seed uint32) []float32 {
	out := make([]float32, n)
	for i := range out {
		seed = seed*1664525 + 1013904223
		if seed>>30 == 0 {
			out[i] = awkward[int(seed>>8)%len(awkward)]
			continue
		}
		out[i] = float32(float32(int32(seed>>8)-1<<23) / (1 << 20))
	}
	return out
}

func shape(turnA, turnB, add bool, m, n, k, slack int, seed uint32) matrices {
	g := matrices{turnA: turnA, turnB: turnB, m: m, n: n, k: k, add: add, lda: k + slack, ldb: n + slack, ldc: n + slack}
	rowsA, rowsB := m, k
	if turnA {
		g.lda, rowsA = m+slack, k
	}
	if turnB {
		g.ldb, rowsB = k+slack, n
	}
	g.a, g.b, g.c = filled(rowsA*g.lda, seed), filled(rowsB*g.ldb, seed+1), filled(m*g.ldc, seed+2)
	return g
}

// Every shape up to nine in each dimension, every way to store it, with every set of this machine.
func TestEverySmallShape(t *testing.T) {
	for _, s := range Sets() {
		t.Run(s.Name(), func(t *testing.T) {
			var w Work
			for at := range 10 * 10 * 10 * 8 {
				m, n, k, way := at/8%10, at/80%10, at/800, at%8
				g := shape(way&1 != 0, way&2 != 0, way&4 != 0, m, n, k, way%3, uint32(at))
				require.Empty(t, differ(g.by(s, &w), g.loop(ascending)), "%d×%d×%d, way %d", m, n, k, way)
			}
		})
	}
}

// Larger shapes cross the borders of tiles and of blocks.
func TestGemmIsThePlainLoop(t *testing.T) {
	sets, w := Sets(), &Work{}
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.OneOf(rapid.IntRange(0, 40), rapid.SampledFrom([]int{63, 64, 65, 129, 200}))
		m, n := side.Draw(t, "m"), side.Draw(t, "n")
		k := rapid.OneOf(rapid.IntRange(0, 40), rapid.SampledFrom([]int{191, 192, 193, 257, 400})).Draw(t, "k")
		g := shape(rapid.Bool().Draw(t, "turn A"), rapid.Bool().Draw(t, "turn B"), rapid.Bool().Draw(t, "add"), m, n, k, rapid.IntRange(0, 3).Draw(t, "slack"), rapid.Uint32().Draw(t, "seed"))
		want := g.loop(ascending)
		for _, s := range sets {
			if d := differ(g.by(s, w), want); d != "" {
				t.Fatalf("%s: %s", s.Name(), d)
			}
		}
	})
}

// A wide result crosses the border between blocks of columns, a high one that between blocks of rows.
func TestBlocksMeet(t *testing.T) {
	for name, g := range map[string]matrices{
		"Wide": shape(false, false, true, 3, 1100, 7, 1, 1), "WideTurned": shape(true, true, false, 20, 1100, 7, 0, 2),
		"High": shape(false, true, true, 300, 33, 5, 2, 3), "Deep": shape(true, false, false, 9, 35, 1000, 0, 4),
	} {
		t.Run(name, func(t *testing.T) {
			for _, s := range Sets() {
				require.Empty(t, differ(g.by(s, nil), g.loop(ascending)), s.Name())
			}
		})
	}
}

// The comparison is worth something: another order of one sum is seen.
func TestAnotherOrderIsSeen(t *testing.T) {
	g := shape(false, false, false, 5, 17, 40, 0, 9)
	for name, order := range map[string]func(int) int{
		"Descending": func(p int) int { return g.k - 1 - p },
		"TwoSwapped": func(p int) int {
			if p < 2 {
				return p + 1 - 2*(p%2) + 0
			}
			if p == 20 || p == 21 {
				return 41 - p
			}
			return p
		},
	} {
		for _, s := range Sets() {
			require.NotEmpty(t, differ(g.by(s, nil), g.loop(order)), "%s, %s", name, s.Name())
		}
	}
}

// What is between the rows of C is not C's.
func TestNothingElseIsWritten(t *testing.T) {
	for _, s := range Sets() {
		g := shape(false, false, false, 13, 37, 11, 5, 77)
		c := g.by(s, nil)
		for i := range g.m {
			require.Empty(t, differ(c[i*g.ldc+g.n:(i+1)*g.ldc], g.c[i*g.ldc+g.n:(i+1)*g.ldc]), s.Name())
		}
	}
}

func TestGemmAllocatesNothing(t *testing.T) {
	for _, s := range Sets() {
		w := &Work{}
		for _, g := range []matrices{shape(false, false, true, 33, 45, 300, 0, 1), shape(true, true, false, 20, 70, 30, 1, 2), shape(false, false, false, 1, 45, 30, 1, 2)} {
			c := append([]float32(nil), g.c...)
			f := func() { s.Gemm(g.turnA, g.turnB, g.m, g.n, g.k, g.a, g.lda, g.b, g.ldb, g.add, c, g.ldc, w) }
			f()
			require.Zero(t, testing.AllocsPerRun(20, f), s.Name())
		}
	}
}

func TestNamed(t *testing.T) {
	for _, s := range Sets() {
		got, err := Named(s.Name())
		require.NoError(t, err)
		require.Same(t, s, got)
	}
	require.Equal(t, "go", Sets()[0].Name())
	require.Same(t, Sets()[len(Sets())-1], Best())
	_, err := Named("abacus")
	require.ErrorIs(t, err, ErrKernels)
	require.ErrorContains(t, err, "hint:")
}

// A slice that is shorter than its shape is a bug of the caller; it does not reach memory that is not his.
func TestShortSlicesPanic(t *testing.T) {
	for _, s := range Sets() {
		x := make([]float32, 63)
		y := make([]float32, 64)
		require.Panics(t, func() { s.Gemm(false, false, 8, 8, 8, x, 8, y, 8, false, y, 8, nil) })
		require.Panics(t, func() { s.Gemm(false, false, 8, 8, 8, y, 8, x, 8, false, y, 8, nil) })
		require.Panics(t, func() { s.Gemm(false, false, 8, 8, 8, y, 8, y, 8, false, x, 8, nil) })
		require.Panics(t, func() { s.Gemm(false, false, 8, 8, 8, y, 7, y, 8, false, y, 8, nil) })
	}
}
