package task

import (
	"context"
	"fmt"

	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/eval"
	"github.com/virtengine/virtengine/ml/models/eval/plot"
)

const (
	captures  = 4   // of each person
	embedding = 128 // numbers of a face
	resamples = 200 // of persons, for the intervals
	strictFAR = 1000
)

func embedder() Task {
	return Task{
		Name: "face-embedder", Unit: "persons", Least: 20, Generator: "ml/models/data/face", Shape: []int{1, 1, 64, 64},
		Purpose: "Turns an aligned face into 128 numbers whose cosine says how alike two faces are.",
		sample: func(seed uint64, i int) ([]int8, error) {
			return crop(face.NewPerson(seed, u64(i)), stream.New(seed, "calibrate/face-embedder", u64(i))), nil
		},
		evaluate: faces,
	}
}

func crop(p face.Person, s *stream.Stream) []int8 {
	return pixels(face.Aligned(p, face.RandomCapture(s), s))
}

// comparisons are all scores of an evaluation of faces.
type comparisons struct {
	people    []face.Person
	genuine   [][]int64 // of each person, every pair of captures
	impostors [][]int64 // [i][j], j < i: one pair of captures
}

// faces embeds every capture and compares: all pairs of one person's captures, and one pair for any two persons.
func faces(ctx context.Context, n Network, seed uint64, count int) (*Result, error) {
	c := &comparisons{}
	vectors := make([][captures][]float32, count)
	for i := range vectors {
		p := face.NewPerson(seed, u64(i))
		c.people = append(c.people, p)
		for k := range captures {
			v, err := answer(ctx, n, crop(p, stream.New(seed, "evaluate/face-embedder", u64(i*captures+k))), embedding)
			if err != nil {
				return nil, fmt.Errorf("person %d, capture %d: %w", i, k, err)
			}
			vectors[i][k] = v
		}
	}
	for i := range vectors {
		var same, others []int64
		for k := range captures {
			for l := range k {
				s, err := cosine(vectors[i][k], vectors[i][l])
				if err != nil {
					return nil, err
				}
				same = append(same, s)
			}
		}
		for j := range i {
			s, err := cosine(vectors[i][j%captures], vectors[j][i%captures])
			if err != nil {
				return nil, err
			}
			others = append(others, s)
		}
		c.genuine, c.impostors = append(c.genuine, same), append(c.impostors, others)
	}
	return c.result(seed)
}

// trials are the comparisons among some persons, who may come several times: then so do their pairs.
func (c *comparisons) trials(units []int) []eval.Trial {
	times := make([]int, len(c.people))
	for _, u := range units {
		times[u]++
	}
	var out []eval.Trial
	for i, w := range times {
		for range w {
			for _, s := range c.genuine[i] {
				out = append(out, eval.Trial{Score: s, Genuine: true})
			}
			for j, s := range c.impostors[i] {
				for range times[j] {
					out = append(out, eval.Trial{Score: s})
				}
			}
		}
	}
	return out
}

func (c *comparisons) result(seed uint64) (*Result, error) {
	everyone := make([]int, len(c.people))
	for i := range everyone {
		everyone[i] = i
	}
	all := c.trials(everyone)
	curve, err := eval.ROC(all)
	if err != nil {
		return nil, err
	}
	strict, err := curve.AtFAR(strictFAR)
	if err != nil {
		return nil, err
	}
	r, err := verification(curve, []int64{strictFAR, looseFAR}, all, "face-embedder", "pairs")
	if err != nil {
		return nil, err
	}
	r.Limits = append(r.Limits, "Intervals of rates take every pair for a trial of its own; pairs of one person hang together, so they are too narrow.")
	persons := stream.New(seed, "evaluate/bootstrap", 0)
	interval, err := eval.Bootstrap(persons, resamples, len(c.people), func(units []int) (int64, error) {
		curve, err := eval.ROC(c.trials(units))
		if err != nil {
			return 0, err
		}
		return eval.PPM(curve.EER())
	})
	if err != nil {
		return nil, err
	}
	r.Facts["eer_interval"] = interval
	r.Figures[0].Interval = fmt.Sprintf("%s to %s (persons drawn again, %d times)", eval.Percent(interval.Low), eval.Percent(interval.High), resamples)
	return r, c.groups(r, strict.Threshold)
}

// groups asks whom the threshold turns away, and in which groups it takes one person for another.
func (c *comparisons) groups(r *Result, threshold int64) error {
	for _, a := range attributes() {
		var refused, confused []eval.Outcome
		for i, p := range c.people {
			for _, s := range c.genuine[i] {
				refused = append(refused, eval.Outcome{Group: a.of(p), Wrong: s < threshold})
			}
			for j, s := range c.impostors[i] {
				if a.of(c.people[j]) == a.of(p) {
					confused = append(confused, eval.Outcome{Group: a.of(p), Wrong: s >= threshold})
				}
			}
		}
		for _, t := range []struct {
			what string
			all  []eval.Outcome
		}{{"turned away", refused}, {"taken for another of the group", confused}} {
			if len(t.all) == 0 {
				continue
			}
			b, err := eval.ByGroup(fmt.Sprintf("%s: %s", a.name, t.what), t.all)
			if err != nil {
				return err
			}
			r.Biases = append(r.Biases, *b)
		}
	}
	r.Facts["groups"] = r.Biases
	return nil
}

// attribute is a group that the generator gives a person.
type attribute struct {
	name string
	of   func(face.Person) string
}

func attributes() []attribute {
	return []attribute{
		{"tone", func(p face.Person) string { return fmt.Sprintf("tone %d", p.Tone) }},
		{"age", func(p face.Person) string { return fmt.Sprintf("age group %d", p.AgeGroup) }},
		{"shape", func(p face.Person) string { return fmt.Sprintf("shape group %d", p.ShapeGroup) }},
	}
}

// verification makes figures and pictures of a curve: equal error rate first, then false rejects at false accept rates (ppm).
func verification(curve *eval.Curve, fars []int64, all []eval.Trial, name, of string) (*Result, error) {
	eer, err := eval.PPM(curve.EER())
	if err != nil {
		return nil, err
	}
	auc, err := eval.PPM(curve.AUC())
	if err != nil {
		return nil, err
	}
	trials := fmt.Sprintf("%d genuine and %d impostor %s", curve.Genuine, curve.Impostors, of)
	r := &Result{
		Facts:   map[string]any{"eer_ppm": eer, "auc_ppm": auc},
		Figures: []eval.Figure{{Name: "equal error rate", Value: eval.Percent(eer), Of: trials}},
	}
	var points []operating
	for _, far := range fars {
		p, err := operatingPoint(curve, far)
		if err != nil {
			return nil, err
		}
		points = append(points, p)
		r.Figures = append(r.Figures, eval.FigureOf(fmt.Sprintf("false reject rate where at most %s are accepted falsely (score %s)",
			eval.Percent(far), eval.Decimal(p.Threshold)), p.FRR, "genuine "+of))
	}
	r.Facts["points"] = points
	r.Figures = append(r.Figures, eval.Figure{Name: "area under the curve", Value: eval.Percent(auc), Of: trials})
	return r, r.curves(curve, all, name)
}

// operating is what a threshold that was chosen by its false accept rate does.
type operating struct {
	Threshold int64     `json:"threshold_ppm"`
	FAR       eval.Rate `json:"far"`
	FRR       eval.Rate `json:"frr"`
}

func operatingPoint(curve *eval.Curve, ppm int64) (o operating, err error) {
	p, err := curve.AtFAR(ppm)
	if err != nil {
		return o, err
	}
	o.Threshold = p.Threshold
	if o.FRR, err = curve.FRR(p); err != nil {
		return o, err
	}
	o.FAR, err = curve.FAR(p)
	return o, err
}

// curves draws the pictures of a curve.
func (r *Result) curves(curve *eval.Curve, all []eval.Trial, name string) error {
	h, err := eval.NewHistogram(all, 80)
	if err != nil {
		return err
	}
	roc, err := plot.ROC(name, curve)
	if err != nil {
		return err
	}
	scores, err := plot.Histogram(name, h)
	if err != nil {
		return err
	}
	r.Pictures = append(r.Pictures,
		Picture{eval.Plot{File: "roc.png", Caption: "False rejects over false accepts"}, roc},
		Picture{eval.Plot{File: "scores.png", Caption: "Scores of genuine trials and impostors"}, scores})
	return nil
}
