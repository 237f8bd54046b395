package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/binding"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/safemath"
)

// claim is what a sender says that evidence is bound to.
type claim struct {
	operator  string
	purpose   binding.Purpose
	keys      types.Keys
	challenge int64
}

// checked is evidence that holds, and the release that it runs.
type checked struct {
	claims  attest.Claims
	release types.Measurement
}

// check verifies evidence as of this block and holds it against policy, measurements and what it must be bound to.
//
// It takes gas by the platform and a place among the block's verifications before it does anything costly.
func (k Keeper) check(ctx context.Context, raw []byte, c claim) (checked, error) {
	params, err := k.Params.Get(ctx)
	if err != nil {
		return checked{}, err
	}
	if err := k.takePlace(ctx, params); err != nil {
		return checked{}, err
	}
	ev, err := evidence.Decode(raw)
	if err != nil {
		return checked{}, errorsmod.Wrapf(types.ErrEvidence, "%s: the envelope of %d bytes cannot be read", attest.Malformed, len(raw))
	}
	claims, err := k.verify(ctx, params, ev)
	var refusal *attest.Refusal
	if errors.As(err, &refusal) {
		return checked{}, errorsmod.Wrap(types.ErrEvidence, refusal.Error())
	} else if err != nil {
		return checked{}, err
	}
	expected, err := k.expected(ctx, params, ev.Platform, c)
	if err != nil {
		return checked{}, err
	}
	if err := expected.Matches(claims); err != nil {
		return checked{}, errorsmod.Wrapf(types.ErrBinding, "purpose %s, epoch %d, challenge of height %d", c.purpose, c.keys.Epoch, c.challenge)
	}
	release, err := k.releaseOf(ctx, claims)
	if err != nil {
		return checked{}, err
	}
	return checked{claims: claims, release: release}, nil
}

// takePlace counts evidence that is checked in this block. Fails with ErrBusy.
func (k Keeper) takePlace(ctx context.Context, params types.Params) error {
	h := height(ctx)
	n, err := k.Verifications.Get(ctx, h)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if n >= uint64(params.MaxVerificationsPerBlock) {
		return errorsmod.Wrapf(types.ErrBusy, "%d in this block", n)
	}
	return k.Verifications.Set(ctx, h, n+1)
}

// verify checks genuineness and policy. Fails with ErrPlatform or an attest.Refusal.
func (k Keeper) verify(ctx context.Context, params types.Params, ev evidence.Evidence) (attest.Claims, error) {
	sc := sdk.UnwrapSDKContext(ctx)
	policy, err := k.Policies.Get(ctx, string(ev.Platform))
	if errors.Is(err, collections.ErrNotFound) || err == nil && !policy.Allowed {
		return attest.Claims{}, errorsmod.Wrapf(types.ErrPlatform, "%q", ev.Platform)
	} else if err != nil {
		return attest.Claims{}, err
	}
	if types.Development(ev.Platform) && !binding.DevelopmentChain(sc.ChainID()) {
		return attest.Claims{}, errorsmod.Wrapf(types.ErrPlatform, "%s proves nothing, and %s is no development chain", ev.Platform, sc.ChainID())
	}
	cost, ok := params.GasOf(ev.Platform)
	if !ok {
		return attest.Claims{}, errorsmod.Wrapf(types.ErrPlatform, "%s has no cost in gas", ev.Platform)
	}
	sc.GasMeter().ConsumeGas(cost, "check evidence of "+string(ev.Platform))
	verifier, err := k.deps.Vendors.Verifier(ev.Platform, params.DevelopmentRoots)
	if err != nil {
		return attest.Claims{}, err
	}
	col, err := k.collateral(ctx, ev)
	if err != nil {
		return attest.Claims{}, err
	}
	claims, err := verifier.Verify(ev, col, sc.BlockTime())
	if err == nil {
		err = attest.Appraise(claims, policy.Appraisal(), sc.BlockTime())
	}
	if err != nil {
		return claims, err
	}
	denied, err := k.Denied.Has(ctx, collections.Join(string(claims.Platform), claims.PlatformID))
	if err != nil {
		return claims, err
	}
	if denied {
		return claims, attest.Refuse(attest.PlatformIDDenied, "machine %x", claims.PlatformID)
	}
	return claims, nil
}

// collateral is what the chain holds of what evidence is judged by.
func (k Keeper) collateral(ctx context.Context, ev evidence.Evidence) (attest.Collateral, error) {
	wants, err := k.deps.Vendors.Wants(ev)
	if err != nil {
		return nil, err
	}
	var out attest.Collateral
	add := func(_ collateralKey, c types.Collateral) (bool, error) {
		out = append(out, attest.Item{Class: attest.Class(c.Class), Raw: c.Raw})
		return len(out) == attest.MaxItems, nil
	}
	for _, w := range wants {
		if w.Key == "" {
			err = k.Collateral.Walk(ctx, collections.NewPrefixedPairRange[string, string](string(w.Class)), add)
		} else if c, missing := k.Collateral.Get(ctx, collections.Join(string(w.Class), w.Key)); missing == nil {
			_, err = add(collections.Join(c.Class, c.Key), c)
		} else if !errors.Is(missing, collections.ErrNotFound) {
			err = missing
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// releaseOf finds the trusted release that claims run, newest security version first in order of keys. Fails with ErrMeasurement.
func (k Keeper) releaseOf(ctx context.Context, c attest.Claims) (types.Measurement, error) {
	var fit *types.Measurement
	err := k.Measurements.Walk(ctx, collections.NewPrefixedPairRange[string, []byte](string(c.Platform)),
		func(_ releaseKey, m types.Measurement) (bool, error) {
			if m.Allowed().Fits(c) && (fit == nil || m.Svn > fit.Svn) {
				fit = &m
			}
			return false, nil
		})
	if err != nil {
		return types.Measurement{}, err
	}
	if fit == nil {
		return types.Measurement{}, errorsmod.Wrapf(types.ErrMeasurement, "what runs on %s is no release that governance knows", c.Platform)
	}
	h := height(ctx)
	if fit.State != types.MeasurementActive || fit.ExpiryHeight != 0 && h >= fit.ExpiryHeight {
		return types.Measurement{}, errorsmod.Wrapf(types.ErrMeasurement, "%s is %s", fit.Name, fit.State)
	}
	return *fit, nil
}

// expected is the binding that evidence must carry. Fails with ErrChallenge or ErrKeys.
func (k Keeper) expected(ctx context.Context, params types.Params, platform evidence.Platform, c claim) (binding.Binding, error) {
	first, err := k.FirstBlock.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		return binding.Binding{}, errorsmod.Wrap(types.ErrChallenge, "the chain has no block yet")
	} else if err != nil {
		return binding.Binding{}, err
	}
	age := height(ctx) - c.challenge
	hash, err := k.Challenges.Get(ctx, c.challenge)
	if errors.Is(err, collections.ErrNotFound) || age < 0 || age > int64(params.ChallengeMaxAge) {
		return binding.Binding{}, errorsmod.Wrapf(types.ErrChallenge, "height %d at height %d, at most %d blocks old", c.challenge, height(ctx), params.ChallengeMaxAge)
	} else if err != nil {
		return binding.Binding{}, err
	}
	b := binding.Binding{
		ChainID: sdk.UnwrapSDKContext(ctx).ChainID(), GenesisHash: first, Operator: c.operator, Platform: platform, Purpose: c.purpose,
		Epoch: c.keys.Epoch, SignPub: c.keys.SignPub, KEMID: kem(c.keys.KemId), KEMPub: c.keys.KemPub,
		ChallengeHeight: c.challenge, ChallengeHash: hash,
	}
	if _, err := b.Sum(); err != nil {
		return binding.Binding{}, errorsmod.Wrap(types.ErrKeys, err.Error())
	}
	return b, nil
}

// kem narrows what the wire has as 32 bits; what does not fit is no KEM.
func kem(id uint32) uint16 { return safemath.Clamp[uint16](id) }
