package quantizing

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/eval/task"
	"github.com/virtengine/virtengine/ml/models/quant"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/hashes"
)

// liveness is a network of the shape of liveness: one convolution with weights of a keyed stream, a mean, four sums.
func liveness(t *testing.T, activation string) string {
	draws := stream.New(1, "test", 0)
	weights := func(name string, shape ...int64) *onnx.Tensor {
		n := int64(1)
		for _, d := range shape {
			n *= d
		}
		var data []byte
		for range n {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(draws.Normal()/8))
		}
		return &onnx.Tensor{Name: name, DType: onnx.Float32, Shape: shape, Data: data}
	}
	dims := func(shape ...int64) (out []onnx.Dim) {
		for _, d := range shape {
			out = append(out, onnx.Dim{Value: d})
		}
		return out
	}
	m := &onnx.Model{IRVersion: 8, Producer: "test", Opsets: map[string]int64{"": 17}, Graph: &onnx.Graph{
		Name:         "liveness",
		Inputs:       []onnx.ValueInfo{{Name: "frames", DType: onnx.Float32, Shape: dims(1, 8, 32, 32)}},
		Outputs:      []onnx.ValueInfo{{Name: "logits", DType: onnx.Float32, Shape: dims(1, 4)}},
		Initializers: []*onnx.Tensor{weights("w", 6, 8, 3, 3), weights("b", 6), weights("v", 4, 6), weights("c", 4)},
		Nodes: []onnx.Node{
			{Op: "Conv", Inputs: []string{"frames", "w", "b"}, Outputs: []string{"sums"}},
			{Op: activation, Inputs: []string{"sums"}, Outputs: []string{"active"}},
			{Op: "GlobalAveragePool", Inputs: []string{"active"}, Outputs: []string{"means"}},
			{Op: "Flatten", Inputs: []string{"means"}, Outputs: []string{"flat"}},
			{Op: "Gemm", Inputs: []string{"flat", "v", "c"}, Outputs: []string{"logits"}, Attrs: []onnx.Attribute{{Name: "transB", Kind: onnx.AttrInt, I: 1}}},
		},
	}}
	name := filepath.Join(t.TempDir(), "liveness.onnx")
	require.NoError(t, os.WriteFile(name, m.Encode(), 0o600))
	return name
}

func run(t *testing.T, args ...string) (string, error) {
	var out bytes.Buffer
	c := Command()
	c.SetOut(&out)
	c.SetArgs(args)
	err := c.ExecuteContext(t.Context())
	return out.String(), err
}

func TestAProgramIsWritten(t *testing.T) {
	model, dir := liveness(t, "Relu"), t.TempDir()
	program, report := filepath.Join(dir, "p.onnx"), filepath.Join(dir, "r.json")
	printed, err := run(t, model, "--task", "liveness", "--count", "8", "--out", program, "--report", report)
	require.NoError(t, err)
	raw, err := os.ReadFile(program)
	require.NoError(t, err)
	require.Contains(t, printed, hashes.Of(raw).String())
	require.Contains(t, printed, "logits: ")
	text, err := os.ReadFile(report)
	require.NoError(t, err)
	require.Contains(t, string(text), hashes.Of(raw).String())

	again := filepath.Join(dir, "q.onnx")
	_, err = run(t, model, "--task", "liveness", "--count", "8", "--out", again)
	require.NoError(t, err)
	same, err := os.ReadFile(again)
	require.NoError(t, err)
	require.Equal(t, raw, same, "the same bytes when it is made again")

	m, err := onnx.Decode(raw, onnx.Limits{})
	require.NoError(t, err)
	opened, err := task.Open(m)
	require.NoError(t, err)
	require.Equal(t, "ve-i8-1", opened.Contract)
	live, err := task.Find("liveness")
	require.NoError(t, err)
	require.NoError(t, opened.Fits(live))
	_, err = live.Evaluate(t.Context(), opened, task.FirstSeed, 40)
	require.NoError(t, err, "what was written can be measured as the float network can")
}

func TestRefusals(t *testing.T) {
	model, out := liveness(t, "Relu"), filepath.Join(t.TempDir(), "p.onnx")
	for name, tc := range map[string]struct {
		reason string
		args   []string
		want   error
	}{
		"HeldOut":  {"what is measured later sets no ranges", []string{model, "--task", "liveness", "--seed", "1000042", "--out", out}, task.ErrSeed},
		"Task":     {"no such network", []string{model, "--task", "palm", "--out", out}, task.ErrTask},
		"Other":    {"inputs of another network", []string{model, "--task", "text-line", "--out", out}, task.ErrNetwork},
		"Operator": {"an operator without integers", []string{liveness(t, "Softplus"), "--task", "liveness", "--count", "1", "--out", out}, quant.ErrUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := run(t, tc.args...)
			require.ErrorIs(t, err, tc.want, tc.reason)
			_, err = os.Stat(out)
			require.ErrorIs(t, err, os.ErrNotExist, "nothing is written")
		})
	}
}
