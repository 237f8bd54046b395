package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/conform"
	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// program is a model that is ready to run, under the contract of its operators, by the plain loops that are its specification.
type program interface {
	Run(ctx context.Context, inputs map[string]*value.Tensor) (map[string]*value.Tensor, error)
	outputs() []string // names, in the model's order
	check(ctx context.Context, data fs.FS) ([]conform.Result, error)
}

// isInteger says whether a model is one of ve-i8-1, or claims to be: whether it fits the contract is for i8.Load.
func isInteger(m *onnx.Model) bool {
	_, ours := m.Opsets[i8.Domain]
	return ours
}

// load reads a model and prepares it.
func load(name string) (program, error) {
	m, err := decode(name)
	if err != nil {
		return nil, err
	}
	p, err := loaded(m)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

func loaded(m *onnx.Model) (program, error) {
	if isInteger(m) {
		p, err := i8.Load(m)
		if err != nil {
			return nil, err
		}
		return integers{p}, nil
	}
	p, err := engine.Load(m)
	if err != nil {
		return nil, err
	}
	return floats{p}, nil
}

type floats struct{ *engine.Program }

func (p floats) outputs() (names []string) {
	for _, o := range p.Outputs() {
		names = append(names, o.Name)
	}
	return names
}

func (p floats) check(ctx context.Context, data fs.FS) ([]conform.Result, error) {
	return conform.Check(ctx, p.Program, data)
}

type integers struct{ *i8.Program }

func (p integers) outputs() (names []string) {
	for _, o := range p.Outputs() {
		names = append(names, o.Name)
	}
	return names
}

// check runs the program on input_0.pb, ... and wants output_0.pb, ... to the byte.
func (p integers) check(ctx context.Context, data fs.FS) ([]conform.Result, error) {
	inputs := map[string]*value.Tensor{}
	for i, port := range p.Inputs() {
		t, err := tensorIn(data, fmt.Sprintf("input_%d.pb", i))
		if err != nil {
			return nil, err
		}
		inputs[port.Name] = t
	}
	got, err := p.Run(ctx, inputs)
	if err != nil {
		return nil, err
	}
	var out []conform.Result
	for i, name := range p.outputs() {
		want, err := tensorIn(data, fmt.Sprintf("output_%d.pb", i))
		if i > 0 && errors.Is(err, fs.ErrNotExist) { // the first ones alone may be published, as of floats
			break
		}
		if err != nil {
			return nil, err
		}
		out = append(out, conform.Compare(name, got[name], want))
	}
	return out, nil
}

func tensorIn(data fs.FS, name string) (*value.Tensor, error) {
	raw, err := fs.ReadFile(data, name)
	if err != nil {
		return nil, err
	}
	return decodeTensor(name, raw)
}
