package liveness

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

func TestPersonsBlinkAndMasksDoNot(t *testing.T) {
	blinks := 0
	const n = 200
	for i := range uint64(n) {
		s := stream.New(1, "liveness/act", i)
		c := face.RandomCapture(s)
		for _, f := range performance(c, s) {
			if f.Blink >= 75 {
				blinks++
				break
			}
		}
		disguise(face.NewPerson(1, i), &c, s)
		for _, f := range rigid(c, s) {
			require.LessOrEqual(t, f.Blink, 20)
			require.Equal(t, c.Smile, f.Smile, "a mask does not smile")
		}
	}
	require.InDelta(t, 62*n/100, blinks, 12*n/100)
}

func TestAStillDoesNotChange(t *testing.T) {
	s := stream.New(2, "liveness/still", 0)
	frames := still(face.NewPerson(2, 0), face.RandomCapture(s), s)
	for _, m := range frames {
		require.Equal(t, frames[0].Pix, m.Pix)
	}
}

func TestAPathStaysWithinReach(t *testing.T) {
	for i := range uint64(200) {
		s := stream.New(3, "liveness/path", i)
		reach := s.Range(0, 5000)
		for _, v := range path(s, reach) {
			require.LessOrEqual(t, max(v, -v), reach)
		}
	}
}
