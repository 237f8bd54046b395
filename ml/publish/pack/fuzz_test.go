package pack

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/signature"
	"github.com/virtengine/virtengine/security/hashes"
)

// small is a pack whose model is no model: reading does not run it.
func small(t testing.TB) *Pack {
	t.Helper()
	contents := [][]byte{[]byte("licence"), []byte("card"), nil, bytes.Repeat([]byte("x"), block)}
	m := manifest.Manifest{Format: manifest.Format, Name: "scorer", Contract: manifest.Float32, Licence: "Apache-2.0",
		Preprocessing: manifest.Preprocessing{Source: "vector", Width: 2, Height: 1, Frames: 1, Divisor: 1, Crop: "none", Resize: "none"},
		Training:      manifest.Training{Command: "train", DataVersion: "1", GoVersion: "go1.26"},
		Metrics:       manifest.Metrics{Evaluation: hashes.Of(nil), Values: []manifest.Metric{{Name: "accuracy"}}},
		Models: []manifest.Model{{File: "model.onnx", Graph: hashes.Of(nil), Opsets: map[string]int64{"ai.onnx": 17},
			Inputs:  []manifest.Value{{Name: "x", DType: "float32", Shape: []int64{1, 2}}},
			Outputs: []manifest.Value{{Name: "y", DType: "float32", Shape: []int64{1}}}}}}
	names := []string{"LICENSE", "card.md", "evaluation.json", "model.onnx"}
	for i, role := range []manifest.Role{manifest.Licence, manifest.Card, manifest.Evaluation, manifest.FloatGraph} {
		m.Files = append(m.Files, manifest.File{Name: names[i], Bytes: int64(len(contents[i])), Digest: hashes.Of(contents[i]), Role: role})
	}
	for _, name := range []string{"a", "b", "c"} {
		m.Conformance = append(m.Conformance, manifest.Triple{Name: name, Score: manifest.NoScore,
			Inputs:  []manifest.TripleInput{{Name: "x", Digest: hashes.Of([]byte(name))}},
			Outputs: []manifest.TripleOutput{{Name: "y", Digest: hashes.Of(nil)}}})
	}
	var err error
	m.ID, err = m.Identify()
	require.NoError(t, err)
	raw, err := m.Write()
	require.NoError(t, err)
	p, err := assemble(m, raw, contents)
	require.NoError(t, err)
	return p
}

func FuzzRead(f *testing.F) {
	p := small(f)
	raw, err := p.Archive()
	require.NoError(f, err)
	f.Add(raw)
	e, err := p.Envelope().With(signature.Signature{Key: p.ID()})
	require.NoError(f, err)
	withOne, err := p.Attach(e)
	require.NoError(f, err)
	raw, err = withOne.Archive()
	require.NoError(f, err)
	f.Add(raw)
	h := header(manifest.ManifestFile, 1<<32)
	f.Add(h[:])
	f.Add(raw[:len(raw)-block])
	f.Add(append(bytes.Clone(raw), raw...))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Read(bytes.NewReader(raw), hashes.Digest{}, Limits{Bytes: 1 << 16})
		if err != nil {
			return
		}
		again, err := p.Archive()
		require.NoError(t, err)
		require.True(t, bytes.Equal(raw, again), "one pack has one archive")
	})
}
