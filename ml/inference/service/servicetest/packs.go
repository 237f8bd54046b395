package servicetest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/pipelinetest"
	"github.com/virtengine/virtengine/ml/inference/service"
	"github.com/virtengine/virtengine/ml/inference/service/packs"
	"github.com/virtengine/virtengine/ml/inference/service/packs/fast"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/ml/publish/execute"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/packtest"
)

// Key is the number of the key that signs the packs (packtest.Signer).
const Key = 1

// Executor is what runs models in a release.
func Executor(t testing.TB) pack.Executor {
	t.Helper()
	x, err := fast.New(f32.Best(), time.Now)
	require.NoError(t, err)
	return x
}

// ScoreMACs is how many multiplications one score takes.
func ScoreMACs(models service.Models) int64 {
	total := int64(0)
	for _, m := range models.List() {
		if rule, ours := pipeline.RuleOf(m.Name); ours {
			total += m.MACs * int64(rule.Runs)
		}
	}
	return total
}

// Pack is a signed pack of one of the small models.
func Pack(t testing.TB, name string) *pack.Pack { return Changed(t, name, nil) }

// Changed is Pack with another spec.
func Changed(t testing.TB, name string, change func(*pack.Spec)) *pack.Pack {
	t.Helper()
	p := build(t, name, pipelinetest.Models()[name], manifest.Integer8, manifest.IntegerProgram, 1, change)
	p, err := p.Sign(t.Context(), packtest.Signer(t, Key))
	require.NoError(t, err)
	return p
}

// Float is a signed pack of one of the small models under ve-f32-1.
func Float(t testing.TB, name string) *pack.Pack {
	t.Helper()
	p, err := build(t, name, pipelinetest.FloatModels()[name], manifest.Float32, manifest.FloatGraph, 128, nil).Sign(t.Context(), packtest.Signer(t, Key))
	require.NoError(t, err)
	return p
}

// Unsigned is a pack that nobody signed.
func Unsigned(t testing.TB, name string) *pack.Pack {
	t.Helper()
	return build(t, name, pipelinetest.Models()[name], manifest.Integer8, manifest.IntegerProgram, 1, nil)
}

func build(t testing.TB, name string, m *onnx.Model, contract manifest.Contract, role manifest.Role, divisor int64, change func(*pack.Spec)) *pack.Pack {
	t.Helper()
	in := m.Graph.Inputs[0].Shape
	s := pack.Spec{
		Format: pack.SpecFormat, Name: name, Version: manifest.Version{1, 0, 0}, Contract: contract, Licence: "Apache-2.0",
		Files: []pack.SpecFile{{Name: "model.onnx", Role: role}, {Name: "card.md", Role: manifest.Card},
			{Name: "LICENSE", Role: manifest.Licence}, {Name: "evaluation.json", Role: manifest.Evaluation}},
		Preprocessing: manifest.Preprocessing{Source: "luma", Width: in[3].Value, Height: in[2].Value, Frames: in[1].Value, Mean: pipeline.Middle, Divisor: divisor, Crop: "none", Resize: "none"},
		Training:      manifest.Training{Command: "drawn by hand", DataVersion: "none", GoVersion: "go1.26.8"},
		Metrics:       []manifest.Metric{{Name: "accuracy", PPM: 1_000_000}},
	}
	for i, triple := range []string{"first", "second", "third"} {
		s.Conformance = append(s.Conformance, pack.SpecTriple{Name: triple, Inputs: []pack.SpecInput{{Name: "x", Seed: int64(i + 1)}}})
	}
	if change != nil {
		change(&s)
	}
	p, err := pack.Build(t.Context(), s, map[string][]byte{"model.onnx": m.Encode(), "card.md": []byte("# " + name + "\nFor tests.\n"),
		"LICENSE": []byte("As is.\n"), "evaluation.json": []byte(`{"cases":1}`)}, Executor(t), nil) // which counts multiplications
	require.NoError(t, err)
	return p
}

// Packs are signed packs of all the models but those left out.
func Packs(t testing.TB, but ...string) []*pack.Pack {
	t.Helper()
	var all []*pack.Pack
	for _, name := range pipeline.Models() {
		if !slices.Contains(but, name) {
			all = append(all, Pack(t, name))
		}
	}
	return all
}

// Options trust the key of the packs.
func Options(t testing.TB) packs.Options {
	t.Helper()
	return packs.Options{Trust: packtest.Trust(t, 1, Key), Executor: Executor(t), Reference: execute.Engine{}}
}

// Models are the verified packs.
func Models(t testing.TB, but ...string) *packs.Set {
	t.Helper()
	s, err := packs.Load(t.Context(), Packs(t, but...), Options(t))
	require.NoError(t, err)
	return s
}
