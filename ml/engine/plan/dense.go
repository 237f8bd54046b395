package plan

// gemm is a dense layer: the sum first, then alpha, then the bias with its own factor.
func gemm(n *node) (bool, error) {
	if !n.float(0) || !n.float(1) || len(n.shape(0)) != 2 || len(n.shape(1)) != 2 || n.has(2) && !n.float(2) {
		return false, nil
	}
	ta, ok0 := n.int("transA", 0)
	tb, ok1 := n.int("transB", 0)
	alpha, ok2 := n.number("alpha", 1)
	beta, ok3 := n.number("beta", 1)
	if !(ok0 && ok1 && ok2 && ok3) {
		return false, nil
	}
	lda, ldb := n.shape(0)[1], n.shape(1)[1]
	m, k := n.shape(0)[0], n.shape(0)[1]
	if ta != 0 {
		m, k = k, m
	}
	inner, width := n.shape(1)[0], n.shape(1)[1]
	if tb != 0 {
		inner, width = width, inner
	}
	if inner != k || m*width*k == 0 {
		return false, nil
	}
	biasRow, biasColumn, bias := 0, 0, -1
	if n.has(2) {
		s := n.shape(2)
		if len(s) > 2 || len(s) > 0 && s[len(s)-1] != 1 && s[len(s)-1] != width || len(s) == 2 && s[0] != 1 && s[0] != m {
			return false, nil
		}
		steps := spread(s, []int{m, width})
		biasRow, biasColumn, bias = steps[0], steps[1], n.in[2]
	}
	a, b, y := n.in[0], n.in[1], len(n.values)
	finish := func(r *Runner, lo, hi int) {
		for i := range m {
			row := r.float[y][i*width+lo : i*width+hi]
			if alpha != 1 {
				for j, v := range row {
					row[j] = float32(v * alpha)
				}
			}
			if bias < 0 {
				continue
			}
			for j, v := range row {
				s := r.float[bias][i*biasRow+(lo+j)*biasColumn]
				if beta != 1 {
					s = float32(s * beta)
				}
				row[j] = float32(v + s)
			}
		}
	}
	out := kernel{macs: int64(m) * int64(k) * int64(width), units: 1}
	if w := n.weights(1); w != nil && ta == 0 {
		n.own = []int{1}
		c := n.kernels.PackColumns(tb != 0, k, width, w, ldb)
		per := (c.Panels() + n.threads - 1) / n.threads
		lanes := n.kernels.Width()
		out.units = (c.Panels() + per - 1) / per
		out.run = func(r *Runner, w *worker, unit int) {
			lo, hi := unit*per, min((unit+1)*per, c.Panels())
			c.Gemm(lo, hi, m, r.float[a], k, r.float[y], width, &w.f32)
			finish(r, lo*lanes, min(hi*lanes, width))
		}
	} else {
		out.run = func(r *Runner, w *worker, _ int) {
			n.kernels.Gemm(ta != 0, tb != 0, m, width, k, r.float[a], lda, r.float[b], ldb, false, r.float[y], width, &w.f32)
			finish(r, 0, width)
		}
	}
	return true, n.emit([]int{m, width}, out)
}

// matmul multiplies stacks of matrices, as numpy does.
func matmul(n *node) (bool, error) {
	if !n.float(0) || !n.float(1) || n.len(0) == 0 || n.len(1) == 0 || len(n.shape(0)) == 0 || len(n.shape(1)) == 0 {
		return false, nil
	}
	sa, sb := n.shape(0), n.shape(1)
	row, column := len(sa) == 1, len(sb) == 1
	if row {
		sa = []int{1, sa[0]}
	}
	if column {
		sb = []int{sb[0], 1}
	}
	m, k, width := sa[len(sa)-2], sa[len(sa)-1], sb[len(sb)-1]
	if sb[len(sb)-2] != k {
		return false, nil
	}
	batch, ok := together(sa[:len(sa)-2], sb[:len(sb)-2])
	if !ok {
		return false, nil
	}
	shape := append([]int(nil), batch...)
	if !row {
		shape = append(shape, m)
	}
	if !column {
		shape = append(shape, width)
	}
	a, b, y, stack := n.in[0], n.in[1], len(n.values), product(batch)
	macs := int64(stack) * int64(m) * int64(k) * int64(width)
	if w := n.weights(1); w != nil && len(sb) == 2 { // all rows of the stack are rows of one product
		n.own = []int{1}
		c, rows := n.kernels.PackColumns(false, k, width, w, width), stack*m
		return true, n.emit(shape, kernel{macs: macs, units: c.Panels(), run: func(r *Runner, w *worker, unit int) {
			c.Gemm(unit, unit+1, rows, r.float[a], k, r.float[y], width, &w.f32)
		}})
	}
	left, right := steps{batch, spread(sa[:len(sa)-2], batch)}, steps{batch, spread(sb[:len(sb)-2], batch)}
	return true, n.emit(shape, kernel{macs: macs, units: stack, run: func(r *Runner, w *worker, unit int) {
		x, z := r.float[a][left.at(unit)*m*k:], r.float[b][right.at(unit)*k*width:]
		n.kernels.Gemm(false, false, m, width, k, x, k, z, width, false, r.float[y][unit*m*width:(unit+1)*m*width], width, &w.f32)
	}})
}

// together is the shape of two under broadcasting.
func together(a, b []int) ([]int, bool) {
	if len(a) < len(b) {
		a, b = b, a
	}
	out := append([]int(nil), a...)
	for i, d := range b {
		at := len(a) - len(b) + i
		switch {
		case out[at] == 1:
			out[at] = d
		case d != 1 && d != out[at]:
			return nil, false
		}
	}
	return out, true
}
