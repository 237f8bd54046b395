package recipes

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/nets"
	"github.com/virtengine/virtengine/ml/models/train"
)

// TestEveryRecipeTakesAStep with the least batch: samples fit networks and losses, and a step ends in a loss.
func TestEveryRecipeTakesAStep(t *testing.T) {
	for _, r := range All() {
		t.Run(r.Name, func(t *testing.T) {
			r.Batch = 2 * train.Shards
			run, err := train.New(r, 7, 2)
			require.NoError(t, err)
			require.NoError(t, run.To(t.Context(), 1, train.Progress{}))
			first := run.Average()
			require.Positive(t, first)
			again, err := train.New(r, 7, 2)
			require.NoError(t, err)
			require.NoError(t, again.To(t.Context(), 1, train.Progress{}))
			require.Equal(t, run.Checkpoint(), again.Checkpoint(), "a seed decides everything")
			other, err := train.New(r, 8, 2)
			require.NoError(t, err)
			require.NoError(t, other.To(t.Context(), 1, train.Progress{}))
			require.NotEqual(t, first, other.Average(), "and another seed is another run")
		})
	}
}

func TestFind(t *testing.T) {
	r, err := Find("liveness")
	require.NoError(t, err)
	require.Equal(t, "liveness", r.Name)
	_, err = Find("scorer")
	require.ErrorIs(t, err, train.ErrRecipe, "defined, but nothing trains it")
	_, err = Find("palm")
	require.ErrorIs(t, err, nets.ErrUnknown)
}

// TestTheGridSaysWhereAFaceIs reads a face back from what the detector should give.
func TestTheGridSaysWhereAFaceIs(t *testing.T) {
	const n, unit = nets.DetectorCells, 16
	s := stream.New(3, "test/scene", 0)
	_, faces := face.Scene(s)
	for len(faces) != 1 {
		_, faces = face.Scene(s)
	}
	f := faces[0]
	target := make([]float32, nets.DetectorChannels*n*n)
	place(target, f)
	at, objects := -1, 0
	for cell := range n * n {
		if target[cell] == 1 {
			at, objects = cell, objects+1
		}
	}
	require.Equal(t, 1, objects, "one cell is to find it")
	x, y := float32(at%n*8+4), float32(at/n*8+4)
	number := func(channel int) float32 { return target[channel*n*n+at] }
	require.InDelta(t, float32(f.Box.CX)/16, x+8*number(1), 1e-3)
	require.InDelta(t, float32(f.Box.CY)/16, y+8*number(2), 1e-3)
	require.LessOrEqual(t, max(number(1), -number(1), number(2), -number(2)), float32(0.5), "its middle lies in that cell")
	require.InDelta(t, float32(f.LeftEye.X)/16, x+unit*number(4), 1e-3)
	require.InDelta(t, float32(f.RightEye.Y)/16, y+unit*number(7), 1e-3)
	require.InDelta(t, 0.5, number(3), 2, "between 4 and 91 pixels")
}

func TestLabels(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, words string
		want          []float32
		err           error
	}{
		"Word":   {"letters, digits, filler, dot, space", "AZ09<. ", []float32{1, 26, 27, 36, 37, 38, 39, 0}, nil},
		"Small":  {"no class reads small letters", "a", nil, train.ErrRecipe},
		"Blank":  {"the blank is no character", "_", nil, train.ErrRecipe},
		"Longer": {"more than the loss takes", "AAAAAAAAA", nil, train.ErrRecipe},
	} {
		t.Run(name, func(t *testing.T) {
			got := make([]float32, 8)
			err := labels(got, tc.words)
			require.ErrorIs(t, err, tc.err, tc.reason)
			if tc.err == nil {
				require.Equal(t, tc.want, got, tc.reason)
			}
		})
	}
}
