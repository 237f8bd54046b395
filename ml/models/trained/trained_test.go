package trained_test

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/models/eval/task"
	"github.com/virtengine/virtengine/ml/models/quant"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/hashes"
)

// row is a line of the table in README.md.
var row = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| `([^`]+)` \\| (\\d+) \\| `([0-9a-f]{64})` \\| (.+) \\|$")

// rows reads the table: name, command, bytes, digest, figure.
func rows(t *testing.T) [][]string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	all := row.FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, all, "the table has rows")
	require.Equal(t, strings.Count(string(text), "\n| `"), len(all), "every line of the table is one that this test reads")
	return all
}

// read decodes a model.
func read(t *testing.T, name string) (*onnx.Model, []byte) {
	t.Helper()
	raw, err := os.ReadFile(name)
	require.NoError(t, err)
	m, err := onnx.Decode(raw, onnx.Limits{})
	require.NoError(t, err, name)
	return m, raw
}

func TestTheTableIsTrue(t *testing.T) {
	listed := map[string]bool{}
	for _, r := range rows(t) {
		name, command := r[1], r[2]
		raw, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, []string{r[3], r[4]}, []string{strconv.Itoa(len(raw)), strings.TrimPrefix(hashes.Of(raw).String(), "sha256:")}, name)
		require.Contains(t, command, name, "the command writes this file")
		require.False(t, listed[name], "%s has two rows", name)
		listed[name] = true
	}
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, f := range files {
		if name := f.Name(); strings.HasSuffix(name, ".onnx") || strings.HasSuffix(name, ".json") {
			require.True(t, listed[name], "%s has no row", name)
		}
	}
	for _, name := range pipeline.Models() {
		require.True(t, listed[name+".onnx"] && listed[name+".i8.onnx"], "the pipeline runs %s", name)
	}
}

func TestEveryNetworkLoads(t *testing.T) {
	for _, r := range rows(t) {
		name := r[1]
		if !strings.HasSuffix(name, ".onnx") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			m, _ := read(t, name)
			if strings.HasSuffix(name, ".i8.onnx") {
				_, err := i8.Load(m)
				require.NoError(t, err)
			} else {
				_, err := engine.Load(m)
				require.NoError(t, err)
			}
			opened, err := task.Open(m)
			require.NoError(t, err)
			forWhat, err := task.Find(strings.TrimSuffix(strings.TrimSuffix(name, ".onnx"), ".i8"))
			require.NoError(t, err)
			require.NoError(t, opened.Fits(forWhat))
			inputs, err := forWhat.Calibration(7, 2)
			require.NoError(t, err)
			first, err := opened.Run(t.Context(), inputs[0])
			require.NoError(t, err)
			first = slices.Clone(first)
			second, err := opened.Run(t.Context(), inputs[1])
			require.NoError(t, err)
			require.NotEqual(t, first, second, "it tells one input from another")
		})
	}
}

// TestIntegersComeFromFloats makes the integer forms of two networks again, as ml/models/cmd/quantize does. They are those that take
// least time; the others would take most of a minute on one slow core, and the command's own digests are in the table.
func TestIntegersComeFromFloats(t *testing.T) {
	for _, name := range []string{"liveness", "face-embedder"} {
		t.Run(name, func(t *testing.T) {
			forWhat, err := task.Find(name)
			require.NoError(t, err)
			inputs, err := forWhat.Calibration(42, 64)
			require.NoError(t, err)
			m, _ := read(t, name+".onnx")
			calibration := make([]map[string]*value.Tensor, len(inputs))
			for i, x := range inputs {
				input, err := task.FloatInput(forWhat.Shape, x)
				require.NoError(t, err)
				calibration[i] = map[string]*value.Tensor{m.Graph.Inputs[0].Name: input}
			}
			program, _, err := quant.Quantize(t.Context(), m, calibration, quant.Options{})
			require.NoError(t, err)
			_, want := read(t, name+".i8.onnx")
			require.Equal(t, hashes.Of(want), hashes.Of(program.Encode()))
		})
	}
}
