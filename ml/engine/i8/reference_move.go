package i8

// refMove is the operators that compute nothing.
func (p *Program) refMove(n *node, values [][]int8, out []int8) {
	x, y := p.tensors[n.in[0]].shape, p.tensors[n.result].shape
	in := values[n.in[0]]
	switch n.op {
	case opReshape:
		copy(out, in)
	case opConcat:
		for _, id := range n.in { // of one batch, dimension 1 is the outermost
			out = out[copy(out, values[id]):]
		}
	case opSlice:
		per := len(in) / x[1]
		copy(out, in[n.dims[0]*per:n.dims[1]*per])
	case opResize:
		for i := range out {
			ox, oy, c := i%y[3], i/y[3]%y[2], i/y[3]/y[2]
			out[i] = in[(c*x[2]+oy/n.factor[0])*x[3]+ox/n.factor[1]]
		}
	case opTranspose:
		steps := permuted(x, n.dims)
		for i := range out {
			at, rest := 0, i
			for d := len(y) - 1; d >= 0; d-- {
				at += rest % y[d] * steps[d]
				rest /= y[d]
			}
			out[i] = in[at]
		}
	}
}

// permuted says how far apart in x two neighbours of the result's dimension d are.
func permuted(x, perm []int) []int {
	strides := make([]int, len(x))
	step := 1
	for d := len(x) - 1; d >= 0; d-- {
		strides[d] = step
		step *= x[d]
	}
	out := make([]int, len(perm))
	for i, d := range perm {
		out[i] = strides[d]
	}
	return out
}
