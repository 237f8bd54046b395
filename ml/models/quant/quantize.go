package quant

import (
	"context"
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// Options are what a caller may choose; the zero value is what is recommended.
type Options struct {
	// KeepBias leaves each bias as it is, and does not take away what rounding of weights and cut-off activations did to the
	// mean.
	KeepBias bool
	// KeepChannels leaves channels as they are, and does not bring them to like ranges where a Relu lies between two layers.
	KeepChannels bool
}

// MaxCalibration bounds the calibration inputs.
const MaxCalibration = 4096

// Quantize makes an integer program of contract ve-i8-1 of a float model.
//
//	float        opset 17, float32, fixed shapes, a batch of one
//	calibration  inputs of the model by name, as the program will see them: multiples of 1/128 from −1 on
//	program      the same inputs and outputs by the same names, int8; the program publishes what one step stands for
//
// Fails with ErrUnsupported, naming what has no integer form, with ErrCalibration, and as onnx, engine and i8 do. The model is
// not changed. The same arguments give the same bytes of the program's Encode on every machine.
func Quantize(ctx context.Context, float *onnx.Model, calibration []map[string]*value.Tensor, options Options) (*onnx.Model, Report, error) {
	g, err := read(float)
	if err != nil {
		return nil, Report{}, err
	}
	if len(calibration) == 0 || len(calibration) > MaxCalibration {
		return nil, Report{}, fmt.Errorf("%w: %d inputs, from 1 to %d", ErrCalibration, len(calibration), MaxCalibration)
	}
	if !options.KeepChannels {
		like, err := equalized(ctx, g, calibration)
		if err != nil {
			return nil, Report{}, err
		}
		if g, err = read(like); err != nil {
			return nil, Report{}, err
		}
	}
	o, err := observing(g)
	if err != nil {
		return nil, Report{}, err
	}
	if err := o.observe(ctx, calibration); err != nil {
		return nil, Report{}, err
	}
	r, err := o.rangesOf(g)
	if err != nil {
		return nil, Report{}, err
	}
	if err := r.measure(ctx, o, g, calibration); err != nil {
		return nil, Report{}, err
	}
	q := quantizer{g, o, r, options}
	var outputs []string
	for _, out := range float.Graph.Outputs {
		outputs = append(outputs, out.Name)
	}
	m, err := q.program(outputs)
	if err != nil {
		return nil, Report{}, err
	}
	report, err := q.report(ctx, calibration)
	return m, report, err
}

// quantizer is all that is known before a program is made.
type quantizer struct {
	graph   *graph
	seen    *observer
	ranges  *ranges
	options Options
}

// program makes one with the outputs that are named.
func (q quantizer) program(outputs []string) (*onnx.Model, error) {
	b := &builder{Builder: i8.NewBuilder(q.graph.model.Graph.Name), ranges: q.ranges, source: q.graph, options: q.options, seen: q.seen.seen, values: map[string]i8.Value{}}
	made := map[string]bool{}
	for _, in := range q.graph.model.Graph.Inputs {
		b.values[in.Name] = b.Input(in.Name, q.seen.seen[in.Name].shape, InputScale.Real())
	}
	for _, l := range q.graph.layers {
		v, err := b.build(l)
		if err == nil {
			err = b.Err()
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.name, err)
		}
		b.values[l.out], made[l.out] = v, true
	}
	for _, name := range outputs {
		if !made[name] {
			return nil, fmt.Errorf("%w: output %q is given by no layer", ErrUnsupported, name)
		}
		b.Output(b.values[name])
	}
	return b.Model()
}
