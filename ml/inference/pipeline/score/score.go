package score

import "fmt"

// Tier is what a score alone reaches. Whether the scopes that a tier asks for are there is the chain's question.
type Tier int

// The tiers.
const (
	None Tier = iota
	Basic
	Standard
	Premium
)

// String is the tier's name.
func (t Tier) String() string {
	switch t {
	case None:
		return "none"
	case Basic:
		return "basic"
	case Standard:
		return "standard"
	case Premium:
		return "premium"
	}
	return fmt.Sprintf("tier(%d)", int(t))
}

// Result is a score and how it came about.
type Result struct {
	Score      int64 // 0 to 100
	Tier       Tier
	Failed     []Gate // gates that were not passed; with one, Score is at most the cap
	Unknown    []Name // factors that add nothing since the chain alone knows them: the score can only grow by them
	Borderline int64  // the threshold that a passed fallback lifts to; 0: none
}

// Evaluate scores the evidence. Fails with ErrParams, ErrUnknownFactor for a factor that the chain does not supply, and
// ErrRange; never with a score.
func (p Params) Evaluate(e Evidence) (Result, error) {
	if err := p.Validate(); err != nil {
		return Result{}, err
	}
	var r Result
	sum := int64(0) // at most 100 * 10000
	for n, f := range e.Factors {
		name := Name(n)
		switch {
		case !f.Known && !name.OfChain():
			return Result{}, fmt.Errorf("%w: %s", ErrUnknownFactor, name)
		case !f.Known:
			r.Unknown = append(r.Unknown, name)
			continue
		}
		if err := inRange(name.String(), f.Value); err != nil {
			return Result{}, err
		}
		sum += p.Weights[n] * int64(f.Value)
	}
	if err := inRange("document_to_face", e.DocumentToFace); err != nil {
		return Result{}, err
	}
	if err := inRange("ocr_confidence", e.OCRConfidence); err != nil {
		return Result{}, err
	}
	r.Score = sum / int64(Full)
	if r.Failed = p.Gates.failed(e); len(r.Failed) > 0 {
		r.Score = min(r.Score, p.Gates.Cap)
	} else {
		r.Borderline = p.borderline(r.Score)
	}
	r.Tier = p.Tiers.of(r.Score)
	return r, nil
}

// Lift is the score behind a passed fallback: the threshold that the score lay under, never above it, and the score itself
// where it was not borderline.
func (r Result) Lift() int64 { return max(r.Score, r.Borderline) }

func (p Params) borderline(score int64) int64 {
	for _, t := range p.Fallback {
		if score < t && score >= t-p.Width {
			return t
		}
	}
	return 0
}

func (t Tiers) of(score int64) Tier {
	switch {
	case score >= t.Premium:
		return Premium
	case score >= t.Standard:
		return Standard
	case score >= t.Basic:
		return Basic
	}
	return None
}

func inRange(what string, v BasisPoints) error {
	if v < 0 || v > Full {
		return fmt.Errorf("%w: %s is %d", ErrRange, what, v)
	}
	return nil
}
