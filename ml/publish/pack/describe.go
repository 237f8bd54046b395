package pack

import (
	"bytes"
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/ops"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/ml/publish/canon"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/security/hashes"
)

// Profile is what the float graph of a pack may contain: the operators that the engine has, of ai.onnx 13 to 21, on float32 and the
// integers that shapes, axes and quantization need.
func Profile() onnx.Profile {
	operators := map[string]bool{}
	for _, name := range ops.Names() {
		operators[name] = true
	}
	return onnx.Profile{Operators: operators, DTypes: []onnx.DType{onnx.Float32, onnx.Int64, onnx.Int32, onnx.Bool}, MinOpset: 13, MaxOpset: 21}
}

// describe reads a model's file and says what it contains, but for what a run of it takes. A float graph must keep to the profile.
// Fails with ErrModel and what package onnx fails with.
func describe(name string, role manifest.Role, raw []byte) (manifest.Model, error) {
	m, err := onnx.Decode(raw, onnx.Limits{})
	if err != nil {
		return manifest.Model{}, fmt.Errorf("%w: %s: %w", ErrModel, name, err)
	}
	if err := onnx.Check(m); err != nil {
		return manifest.Model{}, fmt.Errorf("%w: %s: %w", ErrModel, name, err)
	}
	if role == manifest.FloatGraph {
		if err := Profile().Check(m); err != nil {
			return manifest.Model{}, fmt.Errorf("%w: %s: %w", ErrModel, name, err)
		}
	}
	d := manifest.Model{File: name, Graph: hashes.Of(m.Encode()), Opsets: map[string]int64{}}
	for domain, version := range m.Opsets {
		if domain == "" {
			domain = "ai.onnx"
		}
		if d.Opsets[domain] != 0 {
			return manifest.Model{}, fmt.Errorf("%w: %s: domain %s has two opsets", ErrModel, name, domain)
		}
		d.Opsets[domain] = version
	}
	weights := map[string]bool{}
	for _, t := range m.Graph.Initializers {
		weights[t.Name] = true
	}
	if d.Inputs, err = values(m.Graph.Inputs, weights); err == nil {
		d.Outputs, err = values(m.Graph.Outputs, nil)
	}
	if err != nil {
		return manifest.Model{}, fmt.Errorf("%w: %s: %w", ErrModel, name, err)
	}
	return d, nil
}

// values says what inputs or outputs are; those that are weights are none.
func values(all []onnx.ValueInfo, weights map[string]bool) ([]manifest.Value, error) {
	out := []manifest.Value{}
	for _, v := range all {
		if weights[v.Name] {
			continue
		}
		one := manifest.Value{Name: v.Name, DType: v.DType.String(), Shape: []int64{}}
		if v.Unknown || !v.DType.Known() {
			return nil, fmt.Errorf("%w: %q has no declared type or shape; hint: export it with both", ErrModel, v.Name)
		}
		for _, d := range v.Shape {
			if d.Value < 1 {
				return nil, fmt.Errorf("%w: %q has dimension %d %q; hint: fix the batch to 1 and every size", ErrModel, v.Name, d.Value, d.Symbol)
			}
			one.Shape = append(one.Shape, d.Value)
		}
		out = append(out, one)
	}
	return out, nil
}

// equal says whether two descriptions say the same.
func equal(a, b manifest.Model) bool {
	left, err := canon.Marshal(a)
	if err != nil {
		return false
	}
	right, err := canon.Marshal(b)
	return err == nil && bytes.Equal(left, right)
}
