package recipes

import (
	"github.com/virtengine/virtengine/ml/models/data/document"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/nets"
	"github.com/virtengine/virtengine/ml/models/train"
	"github.com/virtengine/virtengine/ml/models/train/loss"
)

// fields learns from documents of all conditions, genuine and forged: where a field is does not depend on that.
func fields() *train.Recipe {
	return &train.Recipe{
		Name: "document-fields", About: "rectified cards in all conditions; cross-entropy of 24 × 36 cells, fields weighted 3 times",
		Net: nets.Fields,
		Loss: func(uint64) loss.Loss {
			return loss.Classes{Classes: nets.FieldClasses, Places: 24 * 36, Weights: []float32{1, 2, 3, 3, 3, 3, 2}}
		},
		Sample: func(s *stream.Stream, x, target []float32) error {
			c := document.RandomCondition(s)
			if s.Chance(20) {
				c.Forgery = document.RandomForgery(s)
			}
			m, truth, err := document.Small(document.NewHolder(s.Uint64(), 0), c, 144, 96)
			if err != nil {
				return err
			}
			for i, class := range truth.Grid() {
				target[i] = float32(class)
			}
			return pixels(x, m)
		},
		Rule:  train.Rule{Rate: 0.004, Warmup: 100, Decay: 0.01, Clip: 5},
		Batch: 32, Steps: 1600,
	}
}
