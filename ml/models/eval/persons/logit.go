package persons

import (
	"context"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/fixed"
)

// logits are what a face's least logit may be. With a lower one fewer faces are missed, and more of what is none is taken for one.
func logits() []int64 { return []int64{0, -fixed.One, -2 * fixed.One} }

// faceLogit is that of logits with which fewest genuine persons are refused for a face that is missed or too many; of equals the
// highest.
func faceLogit(ctx context.Context, n Networks, p pipeline.Params, seed uint64, count int) (int64, error) {
	best, least := p.FaceLogit, count+1
	for _, logit := range logits() {
		p.FaceLogit = logit
		pipe, err := open(n, p)
		if err != nil {
			return 0, err
		}
		refused := 0
		for i := range count {
			r, err := pipe.run(ctx, seed, i, Genuine, "fit/faces")
			if err != nil {
				return 0, err
			}
			for _, why := range r.Reasons {
				if why == pipeline.PortraitFaceNotFound || why == pipeline.SelfieFaceNotFound || why == pipeline.SelfieSeveralFaces {
					refused++
					break
				}
			}
		}
		if refused < least {
			best, least = logit, refused
		}
	}
	return best, nil
}
