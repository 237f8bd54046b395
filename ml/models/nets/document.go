package nets

import "github.com/virtengine/virtengine/ml/models/layers"

// FieldClasses are background, portrait, number, surname, given names, date of birth and machine readable zone.
const FieldClasses = 7

// Fields takes [1, 1, 96, 144], a rectified document, and gives [1, 7, 24, 36] logits: a U-net of two levels.
func Fields() (*layers.Net, error) {
	b := layers.Start("document-fields", layers.Shape{C: 1, H: 96, W: 144})
	x := conv(b, layers.Input, layers.Square(12, 3, 2))
	x = conv(b, x, layers.Square(20, 3, 2))
	skip := x
	x = conv(b, x, layers.Square(32, 3, 2))
	x = separableResidual(b, x, layers.Depth(5, 1))
	x = separableResidual(b, x, layers.Depth(5, 1))
	x = b.Concat(b.Upsample(x), skip)
	x = conv(b, x, layers.Square(24, 1, 1))
	x = separableResidual(b, x, layers.Depth(3, 1))
	x = b.Conv(x, layers.Square(FieldClasses, 1, 1).WithBias())
	return b.Build(x, 1, FieldClasses, 24, 36)
}

// Anomaly takes [1, 1, 64, 96], a rectified document, and gives [1, 1, 64, 96], the same as a genuine one would look: the input
// and a correction, which a U-net of three levels draws. Of what it knows it has nothing to correct.
func Anomaly() (*layers.Net, error) {
	b := layers.Start("document-anomaly", layers.Shape{C: 1, H: 64, W: 96})
	half := conv(b, layers.Input, layers.Square(12, 3, 2))
	quarter := conv(b, half, layers.Square(20, 3, 2))
	x := conv(b, quarter, layers.Square(40, 3, 2))
	x = separableResidual(b, x, layers.Depth(5, 1))
	x = separableResidual(b, x, layers.Depth(5, 1))
	x = conv(b, b.Concat(b.Upsample(x), quarter), layers.Square(24, 1, 1))
	x = separableResidual(b, x, layers.Depth(3, 1))
	x = conv(b, b.Concat(b.Upsample(x), half), layers.Square(8, 1, 1))
	x = conv(b, x, layers.Square(8, 3, 1))
	x = b.Conv(b.Upsample(x), layers.Square(1, 3, 1).WithBias())
	return b.Build(b.Add(x, layers.Input), 1, 1, 64, 96)
}

// The text net's results: logits of Alphabet for each step, two pixels wide. Class 0 is CTC's blank.
const (
	Alphabet  = "_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<. "
	TextSteps = 120
)

// TextLine takes [1, 1, 24, 240] and gives [1, 40, 120]. Rows shrink to one, then convolutions run along the line.
func TextLine() (*layers.Net, error) {
	b := layers.Start("text-line", layers.Shape{C: 1, H: 24, W: 240})
	x := conv(b, layers.Input, layers.Square(24, 3, 2)) // 12 × 120
	down := layers.Conv{KH: 3, KW: 3, SH: 2, SW: 1, PH: 1, PW: 1, Depthwise: true}
	x = separable(b, x, down, 40)                      // 6 × 120
	x = separable(b, x, down, 64)                      // 3 × 120
	x = conv(b, x, layers.Conv{Out: 80, KH: 3, KW: 1}) // 1 × 120
	along := layers.Conv{KH: 1, KW: 7, PW: 3, Depthwise: true}
	x = separableResidual(b, x, along)
	x = separableResidual(b, x, along)
	x = b.Conv(x, layers.Square(len(Alphabet), 1, 1).WithBias())
	return b.Build(x, 1, int64(len(Alphabet)), TextSteps)
}
