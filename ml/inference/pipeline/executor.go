package pipeline

import (
	"context"
	"errors"
	"fmt"

	"github.com/virtengine/virtengine/ml/inference/pipeline/fixed"
)

// Tensor is a model's input: integers that stand for numbers, element × Scale / 2^24.
type Tensor struct {
	Shape []int
	Data  []int8 // row-major
	Scale int64  // above 0
}

// Output is what a model computed: integers that stand for numbers, element × Scale / 2^24. They are int8 where the model's are, and
// wider where a model computes with more bits.
type Output struct {
	Shape []int
	Data  []int32 // row-major
	Scale int64   // 1 to 2^32
}

// Executor runs models by name. Implementations give the same bits on every machine, check ctx between nodes, and are safe for
// concurrent use. Inputs are not kept.
type Executor interface {
	// Run computes a model's outputs, in the order the model declares them. It fails for a model that is not there, naming it.
	Run(ctx context.Context, model string, inputs []Tensor) ([]Output, error)
}

// The models that the pipeline runs.
const (
	FaceDetector    = "face-detector"
	FaceEmbedder    = "face-embedder"
	LivenessModel   = "liveness"
	DocumentFields  = "document-fields"
	TextLine        = "text-line"
	DocumentAnomaly = "document-anomaly"
)

// Middle is the luma that a tensor's zero stands for.
const Middle = 128

// InputScale is the scale of pictures: luma − 128 stands for (luma − 128) / 128.
const InputScale = fixed.One / 128

// MaxScale bounds the scale of outputs.
const MaxScale = 1 << 32

// ErrOutput says that a model computed something else than what it is for.
var ErrOutput = errors.New("output of a model")

// run computes a model of one input and one output, and holds the output against the shape that the pipeline reads.
func (r *run) run(model string, input Tensor, want ...int) (Output, error) {
	defer wipe(input.Data)
	out, err := r.exec.Run(r.ctx, model, []Tensor{input})
	if err != nil {
		return Output{}, fmt.Errorf("%s: %w", model, err)
	}
	if len(out) != 1 {
		return Output{}, fmt.Errorf("%w: %s has %d outputs, want 1", ErrOutput, model, len(out))
	}
	t, n := out[0], 1
	r.keep(t.Data)
	fits := len(t.Shape) == len(want)
	for i, d := range want {
		fits = fits && t.Shape[i] == d
		n *= d
	}
	if !fits || len(t.Data) != n {
		return Output{}, fmt.Errorf("%w: %s gives %v, want %v", ErrOutput, model, t.Shape, want)
	}
	if t.Scale <= 0 || t.Scale > MaxScale {
		return Output{}, fmt.Errorf("%w: %s has scale %d", ErrOutput, model, t.Scale)
	}
	for _, v := range t.Data {
		if v := abs(int64(v)); v > mostReal/t.Scale {
			return Output{}, fmt.Errorf("%w: %s gives %d times %d / 2^24, which is no logit", ErrOutput, model, v, t.Scale)
		}
	}
	return t, nil
}

// mostReal bounds what an output stands for, with 24 bits behind the point: 2^26, so that no product of this package overflows.
const mostReal = int64(1) << 50

// logit is element i with 24 bits behind the point.
func (t Output) logit(i int) int64 { return int64(t.Data[i]) * t.Scale }
