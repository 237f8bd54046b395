package task

import (
	"context"
	"fmt"
	"strings"

	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/data/text"
	"github.com/virtengine/virtengine/ml/models/eval"
)

// alphabet is the classes of the text net; class 0 is the blank.
const (
	alphabet = "_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<. "
	steps    = 120
)

func lines() Task {
	return Task{
		Name: "text-line", Unit: "lines", Least: 10, Generator: "ml/models/data/text", Shape: []int{1, 1, text.Height, text.Width},
		Purpose: "Reads a line of capital letters, digits and fillers.",
		sample: func(seed uint64, i int) ([]int8, error) {
			m, _ := text.Line(stream.New(seed, "calibrate/text-line", u64(i)))
			return pixels(m), nil
		},
		evaluate: texts,
	}
}

func texts(ctx context.Context, n Network, seed uint64, count int) (*Result, error) {
	var all []eval.Reading
	kinds := map[bool][]eval.Reading{}
	for i := range count {
		m, truth := text.Line(stream.New(seed, "evaluate/text-line", u64(i)))
		logits, err := answer(ctx, n, pixels(m), len(alphabet)*steps)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i, err)
		}
		r := eval.Reading{Read: Greedy(logits), Truth: truth}
		all = append(all, r)
		kinds[strings.Contains(truth, "<")] = append(kinds[strings.Contains(truth, "<")], r)
	}
	score, err := eval.NewText(all)
	if err != nil {
		return nil, err
	}
	r := &Result{
		Facts: map[string]any{"text": score},
		Figures: []eval.Figure{
			eval.FigureOf("character error rate", score.Characters, "characters"),
			eval.FigureOf("lines read exactly", score.Exact, "lines"),
		},
		Limits: []string{"The intervals of characters take every character for a trial of its own; errors of one line hang together, so they are too narrow."},
	}
	for _, k := range []struct {
		name string
		mrz  bool
	}{{"printed fields", false}, {"lines of a machine readable zone", true}} {
		if len(kinds[k.mrz]) == 0 {
			continue
		}
		part, err := eval.NewText(kinds[k.mrz])
		if err != nil {
			return nil, err
		}
		r.Facts[k.name] = part
		r.Figures = append(r.Figures, eval.FigureOf("character error rate, "+k.name, part.Characters, "characters"),
			eval.FigureOf("read exactly, "+k.name, part.Exact, "lines"))
	}
	return r, nil
}

// Greedy decodes logits [classes, steps]: the likeliest class of each step (of equals the first), repeats joined, blanks left
// out (A. Graves 2006). logits holds as many as that.
func Greedy(logits []float32) string {
	var out strings.Builder
	last := 0
	for s := range steps {
		best := 0
		for c := range len(alphabet) {
			if logits[c*steps+s] > logits[best*steps+s] {
				best = c
			}
		}
		if best != 0 && best != last {
			out.WriteByte(alphabet[best])
		}
		last = best
	}
	return out.String()
}
