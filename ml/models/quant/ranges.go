package quant

import (
	"context"
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/value"
)

// ranges are the scale of every activation, and of those that weights multiply the mean of each channel: as calibration saw it,
// and as the quantized value has it.
type ranges struct {
	scales        map[string]Scale
	real, rounded map[string][]float64
	saturated     map[string]int64 // elements that calibration saw and that are cut off
}

// keepsScale says whether a result has the scale of its operand, because it only moves, repeats or chooses elements.
func keepsScale(op string) bool {
	switch op {
	case "MaxPool", "Resize", "Flatten", "Reshape", "Transpose", "Relu":
		return true
	}
	return false
}

// weighted says whether an operator multiplies its operand with weights.
func weighted(op string) bool { return op == "Conv" || op == "ConvTranspose" || op == "Gemm" }

// rangesOf chooses the scales, in the order of layers: the input's is given, of what only moves that of its operand, all
// others by what calibration counted. An output that only moves elements of an input has the input's scale.
func (o *observer) rangesOf(g *graph) (*ranges, error) {
	r := &ranges{scales: map[string]Scale{}, real: map[string][]float64{}, rounded: map[string][]float64{}, saturated: map[string]int64{}}
	for _, in := range o.program.Inputs() {
		r.scales[in.Name] = InputScale
	}
	for _, l := range g.layers {
		if keepsScale(l.node.Op) {
			r.scales[l.out] = r.scales[l.in[0]]
			continue
		}
		s, err := scaleOf(o.seen[l.out].clip())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.name, err)
		}
		r.scales[l.out] = s
	}
	return r, nil
}

// measure runs calibration once more and takes the means. A channel is a place on axis 1; sums ascend over inputs and elements.
func (r *ranges) measure(ctx context.Context, o *observer, g *graph, calibration []map[string]*value.Tensor) error {
	wanted, counts := map[string]bool{}, map[string]int64{}
	for _, l := range g.layers {
		if weighted(l.node.Op) {
			wanted[l.in[0]] = true
		}
	}
	given := map[string]bool{}
	for _, in := range o.program.Inputs() {
		given[in.Name] = true
	}
	err := o.each(ctx, calibration, func(name string, t *value.Tensor, data []float32) error {
		s := r.scales[name].Real()
		channels, plane := 1, len(data)
		if t.Rank() > 1 {
			channels = t.Shape[1]
			plane = len(data) / max(channels, 1)
		}
		if wanted[name] && r.real[name] == nil {
			r.real[name], r.rounded[name] = make([]float64, channels), make([]float64, channels)
		}
		for i, v := range data {
			q, cut := quantized(float64(v), s)
			if cut {
				r.saturated[name]++
			}
			if wanted[name] {
				c, is := i/max(plane, 1), float64(float64(q)*s)
				if given[name] { // an input is whole steps already, −128 among them
					is = float64(v)
				}
				r.real[name][c] += float64(v)
				r.rounded[name][c] += is
			}
		}
		counts[name] += int64(plane)
		return nil
	})
	if err != nil {
		return err
	}
	for _, l := range g.layers { // not the map: each is divided once, wherever it is read
		name := l.in[0]
		if n := counts[name]; n > 0 && wanted[name] {
			for c := range r.real[name] {
				r.real[name][c] /= float64(n)
				r.rounded[name][c] /= float64(n)
			}
			wanted[name] = false
		}
	}
	return nil
}
