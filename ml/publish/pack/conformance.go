package pack

import (
	"context"
	"fmt"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/security/safemath"
)

// Conformance runs every triple of a pack and compares bits: of inputs, of outputs, and the score. A machine on which it fails must
// not vote with the pack. Fails with ErrConformance, which names the triple and the tensor, and with ErrContract.
func Conformance(ctx context.Context, p *Pack, x Executor, tell Progress) error {
	if x == nil {
		return fmt.Errorf("%w: no executor", ErrContract)
	}
	r, err := p.load(x)
	if err != nil {
		return err
	}
	return p.conforms(ctx, r, tell)
}

func (p *Pack) conforms(ctx context.Context, r Runner, tell Progress) error {
	all := p.manifest.Conformance
	for i, want := range all {
		tell.tell("conformance "+want.Name, i, len(all))
		have, err := p.run(ctx, r, want)
		if err != nil {
			return err
		}
		if err := same(have, want); err != nil {
			return err
		}
	}
	tell.tell("conformance", len(all), len(all))
	return nil
}

func same(have, want manifest.Triple) error {
	for i, in := range want.Inputs {
		if !in.Digest.Equal(have.Inputs[i].Digest) {
			return fmt.Errorf("%w: triple %q: input %q is %s, manifest says %s", ErrConformance, want.Name, in.Name, have.Inputs[i].Digest, in.Digest)
		}
	}
	for i, out := range want.Outputs {
		if !out.Digest.Equal(have.Outputs[i].Digest) {
			return fmt.Errorf("%w: triple %q: output %q is %s, manifest says %s; hint: do not vote with this pack on this machine, and report it",
				ErrConformance, want.Name, out.Name, have.Outputs[i].Digest, out.Digest)
		}
	}
	if have.Score != want.Score {
		return fmt.Errorf("%w: triple %q: score %d, manifest says %d", ErrConformance, want.Name, have.Score, want.Score)
	}
	return nil
}

// inputs makes the tensors of a triple.
func (p *Pack) inputs(t manifest.Triple) (map[string]*value.Tensor, error) {
	_, model := p.manifest.Program()
	out := map[string]*value.Tensor{}
	for i, in := range t.Inputs {
		tensor, err := p.input(model.Inputs[i], in)
		if err == nil {
			err = fits(model.Inputs[i], tensor)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: triple %q, input %q: %w", ErrConformance, t.Name, in.Name, err)
		}
		out[in.Name] = tensor
	}
	return out, nil
}

func (p *Pack) input(v manifest.Value, in manifest.TripleInput) (*value.Tensor, error) {
	if in.File == "" {
		seed, err := safemath.To[uint64](in.Seed)
		if err != nil {
			return nil, err
		}
		return Seeded(v, seed)
	}
	raw, ok := p.content(in.File)
	if !ok {
		return nil, fmt.Errorf("%w: no file %.110q", ErrFiles, in.File)
	}
	t, err := onnx.DecodeTensor(raw, onnx.Limits{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", in.File, err)
	}
	return value.FromONNX(t)
}

// fits says whether a tensor is of the type and shape that a model declares.
func fits(v manifest.Value, t *value.Tensor) error {
	same := len(t.Shape) == len(v.Shape)
	for i := range t.Shape {
		same = same && int64(t.Shape[i]) == v.Shape[i]
	}
	if !same || t.DType().String() != v.DType {
		return fmt.Errorf("%w: %q is %s %v, the model declares %s %v", ErrTensor, v.Name, t.DType(), t.Shape, v.DType, v.Shape)
	}
	return nil
}
