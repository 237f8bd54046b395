package layers

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
)

// Tape is what one goroutine needs to run a network forward and back: the results of every layer, their gradients, and the
// gradients of the weights. Nothing is allocated after NewTape.
type Tape struct {
	net    *Net
	batch  int
	train  bool        // the last forward pass was in training
	last   int         // of how many samples it was
	values [][]float32 // of each node, samples one after the other
	grads  [][]float32 // of each node; nil for the input
	begun  []bool      // of each node: its gradient is being added up
	dw     [][]float32 // of each weight
	aux    [][]float32 // what a layer keeps from forward to backward
	seen   []*Stat     // of each norm: what the last forward pass in training has measured
	space  scratch
	call   call
}

// call is one layer's work on n samples.
type call struct {
	n        int
	in       [][]float32
	inShape  []Shape
	out      []float32
	outShape Shape
	dout     []float32
	din      [][]float32 // nil where nobody asks
	w, dw    [][]float32
	aux      []float32
	train    bool
	running  *Stat
	seen     *Stat
	space    *scratch
}

// scratch is memory that layers use and leave.
type scratch struct {
	columns, other []float32
	kernels        *f32.Set
	work           f32.Work
}

// sized returns a slice of n numbers whose content is anything, growing *b where needed.
func sized(b *[]float32, n int) []float32 {
	if cap(*b) < n {
		*b = make([]float32, n)
	}
	return (*b)[:n]
}

// zeros is memory for n samples of so many numbers, which the builder bounds.
func zeros(n, each int) []float32 {
	return make([]float32, n*each) //ve:allow overflow Build bounds samples and NewTape bounds the batch
}

// mostBatch bounds the samples of a tape.
const mostBatch = 1 << 12

// NewTape makes a tape for up to batch samples at once, 4096 at most.
func (n *Net) NewTape(batch int) *Tape {
	batch = min(max(batch, 1), mostBatch)
	t := &Tape{net: n, batch: batch, begun: make([]bool, len(n.nodes)), space: scratch{kernels: f32.Best()}}
	for i, d := range n.nodes {
		t.values = append(t.values, zeros(batch, d.out.Len()))
		var g, aux []float32
		if i > 0 {
			g = zeros(batch, d.out.Len())
			if a, ok := d.op.(interface{ keeps(Shape) int }); ok {
				aux = make([]float32, a.keeps(d.out))
			}
		}
		t.grads, t.aux = append(t.grads, g), append(t.aux, aux)
	}
	for _, p := range n.params {
		t.dw = append(t.dw, make([]float32, len(p.W)))
	}
	for _, s := range n.stats {
		t.seen = append(t.seen, &Stat{Name: s.Name, Mean: make([]float32, len(s.Mean)), Variance: make([]float32, len(s.Mean))})
	}
	return t
}

// In is where samples are written, one after the other, before Forward.
func (t *Tape) In() []float32 { return t.values[Input] }

// Grads are the gradients of the weights, which Backward adds to and Zero clears.
func (t *Tape) Grads() [][]float32 { return t.dw }

// Zero clears the weights' gradients.
func (t *Tape) Zero() {
	for _, g := range t.dw {
		clear(g)
	}
}

// Forward runs the first samples samples and returns their results, one after the other, which stay valid until the next
// call. In training norms measure these samples; otherwise they use what they have seen.
func (t *Tape) Forward(samples int, train bool) []float32 {
	samples = min(max(samples, 1), t.batch)
	t.train, t.last = train, samples
	for i := 1; i < len(t.net.nodes); i++ {
		c := t.prepare(i, samples)
		t.net.nodes[i].op.forward(c)
	}
	out := t.net.output
	return t.values[out][:samples*t.net.nodes[out].out.Len()]
}

// Backward adds the gradients of a loss to Grads. dout is the loss's gradient to every number that Forward returned, for as many
// samples. Fails with ErrBackward where no Forward of as many samples in
// training came before.
func (t *Tape) Backward(dout []float32) error {
	size := t.net.Out().Len()
	samples := len(dout) / size
	if samples < 1 || samples != t.last || len(dout) != samples*size || !t.train {
		return fmt.Errorf("%w: a gradient of %d numbers, or no forward pass in training before it", ErrBackward, len(dout))
	}
	clear(t.begun)
	copy(t.grads[t.net.output], dout)
	t.begun[t.net.output] = true
	for i := len(t.net.nodes) - 1; i > 0; i-- {
		if !t.begun[i] { // nothing that the output depends on
			continue
		}
		for _, v := range t.net.nodes[i].in { // cleared just before the first layer adds to it, while it is in the cache
			if !t.begun[v] {
				clear(t.grads[v])
				t.begun[v] = true
			}
		}
		t.net.nodes[i].op.backward(t.prepare(i, samples))
	}
	return nil
}

// Seen is what each norm has measured in the last forward pass in training.
func (t *Tape) Seen() []*Stat { return t.seen }

// prepare fills the call of layer i.
func (t *Tape) prepare(i, samples int) *call {
	d, c := &t.net.nodes[i], &t.call
	c.n, c.train, c.space, c.aux = samples, t.train, &t.space, t.aux[i]
	c.in, c.din, c.inShape, c.w, c.dw = c.in[:0], c.din[:0], c.inShape[:0], c.w[:0], c.dw[:0]
	for _, v := range d.in {
		s := t.net.nodes[v].out
		c.in, c.inShape = append(c.in, t.values[v][:samples*s.Len()]), append(c.inShape, s)
		g := t.grads[v]
		if g != nil {
			g = g[:samples*s.Len()]
		}
		c.din = append(c.din, g)
	}
	c.outShape, c.out = d.out, t.values[i][:samples*d.out.Len()]
	c.dout = t.grads[i][:samples*d.out.Len()]
	for _, p := range d.params {
		c.w, c.dw = append(c.w, t.net.params[p].W), append(c.dw, t.dw[p])
	}
	c.running, c.seen = nil, nil
	if d.stat >= 0 {
		c.running, c.seen = t.net.stats[d.stat], t.seen[d.stat]
	}
	return c
}
