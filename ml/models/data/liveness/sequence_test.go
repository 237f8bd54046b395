package liveness_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/gray"
	"github.com/virtengine/virtengine/ml/models/data/gray/graytest"
	"github.com/virtengine/virtengine/ml/models/data/liveness"
	"github.com/virtengine/virtengine/ml/models/data/stream"
)

func TestSequencesStayTheSame(t *testing.T) {
	var samples []graytest.Sample
	for i := range uint64(3) {
		for k := range liveness.Kinds {
			for f, m := range liveness.Sequence(face.NewPerson(1, i), k, stream.New(1, "liveness/digest", i)) {
				samples = append(samples, graytest.Image(fmt.Sprintf("%s %d frame %d", k, i, f), m, ""))
			}
		}
	}
	graytest.Digests(t, samples...)
}

// movement is the mean absolute difference between neighbouring frames over a rectangle, in 1/16 level.
func movement(frames [liveness.Frames]gray.Image, x, y, w, h int) int {
	sum := 0
	for f := 1; f < liveness.Frames; f++ {
		for j := y; j < y+h; j++ {
			for i := x; i < x+w; i++ {
				d := int(frames[f].At(i, j)) - int(frames[f-1].At(i, j))
				sum += max(d, -d)
			}
		}
	}
	return 16 * sum / (w * h * (liveness.Frames - 1))
}

func TestKindsMoveAsTheyClaim(t *testing.T) {
	var corners [liveness.Kinds]int
	const n = 80
	for k := range liveness.Kinds {
		for i := range uint64(n) {
			frames := liveness.Sequence(face.NewPerson(2, i), k, stream.New(2, "liveness/move", i))
			for _, m := range frames {
				require.Equal(t, liveness.Size*liveness.Size, len(m.Pix))
			}
			corners[k] += movement(frames, 0, 0, 4, 8) + movement(frames, 28, 0, 4, 8)
		}
	}
	require.Greater(t, corners[liveness.Live], corners[liveness.Print]*5/4, "a printed background stays with the face")
	require.Greater(t, corners[liveness.Mask], corners[liveness.Print]*5/4, "a mask has depth")
}

func TestAClosedLidIsSeen(t *testing.T) {
	seen := 0
	for i := range uint64(50) {
		c := face.RandomCapture(stream.New(4, "liveness/lid", i))
		c.Glasses, c.Noise, c.Block, c.Blur, c.Blink = face.NoGlasses, 0, 0, 0, 0
		p := face.NewPerson(4, i)
		open := face.AlignedAt(p, c, liveness.Size, gray.Point{})
		c.Blink = 90
		if movement([liveness.Frames]gray.Image{open, face.AlignedAt(p, c, liveness.Size, gray.Point{})}, 7, 10, 18, 4)*(liveness.Frames-1) > 16*6 {
			seen++
		}
	}
	require.Greater(t, seen, 40, "of 50 blinks, this many change the eyes by more than the sensor's noise")
}

func TestNoKindIsTrivial(t *testing.T) {
	// Of each kind some sequences have as little movement as the median of another, so no threshold on movement decides.
	live, print := 0, 0
	for i := range uint64(80) {
		p := face.NewPerson(3, i)
		if movement(liveness.Sequence(p, liveness.Live, stream.New(3, "liveness/still", i)), 0, 0, 32, 32) < 90 {
			live++
		}
		if movement(liveness.Sequence(p, liveness.Print, stream.New(3, "liveness/still", i)), 0, 0, 32, 32) > 60 {
			print++
		}
	}
	require.Greater(t, live, 4, "still live sequences")
	require.Greater(t, print, 4, "moving prints")
}

func TestUnknownKindHasAName(t *testing.T) {
	require.Equal(t, "unknown", liveness.Kind(9).String())
}
