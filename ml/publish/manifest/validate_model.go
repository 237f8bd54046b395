package manifest

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/ml/publish/canon"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/safemath"
)

// Limits of what a model declares.
const (
	maxValues = 64
	maxRank   = 8
)

func (m Manifest) checkModels() error {
	var runnable []string
	for _, f := range m.Files {
		if f.Role == FloatGraph || f.Role == IntegerProgram {
			runnable = append(runnable, f.Name)
		}
	}
	var described []string
	for i, model := range m.Models {
		described = append(described, model.File)
		if err := model.check(fmt.Sprintf("models[%d]", i)); err != nil {
			return err
		}
	}
	if !slices.Equal(runnable, described) {
		return invalid("models", "they describe %q, the files that can run are %q; hint: the same, in the same order", described, runnable)
	}
	return nil
}

func (model Model) check(place string) error {
	if model.Graph.Algorithm() != hashes.SHA256 {
		return invalid(place, "graph %s is no SHA-256", model.Graph)
	}
	if len(model.Opsets) == 0 || len(model.Opsets) > maxValues {
		return invalid(place, "%d opsets", len(model.Opsets))
	}
	for _, domain := range slices.Sorted(maps.Keys(model.Opsets)) {
		if version := model.Opsets[domain]; !printable(domain) || version < 1 || version > math.MaxInt32 {
			return invalid(place, "opset %d of domain %.40q", version, domain)
		}
	}
	if model.MACs < 0 || model.MACs > canon.MaxInteger || model.ArenaBytes < 0 || model.ArenaBytes > canon.MaxInteger {
		return invalid(place, "macs %d, arena_bytes %d; want 0 to 2^53-1", model.MACs, model.ArenaBytes)
	}
	if err := checkValues(place+".inputs", model.Inputs); err != nil {
		return err
	}
	return checkValues(place+".outputs", model.Outputs)
}

func checkValues(place string, all []Value) error {
	if len(all) == 0 || len(all) > maxValues {
		return invalid(place, "%d, want 1 to %d", len(all), maxValues)
	}
	seen := map[string]bool{}
	for i, v := range all {
		here := fmt.Sprintf("%s[%d]", place, i)
		if !printable(v.Name) || seen[v.Name] {
			return invalid(here, "name %.40q is empty, not printable or repeated", v.Name)
		}
		seen[v.Name] = true
		if !word(v.DType, 16, "") {
			return invalid(here, "dtype %.40q", v.DType)
		}
		if _, err := v.Elements(); err != nil {
			return invalid(here, "%v", err)
		}
	}
	return nil
}

// Elements is how many elements a value has. Fails with ErrInvalid where that is no number of elements.
func (v Value) Elements() (int64, error) {
	n := int64(1)
	if len(v.Shape) > maxRank {
		return 0, fmt.Errorf("%w: shape %v has more than %d dimensions", ErrInvalid, v.Shape, maxRank)
	}
	for _, d := range v.Shape {
		var err error
		if n, err = safemath.Mul(n, d); err != nil || d < 1 || n > math.MaxInt32 {
			return 0, fmt.Errorf("%w: shape %v; hint: dimensions are above 0 and their product below 2^31", ErrInvalid, v.Shape)
		}
	}
	return n, nil
}

// checkPreprocessing holds the constants against the input of the model that runs.
func (m Manifest) checkPreprocessing() error {
	p := m.Preprocessing
	for _, size := range []int64{p.Width, p.Height, p.Frames} {
		if size < 1 || size > 1<<16 {
			return invalid("preprocessing", "width %d, height %d, frames %d; want 1 to 65536", p.Width, p.Height, p.Frames)
		}
	}
	if p.Divisor < 1 || p.Divisor > 1<<24 || p.Mean < -1<<24 || p.Mean > 1<<24 {
		return invalid("preprocessing", "mean %d, divisor %d; want a divisor from 1 and both up to 2^24", p.Mean, p.Divisor)
	}
	if !name(p.Crop, "-") || !name(p.Resize, "-") {
		return invalid("preprocessing", "crop %.40q, resize %.40q; hint: name a rule, or none", p.Crop, p.Resize)
	}
	_, model := m.Program()
	if len(model.Inputs) != 1 {
		return invalid("preprocessing", "the model has %d inputs, want one", len(model.Inputs))
	}
	in := model.Inputs[0]
	if p.Divisor != 1 && !strings.HasPrefix(in.DType, "float") {
		return invalid("preprocessing", "divisor %d for an input of %s, whose elements are integers; want 1", p.Divisor, in.DType)
	}
	want := []int64{1, p.Frames, p.Height, p.Width}
	switch p.Source {
	case "luma":
	case "vector":
		if p.Height != 1 || p.Frames != 1 || p.Crop != "none" || p.Resize != "none" {
			return invalid("preprocessing", "a vector has height 1, frames 1, crop none, resize none")
		}
		want = []int64{1, p.Width}
	default:
		return invalid("preprocessing", "source %.40q, known are luma and vector", p.Source)
	}
	if !slices.Equal(in.Shape, want) {
		return invalid("preprocessing", "it gives %v, input %q of the model is %v", want, in.Name, in.Shape)
	}
	return nil
}

// checkScore holds the table against the output that it reads.
func (m Manifest) checkScore() error {
	if err := m.Score.check(); err != nil || m.Score.IsZero() {
		return err
	}
	_, model := m.Program()
	i := slices.IndexFunc(model.Outputs, func(v Value) bool { return v.Name == m.Score.Output })
	if i < 0 {
		return invalid("score", "the model has no output %.40q", m.Score.Output)
	}
	out := model.Outputs[i]
	n, err := out.Elements()
	if err != nil {
		return err
	}
	if m.Score.Index >= n {
		return invalid("score", "index %d, output %q has %d elements", m.Score.Index, out.Name, n)
	}
	switch {
	case out.DType == "float32":
	case !slices.Contains([]string{"int8", "uint8", "int16", "uint16", "int32", "int64"}, out.DType):
		return invalid("score", "output %q is %s; want float32 or integers", out.Name, out.DType)
	case m.Score.Scale != 1:
		return invalid("score", "scale %d for an output of %s; want 1", m.Score.Scale, out.DType)
	}
	return nil
}
