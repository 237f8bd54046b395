package pack

import (
	"fmt"
	"math"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/safemath"
)

// TensorDigest is a digest of a tensor's type, shape and elements: a hashes.Transcript "virtengine/tensor/v1" of dtype (its name),
// rank, each dim, and data (little endian, row-major). Fails with ErrTensor for strings, for nil, and for a float that is a NaN or
// an infinity, whose bits no contract fixes.
func TensorDigest(t *value.Tensor) (hashes.Digest, error) {
	if t == nil {
		return hashes.Digest{}, fmt.Errorf("%w: it is missing", ErrTensor)
	}
	if n, err := value.Count(t.Shape); err != nil || n != t.Len() {
		return hashes.Digest{}, fmt.Errorf("%w: %d elements under shape %v", ErrTensor, t.Len(), t.Shape)
	}
	raw := t.ToONNX("")
	if raw.DType == onnx.String || !raw.DType.Known() {
		return hashes.Digest{}, fmt.Errorf("%w: elements of %s", ErrTensor, raw.DType)
	}
	if len(raw.Data) != t.Len()*raw.DType.Size() {
		return hashes.Digest{}, fmt.Errorf("%w: %d bytes of %s under shape %v", ErrTensor, len(raw.Data), raw.DType, t.Shape)
	}
	if err := raw.Finite(); err != nil {
		return hashes.Digest{}, fmt.Errorf("%w: %w", ErrTensor, err)
	}
	d, err := hashes.NewTranscript("virtengine/tensor/v1")
	if err != nil {
		return hashes.Digest{}, err
	}
	d.Add("dtype", []byte(raw.DType.String())).AddUint64("rank", uint64(len(raw.Shape)))
	for _, dim := range raw.Shape {
		size, err := safemath.To[uint64](dim)
		if err != nil {
			return hashes.Digest{}, fmt.Errorf("%w: %w", ErrTensor, err)
		}
		d.AddUint64("dim", size)
	}
	return d.Add("data", raw.Data).Sum(), nil
}

// Seeded grows the input of a triple from a seed: SplitMix64 (Steele, Lea, Flood 2014) gives one number for each element, row-major;
// its upper 8 bits are a gray value g. An element is g − 128 as int8, int32 or int64, g as uint8, and (g − 128)/128 as float32,
// which is exact. Fails with ErrTensor for another type.
func Seeded(v manifest.Value, seed uint64) (*value.Tensor, error) {
	n, err := v.Elements()
	if err != nil {
		return nil, err
	}
	if n > value.MaxElements {
		return nil, fmt.Errorf("%w: input %q: %d elements", ErrTensor, v.Name, n)
	}
	shape := make([]int, len(v.Shape))
	for i, d := range v.Shape {
		if shape[i], err = safemath.To[int](d); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrTensor, err)
		}
	}
	grow := splitMix(seed)
	switch v.DType {
	case "float32":
		return grown(shape, n, func() float32 { return float32(int(grow())-128) / 128 })
	case "int8":
		return grown(shape, n, func() int8 { return int8(int(grow()) - 128) })
	case "uint8":
		return grown(shape, n, grow)
	case "int32":
		return grown(shape, n, func() int32 { return int32(grow()) - 128 })
	case "int64":
		return grown(shape, n, func() int64 { return int64(grow()) - 128 })
	}
	return nil, fmt.Errorf("%w: input %q: %s does not grow from a seed; hint: put the input into the pack as a file", ErrTensor, v.Name, v.DType)
}

func grown[T value.Elem](shape []int, n int64, next func() T) (*value.Tensor, error) {
	data := make([]T, n)
	for i := range data {
		data[i] = next()
	}
	return value.Of(shape, data)
}

// splitMix gives the upper 8 bits of each number of a SplitMix64.
func splitMix(state uint64) func() uint8 {
	return func() uint8 {
		state += 0x9e3779b97f4a7c15
		z := state
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return uint8((z ^ z>>31) >> 56)
	}
}

// Score is the score that a table gives outputs: basis points, or manifest.NoScore where there is no table. Fails with ErrTensor
// where the output is missing, too short, or its element a NaN.
func Score(table manifest.ScoreTable, outputs map[string]*value.Tensor) (int64, error) {
	if table.IsZero() {
		return manifest.NoScore, nil
	}
	t := outputs[table.Output]
	if t == nil || table.Index < 0 || table.Index >= int64(t.Len()) {
		return 0, fmt.Errorf("%w: output %q has no element %d", ErrTensor, table.Output, table.Index)
	}
	raw, err := element(t, int(table.Index), table.Scale)
	if err != nil {
		return 0, fmt.Errorf("output %q, element %d: %w", table.Output, table.Index, err)
	}
	return table.Points(raw), nil
}

// element is the raw number of a table.
func element(t *value.Tensor, i int, scale int64) (int64, error) {
	switch data := t.Data.(type) {
	case []float32:
		if i < len(data) {
			return scaled(data[i], scale)
		}
	case []int8:
		return whole(data, i)
	case []uint8:
		return whole(data, i)
	case []int16:
		return whole(data, i)
	case []uint16:
		return whole(data, i)
	case []int32:
		return whole(data, i)
	case []int64:
		return whole(data, i)
	}
	return 0, fmt.Errorf("%w: elements of %s have no score, or there are too few", ErrTensor, t.DType())
}

// whole is an element of integers, which is its own raw number.
func whole[T int8 | uint8 | int16 | uint16 | int32 | int64](data []T, i int) (int64, error) {
	if i >= len(data) {
		return 0, fmt.Errorf("%w: %d elements", ErrTensor, len(data))
	}
	return int64(data[i]), nil
}

// scaled rounds x times scale to an integer. The product is exact: 24 bits times at most 24 bits fit a float64.
func scaled(x float32, scale int64) (int64, error) {
	product := float64(float64(x) * float64(scale))
	if product != product {
		return 0, fmt.Errorf("%w: it is a NaN", ErrTensor)
	}
	const most = math.MaxInt32
	return safemath.FromFloat[int64](math.RoundToEven(min(max(product, -most), most)))
}
