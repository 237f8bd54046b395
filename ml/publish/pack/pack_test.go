package pack_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/publish/execute"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/packtest"
	"github.com/virtengine/virtengine/security/hashes"
)

func archived(t *testing.T, p *pack.Pack) []byte {
	t.Helper()
	raw, err := p.Archive()
	require.NoError(t, err)
	return raw
}

func read(raw []byte) (*pack.Pack, error) {
	return pack.Read(bytes.NewReader(raw), hashes.Digest{}, pack.Limits{})
}

func TestAPackReadsAsItWasBuilt(t *testing.T) {
	p, err := packtest.Build(t, nil).Sign(t.Context(), packtest.Signer(t, 1))
	require.NoError(t, err)
	raw := archived(t, p)
	again, err := pack.Read(bytes.NewReader(raw), p.ID(), pack.Limits{})
	require.NoError(t, err)
	require.Equal(t, p.Manifest(), again.Manifest())
	require.Equal(t, raw, archived(t, again))
	report, err := pack.Verify(t.Context(), again, pack.Policy{Trust: packtest.Trust(t, 1, 1)}, execute.Engine{}, nil)
	require.NoError(t, err)
	require.Equal(t, pack.Report{ID: p.ID(), Signed: []hashes.Digest{packtest.Signer(t, 1).Public().ID()}, Triples: 3}, report)
}

func TestTheOrderInASpecMeansNothing(t *testing.T) {
	want := packtest.Build(t, nil)
	other := packtest.Build(t, func(s *pack.Spec) { slices.Reverse(s.Files); slices.Reverse(s.Metrics) })
	require.Equal(t, archived(t, want), archived(t, other))
	more := packtest.Build(t, func(s *pack.Spec) { s.Score.Steps[1].From++ })
	require.NotEqual(t, want.ID(), more.ID(), "a threshold is part of the id")
}

func TestNoByteOfAnArchiveChangesUnnoticed(t *testing.T) {
	p, err := packtest.Build(t, nil).Sign(t.Context(), packtest.Signer(t, 1))
	require.NoError(t, err)
	raw := archived(t, p)
	policy := pack.Policy{Trust: packtest.Trust(t, 1, 1)}
	for i := range raw {
		raw[i] ^= 1 << (i % 8)
		again, err := read(raw)
		if err == nil { // the signature's own bytes: the archive is well-formed, and nobody trusted signed it
			_, err = policy.Trust.Check(again.Envelope())
		}
		require.Error(t, err, "byte %d", i)
		raw[i] ^= 1 << (i % 8)
	}
	for _, n := range []int{0, 1, 511, 512, 513, len(raw) / 2, len(raw) - 1024, len(raw) - 512, len(raw) - 1} {
		_, err := read(raw[:n])
		require.ErrorIs(t, err, pack.ErrFormat, "cut at %d", n)
	}
	_, err = read(append(bytes.Clone(raw), 0))
	require.ErrorIs(t, err, pack.ErrFormat, "one zero more")
}

func TestWhatAPackMustHave(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		change func(*pack.Spec, map[string][]byte)
		want   error
	}{
		"FewTriples":   {"two triples are too few", func(s *pack.Spec, _ map[string][]byte) { s.Conformance = s.Conformance[:2] }, manifest.ErrInvalid},
		"SameTriple":   {"a triple again shows nothing", func(s *pack.Spec, _ map[string][]byte) { s.Conformance[1].Inputs[0].Seed = 1 }, manifest.ErrInvalid},
		"NoCard":       {"people want to read what it is for", func(s *pack.Spec, f map[string][]byte) { s.Files = slices.Delete(s.Files, 1, 2); delete(f, "card.md") }, manifest.ErrInvalid},
		"Falling":      {"a higher logit is never a lower score", func(s *pack.Spec, _ map[string][]byte) { s.Score.Steps[2].Score = 4999 }, manifest.ErrInvalid},
		"Flat":         {"two steps at one threshold contradict each other", func(s *pack.Spec, _ map[string][]byte) { s.Score.Steps[1].From = -1000 }, manifest.ErrInvalid},
		"OverOne":      {"more than certainty", func(s *pack.Spec, _ map[string][]byte) { s.Score.Steps[2].Score = 10001 }, manifest.ErrInvalid},
		"NoOutput":     {"the table reads an output that is none", func(s *pack.Spec, _ map[string][]byte) { s.Score.Output = "genuine" }, pack.ErrConformance},
		"BeyondOutput": {"and an element that is none", func(s *pack.Spec, _ map[string][]byte) { s.Score.Index = 1 }, pack.ErrConformance},
		"Wider":        {"preprocessing fits the input", func(s *pack.Spec, _ map[string][]byte) { s.Preprocessing.Width = 5 }, manifest.ErrInvalid},
		"Folder": {"names are no paths", func(s *pack.Spec, f map[string][]byte) {
			s.Files[1].Name = "../card.md"
			f["../card.md"] = nil
			delete(f, "card.md")
		}, manifest.ErrInvalid},
		"OwnName": {"a file does not pose as the manifest", func(s *pack.Spec, f map[string][]byte) {
			s.Files[1].Name = "Manifest.json"
			f["Manifest.json"] = nil
			delete(f, "card.md")
		}, manifest.ErrInvalid},
		"Unlisted":   {"files are listed", func(_ *pack.Spec, f map[string][]byte) { f["more"] = nil }, pack.ErrSpec},
		"Missing":    {"and given", func(_ *pack.Spec, f map[string][]byte) { delete(f, "card.md"); f["cards.md"] = nil }, pack.ErrSpec},
		"WrongInput": {"a triple names inputs of the model", func(s *pack.Spec, _ map[string][]byte) { s.Conformance[0].Inputs[0].Name = "x" }, pack.ErrSpec},
		"NoModel":    {"noise is no model", func(_ *pack.Spec, f map[string][]byte) { f["scorer.onnx"] = []byte("noise") }, pack.ErrModel},
		"NoTensor":   {"nor a tensor", func(_ *pack.Spec, f map[string][]byte) { f["ones.pb"] = []byte("noise") }, pack.ErrConformance},
		"Integers":   {"nothing here runs ve-i8-1 on a float graph", func(s *pack.Spec, _ map[string][]byte) { s.Contract = manifest.Integer8 }, pack.ErrSpec},
		"Profile": {"symbols have no place in a pack", func(_ *pack.Spec, f map[string][]byte) {
			m := packtest.Model()
			m.Graph.Inputs[0].Shape[0].Value, m.Graph.Inputs[0].Shape[0].Symbol = -1, "N"
			f["scorer.onnx"] = m.Encode()
		}, pack.ErrModel},
	} {
		t.Run(name, func(t *testing.T) {
			s, files := packtest.Spec(), packtest.Files()
			tc.change(&s, files)
			_, err := pack.Build(t.Context(), s, files, execute.Engine{}, nil)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

func TestAGraphsDigestIsOfTheGraph(t *testing.T) {
	s, files := packtest.Spec(), packtest.Files()
	p, err := pack.Build(t.Context(), s, files, execute.Engine{}, nil)
	require.NoError(t, err)
	raw := files["scorer.onnx"]
	// The first field, ir_version 8, goes behind the others: the same graph in another file.
	require.Equal(t, []byte{8, 8}, raw[:2])
	files["scorer.onnx"] = append(bytes.Clone(raw[2:]), 8, 8)
	other, err := pack.Build(t.Context(), s, files, execute.Engine{}, nil)
	require.NoError(t, err)
	require.Equal(t, p.Manifest().Models[0].Graph, other.Manifest().Models[0].Graph)
	require.NotEqual(t, p.ID(), other.ID(), "it is another file all the same")
}

// wrong is an executor whose results are off by a bit.
type wrong struct{ pack.Runner }

func (w wrong) Load(model []byte, c manifest.Contract) (pack.Runner, error) {
	r, err := execute.Engine{}.Load(model, c)
	return wrong{r}, err
}

func (w wrong) Run(ctx context.Context, in map[string]*value.Tensor) (map[string]*value.Tensor, error) {
	out, err := w.Runner.Run(ctx, in)
	if err != nil {
		return nil, err
	}
	logit, err := value.As[float32](out["logit"])
	if err != nil {
		return nil, err
	}
	t, err := value.Of([]int{1, 1}, []float32{logit[0] + 1.0/(1<<20)})
	return map[string]*value.Tensor{"logit": t}, err
}

func TestAMachineThatIsOffByABitDoesNotVote(t *testing.T) {
	p := packtest.Build(t, nil)
	require.NoError(t, pack.Conformance(t.Context(), p, execute.Engine{}, nil))
	require.ErrorIs(t, pack.Conformance(t.Context(), p, wrong{}, nil), pack.ErrConformance)
	require.ErrorIs(t, pack.Conformance(t.Context(), p, nil, nil), pack.ErrContract)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	err := pack.Conformance(ended, p, execute.Engine{}, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, pack.ErrConformance, "an interrupted run says nothing about the machine")
}
