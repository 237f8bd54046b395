package eval

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/virtengine/virtengine/security/hashes"
)

// Figure is one line of a card's table.
type Figure struct {
	Name  string // false reject rate at a false accept rate of 0.1 %
	Value string // as it is shown: see Percent
	// Of is what it was measured on, in words and numbers: 2 of 400 pairs.
	Of string
	// Interval is the 95 % interval as it is shown; "" where there is none, which the card says.
	Interval string
}

// Plot is a picture beside the card.
type Plot struct{ File, Caption string }

// Card is what a model card states. Every field is a fact of one evaluation; the sentences about what data this is and what
// the model is not for stand in the template and cannot be left out.
type Card struct {
	Model      string        // face-embedder
	Task       string        // in a sentence
	File       string        // trained/face-embedder.onnx
	Weights    hashes.Digest // of the file
	Contract   string        // ve-f32-1, ve-i8-1
	Inputs     []string      // name, element type and shape
	Outputs    []string
	Seed       uint64   // of the held-out data
	Count      int64    // of samples, persons or documents; Unit says which
	Unit       string   // persons
	HeldOut    string   // how the held-out data is kept from the training data
	Generator  string   // what draws the data
	Figures    []Figure // at least one
	Biases     []Bias   // may be none, which the card says
	Plots      []Plot
	Commands   []string // that give this card again
	Evaluation hashes.Digest
	Limits     []string // what is known to be weak, each in a sentence
}

//go:embed card.md.tmpl
var cardTemplate string

// Markdown writes the card. Fails with ErrCard naming what is missing.
func (c *Card) Markdown() ([]byte, error) {
	for _, f := range []struct {
		name    string
		missing bool
	}{
		{"Model", c.Model == ""}, {"Task", c.Task == ""}, {"File", c.File == ""}, {"Weights", c.Weights.IsZero()},
		{"Contract", c.Contract == ""}, {"Inputs", len(c.Inputs) == 0}, {"Outputs", len(c.Outputs) == 0},
		{"Count", c.Count < 1}, {"Unit", c.Unit == ""}, {"HeldOut", c.HeldOut == ""}, {"Generator", c.Generator == ""},
		{"Figures", len(c.Figures) == 0}, {"Commands", len(c.Commands) == 0}, {"Evaluation", c.Evaluation.IsZero()},
	} {
		if f.missing {
			return nil, fmt.Errorf("%w: %s; hint: a card states all of it or is not written", ErrCard, f.name)
		}
	}
	t, err := template.New("card").Funcs(template.FuncMap{"percent": Percent, "times": times}).Parse(cardTemplate)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCard, err)
	}
	var out strings.Builder
	if err := t.Execute(&out, c); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCard, err)
	}
	return []byte(out.String()), nil
}

// Percent writes ppm as percent, with as many decimals as there are.
func Percent(ppm int64) string {
	sign := ""
	if ppm < 0 {
		sign, ppm = "-", -ppm
	}
	text := fmt.Sprintf("%s%d.%04d", sign, ppm/10_000, ppm%10_000)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + " %"
}

// Decimal writes ppm as a number of four decimals, rounded down.
func Decimal(ppm int64) string {
	sign := ""
	if ppm < 0 {
		sign, ppm = "-", -ppm
	}
	return fmt.Sprintf("%s%d.%04d", sign, ppm/Million, ppm%Million/100)
}

// FigureOf is the line of a rate; of names the trials, in plural.
func FigureOf(name string, r Rate, of string) Figure {
	return Figure{
		Name: name, Value: Percent(r.PPM), Of: fmt.Sprintf("%d of %d %s", r.Count, r.Of, of),
		Interval: Percent(r.Low) + " to " + Percent(r.High),
	}
}

// times writes the ratio of a Bias.
func times(ppm int64) string {
	if ppm < 0 {
		return "no number: the best has no errors"
	}
	return fmt.Sprintf("%d.%02d", ppm/Million, ppm%Million/10_000)
}
