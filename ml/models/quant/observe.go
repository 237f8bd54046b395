package quant

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/safemath"
)

// bins is how finely magnitudes are counted: sixteen to each step of an int8 that covers all of them.
const bins = 2048

// observed is what calibration saw of one value.
type observed struct {
	shape  []int
	most   float32      // the greatest magnitude
	counts [bins]uint32 // of magnitudes, in equal parts of most; zeros are not counted
	total  int64        // of elements, zeros too
}

// observer runs a float model with every activation as an output.
type observer struct {
	program *engine.Program
	names   []string // activations, in order of their making
	seen    map[string]*observed
}

// observing prepares a copy of the model in which the graph's activations are outputs.
func observing(g *graph) (*observer, error) {
	o := &observer{seen: map[string]*observed{}}
	m := *g.model
	inner := *m.Graph
	m.Graph = &inner
	inner.Outputs = nil
	for _, l := range g.layers {
		o.names = append(o.names, l.out)
		inner.Outputs = append(inner.Outputs, onnx.ValueInfo{Name: l.out, DType: onnx.Float32, Unknown: true})
	}
	program, err := engine.Load(&m)
	o.program = program
	return o, err
}

// each runs the model on every calibration input and hands out all activations, inputs of the model among them.
func (o *observer) each(ctx context.Context, calibration []map[string]*value.Tensor, f func(name string, t *value.Tensor, data []float32) error) error {
	for i, inputs := range calibration {
		out, err := o.program.Run(ctx, inputs)
		if err != nil {
			return fmt.Errorf("%w input %d: %w", ErrCalibration, i, err)
		}
		hand := func(name string, t *value.Tensor) error {
			data, err := value.As[float32](t)
			if err != nil {
				return fmt.Errorf("%q: %w", name, err)
			}
			if slices.ContainsFunc(data, func(v float32) bool { return v-v != 0 }) {
				return fmt.Errorf("%w input %d: %q is no finite number", ErrCalibration, i, name)
			}
			return f(name, t, data)
		}
		for _, in := range o.program.Inputs() {
			if err := hand(in.Name, inputs[in.Name]); err != nil {
				return err
			}
		}
		for _, name := range o.names {
			if err := hand(name, out[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// observe finds shapes and greatest magnitudes, and then counts magnitudes. The order of the calibration inputs does not
// count.
func (o *observer) observe(ctx context.Context, calibration []map[string]*value.Tensor) error {
	err := o.each(ctx, calibration, func(name string, t *value.Tensor, data []float32) error {
		s := o.seen[name]
		if s == nil {
			s = &observed{shape: slices.Clone(t.Shape)}
			o.seen[name] = s
		}
		if !slices.Equal(s.shape, t.Shape) {
			return fmt.Errorf("%w: %q has shapes %v and %v", ErrUnsupported, name, s.shape, t.Shape)
		}
		for _, v := range data {
			s.most = max(s.most, magnitude(v))
		}
		s.total += int64(len(data))
		return nil
	})
	if err != nil {
		return err
	}
	return o.each(ctx, calibration, func(name string, _ *value.Tensor, data []float32) error {
		s := o.seen[name]
		if s.most == 0 {
			return nil
		}
		for _, v := range data {
			if v == 0 {
				continue
			}
			// Both factors are below 2^25, so that the quotient is rounded once, and the bin is the same everywhere.
			part := float64(magnitude(v)) / float64(s.most)
			bin, err := safemath.FromFloat[int](math.Floor(part * bins))
			if err != nil {
				return err
			}
			s.counts[min(bin, bins-1)]++
		}
		return nil
	})
}

func magnitude(v float32) float32 { return float32(math.Abs(float64(v))) }
