package persons

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/fixed"
	"github.com/virtengine/virtengine/ml/inference/pipeline/score"
	"github.com/virtengine/virtengine/ml/models/data/document"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/eval"
	"github.com/virtengine/virtengine/ml/models/eval/task"
	"github.com/virtengine/virtengine/ml/onnx"
)

// answers is a network that always says the same.
type answers []float32

func (a answers) Run(context.Context, []int8) ([]float32, error) { return a, nil }

// mute are networks of the right shapes that see nothing anywhere.
func mute() Networks {
	n := Networks{}
	for _, r := range pipeline.Rules() {
		count := int64(1)
		for _, d := range r.Out {
			count *= d
		}
		in := onnx.ValueInfo{Name: "x", DType: onnx.Float32}
		for _, d := range r.In {
			in.Shape = append(in.Shape, onnx.Dim{Value: d})
		}
		n[r.Model] = &task.Opened{Network: make(answers, count), Input: in}
	}
	return n
}

func TestNobodyPassesNetworksThatSeeNothing(t *testing.T) {
	r, err := Measure(t.Context(), mute(), pipeline.Default(), task.FirstSeed, 10)
	require.NoError(t, err)
	accept, ok := r.Facts["genuine_accept"].(eval.Rate)
	require.True(t, ok)
	require.Equal(t, []int64{0, 10}, []int64{accept.Count, accept.Of})
	wrong, ok := r.Facts["false_accept"].(eval.Rate)
	require.True(t, ok)
	require.Equal(t, []int64{0, 80}, []int64{wrong.Count, wrong.Of})
	_, err = eval.Canonical(r.Facts)
	require.NoError(t, err)
	_, err = Fit(t.Context(), mute(), 7, 20)
	require.ErrorIs(t, err, ErrFit, "where nobody is measured there is nothing to fit")
}

func TestRefusals(t *testing.T) {
	n := mute()
	delete(n, "liveness")
	_, err := Measure(t.Context(), n, pipeline.Default(), task.FirstSeed, 10)
	require.ErrorIs(t, err, ErrNetworks)
	require.ErrorContains(t, err, "liveness")
	_, err = Measure(t.Context(), mute(), pipeline.Default(), 42, 10)
	require.ErrorIs(t, err, task.ErrSeed, "who set the curves is not measured")
	_, err = Measure(t.Context(), mute(), pipeline.Default(), task.FirstSeed, 1)
	require.ErrorIs(t, err, task.ErrCount)
	_, err = Fit(t.Context(), mute(), task.FirstSeed, 20)
	require.ErrorIs(t, err, task.ErrSeed, "held-out persons set no curves")
}

func TestEvidenceIsWhole(t *testing.T) {
	for k := range Kinds {
		e, err := Evidence(task.FirstSeed, 3, k, "test")
		require.NoError(t, err)
		require.NoError(t, e.Validate(), "%s", k)
		require.Len(t, e.Selfie, pipeline.Frames)
		require.Regexp(t, `^\d{4}-\d{2}-\d{2}$`, e.Claims.BirthDate)
		require.NotEmpty(t, e.Claims.Surname)
		g, err := Decode(e.Document.Data)
		require.NoError(t, err)
		require.Equal(t, []int{document.Width, document.Height}, []int{g.W, g.H})
		again, err := Evidence(task.FirstSeed, 3, k, "test")
		require.NoError(t, err)
		require.Equal(t, e, again)
	}
	require.Equal(t, []document.Forgery{document.Genuine, document.SwappedPortrait, document.Recaptured, document.Genuine},
		[]document.Forgery{Genuine.forgery(), SwappedPortrait.forgery(), Recaptured.forgery(), Mask.forgery()})
}

func TestPictures(t *testing.T) {
	m := gray.New(3, 2)
	m.Fill(9)
	g, err := Decode(item("a", m).Data)
	require.NoError(t, err)
	require.Equal(t, pipeline.Gray{W: 3, H: 2, Pix: m.Pix}, g)
	for _, bad := range [][]byte{nil, {0, 1}, {0, 2, 0, 2, 1, 1, 1}} {
		_, err := Decode(bad)
		require.ErrorIs(t, err, ErrPicture)
	}
}

func TestCurvesRise(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		points []fixed.Point
		want   fixed.Curve
	}{
		"None":   {"from nothing to all", nil, fixed.Curve{{X: 0, Y: 0}, {X: 10000, Y: 10000}}},
		"Two":    {"through both", []fixed.Point{point(3000, 7500), point(5000, 8000)}, fixed.Curve{{X: 0, Y: 0}, {X: 3000, Y: 7500}, {X: 5000, Y: 8000}, {X: 10000, Y: 10000}}},
		"Behind": {"a point before the last is moved behind it", []fixed.Point{point(5000, 7500), point(3000, 8000)}, fixed.Curve{{X: 0, Y: 0}, {X: 5000, Y: 7500}, {X: 5001, Y: 8000}, {X: 10000, Y: 10000}}},
		"Beyond": {"a point that nothing reaches is left out", []fixed.Point{point(10001, 8000)}, fixed.Curve{{X: 0, Y: 0}, {X: 10000, Y: 10000}}},
		"Below":  {"zero is not passed", []fixed.Point{point(-5, 8000)}, fixed.Curve{{X: 0, Y: 0}, {X: 1, Y: 8000}, {X: 10000, Y: 10000}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := rising(tc.points...)
			require.NoError(t, got.Validate())
			require.Equal(t, tc.want, got, tc.reason)
		})
	}
	require.Equal(t, int64(2), lowest([]measured{{match: 5}, {match: 2}, {match: 9}}, func(m measured) int64 { return m.match }))
	require.Equal(t, score.BasisPoints(8000), pipeline.Default().Score.Gates.FaceMatch, "the gates that curves are fitted to")
}
