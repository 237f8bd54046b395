package task

import (
	"context"
	"fmt"

	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/liveness"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/eval"
	"github.com/virtengine/virtengine/ml/models/eval/plot"
)

// looseFAR is the false accept rate at which liveness is compared, in ppm: presentation attacks are few.
const looseFAR = 10_000

func live() Task {
	return Task{
		Name: "liveness", Unit: "sequences", Least: 40, Generator: "ml/models/data/liveness", Shape: []int{1, liveness.Frames, liveness.Size, liveness.Size},
		Purpose: "Says of eight frames of a face whether a person stands there, or a print, a screen or a mask.",
		sample: func(seed uint64, i int) ([]int8, error) {
			_, x := sequence(seed, "calibrate/liveness", i)
			return x, nil
		},
		evaluate: spoofs,
	}
}

// sequence draws the i-th: of four, one is live and one of each attack, each of another person.
func sequence(seed uint64, purpose string, i int) (face.Person, []int8) {
	p := face.NewPerson(seed, u64(i))
	frames := liveness.Sequence(p, liveness.Kind(i%int(liveness.Kinds)), stream.New(seed, purpose, u64(i)))
	return p, pixels(frames[:]...)
}

// spoofs counts: a sequence is accepted if the logit of live is the greatest.
func spoofs(ctx context.Context, n Network, seed uint64, count int) (*Result, error) {
	labels := make([]string, liveness.Kinds)
	for k := range labels {
		labels[k] = liveness.Kind(k).String()
	}
	matrix, err := eval.NewConfusion(labels...)
	if err != nil {
		return nil, err
	}
	var shown []eval.Presentation
	var trials []eval.Trial
	var forecasts []eval.Forecast
	wrong := make([][]eval.Outcome, len(attributes()))
	for i := range count {
		p, x := sequence(seed, "evaluate/liveness", i)
		logits, err := answer(ctx, n, x, len(labels))
		if err != nil {
			return nil, fmt.Errorf("sequence %d: %w", i, err)
		}
		kind, said := i%len(labels), argmax(logits)
		if err := matrix.Add(kind, said); err != nil {
			return nil, err
		}
		share, err := softmax(logits, int(liveness.Live))
		if err != nil {
			return nil, err
		}
		attack := labels[kind]
		if kind == int(liveness.Live) {
			attack = ""
			for a, g := range attributes() {
				wrong[a] = append(wrong[a], eval.Outcome{Group: g.of(p), Wrong: said != kind})
			}
		}
		shown = append(shown, eval.Presentation{Kind: attack, Accepted: said == int(liveness.Live)})
		trials = append(trials, eval.Trial{Score: share, Genuine: attack == ""})
		forecasts = append(forecasts, eval.Forecast{PPM: share, Came: attack == ""})
	}
	curve, err := eval.ROC(trials)
	if err != nil {
		return nil, err
	}
	r, err := verification(curve, []int64{looseFAR}, trials, "liveness", "sequences")
	if err != nil {
		return nil, err
	}
	if err := r.attacks(shown, matrix, forecasts); err != nil {
		return nil, err
	}
	for a, g := range attributes() {
		b, err := eval.ByGroup(g.name+": living, turned away", wrong[a])
		if err != nil {
			return nil, err
		}
		r.Biases = append(r.Biases, *b)
	}
	r.Facts["groups"] = r.Biases
	return r, nil
}

// attacks puts what ISO/IEC 30107-3 asks for before the other figures.
func (r *Result) attacks(shown []eval.Presentation, matrix *eval.Confusion, forecasts []eval.Forecast) error {
	pad, err := eval.NewPAD(shown)
	if err != nil {
		return err
	}
	calibration, err := eval.Calibrate(forecasts, 10)
	if err != nil {
		return err
	}
	first := []eval.Figure{{Name: "ACER (mean of the worst APCER and BPCER)", Value: eval.Percent(pad.ACER), Of: fmt.Sprintf("%d sequences", len(shown))}}
	for _, k := range pad.APCER {
		first = append(first, eval.FigureOf("APCER, "+k.Group, k.Rate, "attacks"))
	}
	first = append(first, eval.FigureOf("BPCER", pad.BPCER, "living persons"))
	r.Figures = append(first, r.Figures...)
	r.Figures = append(r.Figures, eval.Figure{Name: "expected calibration error", Value: eval.Percent(calibration.ECE), Of: fmt.Sprintf("%d sequences in 10 bins", len(shown))})
	r.Facts["pad"], r.Facts["confusion"], r.Facts["calibration"] = pad, matrix, calibration
	answers, err := plot.Confusion("liveness", matrix)
	if err != nil {
		return err
	}
	reliable, err := plot.Calibration("liveness", calibration)
	if err != nil {
		return err
	}
	r.Pictures = append(r.Pictures,
		Picture{eval.Plot{File: "confusion.png", Caption: "What was shown, and what it was taken for"}, answers},
		Picture{eval.Plot{File: "calibration.png", Caption: "How often it lived, over how sure the network was"}, reliable})
	return nil
}
