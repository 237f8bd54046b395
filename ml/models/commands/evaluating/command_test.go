package evaluating

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/eval"
	"github.com/virtengine/virtengine/ml/models/eval/task"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/hashes"
)

// brightness is a network of contract ve-f32-1 that calls what is bright in the middle alive.
func brightness(t *testing.T, input []int64) string {
	weights := func(name string, shape []int64, values ...float32) *onnx.Tensor {
		var data []byte
		for _, v := range values {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
		}
		return &onnx.Tensor{Name: name, DType: onnx.Float32, Shape: shape, Data: data}
	}
	dims := func(shape []int64) (out []onnx.Dim) {
		for _, d := range shape {
			out = append(out, onnx.Dim{Value: d})
		}
		return out
	}
	m := &onnx.Model{IRVersion: 8, Producer: "test", Opsets: map[string]int64{"": 17}, Graph: &onnx.Graph{
		Name:    "brightness",
		Inputs:  []onnx.ValueInfo{{Name: "frames", DType: onnx.Float32, Shape: dims(input)}},
		Outputs: []onnx.ValueInfo{{Name: "logits", DType: onnx.Float32, Shape: dims([]int64{1, 4})}},
		Initializers: []*onnx.Tensor{
			weights("w", []int64{4, 8}, 1, 1, 1, 1, 1, 1, 1, 1, -1, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0),
			weights("b", []int64{4}, 0, 0, 0, 0),
		},
		Nodes: []onnx.Node{
			{Op: "GlobalAveragePool", Inputs: []string{"frames"}, Outputs: []string{"means"}},
			{Op: "Flatten", Inputs: []string{"means"}, Outputs: []string{"flat"}},
			{Op: "Gemm", Inputs: []string{"flat", "w", "b"}, Outputs: []string{"logits"}, Attrs: []onnx.Attribute{{Name: "transB", Kind: onnx.AttrInt, I: 1}}},
		},
	}}
	name := filepath.Join(t.TempDir(), "brightness.onnx")
	require.NoError(t, os.WriteFile(name, m.Encode(), 0o600))
	return name
}

// evaluate runs the command and returns what it printed.
func evaluate(t *testing.T, args ...string) (string, error) {
	var out bytes.Buffer
	c := Command()
	c.SetOut(&out)
	c.SetArgs(args)
	err := c.ExecuteContext(t.Context())
	return out.String(), err
}

func TestACardIsWritten(t *testing.T) {
	model := brightness(t, []int64{1, 8, 32, 32})
	files := map[string][]byte{}
	for _, dir := range []string{filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")} {
		printed, err := evaluate(t, model, "--task", "liveness", "--seed", "1000007", "--count", "80", "--out", dir)
		require.NoError(t, err)
		require.Contains(t, printed, "ACER")
		names, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, names, 6, "card, evaluation, four pictures")
		for _, n := range names {
			raw, err := os.ReadFile(filepath.Join(dir, n.Name()))
			require.NoError(t, err)
			if before, twice := files[n.Name()]; twice {
				require.Equal(t, before, raw, "%s has the same bytes when it is made again", n.Name())
			}
			files[n.Name()] = raw
		}
	}
	card := string(files["CARD.md"])
	require.Contains(t, card, hashes.Of(files["evaluation.json"]).String(), "the card names the evaluation")
	raw, err := os.ReadFile(model)
	require.NoError(t, err)
	require.Contains(t, card, hashes.Of(raw).String(), "and the model")
	require.Contains(t, card, "--seed 1000007 --count 80")
	require.Contains(t, string(files["evaluation.json"]), `"contract":"ve-f32-1"`)
	for name := range files {
		if strings.HasSuffix(name, ".png") {
			require.Contains(t, card, "("+name+")", "the card shows every picture")
		}
	}
}

func TestRefusals(t *testing.T) {
	model := brightness(t, []int64{1, 8, 32, 32})
	text := filepath.Join(t.TempDir(), "text.onnx")
	require.NoError(t, os.WriteFile(text, []byte("no model"), 0o600))
	for name, tc := range map[string]struct {
		reason string
		args   []string
		want   error
	}{
		"Task":  {"no such network", []string{model, "--task", "palm", "--out", t.TempDir()}, task.ErrTask},
		"Seed":  {"training data measures nothing", []string{model, "--task", "liveness", "--seed", "3", "--out", t.TempDir()}, task.ErrSeed},
		"Other": {"a network for eight frames is none for a face", []string{model, "--task", "face-embedder", "--out", t.TempDir()}, task.ErrNetwork},
		"File":  {"a text is no model", []string{text, "--task", "liveness", "--out", t.TempDir()}, onnx.ErrMalformed},
		"None":  {"a file that is not there", []string{model + "x", "--task", "liveness", "--out", t.TempDir()}, os.ErrNotExist},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := evaluate(t, tc.args...)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
	_, err := evaluate(t, model, "--task", "liveness")
	require.ErrorContains(t, err, "out")
}

func TestEvaluationsAreCanonical(t *testing.T) {
	_, err := eval.Canonical(record{Facts: map[string]any{"half": 0.5}})
	require.ErrorIs(t, err, eval.ErrCanonical, "a float does not get into an evaluation")
}
