package pipeline

import (
	"slices"

	"github.com/virtengine/virtengine/ml/inference/pipeline/score"
	"github.com/virtengine/virtengine/security/hashes"
)

// Reason says why there is no score, or what lowered it. The numbers are the protocol's (Reason of inference.proto).
type Reason int32

// Reasons of a refusal.
const (
	DocumentMissing      Reason = 1
	DocumentUnreadable   Reason = 2
	DocumentTooSmall     Reason = 3
	PortraitNotFound     Reason = 4
	PortraitFaceNotFound Reason = 5
	FieldNotFound        Reason = 6
	ZoneNotFound         Reason = 7
	ZoneUnreadable       Reason = 8
	SelfieMissing        Reason = 9
	SelfieUnreadable     Reason = 10
	SelfieFaceNotFound   Reason = 11
	SelfieSeveralFaces   Reason = 12
	ClaimsMissing        Reason = 13
	CaptureDateMissing   Reason = 14
	FaceFeatureless      Reason = 15
)

// Reasons of a score.
const (
	gateReasons      Reason = 32 // and the number of the gate
	CheckDigit       Reason = 48
	NumberDiffers    Reason = 49
	SurnameDiffers   Reason = 50
	GivenDiffer      Reason = 51
	BirthDateDiffers Reason = 52
)

// GateReason is the reason for a gate that was not passed.
func GateReason(g score.Gate) Reason {
	return gateReasons + Reason(g) //ve:allow overflow a gate is one of six
}

// Result is what the pipeline says of one person's evidence.
type Result struct {
	Refused        bool         // there is no score; Reasons say why
	Score          score.Result // zero where refused
	Factors        score.Factors
	DocumentToFace score.BasisPoints
	OCRConfidence  score.BasisPoints
	Reasons        []Reason // ascending, none twice
	Version        hashes.Digest
	Input          hashes.Digest
	Output         hashes.Digest // over all of the above
}

// seal sorts the reasons and computes the digest of the result.
func (r *Result) seal() error {
	slices.Sort(r.Reasons)
	r.Reasons = slices.Compact(r.Reasons)
	t, err := hashes.NewTranscript("virtengine/inference/result/v1")
	if err != nil {
		return err
	}
	number := func(name string, v int64) { t.AddUint64(name, uint64(v)) } //ve:allow overflow two's complement, one to one
	flag := func(name string, v bool) {
		if v {
			number(name, 1)
		} else {
			number(name, 0)
		}
	}
	flag("refused", r.Refused)
	number("score", r.Score.Score)
	number("tier", int64(r.Score.Tier))
	number("borderline", r.Score.Borderline)
	for _, f := range r.Factors {
		flag("known", f.Known)
		number("factor", int64(f.Value))
	}
	number("document to face", int64(r.DocumentToFace))
	number("ocr confidence", int64(r.OCRConfidence))
	number("reasons", int64(len(r.Reasons)))
	for _, reason := range r.Reasons {
		number("reason", int64(reason))
	}
	t.Add("pipeline", r.Version.Bytes()).Add("input", r.Input.Bytes())
	r.Output = t.Sum()
	return nil
}
