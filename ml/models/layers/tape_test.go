package layers

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/data/stream"
)

func TestABackwardPassBelongsToAForwardPass(t *testing.T) {
	net := everything(t)
	tape := net.NewTape(4)
	for name, tc := range map[string]struct {
		reason  string
		samples int
		train   bool
		numbers int
		want    error
	}{
		"Same":      {"a gradient for each result", 3, true, 9, nil},
		"Fewer":     {"a sample is left out", 3, true, 6, ErrBackward},
		"Part":      {"half a sample", 3, true, 7, ErrBackward},
		"Empty":     {"nothing", 3, true, 0, ErrBackward},
		"Inference": {"norms have measured nothing", 3, false, 9, ErrBackward},
	} {
		t.Run(name, func(t *testing.T) {
			tape.Forward(tc.samples, tc.train)
			require.ErrorIs(t, tape.Backward(make([]float32, tc.numbers)), tc.want, tc.reason)
		})
	}
}

func TestAStepMakesNoGarbage(t *testing.T) {
	net := everything(t)
	tape := net.NewTape(4)
	dout := make([]float32, 12)
	once := func() {
		tape.Zero()
		tape.Forward(4, true)
		if err := tape.Backward(dout); err != nil {
			t.Fatal(err)
		}
	}
	once() // buffers grow
	require.Zero(t, testing.AllocsPerRun(5, once))
}

// TestSamplesDoNotMix holds a sample's result against that of the sample alone: what others are in the batch changes nothing, but
// for norms in training.
func TestSamplesDoNotMix(t *testing.T) {
	net := everything(t)
	many, one := net.NewTape(3), net.NewTape(1)
	s := stream.New(8, "test/input", 0)
	for i := range many.In() {
		many.In()[i] = s.Normal()
	}
	all := append([]float32(nil), many.Forward(3, false)...)
	size := net.In().Len()
	for i := range 3 {
		copy(one.In(), many.In()[i*size:(i+1)*size])
		require.Equal(t, all[3*i:3*i+3], one.Forward(1, false), "sample %d", i)
	}
}
