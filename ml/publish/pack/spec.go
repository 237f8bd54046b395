package pack

import (
	"fmt"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/ml/publish/canon"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/security/hashes"
)

// SpecFormat is the version of specs that are read.
const SpecFormat = "ve-pack-spec-1"

// MaxSpec is the size of a spec at most.
const MaxSpec = 1 << 20

// Spec is what a person writes for a pack; Build finds out the rest. Fields are those of manifest.Manifest unless said otherwise.
type Spec struct {
	Format        string                 `json:"format"`
	Name          string                 `json:"name"`
	Version       manifest.Version       `json:"version"`
	Previous      string                 `json:"previous"`
	Contract      manifest.Contract      `json:"contract"`
	Licence       string                 `json:"licence"`
	Files         []SpecFile             `json:"files"`
	MACs          int64                  `json:"macs"`        // of the program; 0: not counted. Who loads it may know better.
	ArenaBytes    int64                  `json:"arena_bytes"` // the same
	Preprocessing manifest.Preprocessing `json:"preprocessing"`
	Score         manifest.ScoreTable    `json:"score"` // left out: no table
	Conformance   []SpecTriple           `json:"conformance"`
	Training      manifest.Training      `json:"training"`
	Metrics       []manifest.Metric      `json:"metrics"`
}

// SpecFile is a file of the pack.
type SpecFile struct {
	Name string        `json:"name"` // in the pack
	Path string        `json:"path"` // where it lies, from the spec's folder; "": Name. Build does not look at it.
	Role manifest.Role `json:"role"`
}

// SpecTriple is inputs; what comes out of them Build finds by running the program.
type SpecTriple struct {
	Name   string      `json:"name"`
	Inputs []SpecInput `json:"inputs"` // one for each input of the model, in any order
}

// SpecInput is a tensor.
type SpecInput struct {
	Name string `json:"name"`
	File string `json:"file"` // a file of the pack with role conformance-input; "": from Seed
	Seed int64  `json:"seed"`
}

// ReadSpec reads a spec. Unknown and repeated fields are refused. Fails with ErrSpec.
func ReadSpec(raw []byte) (Spec, error) {
	var s Spec
	if err := canon.UnmarshalLoose(raw, MaxSpec, &s); err != nil {
		return Spec{}, fmt.Errorf("%w: %w", ErrSpec, err)
	}
	if s.Format != SpecFormat {
		return Spec{}, fmt.Errorf("%w: format %.40q, this program reads %s", ErrSpec, s.Format, SpecFormat)
	}
	return s, nil
}

// draft is the manifest as far as the spec and the files tell: without the outputs of triples and the id.
func (s Spec) draft(files map[string][]byte) (manifest.Manifest, error) {
	m := manifest.Manifest{Format: manifest.Format, Name: s.Name, Version: s.Version, Previous: s.Previous, Contract: s.Contract, Licence: s.Licence,
		Preprocessing: s.Preprocessing, Score: s.Score, Training: s.Training}
	m.Metrics.Values = slices.SortedFunc(slices.Values(s.Metrics), func(a, b manifest.Metric) int { return strings.Compare(a.Name, b.Name) })
	if len(files) != len(s.Files) {
		return m, fmt.Errorf("%w: %d files are given, it lists %d", ErrSpec, len(files), len(s.Files))
	}
	for _, f := range slices.SortedFunc(slices.Values(s.Files), func(a, b SpecFile) int { return strings.Compare(a.Name, b.Name) }) {
		content, ok := files[f.Name]
		if !ok {
			return m, fmt.Errorf("%w: file %q is not given", ErrSpec, f.Name)
		}
		one := manifest.File{Name: f.Name, Bytes: int64(len(content)), Digest: hashes.Of(content), Role: f.Role}
		m.Files = append(m.Files, one)
		switch f.Role {
		case manifest.FloatGraph, manifest.IntegerProgram:
			model, err := describe(f.Name, f.Role, content)
			if err != nil {
				return m, err
			}
			m.Models = append(m.Models, model)
		case manifest.Evaluation:
			m.Metrics.Evaluation = one.Digest
		}
	}
	for _, t := range s.Conformance {
		triple, err := t.draft(m)
		if err != nil {
			return m, err
		}
		m.Conformance = append(m.Conformance, triple)
	}
	return m, nil
}

// draft puts a triple's inputs into the model's order.
func (t SpecTriple) draft(m manifest.Manifest) (manifest.Triple, error) {
	out := manifest.Triple{Name: t.Name, Inputs: []manifest.TripleInput{}, Outputs: []manifest.TripleOutput{}, Score: manifest.NoScore}
	_, model := m.Program()
	if len(t.Inputs) != len(model.Inputs) {
		return out, fmt.Errorf("%w: triple %q has %d inputs, the model that %s runs has %d", ErrSpec, t.Name, len(t.Inputs), m.Contract, len(model.Inputs))
	}
	for _, v := range model.Inputs {
		i := slices.IndexFunc(t.Inputs, func(in SpecInput) bool { return in.Name == v.Name })
		if i < 0 {
			return out, fmt.Errorf("%w: triple %q has no input %q", ErrSpec, t.Name, v.Name)
		}
		out.Inputs = append(out.Inputs, manifest.TripleInput{Name: v.Name, File: t.Inputs[i].File, Seed: t.Inputs[i].Seed})
	}
	return out, nil
}
