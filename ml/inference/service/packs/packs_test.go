package packs_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/inference/pipeline/pipelinetest"
	"github.com/virtengine/virtengine/ml/inference/service"
	"github.com/virtengine/virtengine/ml/inference/service/packs"
	"github.com/virtengine/virtengine/ml/inference/service/servicetest"
	"github.com/virtengine/virtengine/ml/publish/execute"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/packtest"
	"github.com/virtengine/virtengine/ml/publish/signature"
	"github.com/virtengine/virtengine/security/hashes"
)

func TestVerifiedPacksLoad(t *testing.T) {
	s := servicetest.Models(t)
	require.Len(t, s.List(), len(pipeline.Models()))
	for _, m := range s.List() {
		require.Equal(t, pipelinetest.ScaleFixed(m.Name), m.Scale, "the scale of %s is read off its graph", m.Name)
		require.Positive(t, m.MACs)
		require.Equal(t, "ve-i8-1", m.Contract)
	}
	_, err := s.Run(t.Context(), "scorer", nil, nil)
	require.ErrorIs(t, err, service.ErrUnknownModel)
}

// other is an executor that computes as ours does, but for the lowest bit of the first element.
type other struct{ execute.Engine }

type otherRunner struct{ pack.Runner }

func (o other) Load(model []byte, c manifest.Contract) (pack.Runner, error) {
	r, err := o.Engine.Load(model, c)
	return otherRunner{r}, err
}

func (r otherRunner) Run(ctx context.Context, in map[string]*value.Tensor) (map[string]*value.Tensor, error) {
	out, err := r.Runner.Run(ctx, in)
	if err == nil {
		out["y"].Data.([]int8)[0] ^= 1
	}
	return out, err
}

func TestOneBadPackIsAnErrorForAll(t *testing.T) {
	good := servicetest.Packs(t)
	id := func(i int) hashes.Digest { return good[i].ID() }
	replaced := func(p *pack.Pack) []*pack.Pack { return append([]*pack.Pack{p}, good[1:]...) }
	strangers, err := servicetest.Unsigned(t, pipeline.DocumentAnomaly).Sign(t.Context(), packtest.Signer(t, 9))
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		reason string
		all    []*pack.Pack
		change func(*packs.Options)
		want   error
		says   string
	}{
		"None":       {"no pack, no service", nil, func(*packs.Options) {}, packs.ErrSource, "at least one"},
		"NoExecutor": {"nothing to run them on", good, func(o *packs.Options) { o.Executor = nil }, packs.ErrSource, "executor"},
		"Unsigned":   {"nobody signed it", replaced(servicetest.Unsigned(t, pipeline.DocumentAnomaly)), func(*packs.Options) {}, signature.ErrTooFew, "document-anomaly"},
		"Stranger":   {"somebody signed it whom nobody trusts", replaced(strangers), func(*packs.Options) {}, signature.ErrTooFew, "document-anomaly"},
		"NoTrust":    {"nobody is trusted", good, func(o *packs.Options) { o.Trust = signature.Trust{} }, signature.ErrTrust, ""},
		"TwoOfOne":   {"two signatures are wanted", good, func(o *packs.Options) { o.Trust = packtest.Trust(t, 2, servicetest.Key, 9) }, signature.ErrTooFew, ""},
		"Twice":      {"two packs of one model", append([]*pack.Pack{good[0]}, good...), func(*packs.Options) {}, packs.ErrSource, "two packs"},
		"Machine":    {"a machine whose kernels give other bits", good, func(o *packs.Options) { o.Executor = other{} }, pack.ErrConformance, "do not vote"},
		"Reference":  {"a reference that disagrees with the kernels", good, func(o *packs.Options) { o.Reference = other{} }, packs.ErrKernels, "document-anomaly"},
		"Mean":       {"a pack for pictures around another gray", replaced(servicetest.Changed(t, pipeline.DocumentAnomaly, func(s *pack.Spec) { s.Preprocessing.Mean = 127 })), func(*packs.Options) {}, packs.ErrPreprocessing, "luma - 128"},
		"Crop":       {"a pack for a crop that the pipeline does not make", replaced(servicetest.Changed(t, pipeline.DocumentAnomaly, func(s *pack.Spec) { s.Preprocessing.Crop = "face" })), func(*packs.Options) {}, packs.ErrPreprocessing, `"document"`},
		"NotPinned":  {"a pack that governance did not name", good, func(o *packs.Options) { o.Pinned = []hashes.Digest{id(0)} }, packs.ErrPinned, "none of them"},
		"Missing": {"one that governance named is not there", good[1:], func(o *packs.Options) {
			for i := range good {
				o.Pinned = append(o.Pinned, id(i))
			}
		}, packs.ErrPinned, "is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			o := servicetest.Options(t)
			tc.change(&o)
			s, err := packs.Load(t.Context(), tc.all, o)
			require.ErrorIs(t, err, tc.want, tc.reason)
			require.ErrorContains(t, err, tc.says)
			require.Nil(t, s)
		})
	}
}

func TestAChangedFileIsRefused(t *testing.T) {
	raw, err := servicetest.Pack(t, pipeline.LivenessModel).Archive()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "liveness.vepack")
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	p, err := packs.Read(path)
	require.NoError(t, err)
	require.Equal(t, servicetest.Pack(t, pipeline.LivenessModel).ID(), p.ID())
	for _, at := range []int{len(raw) / 7, len(raw) / 2, len(raw) - 1} {
		changed := bytes.Clone(raw)
		changed[at] ^= 1
		require.NoError(t, os.WriteFile(path, changed, 0o600))
		_, err := packs.Read(path)
		require.Error(t, err, "byte %d", at)
		require.ErrorContains(t, err, path)
	}
	_, err = packs.Read(filepath.Join(t.TempDir(), "nothing.vepack"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
