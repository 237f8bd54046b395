package persons

import (
	"context"
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/models/eval"
	"github.com/virtengine/virtengine/ml/models/eval/plot"
	"github.com/virtengine/virtengine/ml/models/eval/task"
)

// piped runs persons through a pipeline.
type piped struct{ *pipeline.Pipeline }

func open(n Networks, p pipeline.Params) (piped, error) {
	if err := n.check(); err != nil {
		return piped{}, err
	}
	pipe, err := pipeline.New(n, Decode, p)
	return piped{pipe}, err
}

func (p piped) run(ctx context.Context, seed uint64, i int, k Kind, purpose string) (pipeline.Result, error) {
	e, err := Evidence(seed, uint64(max(i, 0)), k, purpose)
	if err != nil {
		return pipeline.Result{}, err
	}
	r, err := p.Run(ctx, e)
	if err != nil {
		return r, fmt.Errorf("%s %d: %w", k, i, err)
	}
	return r, nil
}

// refusedScore is the score of who is refused: below all others.
const refusedScore = -1

// Measure brings count persons of a held-out seed before the pipeline, each in every way. Accepted is who reaches the basic
// tier. Fails with ErrNetworks, task.ErrSeed, task.ErrCount, and as the pipeline does.
func Measure(ctx context.Context, n Networks, p pipeline.Params, seed uint64, count int) (*task.Result, error) {
	if seed < task.FirstSeed {
		return nil, fmt.Errorf("%w: %d; hint: held-out data has seeds from %d on", task.ErrSeed, seed, task.FirstSeed)
	}
	if count < 10 || count > task.MaxCount {
		return nil, fmt.Errorf("%w: %d persons, from 10 to %d", task.ErrCount, count, task.MaxCount)
	}
	pipe, err := open(n, p)
	if err != nil {
		return nil, err
	}
	t := tally{basic: p.Score.Tiers.Basic, reasons: map[string]map[string]int64{}}
	for i := range count {
		for k := range Kinds {
			r, err := pipe.run(ctx, seed, i, k, "evaluate/end-to-end")
			if err != nil {
				return nil, err
			}
			t.add(k, r)
		}
	}
	return t.result(p)
}

// tally counts results.
type tally struct {
	basic    int64
	trials   []eval.Trial
	accepted [Kinds]int64
	refused  [Kinds]int64
	all      [Kinds]int64
	reasons  map[string]map[string]int64 // by kind, how often a reason was given
}

func (t *tally) add(k Kind, r pipeline.Result) {
	points := r.Score.Score
	if r.Refused {
		points = refusedScore
		t.refused[k]++
	}
	t.all[k]++
	if points >= t.basic {
		t.accepted[k]++
	}
	t.trials = append(t.trials, eval.Trial{Score: points, Genuine: k == Genuine})
	if t.reasons[k.String()] == nil {
		t.reasons[k.String()] = map[string]int64{}
	}
	for _, why := range r.Reasons {
		t.reasons[k.String()][fmt.Sprintf("reason %02d", int32(why))]++
	}
}

func (t *tally) result(p pipeline.Params) (*task.Result, error) {
	accept, err := eval.NewRate(t.accepted[Genuine], t.all[Genuine])
	if err != nil {
		return nil, err
	}
	passed, attacks := int64(0), int64(0)
	var kinds []eval.Figure
	rates := map[string]eval.Rate{}
	for k := OtherFace; k < Kinds; k++ {
		rate, err := eval.NewRate(t.accepted[k], t.all[k])
		if err != nil {
			return nil, err
		}
		passed, attacks = passed+t.accepted[k], attacks+t.all[k]
		rates[k.String()] = rate
		kinds = append(kinds, eval.FigureOf("accepted: "+k.String(), rate, "attempts"))
	}
	wrong, err := eval.NewRate(passed, attacks)
	if err != nil {
		return nil, err
	}
	refused, err := eval.NewRate(t.refused[Genuine], t.all[Genuine])
	if err != nil {
		return nil, err
	}
	curve, err := eval.ROC(t.trials)
	if err != nil {
		return nil, err
	}
	auc, err := eval.PPM(curve.AUC())
	if err != nil {
		return nil, err
	}
	version, err := p.Version()
	if err != nil {
		return nil, err
	}
	r := &task.Result{
		Facts: map[string]any{"genuine_accept": accept, "false_accept": wrong, "false_accept_by_kind": rates, "genuine_refused": refused, "auc_ppm": auc,
			"reasons": t.reasons, "pipeline": version, "face_logit": p.FaceLogit, "likeness": p.Likeness, "living": p.Living, "genuine": p.Genuine},
		Figures: slices.Concat([]eval.Figure{
			eval.FigureOf(fmt.Sprintf("genuine persons who reach %d points", t.basic), accept, "persons"),
			eval.FigureOf("all others who do", wrong, "attempts"),
			eval.FigureOf("genuine persons who are refused without a score", refused, "persons"),
		}, kinds, []eval.Figure{{Name: "area under the curve of scores", Value: eval.Percent(auc), Of: fmt.Sprintf("%d attempts", len(t.trials))}}),
		Limits: []string{
			"Frames of selfies are drawn 32 pixels wide and enlarged, since nothing draws larger ones of attacks: faces are compared at that sharpness.",
			"Documents are rectified by the generator; nobody looks for their corners.",
			"A swapped portrait is a third person's: whoever swaps in the own one is not among the attempts.",
		},
	}
	scored := slices.Clone(t.trials)
	for i := range scored {
		scored[i].Score *= eval.Million // so that the axis shows points
	}
	h, err := eval.NewHistogram(scored, 87)
	if err != nil {
		return nil, err
	}
	scores, err := plot.Histogram("end-to-end", h)
	if err != nil {
		return nil, err
	}
	roc, err := plot.ROC("end-to-end", curve)
	if err != nil {
		return nil, err
	}
	r.Pictures = []task.Picture{
		{Plot: eval.Plot{File: "roc.png", Caption: "False rejects over false accepts"}, Data: roc},
		{Plot: eval.Plot{File: "scores.png", Caption: "Scores of genuine persons and of all others; -1 is refused"}, Data: scores},
	}
	return r, nil
}
