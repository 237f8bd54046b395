package evaluating

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/virtengine/virtengine/ml/models/eval"
	"github.com/virtengine/virtengine/ml/models/eval/task"
	"github.com/virtengine/virtengine/security/hashes"
)

// record is evaluation.json.
type record struct {
	Format   string         `json:"format"`
	Task     string         `json:"task"`
	Model    hashes.Digest  `json:"model"`
	Contract string         `json:"contract"`
	Seed     uint64         `json:"seed"`
	Count    int            `json:"count"`
	Unit     string         `json:"unit"`
	Facts    map[string]any `json:"facts"`
	// Parts are the networks of end-to-end, of which Model is the digest of digests.
	Parts map[string]hashes.Digest `json:"parts,omitempty"`
}

// format names what evaluation.json holds.
const format = "virtengine/evaluation/v1"

// evaluation is one run of the command.
type evaluation struct {
	record          record
	task            task.Task
	inputs, outputs []string
	result          *task.Result
}

// measure runs the task.
func (a asked) measure(ctx context.Context) (*evaluation, error) {
	t, err := task.Find(a.task)
	if err != nil {
		return nil, err
	}
	m, digest, err := decode(a.model)
	if err != nil {
		return nil, err
	}
	opened, err := task.Open(m)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.model, err)
	}
	if err := opened.Fits(t); err != nil {
		return nil, fmt.Errorf("%s: %w", a.model, err)
	}
	r, err := t.Evaluate(ctx, opened, a.seed, a.count)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.model, err)
	}
	return &evaluation{
		record: record{Format: format, Task: t.Name, Model: digest, Contract: opened.Contract, Seed: a.seed, Count: a.count, Unit: t.Unit, Facts: r.Facts},
		task:   t, inputs: []string{task.Describe(opened.Input)}, outputs: []string{task.Describe(opened.Output)}, result: r,
	}, nil
}

// heldOut is how held-out data is kept apart; package task enforces it.
const heldOut = "Training and calibration draw from seeds below 1000000, evaluations from seeds of that number and above, and from streams of " +
	"other purposes: no person, document or line is in both."

// card writes the model card.
func (e *evaluation) card(a asked, digest hashes.Digest) ([]byte, error) {
	c := &eval.Card{
		Model: e.task.Name, Task: e.task.Purpose, File: a.file(), Weights: e.record.Model, Contract: e.record.Contract,
		Inputs: e.inputs, Outputs: e.outputs,
		Seed: a.seed, Count: int64(a.count), Unit: e.task.Unit, HeldOut: heldOut, Generator: e.task.Generator,
		Figures: e.result.Figures, Biases: e.result.Biases, Evaluation: digest, Limits: e.result.Limits,
		Commands: []string{a.command(e.task.Name)},
	}
	for _, p := range e.result.Pictures {
		c.Plots = append(c.Plots, p.Plot)
	}
	return c.Markdown()
}

// file is what a card calls the model.
func (a asked) file() string {
	if a.task == endToEnd {
		return "trained/*" + a.suffix()
	}
	return "trained/" + filepath.Base(a.model)
}
