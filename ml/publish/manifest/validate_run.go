package manifest

import (
	"fmt"
	"maps"
	"slices"

	"github.com/virtengine/virtengine/ml/publish/canon"
	"github.com/virtengine/virtengine/security/hashes"
)

func (m Manifest) checkTriples() error {
	if len(m.Conformance) < MinTriples || len(m.Conformance) > MaxTriples {
		return invalid("conformance", "%d triples, want %d to %d", len(m.Conformance), MinTriples, MaxTriples)
	}
	inputs := map[string]bool{}
	for _, f := range m.Files {
		if f.Role == ConformanceInput {
			inputs[f.Name] = true
		}
	}
	unread := maps.Clone(inputs)
	names, runs := map[string]bool{}, map[string]string{}
	for i, t := range m.Conformance {
		place := fmt.Sprintf("conformance[%d]", i)
		if !name(t.Name, "-") || names[t.Name] {
			return invalid(place, "name %.70q is malformed or repeated", t.Name)
		}
		names[t.Name] = true
		same, err := m.checkTriple(place, t, inputs)
		if err != nil {
			return err
		}
		if runs[same] != "" {
			return invalid(place, "it has the inputs of %s; hint: a triple more shows something only with other inputs", runs[same])
		}
		runs[same] = t.Name
		for _, in := range t.Inputs {
			delete(unread, in.File)
		}
	}
	if len(unread) > 0 {
		return invalid("conformance", "%d files with role %s are read by no triple", len(unread), ConformanceInput)
	}
	return nil
}

// checkTriple returns what tells its inputs from others'.
func (m Manifest) checkTriple(place string, t Triple, files map[string]bool) (string, error) {
	_, model := m.Program()
	if len(t.Inputs) != len(model.Inputs) || len(t.Outputs) != len(model.Outputs) {
		return "", invalid(place, "%d inputs and %d outputs, the model has %d and %d", len(t.Inputs), len(t.Outputs), len(model.Inputs), len(model.Outputs))
	}
	key := ""
	for i, in := range t.Inputs {
		switch {
		case in.Name != model.Inputs[i].Name:
			return "", invalid(place, "input %.40q, the model's is %q", in.Name, model.Inputs[i].Name)
		case in.File != "" && !files[in.File]:
			return "", invalid(place, "input %q: no file %.110q with role %s", in.Name, in.File, ConformanceInput)
		case in.File != "" && in.Seed != 0:
			return "", invalid(place, "input %q: a file and a seed; want one", in.Name)
		case in.Seed < 0 || in.Seed > canon.MaxInteger:
			return "", invalid(place, "input %q: seed %d; want 0 to 2^53-1", in.Name, in.Seed)
		case in.Digest.Algorithm() != hashes.SHA256:
			return "", invalid(place, "input %q: digest %s is no SHA-256", in.Name, in.Digest)
		}
		key += in.Digest.String()
	}
	for i, out := range t.Outputs {
		if out.Name != model.Outputs[i].Name {
			return "", invalid(place, "output %.40q, the model's is %q", out.Name, model.Outputs[i].Name)
		}
		if out.Digest.Algorithm() != hashes.SHA256 {
			return "", invalid(place, "output %q: digest %s is no SHA-256", out.Name, out.Digest)
		}
	}
	if m.Score.IsZero() != (t.Score == NoScore) || t.Score < NoScore || t.Score > MaxScore {
		return "", invalid(place, "score %d; want 0 to %d with a table, and %d without", t.Score, MaxScore, NoScore)
	}
	return key, nil
}

func (m Manifest) checkTraining() error {
	t := m.Training
	switch {
	case !printable(t.Command):
		return invalid("training.command", "it is empty, too long or not printable")
	case !printable(t.DataVersion):
		return invalid("training.data_version", "it is empty, too long or not printable")
	case !goVersion(t.GoVersion):
		return invalid("training.go_version", "%.40q, want go1.N or go1.N.N", t.GoVersion)
	case t.Seed < 0 || t.Seed > canon.MaxInteger:
		return invalid("training.seed", "%d, want 0 to 2^53-1", t.Seed)
	}
	return nil
}

func (m Manifest) checkMetrics() error {
	i := slices.IndexFunc(m.Files, func(f File) bool { return f.Role == Evaluation })
	if i < 0 || !m.Files[i].Digest.Equal(m.Metrics.Evaluation) {
		return invalid("metrics.evaluation", "%s is not the digest of the file with role %s", m.Metrics.Evaluation, Evaluation)
	}
	if len(m.Metrics.Values) == 0 || len(m.Metrics.Values) > MaxFiles {
		return invalid("metrics.values", "%d, want 1 to %d", len(m.Metrics.Values), MaxFiles)
	}
	for i, v := range m.Metrics.Values {
		place := fmt.Sprintf("metrics.values[%d]", i)
		if !name(v.Name, "._-") || i > 0 && v.Name <= m.Metrics.Values[i-1].Name {
			return invalid(place, "name %.70q is malformed, repeated or out of order", v.Name)
		}
		if v.PPM > canon.MaxInteger || v.PPM < -canon.MaxInteger {
			return invalid(place, "ppm %d is beyond 2^53-1", v.PPM)
		}
	}
	return nil
}
