package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
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
		return os.WriteFile(filepath.Join(e.WorkDir, "noise.onnx"), []byte("noise"), 0o600)
	}})
}
