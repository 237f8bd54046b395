package plan

import (
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
)

// batchNormalization scales channels by running figures.
func batchNormalization(n *node) (bool, error) {
	x := n.shape(0)
	epsilon, ok := n.number("epsilon", 1e-5)
	training, fine := n.int("training_mode", 0)
	if !n.float(0) || len(x) < 2 || !ok || !fine || training != 0 || !n.alone() || len(n.in) != 5 || n.len(0) == 0 {
		return false, nil
	}
	if _, old := n.Attr("is_test"); old || n.opset < 7 {
		return false, nil
	}
	var p [4][]float32
	for i := range p {
		if p[i] = n.weights(i + 1); len(p[i]) != x[1] {
			return false, nil
		}
	}
	scale := make([]float32, x[1])
	for k := range scale {
		scale[k] = float32(p[0][k] / float32(math.Sqrt(float64(float32(p[3][k]+epsilon)))))
	}
	bias, mean := p[1], p[2]
	n.own = []int{1, 2, 3, 4}
	from, to, inner := n.in[0], len(n.values), product(x[2:])
	return true, n.emit(x, kernel{units: x[0] * x[1], run: func(r *Runner, _ *worker, unit int) {
		k := unit % x[1]
		n.kernels.Scale(r.float[to][unit*inner:(unit+1)*inner], r.float[from][unit*inner:(unit+1)*inner], mean[k], scale[k], bias[k])
	}}, 0)
}

// softmax takes the maximum off before the exponential; sums are of float64, in the order of the row.
func softmax(n *node) (bool, error) {
	x := n.shape(0)
	usual := -1
	if n.opset < 13 {
		usual = 1
	}
	at, ok := n.int("axis", usual)
	if at < 0 {
		at += len(x)
	}
	if !ok || !n.float(0) || at < 0 || at >= len(x) || n.len(0) == 0 {
		return false, nil
	}
	outer, size, inner := product(x[:at]), product(x[at:]), 1
	if n.opset >= 13 {
		size, inner = x[at], product(x[at+1:])
	}
	log := n.Op == "LogSoftmax"
	from, to := n.in[0], len(n.values)
	return true, n.emit(x, kernel{units: outer, run: func(r *Runner, w *worker, unit int) {
		if cap(w.row) < size {
			w.row = make([]float64, size)
		}
		row := w.row[:size]
		d, out := r.float[from][unit*size*inner:(unit+1)*size*inner], r.float[to][unit*size*inner:(unit+1)*size*inner]
		for k := range inner {
			most := d[k]
			for i := 1; i < size; i++ {
				most = max(most, d[i*inner+k])
			}
			sum := 0.0
			for i := range row {
				x := float64(float64(d[i*inner+k]) - float64(most))
				row[i] = x
				if !log {
					row[i] = funcs.Exp(x)
					sum = float64(sum + row[i])
				} else {
					sum = float64(sum + funcs.Exp(x))
				}
			}
			if log {
				below := funcs.Log(sum)
				for i, x := range row {
					out[i*inner+k] = float32(float64(x - below))
				}
				continue
			}
			for i, e := range row {
				out[i*inner+k] = float32(float64(e / sum))
			}
		}
	}}, 0)
}
