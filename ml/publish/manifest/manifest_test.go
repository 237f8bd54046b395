package manifest

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/hashes"
)

// example is a manifest of a detector without a table, and identified is any with its id.
func example() Manifest {
	d := func(s string) hashes.Digest { return hashes.Of([]byte(s)) }
	triple := func(name string, seed int64) Triple {
		return Triple{Name: name, Score: NoScore,
			Inputs:  []TripleInput{{Name: "x", Seed: seed, Digest: d("x" + name)}},
			Outputs: []TripleOutput{{Name: "y", Digest: d("y" + name)}}}
	}
	return Manifest{
		Format: Format, Name: "face-detector", Version: Version{1, 0, 0}, Contract: Integer8, Licence: "Apache-2.0",
		Files: []File{
			{Name: "LICENSE", Bytes: 1, Digest: d("licence"), Role: Licence},
			{Name: "card.md", Bytes: 2, Digest: d("card"), Role: Card},
			{Name: "evaluation.json", Bytes: 3, Digest: d("evaluation"), Role: Evaluation},
			{Name: "float.onnx", Bytes: 4, Digest: d("float"), Role: FloatGraph},
			{Name: "int8.onnx", Bytes: 5, Digest: d("int8"), Role: IntegerProgram},
		},
		Models: []Model{model("float.onnx", "float32"), model("int8.onnx", "int8")},
		Preprocessing: Preprocessing{Source: "luma", Width: 96, Height: 96, Frames: 1, Mean: 128, Divisor: 1,
			Crop: "none", Resize: "bilinear"},
		Conformance: []Triple{triple("a", 1), triple("b", 2), triple("c", 3)},
		Training:    Training{Command: "train --net face-detector", Seed: 1, DataVersion: "faces-1", GoVersion: "go1.26.8"},
		Metrics:     Metrics{Evaluation: d("evaluation"), Values: []Metric{{Name: "recall", PPM: 970000}}},
	}
}

func model(file, dtype string) Model {
	return Model{File: file, Graph: hashes.Of([]byte("graph of " + file)), Opsets: map[string]int64{"ai.onnx": 17},
		Inputs:  []Value{{Name: "x", DType: dtype, Shape: []int64{1, 1, 96, 96}}},
		Outputs: []Value{{Name: "y", DType: dtype, Shape: []int64{1, 8, 12, 12}}}, MACs: 1_000_000, ArenaBytes: 65536}
}

func identified(t testing.TB, m Manifest) Manifest {
	t.Helper()
	id, err := m.Identify()
	require.NoError(t, err)
	m.ID = id
	return m
}

func TestAManifestReadsAsItWasWritten(t *testing.T) {
	m := identified(t, example())
	raw, err := m.Write()
	require.NoError(t, err)
	again, err := Read(raw)
	require.NoError(t, err)
	rawAgain, err := again.Write()
	require.NoError(t, err)
	require.Equal(t, string(raw), string(rawAgain))
	require.Equal(t, m.ID, again.ID)
	f, ran := again.Program()
	require.Equal(t, "int8.onnx", f.Name, "ve-i8-1 runs the integer program; the float graph is what it was made of")
	require.Equal(t, "int8", ran.Inputs[0].DType)
}

func TestTheIDIsOfAllThatIsSaid(t *testing.T) {
	first := identified(t, example())
	for name, change := range map[string]func(*Manifest){
		"File":      func(m *Manifest) { m.Files[1].Digest = hashes.Of(nil) },
		"Mean":      func(m *Manifest) { m.Preprocessing.Mean-- },
		"Contract":  func(m *Manifest) { m.Contract = Float32 },
		"Triple":    func(m *Manifest) { m.Conformance[0].Outputs[0].Digest = hashes.Of(nil) },
		"Metric":    func(m *Manifest) { m.Metrics.Values[0].PPM++ },
		"Previous":  func(m *Manifest) { m.Previous = first.ID.String() },
		"Threshold": func(m *Manifest) { m.Score.Scale = 2 },
	} {
		m := example()
		change(&m)
		require.NotEqual(t, first.ID, identified(t, m).ID, name)
	}
	m := first
	m.Name = "face-embedder"
	require.ErrorIs(t, m.Validate(), ErrID)
}

func TestWhatContradictsItself(t *testing.T) {
	many := func(n int) []Triple { return make([]Triple, n) }
	for name, tc := range map[string]struct {
		reason string
		change func(*Manifest)
	}{
		"Format":        {"a later format is read by a later release", func(m *Manifest) { m.Format = "ve-pack-2" }},
		"Name":          {"names go into paths and addresses", func(m *Manifest) { m.Name = "../face" }},
		"Contract":      {"an unknown contract is no contract", func(m *Manifest) { m.Contract = "ve-f64-1" }},
		"Previous":      {"an id is written in full", func(m *Manifest) { m.Previous = "sha256:12" }},
		"Previous512":   {"and is a SHA-256", func(m *Manifest) { m.Previous = "sha512:" + strings.Repeat("0", 128) }},
		"Licence":       {"a licence is an SPDX expression", func(m *Manifest) { m.Licence = "all rights\n" }},
		"Unordered":     {"files stand by name", func(m *Manifest) { slices.Reverse(m.Files) }},
		"Twice":         {"each once", func(m *Manifest) { m.Files[1].Name = "LICENSE" }},
		"TwoCases":      {"also where case does not count", func(m *Manifest) { m.Files[1].Name = "License" }},
		"Path":          {"files lie in no folders", func(m *Manifest) { m.Files[1].Name = "c/card.md" }},
		"Hidden":        {"nor are they hidden", func(m *Manifest) { m.Files[1].Name = "..card" }},
		"Pose":          {"no file poses as the signatures", func(m *Manifest) { m.Files[4].Name = "signatures.json" }},
		"Negative":      {"a size is one", func(m *Manifest) { m.Files[1].Bytes = -1 }},
		"Wraps":         {"sizes add up", func(m *Manifest) { m.Files[1].Bytes, m.Files[2].Bytes = math.MaxInt64, math.MaxInt64 }},
		"Role":          {"roles are known", func(m *Manifest) { m.Files[1].Role = "script" }},
		"NoCard":        {"people read what it is for", func(m *Manifest) { m.Files[1].Role = Licence }},
		"NoDigest":      {"every file has a digest", func(m *Manifest) { m.Files[1].Digest = hashes.Digest{} }},
		"NoProgram":     {"the contract runs something", func(m *Manifest) { m.Files[4].Role = FloatGraph }},
		"Unchecked":     {"under ve-f32-1 nobody would check an integer program", func(m *Manifest) { m.Contract = Float32 }},
		"Undescribed":   {"every model is described", func(m *Manifest) { m.Models = m.Models[1:] }},
		"NoOpset":       {"a model has opsets", func(m *Manifest) { m.Models[1].Opsets = nil }},
		"HugeShape":     {"a product that wraps", func(m *Manifest) { m.Models[1].Outputs[0].Shape = []int64{1 << 32, 1 << 32} }},
		"ZeroShape":     {"an output of nothing", func(m *Manifest) { m.Models[1].Outputs[0].Shape = []int64{1, 0} }},
		"NegativeCost":  {"a run takes something", func(m *Manifest) { m.Models[1].MACs = -1 }},
		"Larger":        {"preprocessing gives what the model takes", func(m *Manifest) { m.Preprocessing.Width = 97 }},
		"Sound":         {"sources are known", func(m *Manifest) { m.Preprocessing.Source = "sound" }},
		"DividedByZero": {"a divisor is above zero", func(m *Manifest) { m.Preprocessing.Divisor = 0 }},
		"Divided":       {"integers are not divided", func(m *Manifest) { m.Preprocessing.Divisor = 128 }},
		"ScoreNoTable":  {"without a table there is no score", func(m *Manifest) { m.Conformance[0].Score = 0 }},
		"TwoTriples":    {"two triples are too few", func(m *Manifest) { m.Conformance = m.Conformance[:2] }},
		"ManyTriples":   {"and these too many", func(m *Manifest) { m.Conformance = many(MaxTriples + 1) }},
		"SameInput":     {"a triple again shows nothing", func(m *Manifest) { m.Conformance[1].Inputs = m.Conformance[0].Inputs }},
		"NoFile":        {"the input's file is there", func(m *Manifest) { m.Conformance[0].Inputs[0] = TripleInput{Name: "x", File: "a.pb"} }},
		"SeedTooLarge":  {"a seed is an integer that JSON can hold", func(m *Manifest) { m.Conformance[0].Inputs[0].Seed = 1 << 53 }},
		"NoCommand":     {"training can be repeated", func(m *Manifest) { m.Training.Command = "" }},
		"Devel":         {"by a release of Go", func(m *Manifest) { m.Training.GoVersion = "devel" }},
		"OtherRun":      {"metrics are of the evaluation in the pack", func(m *Manifest) { m.Metrics.Evaluation = hashes.Of(nil) }},
		"NoMetrics":     {"an evaluation finds something", func(m *Manifest) { m.Metrics.Values = nil }},
	} {
		t.Run(name, func(t *testing.T) {
			m := example()
			tc.change(&m)
			m.ID = hashes.Of(nil)
			if id, err := m.Identify(); err == nil {
				m.ID = id
			}
			require.ErrorIs(t, m.Validate(), ErrInvalid, tc.reason)
			_, err := m.Write()
			require.ErrorIs(t, err, ErrInvalid, tc.reason)
		})
	}
}

func TestVersionsAreNumbers(t *testing.T) {
	for name, tc := range map[string]struct{ reason, text string }{
		"Two": {"three parts", "1.2"}, "Four": {"no more", "1.2.3.4"}, "Zero": {"one text for one version", "1.02.3"},
		"Sign": {"no sign", "1.-2.3"}, "Plus": {"neither", "+1.2.3"}, "Word": {"no words", "1.2.3-rc"}, "Huge": {"six digits", "1.2.1000000"},
	} {
		_, err := ParseVersion(tc.text)
		require.ErrorIs(t, err, ErrInvalid, name+": "+tc.reason)
	}
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.Int64Range(0, 999_999)
		v := Version{part.Draw(t, "major"), part.Draw(t, "minor"), part.Draw(t, "patch")}
		again, err := ParseVersion(v.String())
		require.NoError(t, err)
		require.Equal(t, v, again)
		next := v
		next[2]++
		require.Negative(t, v.Compare(next))
	})
}

func TestAHigherNumberIsNeverALowerScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		froms := rapid.SliceOfNDistinct(rapid.Int64Range(-50, 50), 1, 8, rapid.ID).Draw(t, "from")
		scores := rapid.SliceOfN(rapid.Int64Range(0, MaxScore), len(froms), len(froms)).Draw(t, "scores")
		slices.Sort(froms)
		slices.Sort(scores)
		table := ScoreTable{Output: "y", Scale: 1}
		for i := range froms {
			table.Steps = append(table.Steps, Step{From: froms[i], Score: scores[i]})
		}
		a, b := rapid.Int64Range(-60, 60).Draw(t, "a"), rapid.Int64Range(-60, 60).Draw(t, "b")
		require.LessOrEqual(t, table.Points(min(a, b)), table.Points(max(a, b)))
		want := int64(0) // the definition, read slowly
		for _, step := range table.Steps {
			if step.From <= a {
				want = step.Score
			}
		}
		require.Equal(t, want, table.Points(a))
	})
}
