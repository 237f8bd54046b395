package service

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/inference/service/api"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/safemath"
)

// types are the element types that requests may use, by name.
var types = map[string]onnx.DType{"int8": onnx.Int8, "uint8": onnx.Uint8, "int32": onnx.Int32, "int64": onnx.Int64, "float32": onnx.Float32}

// tensorOf reads a tensor of a request. Fails with ErrMalformed.
func tensorOf(t api.Tensor) (*value.Tensor, error) {
	dtype, ok := types[t.Type]
	if !ok {
		return nil, fmt.Errorf("%w: input %.100q is of type %.20q; write int8, uint8, int32, int64 or float32", ErrMalformed, t.Name, t.Type)
	}
	out, err := value.FromONNX(&onnx.Tensor{Name: t.Name, DType: dtype, Shape: t.Shape, Data: t.Data})
	if err != nil {
		return nil, fmt.Errorf("%w: input %.100q: %w", ErrMalformed, t.Name, err)
	}
	return out, nil
}

// tensorTo writes a tensor of an answer.
func tensorTo(name string, t *value.Tensor) api.Tensor {
	o := t.ToONNX(name)
	return api.Tensor{Name: name, Type: t.DType().String(), Shape: o.Shape, Data: o.Data}
}

// digestOf is over tensors with their names, types and shapes, in this order, and over what came before.
func digestOf(label string, model Model, tensors []api.Tensor) (hashes.Digest, error) {
	t, err := hashes.NewTranscript(label)
	if err != nil {
		return hashes.Digest{}, err
	}
	t.Add("model", []byte(model.Name)).Add("pack", []byte(model.Pack.String())).AddUint64("tensors", uint64(len(tensors)))
	for _, x := range tensors {
		t.Add("name", []byte(x.Name)).Add("type", []byte(x.Type)).AddUint64("rank", uint64(len(x.Shape)))
		for _, d := range x.Shape {
			t.AddUint64("dimension", uint64(d)) //ve:allow overflow a dimension that was counted is not negative
		}
		t.Add("data", x.Data)
	}
	return t.Sum(), nil
}

// wipeTensor overwrites a tensor's elements.
func wipeTensor(t *value.Tensor) {
	if t == nil {
		return
	}
	switch d := t.Data.(type) {
	case []int8:
		clear(d)
	case []uint8:
		clear(d)
	case []int32:
		clear(d)
	case []int64:
		clear(d)
	case []float32:
		clear(d)
	}
}

// zeroTensor is n zeros.
func zeroTensor(t onnx.DType, shape []int64, n int64) (*value.Tensor, error) {
	bytes, err := safemath.Mul(n, int64(t.Size()))
	if err != nil {
		return nil, err
	}
	return value.FromONNX(&onnx.Tensor{DType: t, Shape: shape, Data: make([]byte, bytes)})
}
