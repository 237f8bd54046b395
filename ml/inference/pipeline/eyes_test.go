package pipeline

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// take is eight frames of a face that moves by a step from frame to frame, seen with errors.
func take(step, apart int64, wrong [Frames]int64) (frames [Frames]Gray, faces [Frames]found) {
	for i := range faces {
		frames[i] = blank(64, 64)
		x := 20*unit + int64(i)*step + wrong[i]
		faces[i] = found{left: point{x, 24 * unit}, right: point{x + apart, 24 * unit}}
	}
	return frames, faces
}

func TestErrorsOfEightLooksNearlyCancel(t *testing.T) {
	const error, step = unit / 2, unit / 3
	frames, faces := take(step, 24*unit, [Frames]int64{error, -error, -error, error, error, -error, -error, error})
	for i, f := range steady(frames, faces) {
		require.InDelta(t, 20*unit+int64(i)*step, f.left.x, unit/100, "frame %d", i)
		require.Equal(t, int64(24*unit), f.left.y)
	}
}

func TestWhoJumpsIsBelieved(t *testing.T) {
	frames, faces := take(0, 24*unit, [Frames]int64{0, 0, 0, 0, 20 * unit, 20 * unit, 20 * unit, 20 * unit})
	require.Equal(t, faces, steady(frames, faces), "eyes that are a quarter of their distance off the line moved")
	frames, faces = take(unit, 24*unit, [Frames]int64{unit})
	frames[3] = blank(32, 32)
	require.Equal(t, faces, steady(frames, faces), "frames of several sizes have no common places")
}

func TestAStraightWayStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, step := rapid.Int64Range(-1<<30, 1<<30).Draw(t, "from"), rapid.Int64Range(-1<<20, 1<<20).Draw(t, "step")
		var way [Frames]int64
		for i := range way {
			way[i] = from + int64(i)*step
		}
		for i, v := range straight(way) {
			require.InDelta(t, way[i], v, 2, "but for rounding")
		}
	})
}
