package packs_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/service"
	"github.com/virtengine/virtengine/ml/inference/service/api"
	"github.com/virtengine/virtengine/ml/inference/service/packs"
	"github.com/virtengine/virtengine/ml/models/eval/persons"
	"github.com/virtengine/virtengine/ml/publish/execute"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/packtest"
	"github.com/virtengine/virtengine/security/hashes"
)

// key is the number of the key that signs the packs here (packtest.Signer). It is no publisher's.
const key = 1

// spec reads a model's spec and its files.
func spec(t *testing.T, model string) (pack.Spec, map[string][]byte) {
	t.Helper()
	raw, err := os.ReadFile(model + ".json")
	require.NoError(t, err)
	s, err := pack.ReadSpec(raw)
	require.NoError(t, err)
	files := map[string][]byte{}
	for _, f := range s.Files {
		path := f.Path
		if path == "" {
			path = f.Name
		}
		files[f.Name], err = os.ReadFile(filepath.FromSlash(path))
		require.NoError(t, err)
	}
	return s, files
}

// facts are all numbers of an evaluation.
func facts(v any) map[int64]bool {
	out := map[int64]bool{}
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			out[n] = true
		}
	case map[string]any:
		for _, e := range v {
			for n := range facts(e) {
				out[n] = true
			}
		}
	}
	return out
}

func TestSpecsSayWhatIs(t *testing.T) {
	for _, rule := range pipeline.Rules() {
		t.Run(rule.Model, func(t *testing.T) {
			s, files := spec(t, rule.Model)
			require.Equal(t, rule.Model, s.Name)
			require.Equal(t, manifest.Integer8, s.Contract)
			require.Equal(t, manifest.Preprocessing{Source: "luma", Width: rule.In[3], Height: rule.In[2], Frames: rule.In[1],
				Mean: pipeline.Middle, Divisor: 1, Crop: rule.Crop, Resize: rule.Resize}, s.Preprocessing)
			var found struct {
				Model hashes.Digest  `json:"model"`
				Seed  uint64         `json:"seed"`
				Facts map[string]any `json:"facts"`
			}
			d := json.NewDecoder(bytes.NewReader(files["evaluation.json"]))
			d.UseNumber()
			require.NoError(t, d.Decode(&found))
			require.Equal(t, hashes.Of(files[rule.Model+".i8.onnx"]), found.Model, "the evaluation is of this program")
			require.NotEqual(t, uint64(s.Training.Seed), found.Seed, "it was measured on other data than it was trained on")
			require.Contains(t, string(files["CARD.md"]), hashes.Of(files["evaluation.json"]).String(), "the card is of this evaluation")
			numbers := facts(found.Facts)
			for _, m := range s.Metrics {
				require.True(t, numbers[m.PPM], "%s is %d in the evaluation too", m.Name, m.PPM)
			}
		})
	}
}

// inference is a service over the packs of all specs, and their ids.
func inference(t *testing.T) (*service.Service, []string) {
	t.Helper()
	var all []*pack.Pack
	for _, model := range pipeline.Models() {
		s, files := spec(t, model)
		p, err := pack.Build(t.Context(), s, files, execute.Engine{}, nil)
		require.NoError(t, err)
		p, err = p.Sign(t.Context(), packtest.Signer(t, key))
		require.NoError(t, err)
		all = append(all, p)
	}
	models, err := packs.Load(t.Context(), all, packs.Options{Trust: packtest.Trust(t, 1, key), Executor: execute.Engine{}})
	require.NoError(t, err)
	raw, err := os.ReadFile(filepath.Join("..", "trained", "pipeline.json"))
	require.NoError(t, err)
	var params pipeline.Params
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&params))
	limits := service.DefaultLimits()
	limits.Timeout, limits.Wait = 20*limits.Timeout, 20*limits.Wait // for slow machines
	s, err := service.New(service.Deps{Models: models, Decode: persons.Decode, Params: params, Limits: limits, Clock: service.System{},
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Metrics: prometheus.NewRegistry()})
	require.NoError(t, err)
	require.NoError(t, s.WarmUp(t.Context()))
	var ids []string
	for _, m := range models.List() { // by pack
		ids = append(ids, m.Pack.String())
	}
	return s, ids
}

// request is evidence as the service takes it.
func request(e pipeline.Evidence, ids []string) *api.ScoreRequest {
	one := func(i pipeline.Item) api.Evidence {
		return api.Evidence{ScopeId: i.ScopeID, CiphertextDigest: i.Ciphertext.Bytes(), Data: bytes.Clone(i.Data)}
	}
	card := one(e.Document)
	r := &api.ScoreRequest{PackIds: ids, Document: &card, CapturedOn: e.CapturedOn,
		Claims: &api.Claims{Surname: e.Claims.Surname, GivenNames: e.Claims.GivenNames, DocumentNumber: e.Claims.Number, BirthDate: e.Claims.BirthDate}}
	for _, f := range e.Selfie {
		r.SelfieFrames = append(r.SelfieFrames, one(f))
	}
	return r
}

// TestTrainedModelsTellPersonsApart brings one person before the service: with the own face, with another's, with a print of the own. It is
// one whom these models accept; most genuine persons they turn away, since liveness is not sure enough of them.
// ml/models/cards/end-to-end.i8 has the rates.
func TestTrainedModelsTellPersonsApart(t *testing.T) {
	s, ids := inference(t)
	const holder, basic = 4, 50
	for _, tc := range []struct {
		kind     persons.Kind
		accepted bool
	}{{persons.Genuine, true}, {persons.OtherFace, false}, {persons.Print, false}} {
		e, err := persons.Evidence(2_000_042, holder, tc.kind, "packs")
		require.NoError(t, err)
		r, err := s.Score(t.Context(), request(e, ids))
		require.NoError(t, err)
		require.Equal(t, tc.accepted, r.Score >= basic, "%s: %d points, reasons %v", tc.kind, r.Score, r.Reasons)
	}
}
