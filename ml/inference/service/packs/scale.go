package packs

import (
	"math"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/security/safemath"
)

// ported is a Runner that says what its integers stand for, as programs of ve-i8-1 do.
type ported interface{ Outputs() []i8.Port }

// maxScale bounds what one step may stand for.
const maxScale = 256

// scaleOf is what one step of a runner's first output stands for, with 24 bits behind the point: the published scale to the nearest
// multiple of 2^-24, ties to even, which is the same number on every machine. It is 0 where nobody says, or where it is none.
func scaleOf(r pack.Runner) int64 {
	p, ok := r.(ported)
	if !ok || len(p.Outputs()) == 0 {
		return 0
	}
	s := p.Outputs()[0].Scale
	if !(s > 0) || s > maxScale {
		return 0
	}
	n, err := safemath.FromFloat[int64](math.RoundToEven(s * (1 << 24))) // the product is exact: a power of two
	if err != nil {
		return 0
	}
	return n
}
