package recipes

import (
	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/nets"
	"github.com/virtengine/virtengine/ml/models/train"
	"github.com/virtengine/virtengine/ml/models/train/loss"
)

// identities is how many persons the embedder learns to tell apart.
const identities = 4000

// embedder learns from aligned crops of 4000 persons, each time another capture, a new error of alignment.
func embedder() *train.Recipe {
	return &train.Recipe{
		Name: "face-embedder", About: "aligned crops of 4000 generated persons; CosFace, scale 24, margin 0.2",
		Net: nets.Embedder,
		Loss: func(seed uint64) loss.Loss {
			return loss.NewCosFace(seed, nets.EmbeddingSize, identities, 24, 0.2)
		},
		Sample: func(s *stream.Stream, x, target []float32) error {
			id := s.IntN(identities)
			target[0] = float32(id)
			p := face.NewPerson(population, uint64(id)) //ve:allow overflow an identity is not negative
			return pixels(x, face.Aligned(p, face.RandomCapture(s), s))
		},
		Rule:  train.Rule{Rate: 0.003, Warmup: 100, Decay: 0.02, Clip: 5},
		Batch: 128, Steps: 2000,
	}
}
