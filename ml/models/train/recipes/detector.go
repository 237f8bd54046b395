package recipes

import (
	"github.com/virtengine/virtengine/ml/engine/funcs"
	"github.com/virtengine/virtengine/ml/models/data/face"
	"github.com/virtengine/virtengine/ml/models/data/stream"
	"github.com/virtengine/virtengine/ml/models/nets"
	"github.com/virtengine/virtengine/ml/models/train"
	"github.com/virtengine/virtengine/ml/models/train/loss"
)

// detector learns from scenes with no, one or two faces. The cell in which a face's middle lies is to find it; its neighbours may.
func detector() *train.Recipe {
	return &train.Recipe{
		Name: "face-detector", About: "generated scenes with 0 to 2 faces; focal cross-entropy of cells, smooth L1 of middle, size and eyes",
		Net: nets.Detector,
		Loss: func(uint64) loss.Loss {
			return loss.Detector{Cells: nets.DetectorCells * nets.DetectorCells, Numbers: nets.DetectorChannels - 1, Object: 4, Empty: 1.5, Scale: 16, Share: 0.25}
		},
		Sample: func(s *stream.Stream, x, target []float32) error {
			m, faces := face.Scene(s)
			for _, t := range faces {
				place(target, t)
			}
			return pixels(x, m)
		},
		Rule:  train.Rule{Rate: 0.004, Warmup: 100, Decay: 0.02, Clip: 20},
		Batch: 64, Steps: 2000,
	}
}

// Lengths in 1/16 pixel, as the truth has them.
const (
	cellSide   = 96 / nets.DetectorCells * 16
	unitLength = 16 * 16
)

// place writes a face into the grid: its numbers into the cell of its middle, "does not matter" around it.
func place(target []float32, t face.Truth) {
	const n = nets.DetectorCells
	cx, cy := min(max(t.Box.CX/cellSide, 0), n-1), min(max(t.Box.CY/cellSide, 0), n-1)
	for y := max(cy-1, 0); y <= min(cy+1, n-1); y++ {
		for x := max(cx-1, 0); x <= min(cx+1, n-1); x++ {
			if target[y*n+x] == 0 {
				target[y*n+x] = -1
			}
		}
	}
	mx, my := cx*cellSide+cellSide/2, cy*cellSide+cellSide/2
	at := cy*n + cx
	unit := func(v int) float32 { return float32(v) / unitLength }
	for channel, v := range [nets.DetectorChannels]float32{
		1, float32(t.Box.CX-mx) / cellSide, float32(t.Box.CY-my) / cellSide,
		float32(funcs.Log(float64(max(t.Box.Size, 1))/unitLength) / ln2),
		unit(t.LeftEye.X - mx), unit(t.LeftEye.Y - my), unit(t.RightEye.X - mx), unit(t.RightEye.Y - my),
	} {
		target[channel*n*n+at] = v
	}
}

const ln2 = 0.693147180559945309417232121458
