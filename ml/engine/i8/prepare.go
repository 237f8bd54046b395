package i8

import (
	kernel "github.com/virtengine/virtengine/ml/engine/kernel/i8"
)

// prepare turns a node into the step that computes it fast.
func (r *Runner) prepare(n *node) (step, error) {
	switch n.op {
	case opConv, opGemm:
		return r.prepareConv(n)
	case opConvTranspose:
		return r.prepareTransposed(n)
	case opMaxPool:
		return r.prepareMax(n)
	case opAveragePool, opGlobalAveragePool:
		return r.prepareAverage(n), nil
	case opAdd:
		return &addStep{r.operation(n), kernel.NewSum(n.factors[0], n.factors[1], n.rq.Shift[0], n.rq.Min, n.rq.Max)}, nil
	case opMul:
		return &mulStep{r.operation(n), one(n)}, nil
	case opTable:
		return &tableStep{r.operation(n)}, nil
	case opConcat, opSlice:
		return &joinStep{r.operation(n)}, nil
	case opResize:
		return &resizeStep{r.operation(n)}, nil
	case opTranspose:
		return r.prepareTranspose(n), nil
	case opReshape:
		return &reshapeStep{r.operation(n)}, nil
	}
	return nil, ErrUnsupported
}
