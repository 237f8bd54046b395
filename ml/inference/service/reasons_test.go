package service

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/score"
	"github.com/virtengine/virtengine/ml/inference/service/api"
)

func TestReasonsHaveTheNumbersOfTheProtocol(t *testing.T) {
	for have, want := range map[pipeline.Reason]api.Reason{
		pipeline.DocumentMissing: api.REASON_DOCUMENT_MISSING, pipeline.DocumentUnreadable: api.REASON_DOCUMENT_UNREADABLE, pipeline.DocumentTooSmall: api.REASON_DOCUMENT_TOO_SMALL,
		pipeline.PortraitNotFound: api.REASON_PORTRAIT_NOT_FOUND, pipeline.PortraitFaceNotFound: api.REASON_PORTRAIT_FACE_NOT_FOUND, pipeline.FieldNotFound: api.REASON_FIELD_NOT_FOUND,
		pipeline.ZoneNotFound: api.REASON_MRZ_NOT_FOUND, pipeline.ZoneUnreadable: api.REASON_MRZ_UNREADABLE, pipeline.SelfieMissing: api.REASON_SELFIE_MISSING,
		pipeline.SelfieUnreadable: api.REASON_SELFIE_UNREADABLE, pipeline.SelfieFaceNotFound: api.REASON_SELFIE_FACE_NOT_FOUND, pipeline.SelfieSeveralFaces: api.REASON_SELFIE_SEVERAL_FACES,
		pipeline.ClaimsMissing: api.REASON_CLAIMS_MISSING, pipeline.CaptureDateMissing: api.REASON_CAPTURE_DATE_MISSING, pipeline.FaceFeatureless: api.REASON_FACE_FEATURELESS,
		pipeline.CheckDigit: api.REASON_CHECK_DIGIT, pipeline.NumberDiffers: api.REASON_NUMBER_DIFFERS, pipeline.SurnameDiffers: api.REASON_SURNAME_DIFFERS,
		pipeline.GivenDiffer: api.REASON_GIVEN_NAMES_DIFFER, pipeline.BirthDateDiffers: api.REASON_BIRTH_DATE_DIFFERS,
	} {
		require.Equal(t, want, api.Reason(have), want.String())
	}
	for g := score.GateDocumentAuthenticity; g <= score.GateExpired; g++ {
		require.Equal(t, "REASON_GATE_"+strings.ToUpper(g.String()), api.Reason(pipeline.GateReason(g)).String())
	}
	for n := score.Name(0); n < score.Count; n++ {
		require.Equal(t, "FACTOR_"+strings.ToUpper(n.String()), factors[n].String())
	}
	for tier := score.None; tier <= score.Premium; tier++ {
		require.Equal(t, "TIER_"+strings.ToUpper(tier.String()), tiers[tier].String())
	}
}
