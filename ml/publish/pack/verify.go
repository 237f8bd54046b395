package pack

import (
	"context"
	"fmt"

	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/signature"
	"github.com/virtengine/virtengine/security/hashes"
)

// Policy says which packs are taken.
type Policy struct {
	Trust     signature.Trust    // required
	Name      string             // the pack's; "": any
	NotBefore manifest.Version   // the oldest version that is taken
	Running   *manifest.Manifest // of the pack that runs now, which was verified when it came; nil: none runs
	Rollback  bool               // go back to the pack that Running names as its previous one
}

// Report says what was found.
type Report struct {
	ID      hashes.Digest   // of the pack
	Signed  []hashes.Digest // ids of the trusted keys that signed
	Triples int             // that came out as the manifest says
}

// Verify says whether a pack may be used on this machine: signatures first, then versions, then models, then conformance. That its
// files are those of its manifest was found when it was read. Fails with signature.ErrTooFew, signature.ErrTrust, ErrOther,
// ErrOutdated, ErrModel, ErrDigest, ErrContract and ErrConformance.
func Verify(ctx context.Context, p *Pack, policy Policy, x Executor, tell Progress) (Report, error) {
	if x == nil {
		return Report{}, fmt.Errorf("%w: no executor", ErrContract)
	}
	signed, err := policy.Trust.Check(p.Envelope())
	if err != nil {
		return Report{}, err
	}
	if err := policy.allows(p.manifest); err != nil {
		return Report{}, err
	}
	if err := p.checkModels(); err != nil {
		return Report{}, err
	}
	r, err := p.load(x)
	if err != nil {
		return Report{}, err
	}
	if err := p.checkCost(r); err != nil {
		return Report{}, err
	}
	if err := p.conforms(ctx, r, tell); err != nil {
		return Report{}, err
	}
	return Report{p.ID(), signed, len(p.manifest.Conformance)}, nil
}

// allows holds a pack's name and version against the rules. Going back is allowed to exactly one pack, and only on request: to the
// one that the running pack names. A signature alone does not stop an old pack that is offered again.
func (policy Policy) allows(m manifest.Manifest) error {
	if policy.Name != "" && m.Name != policy.Name {
		return fmt.Errorf("%w: it is %s, wanted was %s", ErrOther, m.Name, policy.Name)
	}
	if m.Version.Compare(policy.NotBefore) < 0 {
		return fmt.Errorf("%w: %s %s, allowed from %s on", ErrOutdated, m.Name, m.Version, policy.NotBefore)
	}
	now := policy.Running
	switch {
	case now == nil || m.ID.Equal(now.ID):
		return nil
	case m.Name != now.Name:
		return fmt.Errorf("%w: it is %s, running is %s", ErrOther, m.Name, now.Name)
	case m.Version.Compare(now.Version) > 0:
		return nil
	case !policy.Rollback:
		return fmt.Errorf("%w: %s %s, running is %s; hint: --rollback allows the pack that the running one names as previous", ErrOutdated, m.Name, m.Version, now.Version)
	case m.ID.String() != now.Previous:
		return fmt.Errorf("%w: %s %s is %s; the running pack goes back to %q alone", ErrOutdated, m.Name, m.Version, m.ID, now.Previous)
	}
	return nil
}

// checkModels describes the models anew and compares.
func (p *Pack) checkModels() error {
	roles := map[string]manifest.Role{}
	for _, f := range p.manifest.Files {
		roles[f.Name] = f.Role
	}
	for _, want := range p.manifest.Models {
		raw, _ := p.content(want.File)
		have, err := describe(want.File, roles[want.File], raw)
		if err != nil {
			return err
		}
		if !have.Graph.Equal(want.Graph) {
			return fmt.Errorf("%w: %s: graph %s, manifest says %s", ErrDigest, want.File, have.Graph, want.Graph)
		}
		have.MACs, have.ArenaBytes = want.MACs, want.ArenaBytes // checkCost's
		if !equal(have, want) {
			return fmt.Errorf("%w: %s: opsets, inputs or outputs are not those in the manifest", ErrModel, want.File)
		}
	}
	return nil
}
