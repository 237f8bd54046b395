package recipes

import (
	"github.com/virtengine/virtengine/ml/models/data/document"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/nets"
	"github.com/virtengine/virtengine/ml/models/train"
	"github.com/virtengine/virtengine/ml/models/train/loss"
)

// anomaly learns from cards of which half are forged. What it is to draw is the same card before the forger came: same
// holder, wear, light, camera, noise. Of a genuine card that is the card itself.
func anomaly() *train.Recipe {
	return &train.Recipe{
		Name: "document-anomaly", About: "rectified cards, half of them forged; squared difference to the same card as it was",
		Net:  nets.Anomaly,
		Loss: func(uint64) loss.Loss { return loss.Squares{N: anomalyW * anomalyH} },
		Sample: func(s *stream.Stream, x, target []float32) error {
			h, c := document.NewHolder(s.Uint64(), 0), document.RandomCondition(s)
			if err := card(target, h, c); err != nil {
				return err
			}
			if s.Chance(50) {
				c.Forgery = document.RandomForgery(s)
				return card(x, h, c)
			}
			copy(x, target)
			return nil
		},
		Rule:  train.Rule{Rate: 0.004, Warmup: 100, Decay: 0.01},
		Batch: 32, Steps: 1600,
	}
}

// The picture of the network.
const anomalyW, anomalyH = 96, 64

// card draws a card as the network sees it.
func card(x []float32, h document.Holder, c document.Condition) error {
	m, _, err := document.Small(h, c, anomalyW, anomalyH)
	if err != nil {
		return err
	}
	return pixels(x, m)
}
