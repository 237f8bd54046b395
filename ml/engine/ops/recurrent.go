package ops

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/engine/value"
)

// recurrence is what LSTM, GRU and RNN share. Shapes: X [seq, batch, in], W [dirs, gates·hidden, in],
// R [dirs, gates·hidden, hidden], B [dirs, 2·gates·hidden].
type recurrence struct {
	c                            *Call
	gates                        int
	seq, batch, in, hidden, dirs int
	batchFirst                   bool
	x, w, r, b, h0, c0, peep     []float32
	lengths                      []int
	acts                         []func(float64) float64
	clip                         float32
	backward                     bool // the only direction
}

var activations = map[string]func(float64, float64, float64) float64{
	"Sigmoid":     func(x, _, _ float64) float64 { return funcs.Sigmoid(x) },
	"Tanh":        func(x, _, _ float64) float64 { return funcs.Tanh(x) },
	"Relu":        func(x, _, _ float64) float64 { return max(x, 0) },
	"Affine":      func(x, a, b float64) float64 { return float64(float64(a*x) + b) },
	"LeakyRelu":   func(x, a, _ float64) float64 { return leaky(x, a) },
	"HardSigmoid": func(x, a, b float64) float64 { return clamp(float64(float64(a*x)+b), 0, 1) },
	"Elu":         func(x, a, _ float64) float64 { return elu(x, a) },
	"Softsign":    func(x, _, _ float64) float64 { return float64(x / float64(1+math.Abs(x))) },
	"Softplus":    func(x, _, _ float64) float64 { return funcs.Softplus(x) },
}

// usualAlpha are the parameters of activations that are not given.
var usualAlpha = map[string][2]float32{"LeakyRelu": {0.01}, "HardSigmoid": {0.2, 0.5}, "Elu": {1}, "Affine": {1, 0}}

// newRecurrence reads operands and attributes.
//
//	usual: the activations of one direction     states: operand numbers of h0 and c0 (0: none)
func newRecurrence(c *Call, gates int, usual []string, c0, peep int) (*recurrence, error) {
	q := &recurrence{c: c, gates: gates}
	layout, err := c.int("layout", 0)
	if err != nil {
		return nil, err
	}
	direction, err := c.text("direction", "forward")
	if err != nil {
		return nil, err
	}
	q.dirs, q.backward, q.batchFirst = 1, direction == "reverse", layout == 1
	if direction == "bidirectional" {
		q.dirs = 2
	}
	if err := q.operands(c0, peep); err != nil {
		return nil, err
	}
	if q.clip, err = c.float("clip", 0); err != nil {
		return nil, err
	}
	return q, q.activations(usual)
}

func (q *recurrence) operands(c0, peep int) error {
	x, err := q.c.need(0)
	if err != nil {
		return err
	}
	w, err := q.c.need(1)
	if err != nil {
		return err
	}
	r, err := q.c.need(2)
	if err != nil {
		return err
	}
	if x.Rank() != 3 || w.Rank() != 3 || r.Rank() != 3 {
		return fmt.Errorf("%w: X %v, W %v, R %v", value.ErrShape, x.Shape, w.Shape, r.Shape)
	}
	q.seq, q.batch, q.in, q.hidden = x.Shape[0], x.Shape[1], x.Shape[2], r.Shape[2]
	if q.batchFirst {
		q.seq, q.batch = q.batch, q.seq
	}
	for _, o := range []struct {
		into     *[]float32
		number   int
		elements int
		needed   bool
	}{
		{&q.x, 0, q.seq * q.batch * q.in, true}, {&q.w, 1, q.dirs * q.gates * q.hidden * q.in, true}, {&q.r, 2, q.dirs * q.gates * q.hidden * q.hidden, true},
		{&q.b, 3, q.dirs * 2 * q.gates * q.hidden, false}, {&q.h0, 5, q.dirs * q.batch * q.hidden, false},
		{&q.c0, c0, q.dirs * q.batch * q.hidden, false}, {&q.peep, peep, q.dirs * 3 * q.hidden, false},
	} {
		if o.number == 0 && !o.needed || q.c.in(o.number) == nil {
			continue
		}
		if *o.into, err = biasOf[float32](q.c.in(o.number), o.elements); err != nil {
			return err
		}
	}
	q.lengths = make([]int, q.batch)
	for i := range q.lengths {
		q.lengths[i] = q.seq
	}
	if l := q.c.in(4); l != nil {
		given, err := value.Ints(l)
		if err != nil {
			return err
		}
		if len(given) != q.batch {
			return fmt.Errorf("%w 4: %d lengths for a batch of %d", ErrOperand, len(given), q.batch)
		}
		for _, n := range given {
			if n < 0 || n > q.seq {
				return fmt.Errorf("%w 4: length %d of %d", ErrOperand, n, q.seq)
			}
		}
		q.lengths = given
	}
	return nil
}

func (q *recurrence) activations(usual []string) error {
	var names []string
	if a, found := q.c.Node.Attr("activations"); found {
		for _, s := range a.Ss {
			names = append(names, string(s))
		}
	}
	if names == nil {
		for range q.dirs {
			names = append(names, usual...)
		}
	}
	if len(names) != len(usual)*q.dirs {
		return fmt.Errorf("%w activations: %d, want %d", ErrAttribute, len(names), len(usual)*q.dirs)
	}
	alphas, err := q.c.floats("activation_alpha")
	if err != nil {
		return err
	}
	betas, err := q.c.floats("activation_beta")
	if err != nil {
		return err
	}
	for i, name := range names {
		f, found := activations[name]
		if !found {
			return fmt.Errorf("%w: activation %q", ErrUnsupported, name)
		}
		p := usualAlpha[name]
		if i < len(alphas) {
			p[0] = alphas[i]
		}
		if i < len(betas) {
			p[1] = betas[i]
		}
		q.acts = append(q.acts, func(x float64) float64 { return f(x, float64(p[0]), float64(p[1])) })
	}
	return nil
}

// input is one row of X.
func (q *recurrence) input(t, b int) []float32 {
	at := t*q.batch + b
	if q.batchFirst {
		at = b*q.seq + t
	}
	return q.x[at*q.in : (at+1)*q.in]
}

// dot adds a row times a vector to a sum, in order.
func dot(sum float32, row, v []float32) float32 {
	for i, w := range row {
		sum = float32(sum + float32(w*v[i]))
	}
	return sum
}

// gate is W·x + R·h + Wb + Rb of one unit, summed in that order.
func (q *recurrence) gate(d, g, u int, x, h []float32) float32 {
	row := d*q.gates*q.hidden + g*q.hidden + u
	s := dot(0, q.w[row*q.in:(row+1)*q.in], x)
	s = dot(s, q.r[row*q.hidden:(row+1)*q.hidden], h)
	return float32(float32(s+q.bias(d, g, u)) + q.bias(d, q.gates+g, u))
}

func (q *recurrence) bias(d, g, u int) float32 {
	if q.b == nil {
		return 0
	}
	return q.b[(d*2*q.gates+g)*q.hidden+u]
}

// act applies activation i of a direction to a gate, after the clip.
func (q *recurrence) act(d, i int, x float32) float32 {
	if q.clip > 0 {
		x = min(max(x, -q.clip), q.clip)
	}
	return q.whole(d, i, x)
}

// whole applies activation i of a direction without the clip: a cell is not clipped, which ONNX leaves open, and which is how
// onnxruntime reads it.
func (q *recurrence) whole(d, i int, x float32) float32 {
	per := len(q.acts) / q.dirs
	return float32(q.acts[d*per+i](float64(x)))
}

// run calls step for each direction, time and member of the batch: h and c are its states, to be changed.
func (q *recurrence) run(cells bool, step func(d int, x, h, c []float32)) ([]*value.Tensor, error) {
	n := q.dirs * q.batch * q.hidden
	all, err := value.Count([]int{q.seq, q.dirs, q.batch, q.hidden})
	if err != nil {
		return nil, err
	}
	y, yh, yc := make([]float32, all), make([]float32, n), make([]float32, n)
	copy(yh, q.h0)
	copy(yc, q.c0)
	for d := range q.dirs {
		back := q.backward || d == 1
		for b := range q.batch {
			at := (d*q.batch + b) * q.hidden
			h, c := yh[at:at+q.hidden], yc[at:at+q.hidden]
			for i := range q.lengths[b] {
				t := i
				if back {
					t = q.lengths[b] - 1 - i
				}
				step(d, q.input(t, b), h, c)
				copy(y[((t*q.dirs+d)*q.batch+b)*q.hidden:], h)
			}
		}
	}
	out := []*value.Tensor{{Shape: []int{q.seq, q.dirs, q.batch, q.hidden}, Data: y}, {Shape: []int{q.dirs, q.batch, q.hidden}, Data: yh}}
	if cells {
		out = append(out, &value.Tensor{Shape: []int{q.dirs, q.batch, q.hidden}, Data: yc})
	}
	if !q.batchFirst {
		return out, nil
	}
	for i, perm := range [][]int{{2, 0, 1, 3}, {1, 0, 2}, {1, 0, 2}} {
		if i >= len(out) {
			break
		}
		turned, err := permuted(out[i], perm)
		if err != nil {
			return nil, err
		}
		out[i] = turned[0]
	}
	return out, nil
}

func rnn(c *Call) ([]*value.Tensor, error) {
	q, err := newRecurrence(c, 1, []string{"Tanh"}, 0, 0)
	if err != nil {
		return nil, err
	}
	next := make([]float32, q.hidden)
	return q.run(false, func(d int, x, h, _ []float32) {
		for u := range next {
			next[u] = q.act(d, 0, q.gate(d, 0, u, x, h))
		}
		copy(h, next)
	})
}

// lstm has the gates i, o, f, c, in this order.
func lstm(c *Call) ([]*value.Tensor, error) {
	q, err := newRecurrence(c, 4, []string{"Sigmoid", "Tanh", "Tanh"}, 6, 7)
	if err != nil {
		return nil, err
	}
	coupled, err := c.flag("input_forget", false)
	if err != nil {
		return nil, err
	}
	next, cell := make([]float32, q.hidden), make([]float32, q.hidden)
	peep := func(d, g, u int, cell float32) float32 {
		if q.peep == nil {
			return 0
		}
		return float32(q.peep[(d*3+g)*q.hidden+u] * cell)
	}
	return q.run(true, func(d int, x, h, state []float32) {
		for u := range next {
			i := q.act(d, 0, float32(q.gate(d, 0, u, x, h)+peep(d, 0, u, state[u])))
			f := float32(1 - i)
			if !coupled {
				f = q.act(d, 0, float32(q.gate(d, 2, u, x, h)+peep(d, 2, u, state[u])))
			}
			g := q.act(d, 1, q.gate(d, 3, u, x, h))
			cell[u] = float32(float32(f*state[u]) + float32(i*g))
			o := q.act(d, 0, float32(q.gate(d, 1, u, x, h)+peep(d, 1, u, cell[u])))
			next[u] = float32(o * q.whole(d, 2, cell[u]))
		}
		copy(h, next)
		copy(state, cell)
	})
}

// gru has the gates z, r, h, in this order.
func gru(c *Call) ([]*value.Tensor, error) {
	q, err := newRecurrence(c, 3, []string{"Sigmoid", "Tanh"}, 0, 0)
	if err != nil {
		return nil, err
	}
	linear, err := c.flag("linear_before_reset", false)
	if err != nil {
		return nil, err
	}
	next, reset, scaled := make([]float32, q.hidden), make([]float32, q.hidden), make([]float32, q.hidden)
	return q.run(false, func(d int, x, h, _ []float32) {
		for u := range reset {
			reset[u] = q.act(d, 0, q.gate(d, 1, u, x, h))
			scaled[u] = float32(reset[u] * h[u])
		}
		for u := range next {
			z := q.act(d, 0, q.gate(d, 0, u, x, h))
			row := d*3*q.hidden + 2*q.hidden + u
			s := dot(0, q.w[row*q.in:(row+1)*q.in], x)
			weights := q.r[row*q.hidden : (row+1)*q.hidden]
			if linear {
				inner := float32(dot(0, weights, h) + q.bias(d, 5, u))
				s = float32(float32(s+q.bias(d, 2, u)) + float32(reset[u]*inner))
			} else {
				s = float32(float32(dot(s, weights, scaled)+q.bias(d, 2, u)) + q.bias(d, 5, u))
			}
			g := q.act(d, 1, s)
			next[u] = float32(float32(float32(1-z)*g) + float32(z*h[u]))
		}
		copy(h, next)
	})
}
