package plan

// binary is an operation of two operands, of which one may repeat.
func binary(n *node) (bool, error) {
	if len(n.in) != 2 || !n.float(0) || !n.float(1) || n.opset < 7 {
		return false, nil
	}
	f, rows := n.operation()
	out, err := n.tried()
	if err != nil {
		return false, err
	}
	shape := out[0].Shape
	size := product(shape)
	a, b, y := n.in[0], n.in[1], len(n.values)
	if size == 0 {
		return false, nil
	}
	inner, stepA, stepB, walkA, walkB := aligned(shape, n.shape(0), n.shape(1))
	outer := size / inner
	per := max(1, chunk/inner) // rows of a unit
	k := kernel{units: (outer + per - 1) / per, run: func(r *Runner, _ *worker, unit int) {
		to, x, z := r.float[y], r.float[a], r.float[b]
		for row := unit * per; row < min((unit+1)*per, outer); row++ {
			u, v, w := to[row*inner:(row+1)*inner], x[walkA.at(row):], z[walkB.at(row):]
			switch {
			case stepA == 1 && stepB == 1:
				rows(u, v[:inner], w[:inner])
			case stepA == 1:
				for i, v := range v[:inner] {
					u[i] = f(v, w[0])
				}
			default:
				for i := range u {
					u[i] = f(v[i*stepA], w[i*stepB])
				}
			}
		}
	}}
	if outer == 1 && stepA == 1 && stepB == 1 { // one long row: cut it
		k = kernel{units: chunks(size), run: func(r *Runner, _ *worker, unit int) {
			lo, hi := part(unit, size)
			rows(r.float[y][lo:hi], r.float[a][lo:hi], r.float[b][lo:hi])
		}}
	}
	return true, n.emit(shape, k, 0, 1)
}

// operation returns a function, and the same one over rows.
func (n *node) operation() (f func(a, b float32) float32, rows func(to, a, b []float32)) {
	switch n.Op {
	case "Add", "Sum":
		return func(a, b float32) float32 { return float32(a + b) }, n.kernels.Add
	case "Mul":
		return func(a, b float32) float32 { return float32(a * b) }, n.kernels.Mul
	case "Sub":
		f = func(a, b float32) float32 { return float32(a - b) }
	case "Div":
		f = func(a, b float32) float32 { return float32(a / b) }
	case "Max":
		f = greater
	case "Min":
		f = lesser
	case "PRelu":
		f = func(a, b float32) float32 {
			if a < 0 {
				return float32(a * b)
			}
			return a
		}
	}
	return f, func(to, a, b []float32) {
		for i, v := range a {
			to[i] = f(v, b[i])
		}
	}
}

// steps finds where a row of a result begins in an operand that repeats.
type steps struct{ shape, step []int }

func (s steps) at(row int) int {
	at := 0
	for d := len(s.shape) - 1; d >= 0; d-- {
		at += row % s.shape[d] * s.step[d]
		row /= s.shape[d]
	}
	return at
}

// aligned splits a result's shape into rows along which both operands move evenly: by one, or not at all.
func aligned(shape, a, b []int) (inner, stepA, stepB int, walkA, walkB steps) {
	sa, sb := spread(a, shape), spread(b, shape)
	inner, d := 1, len(shape)
	for d > 0 {
		na, nb := sa[d-1], sb[d-1]
		if shape[d-1] != 1 {
			if inner == 1 {
				stepA, stepB = na, nb
			} else if na != stepA*inner || nb != stepB*inner {
				break
			}
		}
		d--
		inner *= shape[d]
	}
	if inner == 1 {
		stepA, stepB = 1, 1
	}
	return inner, stepA, stepB, steps{shape[:d], sa[:d]}, steps{shape[:d], sb[:d]}
}

// spread are the steps of a tensor that is read as if it had another shape: 0 where it repeats.
func spread(shape, as []int) []int {
	out, step := make([]int, len(as)), 1
	for i := len(shape) - 1; i >= 0; i-- {
		if shape[i] != 1 {
			out[len(as)-len(shape)+i] = step
		}
		step *= shape[i]
	}
	return out
}
