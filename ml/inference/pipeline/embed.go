package pipeline

import (
	"github.com/virtengine/virtengine/ml/inference/pipeline/fixed"
)

// embedding is the length of a face's vector.
const embedding = 128

// embed computes the vector of an aligned crop.
func (r *run) embed(crop Gray) ([]int64, error) {
	out, err := r.run(FaceEmbedder, crop.tensor(1, 1, cropSide, cropSide), 1, embedding)
	if err != nil {
		return nil, err
	}
	v := make([]int64, embedding)
	for i, x := range out.Data {
		v[i] = int64(x)
	}
	return shrunk(v), nil
}

// cosine of two vectors in basis points, −10000 to 10000, towards zero. It fails where one has no length. Both
// are shrunk ones, so that no product here passes 2^63.
func cosine(a, b []int64) (int64, bool) {
	var dot, aa, bb int64
	for i := range a {
		dot += a[i] * b[i] // at most 2^29 in size
		aa += a[i] * a[i]
		bb += b[i] * b[i]
	}
	if aa <= 0 || bb <= 0 {
		return 0, false
	}
	// One root of the product is closer than a product of two: aa·bb is at most 2^58.
	root := fixed.Sqrt(aa * bb)
	c := dot * fixed.Whole / root
	return min(max(c, -fixed.Whole), fixed.Whole), true
}

// shrunk halves a vector until no element is above 2^11, which changes no angle that ten thousand parts would show.
func shrunk(v []int64) []int64 {
	top := int64(0)
	for _, x := range v {
		top = max(top, abs(x))
	}
	for ; top > 1<<11; top >>= 1 {
		for i := range v {
			v[i] /= 2
		}
	}
	return v
}
