package pipelinetest

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/fixed"
	"github.com/virtengine/virtengine/security/safemath"
)

// Engine runs the six models on the reference of ve-i8-1.
type Engine map[string]*i8.Program

// NewEngine loads them.
func NewEngine() (Engine, error) {
	e := Engine{}
	for name, m := range Models() {
		p, err := i8.Load(m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		e[name] = p
	}
	return e, nil
}

// Run is pipeline.Executor.
func (e Engine) Run(ctx context.Context, model string, inputs []pipeline.Tensor) ([]pipeline.Output, error) {
	p := e[model]
	if p == nil {
		return nil, fmt.Errorf("no model %q", model)
	}
	x, err := value.Of(inputs[0].Shape, inputs[0].Data)
	if err != nil {
		return nil, err
	}
	out, err := p.Run(ctx, map[string]*value.Tensor{"x": x})
	if err != nil {
		return nil, err
	}
	y, err := value.As[int8](out["y"])
	wide := make([]int32, len(y))
	for i, v := range y {
		wide[i] = int32(v)
	}
	clear(y)
	return []pipeline.Output{{Shape: out["y"].Shape, Data: wide, Scale: ScaleFixed(model)}}, err
}

// ScaleFixed is Scale with 24 bits behind the point; 0 for no model of ours.
func ScaleFixed(model string) int64 {
	n, err := safemath.FromFloat[int64](float64(Scale(model)) * float64(fixed.One))
	if err != nil {
		return 0
	}
	return n
}

// Params fit the models: lines are cut without margins, and a document is genuine up to one luma of anomaly.
func Params() pipeline.Params {
	p := pipeline.Default()
	p.RoomMargin, p.LineMargin = 0, 0
	p.Genuine = fixed.Curve{{X: 1 << 8, Y: fixed.Whole}, {X: 3 << 8, Y: 0}}
	return p
}

// Decode reads the PNG that this package writes.
func Decode(data []byte) (pipeline.Gray, error) {
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return pipeline.Gray{}, err
	}
	g, ok := m.(*image.Gray)
	if !ok {
		return pipeline.Gray{}, fmt.Errorf("a picture of %T, want gray", m)
	}
	return pipeline.Gray{W: g.Rect.Dx(), H: g.Rect.Dy(), Pix: g.Pix}, nil
}
