package layers

import (
	"errors"
	"math"

	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// Errors of this package.
var (
	// ErrBuild says that a network is put together wrongly.
	ErrBuild = errors.New("network")
	// ErrExport says that a network cannot be written as ONNX.
	ErrExport = errors.New("export")
	// ErrBackward says that a gradient does not belong to the forward pass before it.
	ErrBackward = errors.New("backward pass")
)

// Shape is the channels, the height and the width of one sample.
type Shape struct{ C, H, W int }

// Len is how many numbers a sample has.
func (s Shape) Len() int { return s.C * s.H * s.W }

// Param is numbers that are learnt.
type Param struct {
	Name  string
	Shape []int
	W     []float32
	Decay bool // weights shrink where the optimizer is told so; biases and norms do not
}

// Stat is what a norm has seen: running mean and variance of each channel. It is kept with the weights, but not learnt.
type Stat struct {
	Name           string
	Mean, Variance []float32
}

// Value names the result of one layer within a Builder and its Net.
type Value int

// Input is what the network is given.
const Input Value = 0

// node is a layer in its place.
type node struct {
	name   string
	op     op
	in     []Value
	out    Shape
	params []int // of Net.params
	stat   int   // of Net.stats; -1: none
}

// op is what a layer does. Implementations hold no samples.
type op interface {
	forward(c *call)
	backward(c *call) // adds to c.din and c.dw
	macs(in []Shape, out Shape) int
	export(e *exporter, n *node) error
}

// Net is a network: layers in an order in which each comes behind its operands. Its weights change under training; reading
// them from several Tapes is safe while nobody changes them.
type Net struct {
	Name   string
	nodes  []node
	params []*Param
	stats  []*Stat
	output Value
	shape  []int64 // of the exported output; it starts with 1
}

// Params are the weights in the order of layers. The optimizer changes them in place.
func (n *Net) Params() []*Param { return n.params }

// Stats are the norms' statistics in the order of layers.
func (n *Net) Stats() []*Stat { return n.stats }

// In is the shape of one input sample, Out that of one output sample.
func (n *Net) In() Shape { return n.nodes[Input].out }

// Out is the shape of one output sample.
func (n *Net) Out() Shape { return n.nodes[n.output].out }

// MACs is how many multiplications one sample costs after norms are folded, without activations, pools and sums.
func (n *Net) MACs() int {
	sum := 0
	for _, d := range n.nodes[1:] {
		sum += d.op.macs(n.shapes(d.in), d.out)
	}
	return sum
}

// Weights is how many numbers are learnt.
func (n *Net) Weights() int {
	sum := 0
	for _, p := range n.params {
		sum += len(p.W)
	}
	return sum
}

func (n *Net) shapes(in []Value) []Shape {
	out := make([]Shape, len(in))
	for i, v := range in {
		out[i] = n.nodes[v].out
	}
	return out
}

// Init draws all weights: normal with variance 2/fan-in (He, Zhang, Ren, Sun 2015), keyed by seed, network and the weight's name;
// biases and shifts are zero, scales one.
func (n *Net) Init(seed uint64) {
	for _, d := range n.nodes {
		for k, at := range d.params {
			p := n.params[at]
			if k > 0 || !p.Decay {
				continue // set by the builder: zero, one, or a slope
			}
			fan := len(p.W) / max(p.Shape[0], 1)
			Draw(p, stream.New(seed, "init/"+n.Name+"/"+p.Name, 0), float32(math.Sqrt(2/float64(max(fan, 1)))))
		}
	}
}

// Draw fills a weight with normal numbers of a deviation.
func Draw(p *Param, s *stream.Stream, deviation float32) {
	for i := range p.W {
		p.W[i] = float32(s.Normal() * deviation)
	}
}
