package keeper

import (
	"context"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/chain/x/provider/cert"
	"github.com/virtengine/virtengine/chain/x/provider/types"
)

// ValidateGenesis accepts valid profiles, one per owner, and certificates that agree with their DER.
// Fails with ErrInvalidProfile, ErrInvalidCertificate or ErrBrokenInvariant.
func ValidateGenesis(gs types.GenesisState) error {
	owners := make(map[string]bool, len(gs.Providers))
	for _, p := range gs.Providers {
		if owners[p.Owner] {
			return errorsmod.Wrapf(types.ErrBrokenInvariant, "two profiles of %s", p.Owner)
		}
		owners[p.Owner] = true
		if err := types.CheckProfile(p); err != nil {
			return errorsmod.Wrap(err, p.Owner)
		}
	}
	type id struct{ owner, serial string }
	known := make(map[id]bool, len(gs.Certificates))
	for _, c := range gs.Certificates {
		if known[id{c.Owner, c.Serial}] {
			return errorsmod.Wrapf(types.ErrBrokenInvariant, "two certificates of %s with serial %s", c.Owner, c.Serial)
		}
		known[id{c.Owner, c.Serial}] = true
		// Read as of its first moment: an old certificate may have expired since it was published.
		parsed, err := cert.Parse(c.Der, c.Owner, c.NotBefore)
		if err != nil {
			return errorsmod.Wrapf(types.ErrInvalidCertificate, "%s serial %s: %s", c.Owner, c.Serial, err)
		}
		if parsed.Serial != c.Serial || !parsed.NotBefore.Equal(c.NotBefore) || !parsed.NotAfter.Equal(c.NotAfter) {
			return errorsmod.Wrapf(types.ErrBrokenInvariant, "certificate of %s: the record says serial %s, its bytes %s", c.Owner, c.Serial, parsed.Serial)
		}
	}
	return nil
}

// InitGenesis stores what ValidateGenesis accepts.
func (k Keeper) InitGenesis(ctx context.Context, gs types.GenesisState) error {
	if err := ValidateGenesis(gs); err != nil {
		return err
	}
	for _, p := range gs.Providers {
		owner, err := k.addrs.StringToBytes(p.Owner)
		if err != nil {
			return fmt.Errorf("provider %q: %w", p.Owner, err)
		}
		if err := k.put(ctx, owner, types.Provider{}, p); err != nil {
			return err
		}
	}
	for _, c := range gs.Certificates {
		owner, err := k.addrs.StringToBytes(c.Owner)
		if err != nil {
			return fmt.Errorf("certificate of %q: %w", c.Owner, err)
		}
		if err := k.Certificates.Set(ctx, collections.Join(owner, c.Serial), c); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns every profile and certificate, by owner.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	gs := types.GenesisState{Providers: []types.Provider{}, Certificates: []types.Certificate{}}
	if err := k.Providers.Walk(ctx, nil, func(_ []byte, p types.Provider) (bool, error) {
		gs.Providers = append(gs.Providers, p)
		return false, nil
	}); err != nil {
		return nil, err
	}
	err := k.Certificates.Walk(ctx, nil, func(_ collections.Pair[[]byte, string], c types.Certificate) (bool, error) {
		gs.Certificates = append(gs.Certificates, c)
		return false, nil
	})
	return &gs, err
}

// AssertInvariants reads everything and fails with ErrBrokenInvariant where a record is invalid or the index and the
// profiles disagree.
func (k Keeper) AssertInvariants(ctx context.Context) error {
	gs, err := k.ExportGenesis(ctx)
	if err != nil {
		return err
	}
	if err := ValidateGenesis(*gs); err != nil {
		return errorsmod.Wrap(types.ErrBrokenInvariant, err.Error())
	}
	stated := 0
	for _, p := range gs.Providers {
		stated += len(p.Attributes)
	}
	indexed := 0
	if err := k.ByAttribute.Walk(ctx, nil, func(key collections.Triple[string, string, []byte]) (bool, error) {
		indexed++
		p, err := k.Providers.Get(ctx, key.K3())
		if err != nil {
			return true, errorsmod.Wrapf(types.ErrBrokenInvariant, "index of %s=%s: %s", key.K1(), key.K2(), err)
		}
		if !p.States([]types.Attribute{{Key: key.K1(), Value: key.K2()}}) {
			return true, errorsmod.Wrapf(types.ErrBrokenInvariant, "%s is indexed under %s=%s", p.Owner, key.K1(), key.K2())
		}
		return false, nil
	}); err != nil {
		return err
	}
	if indexed != stated {
		return errorsmod.Wrapf(types.ErrBrokenInvariant, "%d attributes, %d in the index", stated, indexed)
	}
	return nil
}
