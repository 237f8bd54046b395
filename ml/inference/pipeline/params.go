package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/virtengine/virtengine/ml/inference/pipeline/fixed"
	"github.com/virtengine/virtengine/ml/inference/pipeline/score"
	"github.com/virtengine/virtengine/security/hashes"
)

// ErrParams says that parameters are out of range.
var ErrParams = errors.New("pipeline parameters")

// Algorithm names the steps of this package. It changes whenever equal evidence may give another result.
const Algorithm = "ve-pipeline-2"

// Params are the figures of the pipeline. All are integers; they are part of its version.
type Params struct {
	Score      score.Params
	FaceLogit  int64       // the least logit of a face, 24 bits behind the point
	RoomMargin int         // around a region, in percent of a cell of the fields' grid
	LineMargin int         // ground around a line of text, in percent of its height
	MinWidth   int         // of a document, in pixels
	MinHeight  int         // of a document, in pixels
	Likeness   fixed.Curve // cosine of two faces in basis points → how far they are one person's, basis points
	Living     fixed.Curve // the model's certainty that a face lives, basis points → the factor, basis points
	Genuine    fixed.Curve // anomaly in 256ths of a luma → how far a document is as others are, basis points
}

// Default are the recommended figures of the score, and curves that take the models at their word: certainties as they are,
// the positive half of the cosine, and 32 lumas of anomaly as the end of all trust. Packs bring better curves with their
// evaluation, and governance pins them.
func Default() Params {
	return Params{
		Score: score.Default(), RoomMargin: 50, LineMargin: 15, MinWidth: fieldsW, MinHeight: fieldsH,
		Likeness: fixed.Curve{{X: 0, Y: 0}, {X: fixed.Whole, Y: fixed.Whole}},
		Living:   fixed.Curve{{X: 0, Y: 0}, {X: fixed.Whole, Y: fixed.Whole}},
		Genuine:  fixed.Curve{{X: 0, Y: fixed.Whole}, {X: 32 << 8, Y: 0}},
	}
}

// Validate fails with ErrParams.
func (p Params) Validate() error {
	errs := []error{p.Score.Validate()}
	for _, c := range []struct {
		name  string
		curve fixed.Curve
	}{{"likeness", p.Likeness}, {"living", p.Living}, {"genuine", p.Genuine}} {
		if err := c.curve.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.name, err))
		}
	}
	if p.FaceLogit < -64*fixed.One || p.FaceLogit > 64*fixed.One {
		errs = append(errs, fmt.Errorf("a face's least logit is %d, want -64 to 64 times 2^24", p.FaceLogit))
	}
	if p.LineMargin < 0 || p.LineMargin > 100 || p.RoomMargin < 0 || p.RoomMargin > 100 {
		errs = append(errs, fmt.Errorf("margins are %d and %d, want 0 to 100 percent", p.LineMargin, p.RoomMargin))
	}
	if p.MinWidth < 1 || p.MinHeight < 1 {
		errs = append(errs, fmt.Errorf("a document has at least %d by %d pixels", p.MinWidth, p.MinHeight))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%w: %w", ErrParams, err)
	}
	return nil
}

// Version is the digest of the algorithm and its parameters.
func (p Params) Version() (hashes.Digest, error) {
	t, err := hashes.NewTranscript("virtengine/inference/pipeline/v1")
	if err != nil {
		return hashes.Digest{}, err
	}
	raw, err := json.Marshal(p) // structs, in the order of their fields; no maps, no floats
	if err != nil {
		return hashes.Digest{}, err
	}
	return t.Add("algorithm", []byte(Algorithm)).Add("parameters", raw).Sum(), nil
}
