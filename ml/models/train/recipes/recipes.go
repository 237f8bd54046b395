package recipes

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/nets"
	"github.com/virtengine/virtengine/ml/models/train"
)

// population is the seed of all persons who are known by number.
const population = 42

// All lists the recipes in the order in which they are trained.
func All() []*train.Recipe {
	return []*train.Recipe{embedder(), textLine(), liveness(), detector(), fields(), anomaly()}
}

// Find returns the recipe of a name. Fails with nets.ErrUnknown, and with train.ErrRecipe for a network that has none.
func Find(name string) (*train.Recipe, error) {
	for _, r := range All() {
		if r.Name == name {
			return r, nil
		}
	}
	if _, err := nets.Find(name); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%w: %s has a definition, but no recipe yet", train.ErrRecipe, name)
}

// pixels writes pictures as networks see them, one after the other: (luma − 128)/128.
func pixels(x []float32, pictures ...gray.Image) error {
	for _, m := range pictures {
		if len(m.Pix) > len(x) {
			return fmt.Errorf("%w: a picture of %d×%d, %d numbers are left", train.ErrRecipe, m.W, m.H, len(x))
		}
		for i, p := range m.Pix {
			x[i] = float32(int(p)-128) / 128
		}
		x = x[len(m.Pix):]
	}
	if len(x) != 0 {
		return fmt.Errorf("%w: pictures leave %d numbers of the input", train.ErrRecipe, len(x))
	}
	return nil
}
