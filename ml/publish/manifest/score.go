package manifest

import (
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/publish/canon"
)

// MaxScore is the highest score: 10000 basis points are certainty.
const MaxScore = 10000

// ScoreTable turns one element of an output into a score. The zero table is none: a detector's output, for instance, is no score.
//
// The raw number is the element itself where the output is integers. Where it is float32 it is the element times Scale, rounded
// to the nearest integer, ties to even, and clamped to ±(2^31-1); a NaN has no score.
type ScoreTable struct {
	Output string `json:"output"` // name; "": no table
	Index  int64  `json:"index"`  // of the element, row-major
	Scale  int64  `json:"scale"`  // 1 to 2^24; 1 where the output is integers
	Steps  []Step `json:"steps"`  // From strictly rising, Score never falling
}

// Step is where a score begins.
type Step struct {
	From  int64 `json:"from"`  // raw number, inclusive
	Score int64 `json:"score"` // basis points
}

// IsZero says whether there is no table.
func (s ScoreTable) IsZero() bool {
	return s.Output == "" && s.Index == 0 && s.Scale == 0 && len(s.Steps) == 0
}

// Points is the score of a raw number: that of the last step that begins at or below it, and 0 below the first.
func (s ScoreTable) Points(raw int64) int64 {
	i, found := slices.BinarySearchFunc(s.Steps, raw, func(step Step, raw int64) int {
		switch {
		case step.From < raw:
			return -1
		case step.From > raw:
			return 1
		}
		return 0
	})
	switch {
	case found:
		return s.Steps[i].Score
	case i == 0:
		return 0
	}
	return s.Steps[i-1].Score
}

// maxSteps bounds a table.
const maxSteps = 10001

// check looks at the table alone.
func (s ScoreTable) check() error {
	if s.IsZero() {
		return nil
	}
	if s.Output == "" || s.Index < 0 || s.Scale < 1 || s.Scale > 1<<24 || len(s.Steps) == 0 || len(s.Steps) > maxSteps {
		return fmt.Errorf("%w: score: wants an output, an index from 0, a scale from 1 to 2^24 and 1 to %d steps", ErrInvalid, maxSteps)
	}
	for i, step := range s.Steps {
		switch {
		case step.Score < 0 || step.Score > MaxScore:
			return fmt.Errorf("%w: score.steps[%d]: score %d is not from 0 to %d", ErrInvalid, i, step.Score, MaxScore)
		case step.From > canon.MaxInteger || step.From < -canon.MaxInteger:
			return fmt.Errorf("%w: score.steps[%d]: from %d is beyond 2^53-1", ErrInvalid, i, step.From)
		case i > 0 && step.From <= s.Steps[i-1].From:
			return fmt.Errorf("%w: score.steps[%d]: from %d stands behind %d; hint: thresholds rise", ErrInvalid, i, step.From, s.Steps[i-1].From)
		case i > 0 && step.Score < s.Steps[i-1].Score:
			return fmt.Errorf("%w: score.steps[%d]: score %d stands behind %d; hint: scores do not fall", ErrInvalid, i, step.Score, s.Steps[i-1].Score)
		}
	}
	return nil
}
