package packs

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/publish/manifest"
)

// keeps holds what a pack says of its inputs against what the pipeline makes. Packs of models that the pipeline does not run say what
// they like. "none" stands for a pack that leaves cropping or scaling to the pipeline.
func keeps(m manifest.Manifest) error {
	rule, ours := pipeline.RuleOf(m.Name)
	if !ours {
		return nil
	}
	divisor := int64(1)
	if m.Contract == manifest.Float32 {
		divisor = pipeline.Middle
	}
	p := m.Preprocessing
	if p.Source != "luma" || p.Mean != pipeline.Middle || p.Divisor != divisor {
		return fmt.Errorf("%w: (%s - %d) / %d, the pipeline gives (luma - %d) / %d", ErrPreprocessing, p.Source, p.Mean, p.Divisor, pipeline.Middle, divisor)
	}
	if (p.Crop != "none" && p.Crop != rule.Crop) || (p.Resize != "none" && p.Resize != rule.Resize) {
		return fmt.Errorf("%w: crop %q, resize %q; the pipeline does %q, %q", ErrPreprocessing, p.Crop, p.Resize, rule.Crop, rule.Resize)
	}
	return nil
}
