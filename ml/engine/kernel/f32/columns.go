package f32

import "github.com/virtengine/virtengine/security/safemath"

// Columns is the right side of a product, packed once: the weights of a dense layer. It does not change and is safe for
// concurrent use.
type Columns struct {
	set  *Set
	k, n int
	data []float32
	offs []int
}

// PackColumns packs B [k, n], with turned stored as [n, k]. It panics, as indexing does, where b is too short.
func (s *Set) PackColumns(turned bool, k, n int, b []float32, ldb int) *Columns {
	c := &Columns{set: s, k: k, n: n}
	if k <= 0 || n <= 0 {
		return c
	}
	mustHoldEither(b, turned, k, n, ldb)
	size, err := safemath.Mul(c.Panels()*s.width, k)
	if err != nil {
		panic("f32: a product that is larger than memory")
	}
	c.data = make([]float32, size)
	s.packColumns(c.data, turned, 0, k, 0, n, b, ldb)
	for p := range k {
		c.offs = append(c.offs, p*s.width)
	}
	return c
}

// Panels is how many parts Gemm can be cut into.
func (c *Columns) Panels() int { return (c.n + c.set.width - 1) / c.set.width }

// Gemm computes those columns of C [m, n] = +0 + A·B that panels lo to hi hold; A is [m, k]. Sums and errors are Set.Gemm's.
func (c *Columns) Gemm(lo, hi, m int, a []float32, lda int, to []float32, ldc int, w *Work) {
	if m <= 0 || c.n <= 0 || lo >= hi {
		return
	}
	mustHold(to, m, c.n, ldc)
	width := c.set.width
	j := lo * width
	columns := min(hi*width, c.n) - j
	if c.k <= 0 {
		for i := range m {
			clear(to[i*ldc+j:][:columns])
		}
		return
	}
	mustHold(a, m, c.k, lda)
	step := max(rowsAtOnce*columnsAtOnce/2/c.k, c.set.tiles[0].rows)
	for i := 0; i < m; i += step {
		rows := min(step, m-i)
		packed := a[i*lda:]
		if rows > 1 {
			w.a = grow(w.a, rows*c.k)
			c.set.packRows(w.a, false, i, rows, 0, c.k, a, lda)
			packed = w.a
		}
		c.set.multiply(&product{rows: rows, columns: columns, terms: c.k, a: packed, b: c.data[j*c.k:], offs: c.offs, c: to[i*ldc+j:], ldc: ldc}, w)
	}
}

// Width is how many columns a panel has, the last one perhaps fewer.
func (s *Set) Width() int { return s.width }
