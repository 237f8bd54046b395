package main

import (
	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/hashes"
)

// integerModel is what inspect prints of a program of ve-i8-1.
type integerModel struct {
	Contract    string        `json:"contract"`
	Name        string        `json:"name"`
	Digest      hashes.Digest `json:"digest"` // of the file as ml/onnx writes it
	MACs        int64         `json:"macs"`
	WeightBytes int           `json:"weight_bytes"`
	Largest     int           `json:"largest_activation_bytes"`
	Inputs      []integerPort `json:"inputs"`
	Outputs     []integerPort `json:"outputs"`
	Steps       []integerStep `json:"steps"`
}

type integerPort struct {
	Name  string  `json:"name"`
	DType string  `json:"dtype"`
	Shape []int   `json:"shape"`
	Scale float64 `json:"scale"` // real value of one step
}

type integerStep struct {
	integerPort
	Op          string         `json:"op"`
	Inputs      []string       `json:"inputs"`
	Accumulator int64          `json:"accumulator_bound,omitempty"` // the largest magnitude that any input could make; at most 2^31-1
	MACs        int64          `json:"macs,omitempty"`
	WeightBytes int            `json:"weight_bytes,omitempty"`
	Weights     *hashes.Digest `json:"weights,omitempty"` // digest of its constants' bytes, one behind the other in the file's order
}

// describedInteger fails as i8.Load does: of a program that is refused nothing is claimed.
func describedInteger(m *onnx.Model) (integerModel, error) {
	p, err := i8.Load(m)
	if err != nil {
		return integerModel{}, err
	}
	d := integerModel{Contract: i8.Contract, Name: p.Name(), Digest: hashes.Of(m.Encode()), MACs: p.MACs(), WeightBytes: p.WeightBytes(),
		Largest: p.LargestActivation(), Inputs: portsOf(p.Inputs()), Outputs: portsOf(p.Outputs())}
	weights := weightDigests(m)
	for _, s := range p.Steps() {
		d.Steps = append(d.Steps, integerStep{integerPort: integerPort{Name: s.Name, DType: s.DType.String(), Shape: s.Shape, Scale: s.Scale},
			Op: s.Op, Inputs: s.Inputs, Accumulator: s.Accumulator, MACs: s.MACs, WeightBytes: s.WeightBytes, Weights: weights[s.Name]})
	}
	return d, nil
}

func portsOf(all []i8.Port) []integerPort {
	out := []integerPort{}
	for _, p := range all {
		out = append(out, integerPort{Name: p.Name, DType: p.DType.String(), Shape: p.Shape, Scale: p.Scale})
	}
	return out
}

// weightDigests are of the nodes that have constants, by name.
func weightDigests(m *onnx.Model) map[string]*hashes.Digest {
	constants := map[string][]byte{}
	for _, t := range m.Graph.Initializers {
		constants[t.Name] = t.Data
	}
	out := map[string]*hashes.Digest{}
	for _, n := range m.Graph.Nodes {
		var all []byte
		for _, in := range n.Inputs {
			all = append(all, constants[in]...)
		}
		if len(all) > 0 && len(n.Outputs) == 1 {
			sum := hashes.Of(all)
			out[n.Outputs[0]] = &sum
		}
	}
	return out
}
