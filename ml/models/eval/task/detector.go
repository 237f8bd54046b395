package task

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"slices"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/eval"
)

// The detector's grid. Lengths below are in 1/16 pixel, as the truth has them.
const (
	cells      = 12
	cellUnits  = 8 * 16  // the side of a cell
	unitLength = 16 * 16 // of the network's offsets and sizes: 16 pixels
	halfIoU    = 500_000
)

func detector() Task {
	return Task{
		Name: "face-detector", Unit: "scenes", Least: 20, Generator: "ml/models/data/face", Shape: []int{1, 1, face.SceneSize, face.SceneSize},
		Purpose: "Finds faces and their eyes in a picture of 96 by 96 pixels.",
		sample: func(seed uint64, i int) ([]int8, error) {
			m, _ := face.Scene(stream.New(seed, "calibrate/face-detector", u64(i)))
			return pixels(m), nil
		},
		evaluate: scenes,
	}
}

// detection is one face that was found.
type detection struct {
	eval.Found
	eyes [2]face.Point
}

func scenes(ctx context.Context, n Network, seed uint64, count int) (*Result, error) {
	var found []detection
	var there []eval.There
	var truths []face.Truth
	for i := range count {
		m, shown := face.Scene(stream.New(seed, "evaluate/face-detector", u64(i)))
		for _, t := range shown {
			there, truths = append(there, eval.There{Image: i, Box: square(t.Box.CX, t.Box.CY, t.Box.Size)}), append(truths, t)
		}
		all, err := detect(ctx, n, m, i)
		if err != nil {
			return nil, fmt.Errorf("scene %d: %w", i, err)
		}
		found = append(found, all...)
	}
	slices.SortStableFunc(found, func(a, b detection) int { return int(min(max(b.Score-a.Score, -1), 1)) })
	boxes := make([]eval.Found, len(found))
	for i, f := range found {
		boxes[i] = f.Found
	}
	d, err := eval.Detect(boxes, there, halfIoU)
	if err != nil {
		return nil, err
	}
	r := &Result{
		Facts: map[string]any{"detection": d},
		Figures: []eval.Figure{
			{Name: "average precision at half an overlap", Value: eval.Percent(d.AP), Of: fmt.Sprintf("%d faces in %d scenes", len(there), count)},
		},
	}
	return r, r.landmarks(d, found, truths)
}

// landmarks measures what was found with a logit above zero: recall, false boxes, and how far the eyes are off, in parts of
// the distance between them.
func (r *Result) landmarks(d *eval.Detection, found []detection, truths []face.Truth) error {
	var errors []int64
	hits, fakes := int64(0), int64(0)
	for i, at := range d.Matched {
		if found[i].Score <= 0 {
			continue
		}
		if at < 0 {
			fakes++
			continue
		}
		hits++
		t := truths[at]
		apart := gray.Sqrt(squared(t.LeftEye, t.RightEye) << 20) // 1/1024 of a unit
		off := gray.Sqrt(squared(found[i].eyes[0], t.LeftEye)<<20) + gray.Sqrt(squared(found[i].eyes[1], t.RightEye)<<20)
		ppm, err := eval.PPM(big.NewRat(off, 2*max(apart, 1)))
		if err != nil {
			return err
		}
		errors = append(errors, ppm)
	}
	recall, err := eval.NewRate(hits, int64(len(truths)))
	if err != nil {
		return err
	}
	r.Figures = append(r.Figures, eval.FigureOf("faces found with a logit above 0", recall, "faces"))
	r.Facts["found"], r.Facts["false"] = recall, fakes
	if hits+fakes > 0 {
		precision, err := eval.NewRate(hits, hits+fakes)
		if err != nil {
			return err
		}
		r.Facts["precision"] = precision
		r.Figures = append(r.Figures, eval.FigureOf("of the boxes found so, those that are faces", precision, "boxes"))
	}
	if len(errors) == 0 {
		return nil
	}
	slices.Sort(errors)
	sum := int64(0)
	for _, e := range errors {
		sum += e
	}
	mean, err := eval.PPM(big.NewRat(sum, eval.Million*int64(len(errors))))
	if err != nil {
		return err
	}
	p95 := errors[(95*len(errors)+99)/100-1]
	of := fmt.Sprintf("%d faces, in parts of the distance between the eyes", len(errors))
	r.Facts["eyes_mean_ppm"], r.Facts["eyes_p95_ppm"] = mean, p95
	r.Figures = append(r.Figures, eval.Figure{Name: "error of the eyes, mean", Value: eval.Percent(mean), Of: of},
		eval.Figure{Name: "error of the eyes, 95th percentile", Value: eval.Percent(p95), Of: of})
	return nil
}

func squared(a, b face.Point) int64 {
	dx, dy := int64(a.X-b.X), int64(a.Y-b.Y)
	return dx*dx + dy*dy
}

// square is the box of a face, whose size is at least one unit.
func square(x, y, size int) eval.Box {
	h := max(int64(size)/2, 1)
	return eval.Box{X0: int64(x) - h, Y0: int64(y) - h, X1: int64(x) + h, Y1: int64(y) + h}
}

// least is the logit below which a cell says nothing: e^-4, so a face with one chance in 56.
const least = -4

// detect reads every cell that says something, and of cells that speak of one face the surest: centres that are nearer than
// half of the greater size.
func detect(ctx context.Context, n Network, m gray.Image, image int) ([]detection, error) {
	out, err := answer(ctx, n, pixels(m), 8*cells*cells)
	if err != nil {
		return nil, err
	}
	var all []detection
	for cell := range cells * cells {
		if out[cell] < least {
			continue
		}
		at := func(channel int) float64 { return float64(out[channel*cells*cells+cell]) }
		x, y := cell%cells*cellUnits+cellUnits/2, cell/cells*cellUnits+cellUnits/2
		units := func(v float64, unit int) (int, error) {
			n, err := whole(float64(v * float64(unit)))
			if err != nil || n > 1<<20 || n < -1<<20 {
				return 0, fmt.Errorf("%w: a length of %v", ErrAnswer, v)
			}
			return int(n), nil
		}
		size, err := units(funcs.Exp(float64(min(max(at(3), -8), 8)*math.Ln2)), unitLength)
		if err != nil {
			return nil, err
		}
		var p [6]int
		for i, channel := range [6]int{1, 2, 4, 5, 6, 7} {
			unit := unitLength
			if channel < 3 {
				unit = cellUnits
			}
			if p[i], err = units(at(channel), unit); err != nil {
				return nil, err
			}
		}
		score, err := eval.Micro(out[cell])
		if err != nil {
			return nil, err
		}
		all = append(all, detection{
			Found: eval.Found{Image: image, Score: score, Box: square(x+p[0], y+p[1], size)},
			eyes:  [2]face.Point{{X: x + p[2], Y: y + p[3]}, {X: x + p[4], Y: y + p[5]}},
		})
	}
	slices.SortStableFunc(all, func(a, b detection) int { return int(min(max(b.Score-a.Score, -1), 1)) })
	return apart(all), nil
}

// apart keeps, from the surest down, what is farther from all that was kept than half of the greater size.
func apart(all []detection) (kept []detection) {
	for _, d := range all {
		other := true
		for _, k := range kept {
			size := max(d.Box.X1-d.Box.X0, k.Box.X1-k.Box.X0)
			dx, dy := d.Box.X0+d.Box.X1-k.Box.X0-k.Box.X1, d.Box.Y0+d.Box.Y1-k.Box.Y0-k.Box.Y1
			other = other && max(dx, -dx, dy, -dy) > size // doubled middles
		}
		if other {
			kept = append(kept, d)
		}
	}
	return kept
}
