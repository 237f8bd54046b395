package task_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/eval"
	"github.com/virtengine/virtengine/ml/models/eval/task"
)

// answers is a network that is a function of its input.
type answers func(x []int8) []float32

func (a answers) Run(_ context.Context, x []int8) ([]float32, error) { return a(x), nil }

func find(t *testing.T, name string) task.Task {
	found, err := task.Find(name)
	require.NoError(t, err)
	return found
}

func TestTasksRefuse(t *testing.T) {
	_, err := task.Find("palm-reader")
	require.ErrorIs(t, err, task.ErrTask)
	live := find(t, "liveness")
	fine := answers(func([]int8) []float32 { return make([]float32, 4) })
	for name, tc := range map[string]struct {
		reason  string
		network answers
		seed    uint64
		count   int
		want    error
	}{
		"TrainingSeed": {"what was trained on says nothing", fine, 42, 100, task.ErrSeed},
		"TooFew":       {"three sequences hold no person and three attacks", fine, task.FirstSeed, 3, task.ErrCount},
		"TooMany":      {"an evaluation is bounded", fine, task.FirstSeed, 1 << 30, task.ErrCount},
		"Short":        {"an answer of three numbers is none of four classes", func([]int8) []float32 { return make([]float32, 3) }, task.FirstSeed, 40, task.ErrAnswer},
		"NoNumber":     {"what is no number has no order", func([]int8) []float32 { z := float32(0); return []float32{0, 0, 0, z / z} }, task.FirstSeed, 40, task.ErrAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := live.Evaluate(t.Context(), tc.network, tc.seed, tc.count)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
	_, err = live.Calibration(task.FirstSeed, 4)
	require.ErrorIs(t, err, task.ErrSeed, "what set the ranges is not held out")
	_, err = live.Calibration(1, 0)
	require.ErrorIs(t, err, task.ErrCount)
}

func TestCalibrationInputs(t *testing.T) {
	for _, name := range task.Names() {
		t.Run(name, func(t *testing.T) {
			k := find(t, name)
			n := 1
			for _, d := range k.Shape {
				n *= d
			}
			all, err := k.Calibration(7, 3)
			require.NoError(t, err)
			for _, x := range all {
				require.Len(t, x, n)
			}
			again, err := k.Calibration(7, 3)
			require.NoError(t, err)
			require.Equal(t, all, again, "the same seed, the same inputs")
			require.NotEqual(t, all[0], all[1])
			other, err := k.Calibration(8, 1)
			require.NoError(t, err)
			require.NotEqual(t, all[0], other[0])
		})
	}
}

// A network that always says the same knows nothing, and every figure says so.
func TestANetworkThatKnowsNothing(t *testing.T) {
	one := func(n int) answers {
		return func([]int8) []float32 {
			out := make([]float32, n)
			out[0] = 1
			return out
		}
	}
	r, err := find(t, "face-embedder").Evaluate(t.Context(), one(128), task.FirstSeed, 20)
	require.NoError(t, err)
	require.Equal(t, int64(500_000), r.Facts["eer_ppm"], "equal scores are chance")
	require.Len(t, r.Biases, 6)

	r, err = find(t, "liveness").Evaluate(t.Context(), one(4), task.FirstSeed, 40)
	require.NoError(t, err)
	pad, ok := r.Facts["pad"].(*eval.PAD)
	require.True(t, ok)
	require.Equal(t, []int64{Million, 0, Million / 2}, []int64{pad.Worst, pad.BPCER.PPM, pad.ACER}, "who takes all for living lets every attack pass")

	r, err = find(t, "text-line").Evaluate(t.Context(), one(40*120), task.FirstSeed, 10)
	require.NoError(t, err)
	text, ok := r.Facts["text"].(*eval.Text)
	require.True(t, ok)
	require.Equal(t, []int64{Million, 0}, []int64{text.Characters.PPM, text.Exact.PPM})

	r, err = find(t, "document-fields").Evaluate(t.Context(), one(7*24*36), task.FirstSeed, 10)
	require.NoError(t, err)
	found, ok := r.Facts["found"].(eval.Rate)
	require.True(t, ok)
	require.Equal(t, []int64{0, 60}, []int64{found.Count, found.Of}, "who takes all for background finds no field")

	r, err = find(t, "document-anomaly").Evaluate(t.Context(), same, task.FirstSeed, 40)
	require.NoError(t, err)
	require.Equal(t, int64(500_000), r.Facts["auc_ppm"], "who draws everything as it is finds nothing odd")

	nothing := answers(func([]int8) []float32 {
		out := make([]float32, 8*144)
		for i := range 144 {
			out[i] = -9
		}
		return out
	})
	r, err = find(t, "face-detector").Evaluate(t.Context(), nothing, task.FirstSeed, 20)
	require.NoError(t, err)
	d, ok := r.Facts["detection"].(*eval.Detection)
	require.True(t, ok)
	require.Zero(t, d.AP, "who sees no face has found none")
}

// same draws its input again.
var same = answers(func(x []int8) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v) / 128
	}
	return out
})

const Million = eval.Million

func TestGreedy(t *testing.T) {
	say := func(classes ...int) []float32 {
		out := make([]float32, 40*120)
		for s := range 120 {
			c := 0
			if s < len(classes) {
				c = classes[s]
			}
			out[c*120+s] = 1
		}
		return out
	}
	for name, tc := range map[string]struct {
		reason  string
		classes []int
		want    string
	}{
		"Repeats": {"one character may last", []int{1, 1, 1, 2}, "AB"},
		"Twice":   {"a blank parts two of one", []int{1, 0, 1}, "AA"},
		"Signs":   {"digits, fillers, dots, spaces", []int{27, 37, 38, 39, 36}, "0<. 9"},
		"Nothing": {"blanks alone are no text", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.want, task.Greedy(say(tc.classes...)), tc.reason)
		})
	}
}

// The detector's answer is read back as it was written, by a network that was told where the faces are.
func TestFacesAreWhereTheCellsSay(t *testing.T) {
	k := find(t, "face-detector")
	r, err := k.Evaluate(t.Context(), oracle(t, k), task.FirstSeed+3, 40)
	require.NoError(t, err)
	d, ok := r.Facts["detection"].(*eval.Detection)
	require.True(t, ok)
	require.Greater(t, d.AP, int64(990_000), "all faces are found but those that share a cell")
	require.Less(t, r.Facts["eyes_p95_ppm"], int64(20_000))
}
