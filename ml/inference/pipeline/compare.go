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
	window := portrait.square()
	seen, err := r.faces(document, window)
	if err != nil {
		return likes{}, err
	}
	if len(seen) == 0 {
		return likes{}, refusal{PortraitFaceNotFound}
	}
	face, err := r.closer(document, window, seen[0])
	if err != nil {
		return likes{}, err
	}
	crop, ok := aligned(document, face)
	if !ok {
		return likes{}, refusal{PortraitFaceNotFound}
	}
	papers, err := r.embed(r.picture(crop))
	if err != nil {
		return likes{}, err
	}
	defer clear(papers)
	crops, err := r.alignFrames(frames)
	if err != nil {
		return likes{}, err
	}
	var selfies [Frames][]int64
	all := make([]int64, embedding)
	defer clear(all)
	for i := range frames {
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

// alignFrames are the aligned crops of the one face in each frame.
func (r *run) alignFrames(frames [Frames]Gray) ([Frames]Gray, error) {
	var crops [Frames]Gray
	var faces [Frames]found
	for i, g := range frames {
		f, err := r.only(g)
		if err != nil {
			return crops, err
		}
		faces[i] = f
	}
	for i, f := range steady(frames, faces) {
		crop, ok := aligned(frames[i], f)
		if !ok {
			return crops, refusal{SelfieFaceNotFound}
		}
		crops[i] = r.picture(crop)
	}
	return crops, nil
}

// only is the one face in a frame.
func (r *run) only(g Gray) (found, error) {
	window := rect{0, 0, g.W, g.H}.square()
	seen, err := r.faces(g, window)
	if err != nil {
		return found{}, err
	}
	switch len(seen) {
	case 0:
		return found{}, refusal{SelfieFaceNotFound}
	case 1:
		return r.closer(g, window, seen[0])
	}
	return found{}, refusal{SelfieSeveralFaces}
}
