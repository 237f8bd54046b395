package score

import (
	"errors"
	"fmt"
	"slices"
)

// Errors of this package.
var (
	// ErrParams says that parameters contradict each other or are out of range.
	ErrParams = errors.New("score parameters")
	// ErrUnknownFactor says that a factor is missing that only this pipeline can measure.
	ErrUnknownFactor = errors.New("factor was not measured")
	// ErrRange says that a measurement is no share of a whole.
	ErrRange = errors.New("not within 0 and 10000 basis points")
)

// Params are the figures that governance may change.
type Params struct {
	Weights  [Count]int64 // points by factor; they add up to MaxScore
	Gates    Gates
	Tiers    Tiers
	Width    int64   // points under a threshold that are borderline
	Fallback []int64 // the thresholds that a passed fallback can lift to, ascending
}

// Gates are the least that a scored person must reach. What lies under one fails it.
type Gates struct {
	DocumentAuthenticity, FaceMatch, Liveness, DocumentToFace, OCRConfidence BasisPoints
	Expired                                                                  bool  // an expired document fails
	Cap                                                                      int64 // the most that a score behind a failed gate reaches
}

// Tiers are the least scores of each tier.
type Tiers struct{ Basic, Standard, Premium int64 }

// MaxScore is the score of somebody about whom nothing is in doubt.
const MaxScore = 100

// Default is what the protocol recommends (research/patent.md, 3.3).
func Default() Params {
	return Params{
		Weights:  [Count]int64{DocumentAuthenticity: 25, FaceMatch: 25, Liveness: 20, DataConsistency: 15, History: 10, Risk: 5},
		Gates:    Gates{DocumentAuthenticity: 8000, FaceMatch: 8000, Liveness: 8500, DocumentToFace: 7500, OCRConfidence: 9000, Expired: true, Cap: 49},
		Tiers:    Tiers{Basic: 50, Standard: 70, Premium: 85},
		Width:    5,
		Fallback: []int64{50, 70},
	}
}

// Validate fails with ErrParams, naming every contradiction.
func (p Params) Validate() error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: %s", ErrParams, fmt.Sprintf(format, args...)))
	}
	sum := int64(0)
	for n, w := range p.Weights {
		if w < 0 || w > MaxScore {
			bad("weight of %s is %d points; write 0 to %d", Name(n), w, MaxScore)
			continue
		}
		sum += w
	}
	if sum != MaxScore {
		bad("the weights add up to %d points, want %d", sum, MaxScore)
	}
	for name, g := range p.Gates.limits() {
		if g < 0 || g > Full {
			bad("gate %s is %d, want 0 to %d basis points", Gate(name), g, Full)
		}
	}
	if t := p.Tiers; t.Basic <= 0 || t.Basic > t.Standard || t.Standard > t.Premium || t.Premium > MaxScore {
		bad("tiers are %d, %d and %d; they must rise, from 1 to %d", t.Basic, t.Standard, t.Premium, MaxScore)
	}
	if p.Gates.Cap < 0 || p.Gates.Cap >= p.Tiers.Basic {
		bad("a failed gate caps at %d, which must lie under the basic tier's %d", p.Gates.Cap, p.Tiers.Basic)
	}
	if p.Width < 0 || p.Width > MaxScore {
		bad("the borderline is %d points wide", p.Width)
	}
	if !slices.IsSorted(p.Fallback) {
		bad("the thresholds of fallbacks must rise")
	}
	for _, t := range p.Fallback {
		if t != p.Tiers.Basic && t != p.Tiers.Standard && t != p.Tiers.Premium {
			bad("a fallback lifts to %d, which is no tier's threshold", t)
		}
	}
	return errors.Join(errs...)
}
