package loss

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

// slopes holds every gradient of a loss against finite differences.
func slopes(t *testing.T, l Loss, samples, results int, target []float32) {
	t.Helper()
	s := stream.New(4, "test/logits", 0)
	x, dx := make([]float32, samples*results), make([]float32, samples*results)
	for i := range x {
		x[i] = s.Normal()
	}
	var grads, scrap [][]float32
	for _, p := range l.Params() {
		grads, scrap = append(grads, make([]float32, len(p.W))), append(scrap, make([]float32, len(p.W)))
	}
	at := l.Of(samples, x, target, dx, grads)
	require.False(t, math.IsNaN(at) || at <= 0, "a loss of something, %v", at)
	unused := make([]float32, len(dx))
	check := func(what string, place, gradient []float32) {
		for i := range place {
			const step = 1.0 / 512
			was := place[i]
			place[i] = was + step
			up := l.Of(samples, x, target, unused, scrap)
			place[i] = was - step
			down := l.Of(samples, x, target, unused, scrap)
			place[i] = was
			want := (up - down) / (2 * step)
			require.InDelta(t, want, float64(gradient[i]), 2e-3+5e-3*math.Abs(want), "%s[%d]", what, i)
		}
	}
	check("result", x, dx)
	for i, p := range l.Params() {
		check(p.Name, p.W, grads[i])
	}
}

func TestGradients(t *testing.T) {
	numbers := func(n int) []float32 {
		s := stream.New(6, "test/target", 0)
		out := make([]float32, n)
		for i := range out {
			out[i] = float32(2 * s.Normal())
		}
		return out
	}
	detector := Detector{Cells: 4, Numbers: 3, Object: 2, Empty: 0.5, Scale: 2, Share: 0.25}
	boxes := numbers(2 * detector.Width())
	for i := range 2 {
		copy(boxes[i*detector.Width():], []float32{0, 1, -1, 1})
	}
	for name, tc := range map[string]struct {
		reason  string
		loss    Loss
		results int
		target  []float32
	}{
		"Squares":  {"straight to the target", Squares{N: 5}, 5, numbers(10)},
		"SmoothL1": {"no faster than one, however far", SmoothL1{N: 5}, 5, numbers(10)},
		"Binary":   {"two kinds", Binary{N: 3}, 3, []float32{0, 1, 1, 1, 0, 0}},
		"Classes":  {"weighted, at several places", Classes{Classes: 3, Places: 4, Weights: []float32{1, 2, 3}}, 12, []float32{0, 1, 2, 2, 1, 0, 0, 1}},
		"Smooth":   {"a tenth is spread", Classes{Classes: 3, Places: 1, Smooth: 0.1}, 3, []float32{1, 2}},
		"CosFace":  {"directions are learnt too", NewCosFace(1, 6, 5, 8, 0.2), 6, []float32{4, 1}},
		"CTC":      {"repeats need a blank between them", CTC{Classes: 4, Steps: 7, Most: 4}, 28, []float32{1, 1, 3, 0, 2, 1, 2, 0}},
		"Empty":    {"a line of nothing is blanks", CTC{Classes: 3, Steps: 4, Most: 2}, 12, []float32{0, 0, 1, 2}},
		"Detector": {"objects, none, and what does not matter", detector, detector.Width(), boxes},
	} {
		t.Run(name, func(t *testing.T) { slopes(t, tc.loss, 2, tc.results, tc.target) })
	}
}

// TestCTCIsTheSumOverAllWays tries every way through four steps.
func TestCTCIsTheSumOverAllWays(t *testing.T) {
	l := CTC{Classes: 3, Steps: 4, Most: 2}
	s := stream.New(1, "test/ways", 0)
	x := make([]float32, 12)
	for i := range x {
		x[i] = s.Normal()
	}
	for _, labels := range [][]float32{{1, 2}, {2, 2}, {1, 0}, {0, 0}} {
		want := 0.0
		for way := range 81 {
			var joined []float32
			chance, last := 1.0, 0
			for step, rest := 0, way; step < 4; step, rest = step+1, rest/3 {
				total := 0.0
				for c := range 3 {
					total += funcs.Exp(float64(x[c*4+step]))
				}
				c := rest % 3
				chance *= funcs.Exp(float64(x[c*4+step])) / total
				if c != 0 && c != last {
					joined = append(joined, float32(c))
				}
				last = c
			}
			for len(joined) < 2 {
				joined = append(joined, 0)
			}
			if len(joined) == 2 && joined[0] == labels[0] && joined[1] == labels[1] {
				want += chance
			}
		}
		got := l.Of(1, x, labels, make([]float32, 12), nil)
		require.InDelta(t, -funcs.Log(want), got, 1e-9, "labels %v", labels)
	}
}

func TestALineThatDoesNotFitTeachesNothing(t *testing.T) {
	l := CTC{Classes: 3, Steps: 3, Most: 3}
	dx := []float32{1, 1, 1, 1, 1, 1, 1, 1, 1}
	require.Zero(t, l.Of(1, make([]float32, 9), []float32{1, 1, 2}, dx, nil))
	require.Equal(t, make([]float32, 9), dx)
}
