package quant

import (
	"context"
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/security/safemath"
)

// Exact is the SNR of a layer whose integers stand for exactly what float arithmetic gave; minus that, of one that float
// arithmetic left at zero and integers did not.
const Exact = math.MaxInt32

// Layer says what quantization did to one layer, over all calibration inputs.
type Layer struct {
	Name      string `json:"name"`
	Op        string `json:"op"`
	Output    string `json:"output"` // of the float model
	Scale     Scale  `json:"scale"`  // of the output, in 2^-24
	Elements  int64  `json:"elements"`
	Saturated int64  `json:"saturated"` // of them, at an end of the range in the integer program
	// SNR is signal over noise in hundredths of a decibel: the sum of squares of what float arithmetic gave, over that of the
	// differences.
	SNR int64 `json:"snr_centibel"`
}

// Report is data about a quantization.
type Report struct {
	Inputs int     `json:"calibration_inputs"`
	Layers []Layer `json:"layers"`
}

// Output returns the layer that gives an output of the model.
func (r Report) Output(name string) (Layer, bool) {
	for _, l := range r.Layers {
		if l.Output == name {
			return l, true
		}
	}
	return Layer{}, false
}

// report runs the float model and a program with all values as outputs on the calibration inputs, and compares every layer.
func (q quantizer) report(ctx context.Context, calibration []map[string]*value.Tensor) (Report, error) {
	m, err := q.program(q.seen.names)
	if err != nil {
		return Report{}, err
	}
	integers, err := i8.Load(m)
	if err != nil {
		return Report{}, err
	}
	accounts := make([]account, len(q.graph.layers))
	for i, inputs := range calibration {
		float, err := q.seen.program.Run(ctx, inputs)
		if err != nil {
			return Report{}, err
		}
		small := map[string]*value.Tensor{}
		for name, t := range inputs {
			if small[name], err = Steps(t); err != nil {
				return Report{}, fmt.Errorf("%w input %d: %w", ErrCalibration, i, err)
			}
		}
		out, err := integers.Run(ctx, small)
		if err != nil {
			return Report{}, err
		}
		for k, l := range q.graph.layers {
			if err := accounts[k].compare(float[l.out], out[l.out], q.ranges.scales[l.out]); err != nil {
				return Report{}, fmt.Errorf("%s: %w", l.name, err)
			}
		}
	}
	r := Report{Inputs: len(calibration)}
	for k, l := range q.graph.layers {
		snr, err := accounts[k].snr()
		if err != nil {
			return Report{}, err
		}
		r.Layers = append(r.Layers, Layer{l.name, l.node.Op, l.out, q.ranges.scales[l.out], accounts[k].elements, accounts[k].ended, snr})
	}
	return r, nil
}

// account sums up for one layer.
type account struct {
	signal, noise   float64
	elements, ended int64
}

// compare adds what a layer gave in both arithmetics.
func (a *account) compare(float, integer *value.Tensor, s Scale) error {
	if float == nil || integer == nil {
		return fmt.Errorf("%w: it was not computed", ErrUnsupported)
	}
	x, err := value.As[float32](float)
	if err != nil {
		return err
	}
	q, err := value.As[int8](integer)
	if err != nil {
		return err
	}
	if len(x) != len(q) {
		return fmt.Errorf("%w: %v and %v", value.ErrShape, float.Shape, integer.Shape)
	}
	for i, v := range x {
		d := float64(v) - float64(float64(q[i])*s.Real())
		a.signal += float64(float64(v) * float64(v))
		a.noise += float64(d * d)
		if q[i] >= levels || q[i] <= -levels {
			a.ended++
		}
	}
	a.elements += int64(len(x))
	return nil
}

// snr is 1000·log10(signal / noise), rounded.
func (a *account) snr() (int64, error) {
	switch {
	case a.noise == 0:
		return Exact, nil
	case a.signal == 0:
		return -Exact, nil
	}
	return safemath.FromFloat[int64](math.RoundToEven(float64(funcs.Log(a.signal/a.noise)*1000) / funcs.Log(10)))
}

// Steps is a float input as an integer program takes it: x·128, to the nearest, ties to even, within −128 to 127. Fails with
// value.ErrType, and with safemath.ErrNotInteger for what is no number.
func Steps(t *value.Tensor) (*value.Tensor, error) {
	x, err := value.As[float32](t)
	if err != nil {
		return nil, err
	}
	q := make([]int8, len(x))
	for i, v := range x {
		n, err := safemath.FromFloat[int64](math.RoundToEven(float64(float64(v) * 128)))
		if err != nil {
			return nil, err
		}
		q[i] = int8(min(max(n, -128), 127))
	}
	return value.Of(t.Shape, q)
}
