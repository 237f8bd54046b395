package f32

// rowsAtOnce and columnsAtOnce bound the blocks of a product that are packed at once: 1 MiB together.
const (
	rowsAtOnce    = 128
	columnsAtOnce = 512
)

// Gemm computes C = (add ? C : +0) + A·B.
//
//	A: [m, k] row-major with lda floats from row to row; with transA it is stored as [k, m]
//	B: [k, n], with transB stored as [n, k]    C: [m, n]
//
// Every element is one sum in ascending k that begins with its start value; each product and each sum is rounded. C must
// not overlap A or B. It panics, as indexing does, where a slice is shorter than its shape. A nil w allocates.
func (s *Set) Gemm(transA, transB bool, m, n, k int, a []float32, lda int, b []float32, ldb int, add bool, c []float32, ldc int, w *Work) {
	if m <= 0 || n <= 0 {
		return
	}
	mustHold(c, m, n, ldc)
	if k <= 0 {
		if !add {
			for i := range m {
				clear(c[i*ldc : i*ldc+n])
			}
		}
		return
	}
	mustHoldEither(a, transA, m, k, lda)
	mustHoldEither(b, transB, k, n, ldb)
	if w == nil {
		w = &Work{}
	}
	depth := min(k, s.block)
	offs := w.steps(depth, s.width)
	for j0 := 0; j0 < n; j0 += columnsAtOnce {
		columns := min(columnsAtOnce, n-j0)
		for p0 := 0; p0 < k; p0 += depth {
			terms := min(depth, k-p0)
			direct := !transB && m <= 2*s.tiles[0].rows // each panel would be read about as often as packing reads it
			if !direct {
				w.b = grow(w.b, (columns+s.width-1)/s.width*s.width*depth)
				s.packColumns(w.b, transB, p0, terms, j0, columns, b, ldb)
			}
			for i0 := 0; i0 < m; i0 += rowsAtOnce {
				rows := min(rowsAtOnce, m-i0)
				w.a = grow(w.a, rows*depth)
				s.packRows(w.a, transA, i0, rows, p0, terms, a, lda)
				block := product{rows: rows, columns: columns, terms: terms, a: w.a, b: w.b, offs: offs, how: start(add || p0 > 0), c: c[i0*ldc+j0:], ldc: ldc}
				if direct {
					block.b, block.ldb, block.offs = b[p0*ldb+j0:], ldb, w.steps(depth, ldb)
				}
				s.multiply(&block, w)
			}
		}
	}
}

func start(add bool) int {
	if add {
		return from
	}
	return 0
}

// mustHold panics where a matrix is longer than its slice, or its rows overlap.
func mustHold(x []float32, rows, columns, ld int) {
	if ld < columns {
		panic("f32: rows of a matrix overlap")
	}
	_ = x[(rows-1)*ld+columns-1]
}

func mustHoldEither(x []float32, turned bool, rows, columns, ld int) {
	if turned {
		rows, columns = columns, rows
	}
	mustHold(x, rows, columns, ld)
}

// steps are the offsets of consecutive rows.
func (w *Work) steps(k, step int) []int {
	w.offs = grow(w.offs, k)
	for i := range w.offs {
		w.offs[i] = i * step
	}
	return w.offs
}

// product is a block of C: packed rows times columns, which are packed, or with ldb lie where they are.
type product struct {
	rows, columns, terms int
	a, b                 []float32
	ldb                  int
	offs                 []int
	how                  int
	c                    []float32
	ldc                  int
}

// multiply computes a block, tile by tile; a panel of columns stays in the first cache for all rows.
func (s *Set) multiply(g *product, w *Work) {
	for j := 0; j < g.columns; j += s.width {
		panel, wide := []float32(nil), min(s.width, g.columns-j)
		offs := g.offs[:g.terms]
		switch {
		case g.ldb == 0:
			panel = g.b[j*g.terms:]
		case wide == s.width:
			panel = g.b[j:]
		default: // what is behind the last column may be behind the slice
			w.b = grow(w.b, s.width*g.terms)
			s.packColumns(w.b, false, 0, g.terms, j, wide, g.b, g.ldb)
			panel, offs = w.b, w.steps(g.terms, s.width)
		}
		for i := 0; i < g.rows; {
			t := s.tileFor(g.rows - i)
			a, c := g.a[i*g.terms:], g.c[i*g.ldc+j:]
			if wide == s.width {
				t.run(g.terms, a, panel, offs, c, g.ldc, g.how, nil)
			} else {
				s.atEdge(t, g, a, panel, offs, c, wide, w)
			}
			i += t.rows
		}
	}
}

// atEdge computes a tile aside, of which fewer columns are wanted than it has.
func (s *Set) atEdge(t *tile, g *product, a, b []float32, offs []int, c []float32, wide int, w *Work) {
	w.c = grow(w.c, s.tiles[0].rows*s.width)
	if g.how&from != 0 {
		for r := range t.rows {
			copy(w.c[r*s.width:], c[r*g.ldc:r*g.ldc+wide])
		}
	}
	t.run(g.terms, a, b, offs, w.c, s.width, g.how, nil)
	for r := range t.rows {
		copy(c[r*g.ldc:r*g.ldc+wide], w.c[r*s.width:])
	}
}
