package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/ml/publish/packtest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ve-model": func() { os.Exit(run(context.Background(), os.Args[1:])) }})
}

func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Setup: func(e *testscript.Env) error {
		for name, op := range map[string]string{"double": "Add", "strange": "Sin2"} {
			dir := filepath.Join(e.WorkDir, name, "test_data_set_0")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return err
			}
			m := onnx.Model{IRVersion: 8, Producer: "story", Opsets: map[string]int64{"": 17}, Graph: &onnx.Graph{
				Name:    "g",
				Nodes:   []onnx.Node{{Op: op, Inputs: []string{"x", "x"}, Outputs: []string{"y"}}},
				Inputs:  []onnx.ValueInfo{{Name: "x", DType: onnx.Float32, Shape: []onnx.Dim{{Value: -1, Symbol: "N"}}}},
				Outputs: []onnx.ValueInfo{{Name: "y", DType: onnx.Float32, Unknown: true}},
			}}
			files := map[string][]byte{"../model.onnx": m.Encode()}
			for file, numbers := range map[string][]float32{"input_0.pb": {1, 2}, "output_0.pb": {2, 4}, "../wrong.pb": {2, 5}} {
				t := value.Tensor{Shape: []int{2}, Data: numbers}
				files[file] = t.ToONNX("x").Encode()
			}
			for file, raw := range files {
				if err := os.WriteFile(filepath.Join(dir, file), raw, 0o600); err != nil {
					return err
				}
			}
		}
		if err := integerDesk(t, e.WorkDir); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(e.WorkDir, "noise.onnx"), []byte("noise"), 0o600)
	}})
}

// integerDesk puts an integer program into the folder scorer, with what comes out of ones, and what does not; and strange-i8.onnx,
// whose operator is none of the contract's, and over.onnx, whose sum could leave 32 bits.
func integerDesk(t *testing.T, work string) error {
	dir := filepath.Join(work, "scorer", "test_data_set_0")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	strange, over := packtest.IntegerModel(t), packtest.IntegerModel(t)
	strange.Graph.Nodes[0].Op = "Einsum"
	for i, c := range over.Graph.Initializers {
		if c.DType == onnx.Int32 { // the bias, nearly all that fits
			copy(over.Graph.Initializers[i].Data, []byte{0xff, 0xff, 0xff, 0x7f})
		}
	}
	ones := value.Tensor{Shape: []int{1, 4}, Data: []int8{1, 1, 1, 1}}
	files := map[string][]byte{
		"scorer/model.onnx":                 packtest.IntegerModel(t).Encode(),
		"scorer/test_data_set_0/input_0.pb": ones.ToONNX("features").Encode(),
		"strange-i8.onnx":                   strange.Encode(), "over.onnx": over.Encode(),
	}
	for file, logit := range map[string]int32{"scorer/test_data_set_0/output_0.pb": 985, "scorer/wrong.pb": 986} { // 64 - 127 + 32 + 16 + 1000
		t := value.Tensor{Shape: []int{1, 1}, Data: []int32{logit}}
		files[file] = t.ToONNX("logit").Encode()
	}
	for file, raw := range files {
		if err := os.WriteFile(filepath.Join(work, filepath.FromSlash(file)), raw, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// TestBenchOfIntegersSaysWhatTheProgramIs holds what bench says of memory against the program's own numbers.
func TestBenchOfIntegersSaysWhatTheProgramIs(t *testing.T) {
	m := packtest.IntegerModel(t)
	inputs, err := benchInputs(m, nil)
	require.NoError(t, err)
	r, err := integerRunner(m, inputs, 1, benchFlags{kernels: "go", profile: true})
	require.NoError(t, err)
	line, err := measure(t.Context(), r, 0)
	require.NoError(t, err)
	require.Equal(t, int64(4), line.MACs)
	require.Equal(t, int64(4+4+2*4), line.Bare, "four weights, a bias, and twice the four inputs")
	require.Positive(t, line.Arena)
	require.Positive(t, line.Packed)
	require.Equal(t, 3, line.Runs, "three at least, whatever the time")
	require.Zero(t, share(r.peak, line.Least, 1), "nothing is known of plain Go's peak")
	all := r.spent()
	require.Len(t, all, 1)
	require.Equal(t, "Gemm", all[0].op)
}

func TestShareOfPeakIsOfAllCores(t *testing.T) {
	require.Equal(t, 0.5, share(time.Millisecond, 2, 1))
	require.Equal(t, 0.25, share(time.Millisecond, 2, 2))
	require.Zero(t, share(0, 2, 1))
	require.Zero(t, share(time.Millisecond, 0, 1))
}
