package nets

import "github.com/virtengine/virtengine/ml/models/layers"

// EmbeddingSize is how many numbers a face becomes.
const EmbeddingSize = 128

// Embedder takes [1, 1, 64, 64], an aligned crop, and gives [1, 128]. Two faces are compared by the cosine.
func Embedder() (*layers.Net, error) {
	b := layers.Start("face-embedder", layers.Shape{C: 1, H: 64, W: 64})
	x := conv(b, layers.Input, layers.Square(16, 3, 2))
	x = conv(b, x, layers.Square(24, 3, 2))
	x = residual(b, x)
	x = conv(b, x, layers.Square(48, 3, 2))
	x = residual(b, x)
	x = conv(b, x, layers.Square(96, 3, 2))
	x = b.Norm(b.Linear(b.Flatten(x), EmbeddingSize, false))
	return b.Build(x, 1, EmbeddingSize)
}

// The detector's results: for each cell of 8 pixels the logit of a face, its centre (in cells, from the cell's centre), log2 of its size
// over 16 pixels, and the eyes (in units of 16 pixels, from the cell's centre).
const (
	DetectorCells    = 12
	DetectorChannels = 8
)

// Detector takes [1, 1, 96, 96] and gives [1, 8, 12, 12].
func Detector() (*layers.Net, error) {
	b := layers.Start("face-detector", layers.Shape{C: 1, H: 96, W: 96})
	x := conv(b, layers.Input, layers.Square(12, 3, 2))
	x = conv(b, x, layers.Square(24, 3, 2))
	x = conv(b, x, layers.Square(48, 3, 2))
	for range 3 {
		x = separableResidual(b, x, layers.Depth(5, 1))
	}
	x = conv(b, x, layers.Square(48, 1, 1))
	x = b.Conv(x, layers.Square(DetectorChannels, 1, 1).WithBias())
	return b.Build(x, 1, DetectorChannels, DetectorCells, DetectorCells)
}

// LivenessClasses are live, print, replay and mask.
const LivenessClasses = 4

// Liveness takes [1, 8, 32, 32], eight frames of an aligned crop as channels, and gives [1, 4] logits. What moves is found by
// the first convolution, which sees all frames at each place.
func Liveness() (*layers.Net, error) {
	b := layers.Start("liveness", layers.Shape{C: 8, H: 32, W: 32})
	x := conv(b, layers.Input, layers.Square(24, 3, 1))
	x = conv(b, x, layers.Square(32, 3, 2))
	x = conv(b, x, layers.Square(48, 3, 2))
	x = separableResidual(b, x, layers.Depth(3, 1))
	x = conv(b, x, layers.Square(64, 3, 2))
	x = b.Flatten(b.AvgPool(x, 2))
	x = b.Linear(x, LivenessClasses, true)
	return b.Build(x, 1, LivenessClasses)
}
