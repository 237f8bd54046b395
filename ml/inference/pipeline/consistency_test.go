package pipeline_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/pipelinetest"
	"github.com/virtengine/virtengine/ml/inference/pipeline/score"
)

func TestClaimPrintAndZoneAreHeldAgainstEachOther(t *testing.T) {
	p := newPipeline(t)
	for name, tc := range map[string]struct {
		reason  string
		holder  func(*pipelinetest.Holder)
		claims  func(*pipeline.Claims)
		factor  score.BasisPoints
		reasons []pipeline.Reason
	}{
		"Equal":     {"all three agree", nil, nil, 10000, nil},
		"Spelling":  {"case, hyphens and spaces say nothing", nil, func(c *pipeline.Claims) { c.Surname, c.GivenNames = "Eriksson", "Anna-Maria" }, 10000, nil},
		"Number":    {"one of nine characters of the number differs", nil, func(c *pipeline.Claims) { c.Number = "D23145891" }, (8888 + 30000) / 4, []pipeline.Reason{pipeline.NumberDiffers}},
		"Surname":   {"another surname: eight letters, of which one is the same", nil, func(c *pipeline.Claims) { c.Surname = "BBBBBBBN" }, (1250 + 30000) / 4, []pipeline.Reason{pipeline.SurnameDiffers}},
		"Given":     {"a name left out: five letters of nine", nil, func(c *pipeline.Claims) { c.GivenNames = "ANNA" }, (4444 + 30000) / 4, []pipeline.Reason{pipeline.GivenDiffer}},
		"Birth":     {"a day later: one digit of eight", nil, func(c *pipeline.Claims) { c.BirthDate = "1974-08-13" }, (8750 + 30000) / 4, []pipeline.Reason{pipeline.BirthDateDiffers}},
		"Printed":   {"a printed name that the zone does not have counts as much as a claim", func(h *pipelinetest.Holder) { h.PrintedSurname = "BBBBBBBN" }, nil, (1250 + 30000) / 4, nil},
		"Alphabet":  {"letters that no zone has equal nothing", nil, func(c *pipeline.Claims) { c.Surname = "ЭРИКССОН" }, 30000 / 4, []pipeline.Reason{pipeline.SurnameDiffers}},
		"Diacritic": {"a letter of another alphabet as the zone writes it", func(h *pipelinetest.Holder) { h.Surname = "MUELLER" }, func(c *pipeline.Claims) { c.Surname = "Müller" }, 10000, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := pipelinetest.Ordinary()
			if tc.holder != nil {
				tc.holder(&h)
			}
			e := h.Evidence()
			if tc.claims != nil {
				tc.claims(&e.Claims)
			}
			r, err := p.Run(t.Context(), e)
			require.NoError(t, err)
			require.False(t, r.Refused, "%v", r.Reasons)
			require.Equal(t, score.Of(tc.factor), r.Factors[score.DataConsistency], tc.reason)
			require.Equal(t, tc.reasons, r.Reasons, tc.reason)
		})
	}
}
