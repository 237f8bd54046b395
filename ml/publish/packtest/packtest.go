package packtest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/ml/publish/execute"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/signature"
	"github.com/virtengine/virtengine/security/secret"
)

// Model is a float graph that keeps to the profile: logit = features·w + b, over [1,4].
func Model() *onnx.Model {
	w := value.Tensor{Shape: []int{4, 1}, Data: []float32{1, -2, 0.5, 0.25}}
	b := value.Tensor{Shape: []int{1, 1}, Data: []float32{0.125}}
	shape := func(dims ...int64) (out []onnx.Dim) {
		for _, d := range dims {
			out = append(out, onnx.Dim{Value: d})
		}
		return out
	}
	return &onnx.Model{IRVersion: 8, Producer: "packtest", Opsets: map[string]int64{"": 17}, Graph: &onnx.Graph{
		Name: "scorer",
		Nodes: []onnx.Node{
			{Name: "product", Op: "MatMul", Inputs: []string{"features", "w"}, Outputs: []string{"product"}},
			{Name: "sum", Op: "Add", Inputs: []string{"product", "b"}, Outputs: []string{"logit"}},
		},
		Inputs:       []onnx.ValueInfo{{Name: "features", DType: onnx.Float32, Shape: shape(1, 4)}},
		Outputs:      []onnx.ValueInfo{{Name: "logit", DType: onnx.Float32, Shape: shape(1, 1)}},
		Initializers: []*onnx.Tensor{w.ToONNX("w"), b.ToONNX("b")},
	}}
}

// Spec is a spec of a pack around Model, with two seeds and a file as inputs of its triples.
func Spec() pack.Spec {
	return pack.Spec{
		Format: pack.SpecFormat, Name: "scorer", Version: manifest.Version{1, 2, 3}, Contract: manifest.Float32, Licence: "Apache-2.0",
		Files: []pack.SpecFile{
			{Name: "scorer.onnx", Role: manifest.FloatGraph}, {Name: "card.md", Role: manifest.Card}, {Name: "LICENSE", Role: manifest.Licence},
			{Name: "evaluation.json", Role: manifest.Evaluation}, {Name: "ones.pb", Role: manifest.ConformanceInput},
		},
		Preprocessing: manifest.Preprocessing{Source: "vector", Width: 4, Height: 1, Frames: 1, Divisor: 128, Crop: "none", Resize: "none"},
		Score: manifest.ScoreTable{Output: "logit", Scale: 1000, Steps: []manifest.Step{
			{From: -1000, Score: 2500}, {From: 0, Score: 5000}, {From: 1000, Score: 9000}}},
		Conformance: []pack.SpecTriple{
			{Name: "first", Inputs: []pack.SpecInput{{Name: "features", Seed: 1}}},
			{Name: "second", Inputs: []pack.SpecInput{{Name: "features", Seed: 2}}},
			{Name: "ones", Inputs: []pack.SpecInput{{Name: "features", File: "ones.pb"}}},
		},
		Training: manifest.Training{Command: "train --net scorer --steps 100", Seed: 7, DataVersion: "features-1", GoVersion: "go1.26.8"},
		Metrics:  []manifest.Metric{{Name: "roc-auc", PPM: 991_000}, {Name: "accuracy", PPM: 950_000}},
	}
}

// Files are the contents that Spec lists.
func Files() map[string][]byte {
	ones := value.Tensor{Shape: []int{1, 4}, Data: []float32{1, 1, 1, 1}}
	return map[string][]byte{
		"scorer.onnx": Model().Encode(), "card.md": []byte("# scorer\nFor tests.\n"), "LICENSE": []byte("As is.\n"),
		"evaluation.json": []byte(`{"cases":40}`), "ones.pb": ones.ToONNX("features").Encode(),
	}
}

// IntegerModel is the scorer as an integer program: logit (int32) = features·w + b over int8 [1,4], four multiplications.
func IntegerModel(t testing.TB) *onnx.Model {
	t.Helper()
	b := i8.NewBuilder("scorer")
	x := b.Input("features", []int{1, 4}, 1.0/128)
	b.Output(b.Gemm("logit", x, i8.GemmSpec{Out: 1, Weights: []int8{64, -127, 32, 16}, Bias: []int32{1000}, Requant: i8.Raw(1.0 / 8192)}))
	m, err := b.Model()
	require.NoError(t, err)
	return m
}

// Integers is a spec and files of a pack of contract ve-i8-1 around IntegerModel, which has the float graph beside it.
func Integers(t testing.TB) (pack.Spec, map[string][]byte) {
	t.Helper()
	s, files := Spec(), Files()
	ones := value.Tensor{Shape: []int{1, 4}, Data: []int8{1, 1, 1, 1}}
	files["scorer-i8.onnx"], files["ones.pb"] = IntegerModel(t).Encode(), ones.ToONNX("features").Encode()
	s.Contract = manifest.Integer8
	s.Files = append(s.Files, pack.SpecFile{Name: "scorer-i8.onnx", Role: manifest.IntegerProgram})
	s.Preprocessing.Divisor, s.Score.Scale = 1, 1
	return s, files
}

// Build makes the pack of Spec as changed.
func Build(t testing.TB, change func(*pack.Spec)) *pack.Pack {
	t.Helper()
	s := Spec()
	if change != nil {
		change(&s)
	}
	p, err := pack.Build(t.Context(), s, Files(), execute.Engine{}, nil)
	require.NoError(t, err)
	return p
}

// KeyPEM is a private key that depends on n alone, and so is no secret.
func KeyPEM(t testing.TB, n byte) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize)))
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// Signer signs with the key of KeyPEM.
func Signer(t testing.TB, n byte) signature.Signer {
	t.Helper()
	s, err := signature.NewSigner(secret.Move(KeyPEM(t, n)))
	require.NoError(t, err)
	return s
}

// Trust is the public keys of Signers.
func Trust(t testing.TB, threshold int, keys ...byte) signature.Trust {
	t.Helper()
	var all []signature.PublicKey
	for _, n := range keys {
		all = append(all, Signer(t, n).Public())
	}
	trust, err := signature.NewTrust(all, threshold)
	require.NoError(t, err)
	return trust
}
