package quant

import (
	"context"
	"encoding/binary"
	"math"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// pair is two layers of weights with nothing but a Relu, and what keeps channels apart, between them: what the first gives more of on a channel, the
// second may take less of.
type pair struct {
	first, second layer
	channels      int
}

// equalized is the model with channels between pairs of layers brought to like ranges, since all channels of an activation have one
// scale (M. Nagel et al. 2019, section 4.1). What the float model computes changes by the rounding of its weights alone.
func equalized(ctx context.Context, g *graph, calibration []map[string]*value.Tensor) (*onnx.Model, error) {
	o, err := observing(g)
	if err != nil {
		return nil, err
	}
	pairs := g.pairs()
	most := map[string][]float32{}
	for _, p := range pairs {
		most[p.first.out] = make([]float32, p.channels)
	}
	err = o.each(ctx, calibration, func(name string, _ *value.Tensor, data []float32) error {
		if m := most[name]; m != nil && len(data)%len(m) == 0 {
			plane := len(data) / len(m)
			for i, v := range data {
				m[i/plane] = max(m[i/plane], magnitude(v))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	weights := map[string][]float32{}
	take := func(name string) ([]float32, error) {
		if weights[name] == nil {
			w, _, err := g.floats(name)
			if err != nil {
				return nil, err
			}
			weights[name] = w
		}
		return weights[name], nil
	}
	for _, p := range pairs {
		a, err := take(p.first.node.Inputs[1])
		if err != nil {
			return nil, err
		}
		b, err := take(p.second.node.Inputs[1])
		if err != nil {
			return nil, err
		}
		var bias []float32
		if len(p.first.node.Inputs) > 2 && p.first.node.Inputs[2] != "" {
			if bias, err = take(p.first.node.Inputs[2]); err != nil {
				return nil, err
			}
		}
		p.scale(g, a, bias, b, most[p.first.out])
	}
	return g.with(weights), nil
}

// with is the model with other weights.
func (g *graph) with(weights map[string][]float32) *onnx.Model {
	m := *g.model
	inner := *m.Graph
	m.Graph = &inner
	inner.Initializers = slices.Clone(inner.Initializers)
	for i, t := range inner.Initializers {
		w, changed := weights[t.Name]
		if !changed {
			continue
		}
		c := *t
		c.Data = nil
		for _, v := range w {
			c.Data = binary.LittleEndian.AppendUint32(c.Data, math.Float32bits(v))
		}
		inner.Initializers[i] = &c
	}
	return &m
}

// pairs finds them. Weights that others read too, or that a node computes, stay as they are.
func (g *graph) pairs() (all []pair) {
	own := map[string]bool{} // initializers with one reader
	for _, t := range g.model.Graph.Initializers {
		own[t.Name] = g.readers[t.Name] == 1
	}
	for _, a := range g.layers {
		if !a.relu || a.top != 0 || !ownWeights(a, own) {
			continue
		}
		b, ok := g.behind(a.out)
		if !ok || !ownWeights(b, own) {
			continue
		}
		channels := int(g.constants[a.node.Inputs[1]].Shape[0])
		if _, fits := g.columns(b, channels); fits {
			all = append(all, pair{a, b, channels})
		}
	}
	return all
}

// ownWeights says whether a layer has one channel of its result in each row of its weights, which are its alone.
func ownWeights(l layer, own map[string]bool) bool {
	for _, in := range l.node.Inputs[1:] {
		if in != "" && !own[in] {
			return false
		}
	}
	if l.node.Op == "Gemm" {
		v, err := intOf(l.node, "transB", 0)
		return err == nil && v == 1 && len(l.node.Inputs) > 1
	}
	return l.node.Op == "Conv" && len(l.node.Inputs) > 1
}

// behind is the layer of weights that alone reads a value, through layers that keep channels apart and scale as their operand does.
func (g *graph) behind(name string) (layer, bool) {
	for range g.layers {
		at := slices.IndexFunc(g.layers, func(l layer) bool { return slices.Contains(l.in, name) })
		if at < 0 || g.readers[name] != 1 {
			return layer{}, false
		}
		switch l := g.layers[at]; l.node.Op {
		case "Conv", "Gemm":
			return l, true
		case "MaxPool", "AveragePool", "GlobalAveragePool", "Resize", "Flatten":
			name = l.out
		default:
			return layer{}, false
		}
	}
	return layer{}, false
}

// columns says how weights of a layer lie that reads some channels: consecutive weights of a row that read one, and how often a row begins
// again at the first channel. A depthwise layer has one row for each channel.
func (g *graph) columns(l layer, channels int) (each int, ok bool) {
	shape := g.constants[l.node.Inputs[1]].Shape
	kernel := int64(1)
	for _, d := range shape[min(2, len(shape)):] {
		kernel *= d
	}
	if len(shape) < 2 || channels < 1 {
		return 0, false
	}
	if l.node.Op == "Gemm" {
		return int(shape[1]) / channels, shape[1]%int64(channels) == 0
	}
	groups, err := intOf(l.node, "group", 1)
	if err != nil {
		return 0, false
	}
	if groups == 1 {
		return int(kernel), shape[1] == int64(channels)
	}
	return int(kernel), groups == channels && shape[0] == int64(channels) && shape[1] == 1
}

// scale moves a factor for each channel from the first layer to the second. A channel with range r between them, which the second
// weighs by at most w of its row's greatest weight, takes √(r/w); where each row reads one channel, all of r.
func (p pair) scale(g *graph, a, bias, b, most []float32) {
	each, _ := g.columns(p.second, p.channels)
	weighs := make([]float64, p.channels)
	row := each * p.channels
	depthwise := len(b) == row && p.second.node.Op == "Conv" && g.constants[p.second.node.Inputs[1]].Shape[1] == 1
	for from := 0; from+row <= len(b) && !depthwise; from += row {
		top := float32(0)
		for _, v := range b[from : from+row] {
			top = max(top, magnitude(v))
		}
		for i, v := range b[from : from+row] {
			if top > 0 {
				weighs[i/each] = max(weighs[i/each], float64(magnitude(v))/float64(top))
			}
		}
	}
	for c, r := range most {
		s := float64(r)
		if !depthwise {
			if weighs[c] == 0 {
				continue
			}
			s = math.Sqrt(s / weighs[c])
		}
		if s == 0 {
			continue
		}
		f := min(max(float32(s), 1.0/(1<<16)), 1<<16)
		rows := len(a) / p.channels
		for i := c * rows; i < (c+1)*rows; i++ {
			a[i] = float32(a[i] / f)
		}
		if bias != nil {
			bias[c] = float32(bias[c] / f)
		}
		for from := c * each; from < len(b); from += row {
			for i := from; i < from+each; i++ {
				b[i] = float32(b[i] * f)
			}
		}
	}
}
