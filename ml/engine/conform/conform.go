// Package conform holds the engine against published results: folders of ONNX test data, in which input_0.pb, input_1.pb, …
// are the operands and output_0.pb, … what must come out.
package conform

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
)

// The tolerance of ONNX's own backend tests: a number may differ by Absolute and by Relative of what was expected.
const (
	Relative = 1e-3
	Absolute = 1e-7
)

// Result is one output held against what was expected.
type Result struct {
	Output string  `json:"output"`
	DType  string  `json:"dtype"`
	Shape  []int   `json:"shape"`
	MaxAbs float64 `json:"max_abs_error"` // of numbers; infinite where one is a NaN or an infinity and the other is not
	MaxULP uint64  `json:"max_ulp_error"` // of floats, in units of their own type
	Pass   bool    `json:"pass"`
	Why    string  `json:"why,omitempty"` // it does not pass
}

// tooFar stands for an infinite error: JSON has no infinity.
const tooFar = math.MaxFloat64

// Data reads a folder of test data: what goes in, by the model's names, and what must come out, in the model's order.
// Fails with onnx.ErrMalformed, onnx.ErrUnsupported, value.ErrType, fs.ErrNotExist.
func Data(p *engine.Program, dir fs.FS) (inputs map[string]*value.Tensor, outputs []*value.Tensor, err error) {
	given, err := series(dir, "input")
	if err != nil {
		return nil, nil, err
	}
	declared := p.Inputs()
	if len(given) != len(declared) && len(given) <= len(p.AllInputs()) {
		declared = p.AllInputs() // files before IR version 4 give values for weights too
	}
	if len(given) > len(declared) {
		return nil, nil, fmt.Errorf("%w: %d files for %d inputs", engine.ErrInput, len(given), len(declared))
	}
	inputs = map[string]*value.Tensor{}
	for i, t := range given {
		inputs[declared[i].Name] = declaredAs(t, declared[i].DType)
	}
	outputs, err = series(dir, "output")
	return inputs, outputs, err
}

// declaredAs reads bfloat16 from the files that numpy wrote as uint16, having no such type.
func declaredAs(t *value.Tensor, want onnx.DType) *value.Tensor {
	d, ok := t.Data.([]uint16)
	if !ok || want != onnx.BFloat16 {
		return t
	}
	out := make([]value.BHalf, len(d))
	for i, v := range d {
		out[i] = value.BHalf(v)
	}
	return &value.Tensor{Shape: t.Shape, Data: out}
}

func series(dir fs.FS, kind string) ([]*value.Tensor, error) {
	var out []*value.Tensor
	for i := 0; ; i++ {
		name := fmt.Sprintf("%s_%d.pb", kind, i)
		raw, err := fs.ReadFile(dir, name)
		if errors.Is(err, fs.ErrNotExist) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		t, err := onnx.DecodeTensor(raw, onnx.Limits{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		v, err := value.FromONNX(t)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, v)
	}
}

// Check runs a program on a folder of test data. Fails as Data and Program.Run do, and when nothing is expected.
func Check(ctx context.Context, p *engine.Program, dir fs.FS) ([]Result, error) {
	inputs, want, err := Data(p, dir)
	if err != nil {
		return nil, err
	}
	if len(want) == 0 || len(want) > len(p.Outputs()) {
		return nil, fmt.Errorf("%d expected outputs for the %d of the model: %w", len(want), len(p.Outputs()), fs.ErrNotExist)
	}
	got, err := p.Run(ctx, inputs)
	if err != nil {
		return nil, err
	}
	var out []Result
	for i, w := range want {
		name := p.Outputs()[i].Name
		g := got[name]
		out = append(out, Compare(name, g, declaredAs(w, g.DType())))
	}
	return out, nil
}

// Compare holds a tensor against what was expected.
func Compare(name string, got, want *value.Tensor) Result {
	r := Result{Output: name, DType: got.DType().String(), Shape: got.Shape, Pass: true}
	if r.Shape == nil {
		r.Shape = []int{}
	}
	switch {
	case got.DType() != want.DType():
		return r.fails("it is %s, want %s", got.DType(), want.DType())
	case !slices.Equal(got.Shape, want.Shape):
		return r.fails("its shape is %v, want %v", got.Shape, want.Shape)
	}
	switch g := got.Data.(type) {
	case []float32:
		return floats(r, g, want, func(v float32) float64 { return float64(v) }, func(v float32) int64 { return ordered(uint64(math.Float32bits(v)), 32) })
	case []float64:
		return floats(r, g, want, func(v float64) float64 { return v }, func(v float64) int64 { return ordered(math.Float64bits(v), 64) })
	case []value.Half:
		return floats(r, g, want, func(v value.Half) float64 { return float64(v.Float32()) }, func(v value.Half) int64 { return ordered(uint64(v), 16) })
	case []value.BHalf:
		return floats(r, g, want, func(v value.BHalf) float64 { return float64(v.Float32()) }, func(v value.BHalf) int64 { return ordered(uint64(v), 16) })
	case []bool:
		return exactly(r, g, want)
	case []string:
		return exactly(r, g, want)
	case []int8:
		return exactly(r, g, want)
	case []int16:
		return exactly(r, g, want)
	case []int32:
		return exactly(r, g, want)
	case []int64:
		return exactly(r, g, want)
	case []uint8:
		return exactly(r, g, want)
	case []uint16:
		return exactly(r, g, want)
	case []uint32:
		return exactly(r, g, want)
	case []uint64:
		return exactly(r, g, want)
	}
	return r.fails("nothing compares %s", got.DType())
}

func (r Result) fails(format string, args ...any) Result {
	r.Pass = false
	if r.Why == "" {
		r.Why = fmt.Sprintf(format, args...)
	}
	return r
}

// ordered turns the bits of a float into a number that grows with it, one for each float.
func ordered(bits uint64, width uint) int64 {
	magnitude := int64(bits & (1<<(width-1) - 1)) //ve:allow overflow the sign's bit is masked off
	if bits>>(width-1)&1 == 1 {
		return -magnitude
	}
	return magnitude
}

func floats[T value.Elem](r Result, got []T, expected *value.Tensor, wide func(T) float64, place func(T) int64) Result {
	want, err := value.As[T](expected)
	if err != nil {
		return r.fails("%v", err)
	}
	for i, v := range got {
		g, w := wide(v), wide(want[i])
		if g == w || math.IsNaN(g) && math.IsNaN(w) {
			continue
		}
		away := math.Abs(g - w)
		if math.IsNaN(away) || math.IsInf(away, 0) {
			r.MaxAbs, r.MaxULP = tooFar, math.MaxUint64
			r = r.fails("element %d is %v, want %v", i, g, w)
			continue
		}
		r.MaxAbs = max(r.MaxAbs, away)
		a, b := place(v), place(want[i])
		r.MaxULP = max(r.MaxULP, uint64(max(a, b)-min(a, b))) //ve:allow overflow a distance is not below zero, and fits 64 bits
		if away > float64(Relative*math.Abs(w))+Absolute {
			r = r.fails("element %d is %v, want %v", i, g, w)
		}
	}
	return r
}

func exactly[T value.Elem](r Result, got []T, expected *value.Tensor) Result {
	want, err := value.As[T](expected)
	if err != nil {
		return r.fails("%v", err)
	}
	for i := range got {
		if got[i] != want[i] {
			r.MaxAbs = tooFar
			return r.fails("element %d is %v, want %v", i, got[i], want[i])
		}
	}
	return r
}
