package recipes

import (
	"fmt"
	"strings"

	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/data/text"
	"github.com/virtengine/virtengine/ml/models/nets"
	"github.com/virtengine/virtengine/ml/models/train"
	"github.com/virtengine/virtengine/ml/models/train/loss"
)

// textLine learns from lines of generated text, each of them new.
func textLine() *train.Recipe {
	return &train.Recipe{
		Name: "text-line", About: "generated lines, none twice; CTC",
		Net: nets.TextLine,
		Loss: func(uint64) loss.Loss {
			return loss.CTC{Classes: len(nets.Alphabet), Steps: nets.TextSteps, Most: text.Most}
		},
		Sample: func(s *stream.Stream, x, target []float32) error {
			m, words := text.Line(s)
			if err := labels(target, words); err != nil {
				return err
			}
			return pixels(x, m)
		},
		Rule:  train.Rule{Rate: 0.004, Warmup: 100, Decay: 0.01, Clip: 20},
		Batch: 32, Steps: 4500,
	}
}

// labels writes the class of each character.
func labels(target []float32, words string) error {
	if len(words) > len(target) {
		return fmt.Errorf("%w: a line of %d characters, at most %d", train.ErrRecipe, len(words), len(target))
	}
	for i := range len(words) {
		class := strings.IndexByte(nets.Alphabet, words[i])
		if class < 1 {
			return fmt.Errorf("%w: character %q is in no class", train.ErrRecipe, words[i])
		}
		target[i] = float32(class)
	}
	return nil
}
