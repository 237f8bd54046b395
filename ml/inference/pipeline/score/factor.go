package score

import "fmt"

// BasisPoints is a share in ten-thousandths: 10000 is all of it.
type BasisPoints int64

// Full is the whole.
const Full BasisPoints = 10000

// Name is one of the six factors.
type Name int

// The factors, in the order of every list of them.
const (
	DocumentAuthenticity Name = iota
	FaceMatch
	Liveness
	DataConsistency
	History // known to the chain alone
	Risk    // known to the chain alone
	Count   // how many there are
)

// String is the factor's name as replies write it.
func (n Name) String() string {
	switch n {
	case DocumentAuthenticity:
		return "document_authenticity"
	case FaceMatch:
		return "face_match"
	case Liveness:
		return "liveness"
	case DataConsistency:
		return "data_consistency"
	case History:
		return "history"
	case Risk:
		return "risk"
	}
	return fmt.Sprintf("factor(%d)", int(n))
}

// OfChain says whether the chain alone knows a factor, so that it may be unknown here.
func (n Name) OfChain() bool { return n == History || n == Risk }

// Factor is a measurement, or that there is none.
type Factor struct {
	Value BasisPoints
	Known bool
}

// Of is a factor that was measured.
func Of(v BasisPoints) Factor { return Factor{Value: v, Known: true} }

// Factors are all six, by name. The zero Factors knows nothing.
type Factors [Count]Factor

// Evidence is everything that decides a score.
type Evidence struct {
	Factors        Factors
	DocumentToFace BasisPoints // the weakest of the compared frames against the portrait
	OCRConfidence  BasisPoints // mean certainty of the characters that were read
	Expired        bool        // the document had run out when it was captured
}
