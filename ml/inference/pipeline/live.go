package pipeline

import "github.com/virtengine/virtengine/ml/inference/pipeline/fixed"

// Frames are the eight pictures of a face that liveness looks at, and the size of each.
const (
	Frames      = 8
	liveSide    = cropSide / 2
	liveClasses = 4 // live, print, replay, mask
	classLive   = 0
)

// live is how sure the model is that eight aligned crops show a living face, in basis points.
func (r *run) live(crops [Frames]Gray) (int64, error) {
	t := Tensor{Shape: []int{1, Frames, liveSide, liveSide}, Data: make([]int8, 0, Frames*liveSide*liveSide), Scale: InputScale}
	for _, c := range crops {
		small := c.halved()
		part := small.tensor().Data
		t.Data = append(t.Data, part...)
		wipe(part)
		wipe(small.Pix)
	}
	out, err := r.run(LivenessModel, t, 1, liveClasses)
	if err != nil {
		return 0, err
	}
	logits := make([]int64, liveClasses)
	for i := range logits {
		logits[i] = out.logit(i)
	}
	return fixed.Share(logits, classLive), nil
}
