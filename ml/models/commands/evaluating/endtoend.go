package evaluating

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/models/eval/persons"
	"github.com/virtengine/virtengine/ml/models/eval/task"
	"github.com/virtengine/virtengine/security/hashes"
)

// endToEnd is the task that needs all networks.
const endToEnd = "end-to-end"

// fitSeed is the population on which the pipeline's curves are fitted.
const fitSeed = 42

// whole is the task of a folder of networks.
func whole() task.Task {
	return task.Task{
		Name: endToEnd, Unit: "persons, each in nine ways", Generator: "ml/models/data (face, document, liveness)",
		Purpose: "From the picture of an identity card and eight frames of a face to a score: ml/inference/pipeline with all its networks.",
	}
}

// suffix is how files of networks end.
func (a asked) suffix() string {
	if a.programs {
		return ".i8.onnx"
	}
	return ".onnx"
}

// networks are those of a folder, and what an evaluation says of them.
func (a asked) networks() (persons.Networks, record, error) {
	n, all := persons.Networks{}, record{Format: format, Task: endToEnd, Seed: a.seed, Count: a.count, Unit: whole().Unit, Parts: map[string]hashes.Digest{}}
	t, err := hashes.NewTranscript("virtengine/evaluation/networks/v1")
	if err != nil {
		return nil, all, err
	}
	contracts := map[string]bool{}
	for _, name := range pipeline.Models() {
		m, digest, err := decode(filepath.Join(a.model, name+a.suffix()))
		if err != nil {
			return nil, all, err
		}
		if n[name], err = task.Open(m); err != nil {
			return nil, all, fmt.Errorf("%s: %w", name, err)
		}
		t.Add(name, digest.Bytes())
		all.Parts[name] = digest
		contracts[n[name].Contract] = true
		all.Contract = n[name].Contract
	}
	if len(contracts) != 1 {
		return nil, all, fmt.Errorf("%w: networks of several contracts", task.ErrNetwork)
	}
	all.Model = t.Sum()
	return n, all, nil
}

// parameters are those of a file, or those that are fitted, and a sentence about where they come from.
func (a asked) parameters(ctx context.Context, n persons.Networks) (pipeline.Params, string, error) {
	if a.params != "" {
		p, err := readParams(a.params)
		return p, "The pipeline's parameters are those of " + filepath.Base(a.params) + "; with others the figures are others. They stand in evaluation.json.", err
	}
	p, err := persons.Fit(ctx, n, fitSeed, a.fit)
	return p, fmt.Sprintf("The pipeline's curves were fitted on %d persons of seed %d; with other curves the figures are others. They stand in evaluation.json.", a.fit, fitSeed), err
}

// measureAll runs the pipeline with the networks of a folder.
func (a asked) measureAll(ctx context.Context) (*evaluation, error) {
	n, all, err := a.networks()
	if err != nil {
		return nil, err
	}
	p, origin, err := a.parameters(ctx, n)
	if err != nil {
		return nil, err
	}
	r, err := persons.Measure(ctx, n, p, a.seed, a.count)
	if err != nil {
		return nil, err
	}
	r.Limits = append(r.Limits, origin)
	all.Facts = r.Facts
	e := &evaluation{record: all, task: whole(), result: r}
	for _, name := range pipeline.Models() {
		e.inputs = append(e.inputs, name+": "+task.Describe(n[name].Input))
		e.outputs = append(e.outputs, name+": "+task.Describe(n[name].Output))
	}
	return e, nil
}

// command is the line that gives an evaluation again.
func (a asked) command(taskName string) string {
	line := []string{"go run ./ml/models/cmd/evaluate", "ml/models/trained", "--task", taskName, "--seed", fmt.Sprint(a.seed), "--count", fmt.Sprint(a.count)}
	if taskName == endToEnd {
		if a.params != "" {
			line = append(line, "--params", "ml/models/trained/"+filepath.Base(a.params))
		} else {
			line = append(line, "--fit", fmt.Sprint(a.fit))
		}
		if a.programs {
			line = append(line, "--programs")
		}
	} else {
		line[1] += "/" + filepath.Base(a.model)
	}
	return strings.Join(append(line, "--out", "DIR"), " ")
}
