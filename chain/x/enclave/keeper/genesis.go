package keeper

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/hashes"
)

// ValidateGenesis refuses state that contradicts itself. Fails with ErrInvalidGenesis, or the error of the part.
func ValidateGenesis(gs types.GenesisState) error {
	if err := gs.Params.Validate(); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, p := range gs.Policies {
		if err := p.Validate(); err != nil {
			return err
		}
		if seen[p.Platform] {
			return invalid("two policies of %s", p.Platform)
		}
		seen[p.Platform] = true
	}
	for _, d := range gs.Denied {
		if err := checkDenied(d); err != nil {
			return err
		}
	}
	releases, err := checkMeasurements(gs.Measurements)
	if err != nil {
		return err
	}
	if len(gs.Enclaves) > 0 && !gs.CarryEnclaves {
		return invalid("%d enclaves, whose evidence a genesis cannot check; hint: set carry_enclaves to believe them", len(gs.Enclaves))
	}
	return checkEnclaves(gs, releases)
}

func invalid(format string, args ...any) error {
	return errorsmod.Wrapf(types.ErrInvalidGenesis, format, args...)
}

func checkMeasurements(all []types.Measurement) (map[string]types.Measurement, error) {
	out := map[string]types.Measurement{}
	for _, m := range all {
		digest, err := m.Identify()
		if err != nil {
			return nil, err
		}
		key := m.Platform + "/" + string(digest)
		if _, twice := out[key]; twice || !bytes.Equal(digest, m.Digest) {
			return nil, invalid("measurement %s of %s is there twice, or its digest is not %x", m.Name, m.Platform, m.Digest)
		}
		if m.State < types.MeasurementActive || m.State > types.MeasurementRevoked {
			return nil, invalid("measurement %s has state %d", m.Name, m.State)
		}
		out[key] = m
	}
	return out, nil
}

func checkEnclaves(gs types.GenesisState, releases map[string]types.Measurement) error {
	used := map[string]bool{}
	for _, sum := range gs.UsedKeys {
		if used[string(sum)] {
			return invalid("key %x was used twice", sum)
		}
		used[string(sum)] = true
	}
	ids := map[string]bool{}
	for _, e := range gs.Enclaves {
		if len(e.Id) != commitment || ids[string(e.Id)] || !types.Known(evidence.Platform(e.Platform)) {
			return invalid("enclave %x of %s is there twice, or its id is none", e.Id, e.Platform)
		}
		ids[string(e.Id)] = true
		if _, known := releases[e.Platform+"/"+string(e.Measurement)]; !known {
			return invalid("enclave %x runs a measurement that is not there", e.Id)
		}
		if e.Status <= types.StatusUnspecified || e.Status > types.StatusRevoked {
			return invalid("enclave %x has status %d", e.Id, e.Status)
		}
		keys := []types.Keys{e.Keys}
		if e.Previous != nil {
			keys = append(keys, *e.Previous)
		}
		for _, k := range keys {
			for _, key := range [][]byte{k.SignPub, k.KemPub} {
				if !used[string(hashes.Of(key).Bytes())] {
					return invalid("a key of enclave %x is not among the used ones", e.Id)
				}
			}
		}
	}
	return nil
}

// InitGenesis stores state that ValidateGenesis accepts. Fails with ErrPlatform where it takes platforms that prove
// nothing on a chain that is no development chain.
func (k Keeper) InitGenesis(ctx context.Context, gs types.GenesisState) error {
	if err := ValidateGenesis(gs); err != nil {
		return err
	}
	if err := k.setParams(ctx, gs.Params); err != nil {
		return err
	}
	for _, p := range gs.Policies {
		if err := onlyHere(ctx, p.Platform); err != nil {
			return err
		}
		if err := k.Policies.Set(ctx, p.Platform, p); err != nil {
			return err
		}
	}
	for _, m := range gs.Measurements {
		if err := k.Measurements.Set(ctx, collections.Join(m.Platform, m.Digest), m); err != nil {
			return err
		}
	}
	for _, c := range gs.Collateral {
		if err := k.Collateral.Set(ctx, collections.Join(c.Class, c.Key), c); err != nil {
			return err
		}
	}
	for _, d := range gs.Denied {
		if err := k.Denied.Set(ctx, collections.Join(d.Platform, d.PlatformId), d); err != nil {
			return err
		}
	}
	for _, sum := range gs.UsedKeys {
		if err := k.UsedKeys.Set(ctx, sum); err != nil {
			return err
		}
	}
	if err := k.initEnclaves(ctx, gs.Enclaves); err != nil {
		return err
	}
	return k.initChain(ctx, gs)
}

func (k Keeper) initEnclaves(ctx context.Context, all []types.Enclave) error {
	for _, e := range all {
		if err := onlyHere(ctx, e.Platform); err != nil {
			return err
		}
		operator, err := k.deps.Addrs.StringToBytes(e.Operator)
		if err != nil {
			return fmt.Errorf("enclave %x: operator %q: %w", e.Id, e.Operator, err)
		}
		if err := k.ByOperator.Set(ctx, collections.Join(operator, e.Id)); err != nil {
			return err
		}
		if e.CheckHeight != 0 {
			if err := k.Due.Set(ctx, collections.Join(e.CheckHeight, e.Id)); err != nil {
				return err
			}
		}
		if err := k.Enclaves.Set(ctx, e.Id, e); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) initChain(ctx context.Context, gs types.GenesisState) error {
	for _, c := range gs.Committees {
		if err := k.Committees.Set(ctx, c.Epoch, c); err != nil {
			return err
		}
	}
	for _, r := range gs.Receipts {
		if err := k.Receipts.Set(ctx, r.Id, r); err != nil {
			return err
		}
	}
	for _, c := range gs.Challenges {
		if err := k.Challenges.Set(ctx, c.Height, c.Hash); err != nil {
			return err
		}
	}
	if len(gs.FirstBlock) > 0 {
		if err := k.FirstBlock.Set(ctx, gs.FirstBlock); err != nil {
			return err
		}
	}
	return k.NextReceipt.Set(ctx, max(1, gs.NextReceipt))
}

// ExportGenesis returns all state, by key.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	gs := &types.GenesisState{CarryEnclaves: true}
	var err error
	if gs.Params, err = k.Params.Get(ctx); err != nil {
		return nil, err
	}
	if gs.FirstBlock, err = k.FirstBlock.Get(ctx); err != nil && !errors.Is(err, collections.ErrNotFound) {
		return nil, err
	}
	if gs.NextReceipt, err = k.NextReceipt.Peek(ctx); err != nil {
		return nil, err
	}
	if gs.UsedKeys, err = keysOf(ctx, k.UsedKeys); err != nil {
		return nil, err
	}
	if gs.Policies, err = valuesOf(ctx, k.Policies); err != nil {
		return nil, err
	}
	if gs.Measurements, err = valuesOf(ctx, k.Measurements); err != nil {
		return nil, err
	}
	if gs.Collateral, err = valuesOf(ctx, k.Collateral); err != nil {
		return nil, err
	}
	if gs.Denied, err = valuesOf(ctx, k.Denied); err != nil {
		return nil, err
	}
	if gs.Enclaves, err = valuesOf(ctx, k.Enclaves); err != nil {
		return nil, err
	}
	if gs.Committees, err = valuesOf(ctx, k.Committees); err != nil {
		return nil, err
	}
	if gs.Receipts, err = valuesOf(ctx, k.Receipts); err != nil {
		return nil, err
	}
	err = k.Challenges.Walk(ctx, nil, func(h int64, hash []byte) (bool, error) {
		gs.Challenges = append(gs.Challenges, types.Challenge{Height: h, Hash: hash})
		return false, nil
	})
	return gs, err
}

func valuesOf[K, V any](ctx context.Context, m collections.Map[K, V]) ([]V, error) {
	var out []V
	err := m.Walk(ctx, nil, func(_ K, v V) (bool, error) {
		out = append(out, v)
		return false, nil
	})
	return out, err
}

func keysOf[K any](ctx context.Context, s collections.KeySet[K]) ([]K, error) {
	var out []K
	err := s.Walk(ctx, nil, func(k K) (bool, error) {
		out = append(out, k)
		return false, nil
	})
	return out, err
}
