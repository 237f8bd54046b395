package nets

import (
	"errors"
	"fmt"

	"github.com/virtengine/virtengine/ml/models/layers"
)

// ErrUnknown says that there is no network of a name.
var ErrUnknown = errors.New("unknown network")

// Definition is one network.
type Definition struct {
	Name  string
	About string
	Build func() (*layers.Net, error)
}

// All lists the networks in the order in which they are trained.
func All() []Definition {
	return []Definition{
		{"face-embedder", "aligned face → 128 numbers, compared by cosine", Embedder},
		{"text-line", "line of text → 120 steps of 40 characters (CTC)", TextLine},
		{"liveness", "eight frames of a face → live, print, replay, mask", Liveness},
		{"face-detector", "picture → 12 × 12 cells: is a face here, where, where are its eyes", Detector},
		{"document-fields", "rectified document → 24 × 36 cells of 7 kinds of fields", Fields},
		{"document-anomaly", "rectified document → the same as a genuine one would look", Anomaly},
		{"scorer", "16 features → logit of a genuine person", Scorer},
	}
}

// Find returns the network of a name. Fails with ErrUnknown.
func Find(name string) (Definition, error) {
	for _, d := range All() {
		if d.Name == name {
			return d, nil
		}
	}
	return Definition{}, fmt.Errorf("%w: %q; hint: train --list names all", ErrUnknown, name)
}
