package pack_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/publish/execute"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/packtest"
	"github.com/virtengine/virtengine/ml/publish/signature"
	"github.com/virtengine/virtengine/security/hashes"
)

// saying is a pack whose manifest was changed after it was built, and then signed: by a publisher who errs, or lies.
func saying(t *testing.T, change func(*manifest.Manifest)) *pack.Pack {
	t.Helper()
	built := packtest.Build(t, nil)
	m := built.Manifest()
	change(&m)
	id, err := m.Identify()
	require.NoError(t, err)
	m.ID = id
	raw, err := m.Write()
	require.NoError(t, err)
	all := members(t, archived(t, built))
	all[0].content = raw
	p, err := read(tarred(t, all))
	require.NoError(t, err)
	p, err = p.Sign(t.Context(), packtest.Signer(t, 1))
	require.NoError(t, err)
	return p
}

// counted is an executor that knows what a run takes.
type counted struct{ pack.Cost }

type counting struct {
	pack.Runner
	cost pack.Cost
}

func (c counted) Load(model []byte, contract manifest.Contract) (pack.Runner, error) {
	r, err := execute.Engine{}.Load(model, contract)
	return counting{r, c.Cost}, err
}

func (c counting) Cost() pack.Cost { return c.cost }

func TestASignatureMakesNothingTrue(t *testing.T) {
	digest := hashes.Of([]byte("another"))
	for name, tc := range map[string]struct {
		reason string
		change func(*manifest.Manifest)
		with   pack.Executor
		want   error
	}{
		"True":        {"nothing was changed", func(*manifest.Manifest) {}, execute.Engine{}, nil},
		"Graph":       {"another graph", func(m *manifest.Manifest) { m.Models[0].Graph = digest }, execute.Engine{}, pack.ErrDigest},
		"Opset":       {"another opset", func(m *manifest.Manifest) { m.Models[0].Opsets = map[string]int64{"ai.onnx": 18} }, execute.Engine{}, pack.ErrModel},
		"Output":      {"another shape", func(m *manifest.Manifest) { m.Models[0].Outputs[0].Shape = []int64{1} }, execute.Engine{}, pack.ErrModel},
		"Input":       {"another input", func(m *manifest.Manifest) { m.Conformance[0].Inputs[0].Digest = digest }, execute.Engine{}, pack.ErrConformance},
		"Seed":        {"another seed under the same digest", func(m *manifest.Manifest) { m.Conformance[0].Inputs[0].Seed = 5 }, execute.Engine{}, pack.ErrConformance},
		"Result":      {"another result", func(m *manifest.Manifest) { m.Conformance[2].Outputs[0].Digest = digest }, execute.Engine{}, pack.ErrConformance},
		"Score":       {"another score", func(m *manifest.Manifest) { m.Conformance[2].Score++ }, execute.Engine{}, pack.ErrConformance},
		"Counted":     {"what a run takes, as the executor counts it", func(m *manifest.Manifest) { m.Models[0].MACs, m.Models[0].ArenaBytes = 4, 100 }, counted{pack.Cost{MACs: 4, ArenaBytes: 80}}, nil},
		"Dearer":      {"more work than is said", func(m *manifest.Manifest) { m.Models[0].MACs = 3 }, counted{pack.Cost{MACs: 4}}, pack.ErrModel},
		"Larger":      {"more memory than is said", func(m *manifest.Manifest) { m.Models[0].MACs = 4 }, counted{pack.Cost{MACs: 4, ArenaBytes: 1}}, pack.ErrModel},
		"NoExecutor":  {"nothing runs it", func(*manifest.Manifest) {}, nil, pack.ErrContract},
		"OtherBitsOn": {"a machine that is off by a bit", func(*manifest.Manifest) {}, wrong{}, pack.ErrConformance},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pack.Verify(t.Context(), saying(t, tc.change), pack.Policy{Trust: packtest.Trust(t, 1, 1)}, tc.with, nil)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
}

func TestAnOlderPackIsRefusedHoweverWellItIsSigned(t *testing.T) {
	trust := packtest.Trust(t, 1, 1)
	version := func(v manifest.Version, previous string) *pack.Pack {
		p, err := packtest.Build(t, func(s *pack.Spec) { s.Version, s.Previous = v, previous }).Sign(t.Context(), packtest.Signer(t, 1))
		require.NoError(t, err)
		return p
	}
	oldest := version(manifest.Version{1, 0, 0}, "")
	old := version(manifest.Version{1, 9, 0}, oldest.ID().String())
	now := version(manifest.Version{1, 10, 0}, old.ID().String())
	twin := version(manifest.Version{1, 10, 0}, oldest.ID().String())
	next := version(manifest.Version{2, 0, 0}, now.ID().String())
	running := now.Manifest()
	for name, tc := range map[string]struct {
		reason string
		offer  *pack.Pack
		policy pack.Policy
		want   error
	}{
		"Next":      {"a newer one", next, pack.Policy{Running: &running}, nil},
		"Same":      {"the same one again", now, pack.Policy{Running: &running}, nil},
		"Twin":      {"another one of the same version", twin, pack.Policy{Running: &running}, pack.ErrOutdated},
		"Old":       {"an older one", old, pack.Policy{Running: &running}, pack.ErrOutdated},
		"Back":      {"on request, to the one that is named", old, pack.Policy{Running: &running, Rollback: true}, nil},
		"FarBack":   {"and to no other", oldest, pack.Policy{Running: &running, Rollback: true}, pack.ErrOutdated},
		"Floor":     {"below the floor, not even on request", old, pack.Policy{Running: &running, Rollback: true, NotBefore: manifest.Version{1, 10, 0}}, pack.ErrOutdated},
		"AtFloor":   {"the floor itself is allowed", now, pack.Policy{NotBefore: manifest.Version{1, 10, 0}}, nil},
		"OtherName": {"another model", next, pack.Policy{Name: "liveness"}, pack.ErrOther},
		"First":     {"where none runs, the first one", oldest, pack.Policy{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			tc.policy.Trust = trust
			_, err := pack.Verify(t.Context(), tc.offer, tc.policy, execute.Engine{}, nil)
			require.ErrorIs(t, err, tc.want, tc.reason)
		})
	}
	_, err := pack.Verify(t.Context(), now, pack.Policy{}, execute.Engine{}, nil)
	require.ErrorIs(t, err, signature.ErrTrust, "a policy without keys takes nothing")
	other := running
	other.Name = "liveness"
	_, err = pack.Verify(t.Context(), next, pack.Policy{Trust: trust, Running: &other}, execute.Engine{}, nil)
	require.ErrorIs(t, err, pack.ErrOther, "a scorer does not take the place of a liveness model")
}
