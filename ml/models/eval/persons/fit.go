package persons

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/fixed"
	"github.com/virtengine/virtengine/ml/inference/pipeline/score"
	"github.com/virtengine/virtengine/ml/models/eval"
	"github.com/virtengine/virtengine/ml/models/eval/task"
)

// ErrFit says that too few persons got through to fit a curve.
var ErrFit = errors.New("nothing to fit a curve to")

// measured is what a run saw before any curve, in basis points.
type measured struct{ match, weakest, living int64 }

// plain are parameters whose curves show what the models said.
func plain() pipeline.Params {
	p := pipeline.Default()
	whole := fixed.Curve{{X: 0, Y: 0}, {X: fixed.Whole, Y: fixed.Whole}}
	p.Likeness, p.Living = whole, whole
	return p
}

// Fit finds the pipeline's parameters for some networks on count persons of a training seed:
//
//	face      the least logit with which fewest holders are refused for their faces
//	likeness  the gate's share where one stranger in 200 passes, that of the weakest frame where 99 of 100 holders pass
//	living    the gate's share where one attack in 100 passes
//	genuine   the gate's share where 99 of 100 genuine documents pass
//
// Persons whom the pipeline refuses outright are left out. Fails with ErrFit, ErrNetworks, task.ErrSeed, task.ErrCount.
func Fit(ctx context.Context, n Networks, seed uint64, count int) (pipeline.Params, error) {
	p := plain()
	if seed >= task.FirstSeed {
		return p, fmt.Errorf("%w: %d is one of held-out data; hint: fit with a seed below %d", task.ErrSeed, seed, task.FirstSeed)
	}
	if count < 20 || count > task.MaxCount {
		return p, fmt.Errorf("%w: %d persons, from 20 to %d", task.ErrCount, count, task.MaxCount)
	}
	if err := n.check(); err != nil {
		return p, err
	}
	var err error
	if p.FaceLogit, err = faceLogit(ctx, n, p, seed, count); err != nil {
		return p, err
	}
	pipe, err := open(n, p)
	if err != nil {
		return p, err
	}
	var all [Kinds][]measured
	for i := range count {
		for _, k := range []Kind{Genuine, OtherFace, Print, Replay, Mask} {
			r, err := pipe.run(ctx, seed, i, k, "fit/end-to-end")
			if err != nil {
				return p, err
			}
			if !r.Refused {
				all[k] = append(all[k], measured{int64(r.Factors[score.FaceMatch].Value), int64(r.DocumentToFace), int64(r.Factors[score.Liveness].Value)})
			}
		}
	}
	gates := p.Score.Gates
	match, err := threshold(all[Genuine], all[OtherFace], func(m measured) int64 { return m.match }, 5_000)
	if err != nil {
		return p, err
	}
	living, err := threshold(all[Genuine], slices.Concat(all[Print], all[Replay], all[Mask]), func(m measured) int64 { return m.living }, 10_000)
	if err != nil {
		return p, err
	}
	weakest := lowest(all[Genuine], func(m measured) int64 { return m.weakest })
	p.Likeness = rising(point(weakest, gates.DocumentToFace), point(match, gates.FaceMatch))
	p.Living = rising(point(living, gates.Liveness))
	p.Genuine, err = documents(ctx, n, seed, count, gates.DocumentAuthenticity)
	if err != nil {
		return p, err
	}
	return p, p.Validate()
}

func point(x int64, y score.BasisPoints) fixed.Point { return fixed.Point{X: x, Y: int64(y)} }

// rising goes from nothing through the points to the whole. A point that does not lie above and behind the one before is moved
// or left out.
func rising(points ...fixed.Point) fixed.Curve {
	c := fixed.Curve{{X: 0, Y: 0}}
	for _, p := range points {
		last := c[len(c)-1]
		if p.X = max(p.X, last.X+1); p.X < fixed.Whole && p.Y > last.Y {
			c = append(c, p)
		}
	}
	return append(c, fixed.Point{X: fixed.Whole, Y: fixed.Whole})
}

// threshold is the lowest of the values at which at most ppm of the others pass.
func threshold(genuine, others []measured, of func(measured) int64, ppm int64) (int64, error) {
	var trials []eval.Trial
	for _, m := range genuine {
		trials = append(trials, eval.Trial{Score: of(m), Genuine: true})
	}
	for _, m := range others {
		trials = append(trials, eval.Trial{Score: of(m)})
	}
	c, err := eval.ROC(trials)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrFit, err)
	}
	p, err := c.AtFAR(ppm)
	return p.Threshold, err
}

// lowest is the value that 99 of 100 reach; there is one.
func lowest(all []measured, of func(measured) int64) int64 {
	values := make([]int64, len(all))
	for i, m := range all {
		values[i] = of(m)
	}
	slices.Sort(values)
	return values[len(values)/100]
}

// documents fits the curve of anomalies: the gate's share at what 99 of 100 genuine documents stay under, nothing at twice that.
func documents(ctx context.Context, n Networks, seed uint64, count int, gate score.BasisPoints) (fixed.Curve, error) {
	t, err := task.Find(pipeline.DocumentAnomaly)
	if err != nil {
		return nil, err
	}
	inputs, err := t.Calibration(seed, count)
	if err != nil {
		return nil, err
	}
	var values []int64
	for _, x := range inputs {
		v, err := anomaly(ctx, n[pipeline.DocumentAnomaly], x)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	slices.Sort(values)
	at := max(values[(99*len(values)-1)/100], 1)
	return fixed.Curve{{X: 0, Y: fixed.Whole}, {X: at, Y: int64(gate)}, {X: 2 * at, Y: 0}}, nil
}

// anomaly is the mean absolute difference in 256ths of a luma, rounded down, as the pipeline has it.
func anomaly(ctx context.Context, m *task.Opened, x []int8) (int64, error) {
	drawn, err := m.Run(ctx, x)
	if err != nil {
		return 0, err
	}
	if len(drawn) != len(x) {
		return 0, fmt.Errorf("%w: %d numbers, want %d", task.ErrAnswer, len(drawn), len(x))
	}
	ppm, err := task.Difference(x, drawn)
	return ppm * 256 / eval.Million, err
}
