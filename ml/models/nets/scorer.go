package nets

import "github.com/virtengine/virtengine/ml/models/layers"

// Scorer takes [1, 16] features (Features) in [-1, 1] and gives [1, 1], the logit of a genuine person.
func Scorer() (*layers.Net, error) {
	b := layers.Start("scorer", layers.Shape{C: int(FeatureCount), H: 1, W: 1})
	x := b.Relu(b.Linear(layers.Input, 32, true))
	x = b.Relu(b.Linear(x, 16, true))
	x = b.Linear(x, 1, true)
	return b.Build(x, 1, 1)
}
