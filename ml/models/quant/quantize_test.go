package quant_test

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/models/quant"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/hashes"
)

var update = flag.Bool("update", false, "write the digests of programs into testdata")

// snr is the signal over noise, in decibel, of a program on inputs that calibration did not see.
func snr(t *testing.T, float, program *onnx.Model, all []map[string]*value.Tensor, scale float64) float64 {
	f, err := engine.Load(float)
	require.NoError(t, err)
	p, err := i8.Load(program)
	require.NoError(t, err)
	signal, noise := 0.0, 0.0
	for _, in := range all {
		want, err := f.Run(t.Context(), in)
		require.NoError(t, err)
		steps, err := quant.Steps(in["x"])
		require.NoError(t, err)
		got, err := p.Run(t.Context(), map[string]*value.Tensor{"x": steps})
		require.NoError(t, err)
		name := float.Graph.Outputs[0].Name
		x, err := value.As[float32](want[name])
		require.NoError(t, err)
		q, err := value.As[int8](got[name])
		require.NoError(t, err)
		require.Equal(t, want[name].Shape, got[name].Shape)
		for i := range x {
			signal += float64(x[i]) * float64(x[i])
			noise += (float64(x[i]) - float64(q[i])*scale) * (float64(x[i]) - float64(q[i])*scale)
		}
	}
	return 10 * math.Log10(signal/noise)
}

func TestProgramsDoWhatNetworksDo(t *testing.T) {
	golden := filepath.Join("testdata", "digests.txt")
	var digests string
	for _, tc := range []struct {
		name   string
		model  *onnx.Model
		least  float64 // decibel
		reason string
	}{
		{"classifier", classifier(), 34, "five layers"},
		{"residual", residual(), 40, "nine layers, three of them tables"},
		{"hourglass", hourglass(), 40, "both ways are joined at one scale"},
		{"depthwise", depthwise(), 35, "few weights in each sum"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			program, report, err := quant.Quantize(t.Context(), tc.model, inputs(t, tc.model, "calibrate", 12), quant.Options{})
			require.NoError(t, err)
			out, ok := report.Output(tc.model.Graph.Outputs[0].Name)
			require.True(t, ok)
			got := snr(t, tc.model, program, inputs(t, tc.model, "check", 6), out.Scale.Real())
			t.Logf("%s: %.1f dB on other inputs, %.2f dB on those of calibration", tc.name, got, float64(out.SNR)/100)
			require.Greater(t, got, tc.least, tc.reason)
			require.InDelta(t, got, float64(out.SNR)/100, 6, "the report says what others measure")
			for _, l := range report.Layers {
				require.Greater(t, l.SNR, int64(2000), "layer %s", l.Name)
				require.LessOrEqual(t, l.Saturated*20, l.Elements, "layer %s: at most one of twenty is cut off", l.Name)
			}
			digests += fmt.Sprintf("%s %s\n", tc.name, hashes.Of(program.Encode()))
		})
	}
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o700))
		require.NoError(t, os.WriteFile(golden, []byte(digests), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), digests, "the same bytes on every machine")
}

func TestThreadsChangeNothing(t *testing.T) {
	m := hourglass()
	var first []byte
	for _, threads := range []int{1, 2, 5} {
		before := runtime.GOMAXPROCS(threads)
		program, _, err := quant.Quantize(t.Context(), m, inputs(t, m, "calibrate", 4), quant.Options{})
		runtime.GOMAXPROCS(before)
		require.NoError(t, err)
		if first == nil {
			first = program.Encode()
		}
		require.Equal(t, first, program.Encode(), "with %d threads", threads)
	}
	require.Equal(t, hourglass().Encode(), m.Encode(), "the float model is as it was")
}

// A correction is worth something where it brings the mean of a layer nearer to what float arithmetic has.
func TestBiasesAreCorrected(t *testing.T) {
	n := newNet("one", 1, 8, 8, 8)
	m := n.done(n.node("Conv", []onnx.Attribute{ints("kernel_shape", 1, 1)}, "x", n.weights(8, 16, 8, 1, 1), n.weights(8, 16)))
	all := inputs(t, m, "calibrate", 300)
	f, err := engine.Load(m)
	require.NoError(t, err)
	off := func(o quant.Options) float64 {
		program, report, err := quant.Quantize(t.Context(), m, all, o)
		require.NoError(t, err)
		p, err := i8.Load(program)
		require.NoError(t, err)
		layer, ok := report.Output("v0")
		require.True(t, ok)
		sums := make([]float64, 16)
		for _, in := range all {
			want, err := f.Run(t.Context(), in)
			require.NoError(t, err)
			steps, err := quant.Steps(in["x"])
			require.NoError(t, err)
			got, err := p.Run(t.Context(), map[string]*value.Tensor{"x": steps})
			require.NoError(t, err)
			x, err := value.As[float32](want["v0"])
			require.NoError(t, err)
			q, err := value.As[int8](got["v0"])
			require.NoError(t, err)
			for i := range x {
				sums[i/64] += float64(q[i])*layer.Scale.Real() - float64(x[i])
			}
		}
		total := 0.0
		for _, s := range sums {
			total += math.Abs(s)
		}
		return total
	}
	require.Less(t, off(quant.Options{}), 0.9*off(quant.Options{KeepBias: true}), "what is left is what the result's own range cuts off")
}

func TestModelsThatAreRefused(t *testing.T) {
	conv := func(change func(n *onnx.Node)) func() *onnx.Model {
		return func() *onnx.Model {
			m := classifier()
			change(&m.Graph.Nodes[0])
			return m
		}
	}
	model := func(change func(m *onnx.Model)) func() *onnx.Model {
		return func() *onnx.Model {
			m := classifier()
			change(m)
			return m
		}
	}
	for name, tc := range map[string]struct {
		reason string
		model  func() *onnx.Model
		says   string
	}{
		"Nothing":  {"no model", func() *onnx.Model { return nil }, "no model"},
		"Operator": {"an operator without integers is named", conv(func(n *onnx.Node) { n.Op = "Erf"; n.Inputs = n.Inputs[:1]; n.Attrs = nil }), "operator Erf"},
		"Domain":   {"so is one of a stranger", model(func(m *onnx.Model) { m.Opsets["ex"] = 1; m.Graph.Nodes[1].Domain = "ex" }), "domain ex"},
		"Opset":    {"one opset", model(func(m *onnx.Model) { m.Opsets[""] = 12 }), "opset 12"},
		"Batch":    {"a batch of one", model(func(m *onnx.Model) { m.Graph.Inputs[0].Shape[0].Value = 2 }), "batch of one"},
		"Symbol":   {"fixed shapes", model(func(m *onnx.Model) { m.Graph.Inputs[0].Shape[3] = onnx.Dim{Value: -1, Symbol: "W"} }), "fixed shapes"},
		"Double":   {"float32", model(func(m *onnx.Model) { m.Graph.Inputs[0].DType = onnx.Float64 }), "float32"},
		"AutoPad": {"pads by name are read by nobody", conv(func(n *onnx.Node) {
			n.Attrs = append(n.Attrs, onnx.Attribute{Name: "auto_pad", Kind: onnx.AttrString, S: []byte("SAME_UPPER")})
		}), "auto_pad"},
		"NoWeights":   {"weights that are computed are no weights", conv(func(n *onnx.Node) { n.Inputs = []string{"x", "x"} }), "not a constant"},
		"LowClip":     {"a Clip that begins below zero is no bound", conv(func(n *onnx.Node) { n.Op, n.Attrs, n.Inputs = "Clip", nil, n.Inputs[:1] }), "Clip from"},
		"TurnedInput": {"an output that is an input", model(func(m *onnx.Model) { m.Graph.Outputs[0].Name = "x" }), "given by no layer"},
		"Alpha": {"a Gemm that scales", model(func(m *onnx.Model) {
			g := &m.Graph.Nodes[len(m.Graph.Nodes)-1]
			g.Attrs = append(g.Attrs, onnx.Attribute{Name: "alpha", Kind: onnx.AttrFloat, F: 2})
		}), "alpha 2"},
	} {
		t.Run(name, func(t *testing.T) {
			m := tc.model()
			calibration := inputs(t, classifier(), "calibrate", 1)
			_, _, err := quant.Quantize(t.Context(), m, calibration, quant.Options{})
			require.ErrorIs(t, err, quant.ErrUnsupported, tc.reason)
			require.ErrorContains(t, err, tc.says, tc.reason)
		})
	}
}

func TestCalibrationThatIsRefused(t *testing.T) {
	m := classifier()
	good := inputs(t, m, "calibrate", 1)
	nan := inputs(t, m, "calibrate", 1)
	data, err := value.As[float32](nan[0]["x"])
	require.NoError(t, err)
	data[7] = float32(math.NaN())
	for name, tc := range map[string]struct {
		reason string
		inputs []map[string]*value.Tensor
	}{
		"None":    {"ranges come from something", nil},
		"TooMany": {"time is bounded", slices.Repeat(good, quant.MaxCalibration+1)},
		"Missing": {"an input that is not there", []map[string]*value.Tensor{{}}},
		"Shape":   {"an input of another model", inputs(t, residual(), "calibrate", 1)},
		"NaN":     {"what is no number has no range", nan},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := quant.Quantize(t.Context(), m, tc.inputs, quant.Options{})
			require.ErrorIs(t, err, quant.ErrCalibration, tc.reason)
		})
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = quant.Quantize(stopped, m, good, quant.Options{})
	require.ErrorIs(t, err, context.Canceled, "who is told to stop stops")
}
