package pipeline

import "github.com/virtengine/virtengine/ml/inference/pipeline/score"

// likes says how the faces of a person compare.
type likes struct {
	match   score.BasisPoints // the portrait against all frames together
	weakest score.BasisPoints // the portrait against the frame that is least like it
	living  score.BasisPoints
}

// compareFaces compares the portrait with the frames, and looks whether these live.
func (r *run) compareFaces(document Gray, portrait rect, frames [Frames]Gray) (likes, error) {
	found, err := r.faces(document, portrait.square())
	if err != nil {
		return likes{}, err
	}
	if len(found) == 0 {
		return likes{}, refusal{PortraitFaceNotFound}
	}
	crop, ok := aligned(document, found[0])
	if !ok {
		return likes{}, refusal{PortraitFaceNotFound}
	}
	papers, err := r.embed(r.picture(crop))
	if err != nil {
		return likes{}, err
	}
	defer clear(papers)
	var crops [Frames]Gray
	var selfies [Frames][]int64
	all := make([]int64, embedding)
	defer clear(all)
	for i, g := range frames {
		if crops[i], err = r.frame(g); err != nil {
			return likes{}, err
		}
		if selfies[i], err = r.embed(crops[i]); err != nil {
			return likes{}, err
		}
		defer clear(selfies[i])
		for k, v := range selfies[i] {
			all[k] += v
		}
	}
	out := likes{weakest: score.Full}
	for _, s := range selfies {
		c, ok := cosine(papers, s)
		if !ok {
			return likes{}, refusal{FaceFeatureless}
		}
		out.weakest = min(out.weakest, score.BasisPoints(r.params.Likeness.At(c)))
	}
	c, ok := cosine(papers, shrunk(all))
	if !ok {
		return likes{}, refusal{FaceFeatureless}
	}
	out.match = score.BasisPoints(r.params.Likeness.At(c))
	certainty, err := r.live(crops)
	out.living = score.BasisPoints(r.params.Living.At(certainty))
	return out, err
}

// frame is the aligned crop of the one face in a frame.
func (r *run) frame(g Gray) (Gray, error) {
	found, err := r.faces(g, rect{0, 0, g.W, g.H}.square())
	if err != nil {
		return Gray{}, err
	}
	switch len(found) {
	case 0:
		return Gray{}, refusal{SelfieFaceNotFound}
	case 1:
	default:
		return Gray{}, refusal{SelfieSeveralFaces}
	}
	crop, ok := aligned(g, found[0])
	if !ok {
		return Gray{}, refusal{SelfieFaceNotFound}
	}
	return r.picture(crop), nil
}
