package pipeline_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/day"
	"github.com/virtengine/virtengine/ml/inference/pipeline/pipelinetest"
	"github.com/virtengine/virtengine/ml/inference/pipeline/score"
	"github.com/virtengine/virtengine/security/hashes"
)

// newPipeline runs the small models on the real engine.
func newPipeline(t *testing.T) *pipeline.Pipeline {
	t.Helper()
	e, err := pipelinetest.NewEngine()
	require.NoError(t, err)
	p, err := pipeline.New(e, pipelinetest.Decode, pipelinetest.Params())
	require.NoError(t, err)
	return p
}

func TestPeopleAndTheirScores(t *testing.T) {
	p := newPipeline(t)
	for name, tc := range map[string]struct {
		reason  string
		change  func(*pipelinetest.Holder)
		score   [2]int64 // from, to
		reasons []pipeline.Reason
	}{
		"Ordinary":    {"the same living face, and papers that agree", func(*pipelinetest.Holder) {}, [2]int64{84, 85}, nil},
		"Stranger":    {"another face in front of the camera", func(h *pipelinetest.Holder) { h.Selfie = 12 }, [2]int64{0, 49}, []pipeline.Reason{33, 35}},
		"Print":       {"a face that does not move", func(h *pipelinetest.Holder) { h.Still = true }, [2]int64{0, 49}, []pipeline.Reason{34}},
		"Stamped":     {"a part that no such document has", func(h *pipelinetest.Holder) { h.Stamped = true }, [2]int64{0, 49}, []pipeline.Reason{32}},
		"CheckDigit":  {"a number that its check digit does not fit", func(h *pipelinetest.Holder) { h.WrongDigit = true }, [2]int64{0, 49}, []pipeline.Reason{32, 48}},
		"Expired":     {"a document that ran out a day before the capture", func(h *pipelinetest.Holder) { h.Expiry = day.Date{Year: 2026, Month: 11, Day: 22} }, [2]int64{49, 49}, []pipeline.Reason{37}},
		"LastDay":     {"a document that is good until the day of capture", func(h *pipelinetest.Holder) { h.Expiry = day.Date{Year: 2026, Month: 11, Day: 23} }, [2]int64{80, 85}, nil},
		"PrintedName": {"a printed name that the zone does not have", func(h *pipelinetest.Holder) { h.PrintedSurname = "ERIKSDOTTER" }, [2]int64{80, 84}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := pipelinetest.Ordinary()
			tc.change(&h)
			r, err := p.Run(t.Context(), h.Evidence())
			require.NoError(t, err)
			require.False(t, r.Refused, "%v", r.Reasons)
			require.Equal(t, tc.reasons, r.Reasons, tc.reason)
			require.GreaterOrEqual(t, r.Score.Score, tc.score[0], tc.reason)
			require.LessOrEqual(t, r.Score.Score, tc.score[1], tc.reason)
			require.Equal(t, []score.Name{score.History, score.Risk}, r.Score.Unknown, "the chain knows these")
		})
	}
}

func TestRefusalsNameWhatIsMissing(t *testing.T) {
	p := newPipeline(t)
	holder := func(change func(*pipelinetest.Holder)) func(*pipeline.Evidence) {
		return func(e *pipeline.Evidence) {
			h := pipelinetest.Ordinary()
			change(&h)
			*e = h.Evidence()
		}
	}
	for name, tc := range map[string]struct {
		reason  string
		change  func(*pipeline.Evidence)
		reasons []pipeline.Reason
	}{
		"Nothing": {"all that is missing is named at once", func(e *pipeline.Evidence) { *e = pipeline.Evidence{} },
			[]pipeline.Reason{pipeline.DocumentMissing, pipeline.SelfieMissing, pipeline.ClaimsMissing, pipeline.CaptureDateMissing}},
		"NoDocument":   {"a face alone proves no name", func(e *pipeline.Evidence) { e.Document = pipeline.Item{} }, []pipeline.Reason{pipeline.DocumentMissing}},
		"SevenFrames":  {"seven are not eight", func(e *pipeline.Evidence) { e.Selfie = e.Selfie[:7] }, []pipeline.Reason{pipeline.SelfieMissing}},
		"NoName":       {"a claim without a surname", func(e *pipeline.Evidence) { e.Claims.Surname = " " }, []pipeline.Reason{pipeline.ClaimsMissing}},
		"NoBirthday":   {"a birth date that is none", func(e *pipeline.Evidence) { e.Claims.BirthDate = "1974-02-30" }, []pipeline.Reason{pipeline.ClaimsMissing}},
		"NoDate":       {"nobody says when it was captured", func(e *pipeline.Evidence) { e.CapturedOn = "today" }, []pipeline.Reason{pipeline.CaptureDateMissing}},
		"Garbage":      {"bytes that are no picture", func(e *pipeline.Evidence) { e.Document.Data = []byte("PNG") }, []pipeline.Reason{pipeline.DocumentUnreadable}},
		"GarbageFrame": {"one frame of eight is no picture", func(e *pipeline.Evidence) { e.Selfie[5].Data = []byte("PNG") }, []pipeline.Reason{pipeline.SelfieUnreadable}},
		"Tiny": {"a document of which nothing can be read", func(e *pipeline.Evidence) {
			e.Document = pipelinetest.Item("d", pipeline.Gray{W: 143, H: 96, Pix: make([]uint8, 143*96)})
		}, []pipeline.Reason{pipeline.DocumentTooSmall}},
		"Black": {"a black picture has no parts", func(e *pipeline.Evidence) {
			e.Document = pipelinetest.Item("d", pipeline.Gray{W: 576, H: 384, Pix: make([]uint8, 576*384)})
		}, []pipeline.Reason{pipeline.PortraitNotFound, pipeline.FieldNotFound}},
		"NoPortrait":     {"a document without a portrait", holder(func(h *pipelinetest.Holder) { h.NoPortrait = true }), []pipeline.Reason{pipeline.PortraitNotFound}},
		"NoZone":         {"a document without a machine readable zone", holder(func(h *pipelinetest.Holder) { h.NoZone = true }), []pipeline.Reason{pipeline.ZoneNotFound}},
		"NoNumber":       {"a field without ink", holder(func(h *pipelinetest.Holder) { h.Given = "" }), []pipeline.Reason{pipeline.ClaimsMissing}},
		"Faceless":       {"a portrait without a face", holder(func(h *pipelinetest.Holder) { h.Faceless = true }), []pipeline.Reason{pipeline.PortraitFaceNotFound}},
		"FacelessSelfie": {"frames without a face", holder(func(h *pipelinetest.Holder) { h.FacelessSelfie = true }), []pipeline.Reason{pipeline.SelfieFaceNotFound}},
		"Crowd":          {"two faces before the camera: whose is it?", holder(func(h *pipelinetest.Holder) { h.Crowd = true }), []pipeline.Reason{pipeline.SelfieSeveralFaces}},
	} {
		t.Run(name, func(t *testing.T) {
			e := pipelinetest.Ordinary().Evidence()
			tc.change(&e)
			r, err := p.Run(t.Context(), e)
			require.NoError(t, err)
			require.True(t, r.Refused, tc.reason)
			require.Equal(t, tc.reasons, r.Reasons, tc.reason)
			require.Zero(t, r.Score, "a refusal has no score")
			require.Zero(t, r.Factors)
			require.False(t, r.Output.IsZero(), "validators agree on refusals too")
		})
	}
}

func TestWhatIsNoEvidenceIsAnError(t *testing.T) {
	p := newPipeline(t)
	for name, tc := range map[string]struct {
		reason string
		change func(*pipeline.Evidence)
	}{
		"NoScope":   {"a picture of no scope", func(e *pipeline.Evidence) { e.Document.ScopeID = "" }},
		"NoDigest":  {"a scope without the digest of its ciphertext", func(e *pipeline.Evidence) { e.Selfie[3].Ciphertext = hashes.Digest{} }},
		"NineOf":    {"nine frames", func(e *pipeline.Evidence) { e.Selfie = append(e.Selfie, e.Selfie[0]) }},
		"LongClaim": {"a name of 257 letters", func(e *pipeline.Evidence) { e.Claims.Surname = string(make([]byte, 257)) }},
		"Packs":     {"packs out of order", func(e *pipeline.Evidence) { e.Packs = []hashes.Digest{hashes.Of([]byte("a")), hashes.Of([]byte("b"))} }},
	} {
		t.Run(name, func(t *testing.T) {
			e := pipelinetest.Ordinary().Evidence()
			tc.change(&e)
			r, err := p.Run(t.Context(), e)
			require.ErrorIs(t, err, pipeline.ErrMalformed, tc.reason)
			require.Zero(t, r)
		})
	}
}

// without is an engine in which one model is something else.
type without struct {
	pipelinetest.Engine
	model string
	run   func() ([]pipeline.Output, error)
}

func (w without) Run(ctx context.Context, model string, in []pipeline.Tensor) ([]pipeline.Output, error) {
	if model == w.model {
		return w.run()
	}
	return w.Engine.Run(ctx, model, in)
}

func TestAModelThatFailsIsNoScore(t *testing.T) {
	engine, err := pipelinetest.NewEngine()
	require.NoError(t, err)
	broken := errors.New("broken")
	for _, model := range pipeline.Models() {
		for name, tc := range map[string]struct {
			run  func() ([]pipeline.Output, error)
			want error
		}{
			"Fails":   {func() ([]pipeline.Output, error) { return nil, broken }, broken},
			"Nothing": {func() ([]pipeline.Output, error) { return nil, nil }, pipeline.ErrOutput},
			"Shape": {func() ([]pipeline.Output, error) {
				return []pipeline.Output{{Shape: []int{1}, Data: []int32{1}, Scale: 1}}, nil
			}, pipeline.ErrOutput},
			"TwoValues": {func() ([]pipeline.Output, error) { return make([]pipeline.Output, 2), nil }, pipeline.ErrOutput},
		} {
			p, err := pipeline.New(without{engine, model, tc.run}, pipelinetest.Decode, pipelinetest.Params())
			require.NoError(t, err)
			r, err := p.Run(t.Context(), pipelinetest.Ordinary().Evidence())
			require.ErrorIs(t, err, tc.want, "%s %s", model, name)
			require.ErrorContains(t, err, model)
			require.Zero(t, r)
		}
	}
}

func TestEqualEvidenceGivesEqualBits(t *testing.T) {
	p := newPipeline(t)
	want, err := p.Run(t.Context(), pipelinetest.Ordinary().Evidence())
	require.NoError(t, err)
	var wg sync.WaitGroup
	results := make([]pipeline.Result, 16)
	errs := make([]error, len(results))
	for i := range results {
		wg.Go(func() { results[i], errs[i] = p.Run(t.Context(), pipelinetest.Ordinary().Evidence()) })
	}
	wg.Wait()
	for i := range results {
		require.NoError(t, errs[i])
		require.Equal(t, want, results[i])
	}
}

func TestTheInputsDigestCoversWhatDecides(t *testing.T) {
	p := newPipeline(t)
	base, err := pipelinetest.Ordinary().Evidence().Digest(p.Version())
	require.NoError(t, err)
	seen := map[hashes.Digest]string{base: "base"}
	for name, change := range map[string]func(*pipeline.Evidence){
		"scope":      func(e *pipeline.Evidence) { e.Document.ScopeID = "other" },
		"ciphertext": func(e *pipeline.Evidence) { e.Selfie[0].Ciphertext = hashes.Of([]byte("other")) },
		"content":    func(e *pipeline.Evidence) { e.Selfie[7].Data = append(e.Selfie[7].Data, 0) },
		"order":      func(e *pipeline.Evidence) { e.Selfie[0], e.Selfie[1] = e.Selfie[1], e.Selfie[0] },
		"claim":      func(e *pipeline.Evidence) { e.Claims.Number = "other" },
		"boundary":   func(e *pipeline.Evidence) { e.Claims.Surname, e.Claims.GivenNames = "ERIKSSONA", "NNA MARIA" },
		"day":        func(e *pipeline.Evidence) { e.CapturedOn = "2026-11-24" },
		"packs":      func(e *pipeline.Evidence) { e.Packs = []hashes.Digest{hashes.Of([]byte("pack"))} },
		"missing":    func(e *pipeline.Evidence) { e.Selfie = e.Selfie[:7] },
	} {
		e := pipelinetest.Ordinary().Evidence()
		change(&e)
		d, err := e.Digest(p.Version())
		require.NoError(t, err)
		require.Empty(t, seen[d], name)
		seen[d] = name
	}
	other := pipelinetest.Params()
	other.Score.Gates.Liveness++
	version, err := other.Version()
	require.NoError(t, err)
	d, err := pipelinetest.Ordinary().Evidence().Digest(version)
	require.NoError(t, err)
	require.NotEqual(t, base, d, "another gate is another pipeline")
}

func TestACancelledCallerGetsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := newPipeline(t).Run(ctx, pipelinetest.Ordinary().Evidence())
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, r)
}

// watching remembers the tensors that models got and gave.
type watching struct {
	pipelinetest.Engine
	in  [][]int8
	out [][]int32
}

func (w *watching) Run(ctx context.Context, model string, in []pipeline.Tensor) ([]pipeline.Output, error) {
	out, err := w.Engine.Run(ctx, model, in)
	w.in = append(w.in, in[0].Data)
	for _, o := range out {
		w.out = append(w.out, o.Data)
	}
	return out, err
}

func TestTensorsAreOverwritten(t *testing.T) {
	engine, err := pipelinetest.NewEngine()
	require.NoError(t, err)
	var pixels [][]uint8
	w := &watching{Engine: engine}
	p, err := pipeline.New(w, func(data []byte) (pipeline.Gray, error) {
		g, err := pipelinetest.Decode(data)
		pixels = append(pixels, g.Pix)
		return g, err
	}, pipelinetest.Params())
	require.NoError(t, err)
	_, err = p.Run(t.Context(), pipelinetest.Ordinary().Evidence())
	require.NoError(t, err)
	require.Len(t, pixels, 9)
	require.Greater(t, len(w.in), 20)
	for i := range w.in {
		require.Equal(t, make([]int8, len(w.in[i])), w.in[i])
		require.Equal(t, make([]int32, len(w.out[i])), w.out[i])
	}
	for _, b := range pixels {
		require.Equal(t, make([]uint8, len(b)), b)
	}
}

func TestAPipelineNeedsAllItsParts(t *testing.T) {
	engine, err := pipelinetest.NewEngine()
	require.NoError(t, err)
	_, err = pipeline.New(nil, pipelinetest.Decode, pipelinetest.Params())
	require.ErrorIs(t, err, pipeline.ErrDependency)
	_, err = pipeline.New(engine, nil, pipelinetest.Params())
	require.ErrorIs(t, err, pipeline.ErrDependency)
	for name, change := range map[string]func(*pipeline.Params){
		"Score": func(p *pipeline.Params) { p.Score.Weights[0]++ }, "Curve": func(p *pipeline.Params) { p.Living = nil }, "Logit": func(p *pipeline.Params) { p.FaceLogit = 1 << 40 },
		"Margin": func(p *pipeline.Params) { p.LineMargin = -1 }, "Size": func(p *pipeline.Params) { p.MinWidth = 0 },
	} {
		params := pipelinetest.Params()
		change(&params)
		_, err = pipeline.New(engine, pipelinetest.Decode, params)
		require.ErrorIs(t, err, pipeline.ErrParams, name)
	}
}
