package execute

import (
	"fmt"

	"github.com/virtengine/virtengine/ml/engine"
	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
)

// Engine is the pack.Executor of this release: it runs ve-f32-1 and ve-i8-1, each by the plain loops that are its specification.
type Engine struct{}

// Load prepares a model. Fails with pack.ErrContract for an unknown contract, and as onnx.Decode, engine.Load and i8.Load do: a
// model of one contract is none of the other's.
func (Engine) Load(model []byte, contract manifest.Contract) (pack.Runner, error) {
	if contract != manifest.Float32 && contract != manifest.Integer8 {
		return nil, fmt.Errorf("%w: %.40q; hint: this release runs %s and %s", pack.ErrContract, contract, manifest.Float32, manifest.Integer8)
	}
	m, err := onnx.Decode(model, onnx.Limits{})
	if err != nil {
		return nil, err
	}
	if contract == manifest.Float32 {
		p, err := engine.Load(m)
		if err != nil {
			return nil, err
		}
		return p, nil
	}
	p, err := i8.Load(m)
	if err != nil {
		return nil, err
	}
	return integers{p}, nil
}

// integers is an integer program, which counts its own multiplications. Its memory is the spec's to say: the reference plans none.
type integers struct{ *i8.Program }

func (p integers) Cost() pack.Cost { return pack.Cost{MACs: p.MACs()} }
