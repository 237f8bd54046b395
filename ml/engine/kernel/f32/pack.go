package f32

// packRows lays rows out tile by tile: of each tile, k after k, the element of each row.
func (s *Set) packRows(to []float32, turned bool, i0, rows, p0, terms int, a []float32, lda int) {
	for i := 0; i < rows; {
		h := s.tileFor(rows - i).rows
		into := to[i*terms : (i+h)*terms]
		if turned {
			for p := range terms {
				copy(into[p*h:(p+1)*h], a[(p0+p)*lda+i0+i:])
			}
		} else {
			for r := range h {
				row := a[(i0+i+r)*lda+p0:]
				for p, v := range row[:terms] {
					into[p*h+r] = v
				}
			}
		}
		i += h
	}
}

// packColumns lays columns out panel by panel: of each panel, k after k, Set.width columns, with zeros behind the last.
func (s *Set) packColumns(to []float32, turned bool, p0, terms, j0, columns int, b []float32, ldb int) {
	n := s.width
	for j := 0; j < columns; j += n {
		into, wide := to[j*terms:(j+n)*terms], min(n, columns-j)
		if wide < n {
			clear(into)
		}
		if !turned {
			for p := range terms {
				at := (p0+p)*ldb + j0 + j
				copy(into[p*n:p*n+wide], b[at:at+wide])
			}
			continue
		}
		turn(into, n, b[(j0+j)*ldb+p0:], ldb, wide, terms)
	}
}

// turn writes rows of b as columns of a panel, four at a time, so that a line of the panel is written while it is near.
func turn(into []float32, n int, b []float32, ldb, rows, terms int) {
	q := 0
	for ; q+4 <= rows; q += 4 {
		b0, b1, b2, b3 := b[q*ldb:][:terms], b[(q+1)*ldb:][:terms], b[(q+2)*ldb:][:terms], b[(q+3)*ldb:][:terms]
		for p, v := range b0 {
			o := into[p*n+q : p*n+q+4 : p*n+q+4]
			o[0], o[1], o[2], o[3] = v, b1[p], b2[p], b3[p]
		}
	}
	for ; q < rows; q++ {
		for p, v := range b[q*ldb:][:terms] {
			into[p*n+q] = v
		}
	}
}
