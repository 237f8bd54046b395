package pipeline_test

import (
	"context"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/pipelinetest"
	"github.com/virtengine/virtengine/security/hashes"
)

// raw is a picture as two lengths and its pixels, which no release of Go writes otherwise.
func raw(scope string, g pipeline.Gray) pipeline.Item {
	b := binary.BigEndian.AppendUint16(nil, uint16(g.W))
	b = binary.BigEndian.AppendUint16(b, uint16(g.H))
	return pipeline.Item{ScopeID: scope, Ciphertext: hashes.Of([]byte(scope)), Data: append(b, g.Pix...)}
}

func decodeRaw(b []byte) (pipeline.Gray, error) {
	return pipeline.Gray{W: int(binary.BigEndian.Uint16(b)), H: int(binary.BigEndian.Uint16(b[2:])), Pix: append([]uint8(nil), b[4:]...)}, nil
}

// rawEvidence is a holder's evidence in that form.
func rawEvidence(h pipelinetest.Holder) pipeline.Evidence {
	e := h.Evidence()
	e.Document = raw("document", h.Document())
	for i := range e.Selfie {
		e.Selfie[i] = raw(e.Selfie[i].ScopeID, h.Frame(i))
	}
	return e
}

// TestTheBitsAreTheseEverywhere pins results. The same test on another architecture finds the same digests, or validators would not
// agree. Who changes the pipeline on purpose changes pipeline.Algorithm, and these.
func TestTheBitsAreTheseEverywhere(t *testing.T) {
	engine, err := pipelinetest.NewEngine()
	require.NoError(t, err)
	p, err := pipeline.New(engine, decodeRaw, pipelinetest.Params())
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		change func(*pipelinetest.Holder)
		input  string
		output string
	}{
		"Ordinary": {func(*pipelinetest.Holder) {}, bitsOrdinaryIn, bitsOrdinaryOut},
		"Stranger": {func(h *pipelinetest.Holder) { h.Selfie = 12 }, bitsStrangerIn, bitsStrangerOut},
		"Crowd":    {func(h *pipelinetest.Holder) { h.Crowd = true }, bitsCrowdIn, bitsCrowdOut},
	} {
		h := pipelinetest.Ordinary()
		tc.change(&h)
		r, err := p.Run(t.Context(), rawEvidence(h))
		require.NoError(t, err)
		require.Equal(t, tc.input, r.Input.String(), name)
		require.Equal(t, tc.output, r.Output.String(), name)
	}
}

const (
	bitsOrdinaryIn  = "sha256:50fe2c25dca93aed950f894cf7023bf50bad7bfb51088ca04224d6b7defe92b9"
	bitsOrdinaryOut = "sha256:593fca84cf6af6bec979f095131e8245af247c17fa007e5806a1628f8a1c5e87"
	bitsStrangerIn  = "sha256:0f3b89aa21da3ed613112908a7cddb45eb9397d451515ed38a7ee0b9b707b87e"
	bitsStrangerOut = "sha256:650fb453ec87e65538e463a8d6fab725de254e1fcf6ecc63a0ca0c184a446b8d"
	bitsCrowdIn     = "sha256:466c00083fc8e617794e2fb9fd9a34e39c982f6b564c53723d53d1732aa08cad"
	bitsCrowdOut    = "sha256:975795846e9878d9202bfde786138b0894815a72e0657ad4ba5f41081d875083"
)

// noise is an executor whose models give any integers at all.
type noise struct {
	pipelinetest.Engine
	noisy map[string]bool // the others are what they should be
	state uint64
	scale int64
	calm  bool // small numbers, so that more of the pipeline is reached
}

func (n *noise) Run(ctx context.Context, model string, in []pipeline.Tensor) ([]pipeline.Output, error) {
	if !n.noisy[model] {
		return n.Engine.Run(ctx, model, in)
	}
	rule, _ := pipeline.RuleOf(model)
	size := 1
	var shape []int
	for _, d := range rule.Out {
		size *= int(d)
		shape = append(shape, int(d))
	}
	out := make([]int32, size)
	for i := range out {
		n.state = n.state*6364136223846793005 + 1442695040888963407
		if out[i] = int32(n.state >> 32); n.calm {
			out[i] >>= 24
		}
	}
	return []pipeline.Output{{Shape: shape, Data: out, Scale: n.scale}}, nil
}

func TestNoOutputOfAModelSurprisesThePipeline(t *testing.T) {
	engine, err := pipelinetest.NewEngine()
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		n := &noise{Engine: engine, noisy: map[string]bool{}, state: rapid.Uint64().Draw(t, "seed"), scale: rapid.Int64Range(-1, 1<<33).Draw(t, "scale"), calm: rapid.Bool().Draw(t, "calm")}
		for _, m := range pipeline.Models() {
			n.noisy[m] = rapid.IntRange(0, 2).Draw(t, m) == 0
		}
		params := pipelinetest.Params()
		params.MinWidth, params.MinHeight = 1, 1
		params.FaceLogit = rapid.Int64Range(-64<<24, 64<<24).Draw(t, "logit")
		p, err := pipeline.New(n, decodeRaw, params)
		if err != nil {
			t.Fatal(err)
		}
		side := rapid.IntRange(1, 70)
		picture := func(name string) pipeline.Item {
			g := pipeline.Gray{W: side.Draw(t, "w"), H: side.Draw(t, "h")}
			g.Pix = rapid.SliceOfN(rapid.Uint8(), g.W*g.H, g.W*g.H).Draw(t, name)
			return raw(name, g)
		}
		e := rawEvidence(pipelinetest.Ordinary())
		if rapid.IntRange(0, 4).Draw(t, "other document") == 0 {
			e.Document = picture("document")
		}
		if rapid.IntRange(0, 2).Draw(t, "other frame") == 0 {
			e.Selfie[3] = picture("frame")
		}
		r, err := p.Run(context.Background(), e)
		if err != nil && (r.Score.Score != 0 || !r.Output.IsZero()) {
			t.Fatalf("an error with a result: %+v", r)
		}
		if err == nil && (r.Score.Score < 0 || r.Score.Score > 85 || r.Refused != (r.Factors[0].Known == false)) {
			t.Fatalf("%+v", r)
		}
	})
}
