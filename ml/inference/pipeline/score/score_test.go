package score

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// sure is evidence that passes every gate with these factors.
func sure(document, face, liveness, data, history, risk BasisPoints) Evidence {
	return Evidence{Factors: Factors{Of(document), Of(face), Of(liveness), Of(data), Of(history), Of(risk)}, DocumentToFace: 10000, OCRConfidence: 10000}
}

func TestScoresOfTheProtocol(t *testing.T) {
	for name, tc := range map[string]struct {
		reason     string
		e          Evidence
		score      int64
		tier       Tier
		failed     []Gate
		borderline int64
	}{
		"Everything": {"full factors are the full score", sure(10000, 10000, 10000, 10000, 10000, 10000), 100, Premium, nil, 0},
		"JustPasses": {"who barely passes every gate has 57 points from document, face and liveness alone",
			Evidence{Factors: Factors{Of(8000), Of(8000), Of(8500), Of(0), Of(0), Of(0)}, DocumentToFace: 7500, OCRConfidence: 9000}, 57, Basic, nil, 0},
		"Borderline":    {"65 to 69 lie within five points of standard", sure(9000, 9000, 10000, 0, 0, 0), 65, Basic, nil, 70},
		"NotBorderline": {"64 is too far away", sure(8800, 8800, 10000, 0, 0, 0), 64, Basic, nil, 0},
		"Floor":         {"a fraction is cut off, not rounded", sure(10000, 10000, 10000, 9999, 10000, 10000), 99, Premium, nil, 0},
		"Standard":      {"70 is standard", sure(10000, 10000, 10000, 0, 0, 0), 70, Standard, nil, 0},
		"UnderPremium":  {"84 is standard, and premium has no fallback", sure(10000, 10000, 10000, 9999, 0, 0), 84, Standard, nil, 0},
		"FaceGate":      {"a face one basis point short caps at 49", sure(10000, 7999, 10000, 10000, 10000, 10000), 49, None, []Gate{GateFaceMatch}, 0},
		"ExpiredGate": {"an expired document caps a perfect rest",
			Evidence{Factors: sure(10000, 10000, 10000, 10000, 10000, 10000).Factors, DocumentToFace: 10000, OCRConfidence: 10000, Expired: true}, 49, None, []Gate{GateExpired}, 0},
		"AllGates": {"a capped score is no floor either", Evidence{Factors: Factors{Of(0), Of(0), Of(0), Of(0), Of(0), Of(0)}, Expired: true}, 0, None,
			[]Gate{GateDocumentAuthenticity, GateFaceMatch, GateLiveness, GateDocumentToFace, GateOCRConfidence, GateExpired}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Default().Evaluate(tc.e)
			require.NoError(t, err)
			require.Equal(t, Result{Score: tc.score, Tier: tc.tier, Failed: tc.failed, Borderline: tc.borderline}, r, tc.reason)
		})
	}
}

func TestWhatTheChainKnowsIsUnknownHere(t *testing.T) {
	e := sure(10000, 10000, 10000, 10000, 0, 0)
	e.Factors[History], e.Factors[Risk] = Factor{}, Factor{}
	r, err := Default().Evaluate(e)
	require.NoError(t, err)
	require.Equal(t, int64(85), r.Score, "the part that can be known")
	require.Equal(t, []Name{History, Risk}, r.Unknown)
	for n := DocumentAuthenticity; n <= DataConsistency; n++ {
		broken := e
		broken.Factors[n] = Factor{}
		r, err := Default().Evaluate(broken)
		require.ErrorIs(t, err, ErrUnknownFactor, n.String())
		require.Zero(t, r, "an error has no score")
	}
}

func TestMeasurementsOutsideTheWholeAreRefused(t *testing.T) {
	for name, e := range map[string]Evidence{
		"Negative": sure(-1, 10000, 10000, 10000, 0, 0), "Above": sure(10000, 10001, 10000, 10000, 0, 0),
		"Frame": {Factors: sure(1, 1, 1, 1, 1, 1).Factors, DocumentToFace: 10001}, "OCR": {Factors: sure(1, 1, 1, 1, 1, 1).Factors, OCRConfidence: -1},
	} {
		_, err := Default().Evaluate(e)
		require.ErrorIs(t, err, ErrRange, name)
	}
}

func TestParametersThatContradictAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Params){
		"Sum": func(p *Params) { p.Weights[Risk] = 6 }, "NegativeWeight": func(p *Params) { p.Weights[Risk], p.Weights[History] = -5, 20 },
		"Gate": func(p *Params) { p.Gates.Liveness = 10001 }, "Tiers": func(p *Params) { p.Tiers.Standard = 90 },
		"Cap": func(p *Params) { p.Gates.Cap = 50 }, "Width": func(p *Params) { p.Width = -1 }, "Threshold": func(p *Params) { p.Fallback = []int64{60} },
		"Order": func(p *Params) { p.Fallback = []int64{70, 50} },
	} {
		p := Default()
		change(&p)
		_, err := p.Evaluate(sure(1, 1, 1, 1, 1, 1))
		require.ErrorIs(t, err, ErrParams, name)
	}
	require.NoError(t, Default().Validate())
}

func TestMoreEvidenceNeverLowersAScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bp := rapid.Map(rapid.IntRange(0, 10000), func(n int) BasisPoints { return BasisPoints(n) })
		e := Evidence{DocumentToFace: bp.Draw(t, "frame"), OCRConfidence: bp.Draw(t, "ocr"), Expired: rapid.Bool().Draw(t, "expired")}
		sum := int64(0)
		for n := range e.Factors {
			e.Factors[n] = Of(bp.Draw(t, Name(n).String()))
			sum += Default().Weights[n] * int64(e.Factors[n].Value)
		}
		before, err := Default().Evaluate(e)
		if err != nil {
			t.Fatal(err)
		}
		if before.Score < 0 || before.Score > 100 || before.Score > sum/10000 {
			t.Fatalf("score %d of %d", before.Score, sum)
		}
		if len(before.Failed) > 0 && (before.Score > 49 || before.Tier != None || before.Borderline != 0) {
			t.Fatalf("behind a failed gate: %+v", before)
		}
		if len(before.Failed) == 0 && before.Score != sum/10000 {
			t.Fatalf("score %d, want %d", before.Score, sum/10000)
		}
		if lift := before.Lift(); lift < before.Score || lift > before.Score+5 || (before.Borderline != 0 && lift != before.Borderline) {
			t.Fatalf("lifted to %d: %+v", lift, before)
		}
		n := rapid.IntRange(0, int(Count)-1).Draw(t, "factor")
		e.Factors[n].Value = min(Full, e.Factors[n].Value+bp.Draw(t, "more"))
		after, err := Default().Evaluate(e)
		if err != nil || after.Score < before.Score {
			t.Fatalf("more %s: %d, before %d, %v", Name(n), after.Score, before.Score, err)
		}
	})
}
