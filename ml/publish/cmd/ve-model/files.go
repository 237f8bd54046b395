package main

import (
	"fmt"
	"path/filepath"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/paths"
)

// read reads a file that the person who runs us names, from where they are.
func read(name string) ([]byte, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	return paths.ReadFile(full, int64(onnx.DefaultLimits().Bytes))
}

// decode reads a model's file.
func decode(name string) (*onnx.Model, error) {
	raw, err := read(name)
	if err != nil {
		return nil, err
	}
	m, err := onnx.Decode(raw, onnx.Limits{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return m, nil
}

// tensor reads a TensorProto's file.
func tensor(name string) (*value.Tensor, error) {
	raw, err := read(name)
	if err != nil {
		return nil, err
	}
	return decodeTensor(name, raw)
}

func decodeTensor(name string, raw []byte) (*value.Tensor, error) {
	t, err := onnx.DecodeTensor(raw, onnx.Limits{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	v, err := value.FromONNX(t)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return v, nil
}
