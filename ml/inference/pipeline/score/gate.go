package score

import "fmt"

// Gate is one of the hard gates.
type Gate int

// The gates, in the order of every list of them.
const (
	GateDocumentAuthenticity Gate = iota
	GateFaceMatch
	GateLiveness
	GateDocumentToFace
	GateOCRConfidence
	GateExpired
)

// String is the gate's name.
func (g Gate) String() string {
	switch g {
	case GateDocumentAuthenticity:
		return "document_authenticity"
	case GateFaceMatch:
		return "face_match"
	case GateLiveness:
		return "liveness"
	case GateDocumentToFace:
		return "document_to_face"
	case GateOCRConfidence:
		return "ocr_confidence"
	case GateExpired:
		return "expired"
	}
	return fmt.Sprintf("gate(%d)", int(g))
}

// limits are the least values, by Gate.
func (g Gates) limits() [GateExpired]BasisPoints {
	return [GateExpired]BasisPoints{g.DocumentAuthenticity, g.FaceMatch, g.Liveness, g.DocumentToFace, g.OCRConfidence}
}

// failed lists the gates that the evidence does not pass.
func (g Gates) failed(e Evidence) []Gate {
	var out []Gate
	have := [GateExpired]BasisPoints{e.Factors[DocumentAuthenticity].Value, e.Factors[FaceMatch].Value, e.Factors[Liveness].Value, e.DocumentToFace, e.OCRConfidence}
	for i, limit := range g.limits() {
		if have[i] < limit {
			out = append(out, Gate(i))
		}
	}
	if g.Expired && e.Expired {
		out = append(out, GateExpired)
	}
	return out
}
