package recipes

import (
	"github.com/virtengine/virtengine/ml/models/data/face"
	sequences "github.com/virtengine/virtengine/ml/models/data/liveness"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/nets"
	"github.com/virtengine/virtengine/ml/models/train"
	"github.com/virtengine/virtengine/ml/models/train/loss"
)

// liveness learns from sequences of persons whom it sees once; of ten sequences four live.
func liveness() *train.Recipe {
	return &train.Recipe{
		Name: "liveness", About: "sequences of eight frames, 40 of 100 live; cross-entropy of four classes",
		Net: nets.Liveness,
		Loss: func(uint64) loss.Loss {
			return loss.Classes{Classes: nets.LivenessClasses, Places: 1, Smooth: 0.02}
		},
		Sample: func(s *stream.Stream, x, target []float32) error {
			p := face.NewPerson(s.Uint64(), 0)
			kind := stream.Pick(s, sequences.Live, sequences.Live, sequences.Print, sequences.Replay, sequences.Mask)
			target[0] = float32(kind)
			frames := sequences.Sequence(p, kind, s)
			return pixels(x, frames[:]...)
		},
		Rule:  train.Rule{Rate: 0.003, Warmup: 100, Decay: 0.02, Clip: 5},
		Batch: 64, Steps: 2000,
	}
}
