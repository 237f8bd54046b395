package task

import (
	"context"
	"fmt"

	"github.com/virtengine/virtengine/ml/models/data/document"
	"github.com/virtengine/virtengine/ml/models/eval"
)

const anomalyW, anomalyH = 96, 64

func anomaly() Task {
	return Task{
		Name: "document-anomaly", Unit: "documents", Least: 40, Generator: "ml/models/data/document", Shape: []int{1, 1, anomalyH, anomalyW},
		Purpose: "Draws an identity card again as genuine ones look; where it fails, something does not belong there.",
		sample: func(seed uint64, i int) ([]int8, error) {
			x, _, err := card(seed, "calibrate/document-anomaly", i, document.Genuine, anomalyW, anomalyH)
			return x, err
		},
		evaluate: forgeries,
	}
}

// forgeries compares genuine documents with forged ones: one after the other, and of the forged each kind in turn. A
// document's score is the mean absolute difference to what the network draws, in lumas, below zero.
func forgeries(ctx context.Context, n Network, seed uint64, count int) (*Result, error) {
	var all []eval.Trial
	kinds := int(document.Forgeries) - 1
	forged := make([][]eval.Trial, kinds)
	var genuine []eval.Trial
	for i := range count {
		kind := document.Genuine
		if i%2 == 1 {
			kind = document.Forgery(1 + i/2%kinds)
		}
		x, _, err := card(seed, "evaluate/document-anomaly", i, kind, anomalyW, anomalyH)
		if err != nil {
			return nil, fmt.Errorf("document %d: %w", i, err)
		}
		drawn, err := answer(ctx, n, x, len(x))
		if err != nil {
			return nil, fmt.Errorf("document %d: %w", i, err)
		}
		s, err := Difference(x, drawn)
		if err != nil {
			return nil, fmt.Errorf("document %d: %w", i, err)
		}
		t := eval.Trial{Score: -s, Genuine: kind == document.Genuine}
		all = append(all, t)
		if t.Genuine {
			genuine = append(genuine, t)
		} else {
			forged[kind-1] = append(forged[kind-1], t)
		}
	}
	curve, err := eval.ROC(all)
	if err != nil {
		return nil, err
	}
	r, err := verification(curve, []int64{looseFAR}, all, "document-anomaly", "documents")
	if err != nil {
		return nil, err
	}
	areas := map[string]int64{}
	for k, trials := range forged {
		name := document.Forgery(k + 1).String()
		c, err := eval.ROC(append(trials, genuine...))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if areas[name], err = eval.PPM(c.AUC()); err != nil {
			return nil, err
		}
		r.Figures = append(r.Figures, eval.Figure{Name: "area under the curve, " + name, Value: eval.Percent(areas[name]),
			Of: fmt.Sprintf("%d genuine and %d forged documents", c.Genuine, c.Impostors)})
	}
	r.Facts["auc_by_forgery_ppm"] = areas
	return r, nil
}

// Difference is the mean absolute difference of two pictures in millionths of a luma. Differences are exact in float64, their
// sum ascends. drawn is as long as x.
func Difference(x []int8, drawn []float32) (int64, error) {
	sum := 0.0
	for i, v := range x {
		d := float64(float64(drawn[i])*128) - float64(v)
		sum += max(d, -d)
	}
	return whole(sum / float64(len(x)) * eval.Million)
}
