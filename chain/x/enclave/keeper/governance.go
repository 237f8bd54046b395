package keeper

import (
	"bytes"
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/enclave/binding"
	"github.com/virtengine/virtengine/enclave/evidence"
)

// maxMeasurements bounds the releases of one platform that a registration is held against.
const maxMeasurements = 64

func (k Keeper) authorized(signer string) error {
	if signer != k.deps.Authority {
		return errorsmod.Wrapf(types.ErrUnauthorized, "%s, the authority is %s", signer, k.deps.Authority)
	}
	return nil
}

// AddMeasurement trusts a release.
func (s msgServer) AddMeasurement(ctx context.Context, msg *types.MsgAddMeasurement) (*types.MsgAddMeasurementResponse, error) {
	if err := s.k.authorized(msg.Authority); err != nil {
		return nil, err
	}
	m := msg.Measurement
	if len(m.Digest) > 0 || m.State != types.MeasurementUnspecified {
		return nil, errorsmod.Wrap(types.ErrMeasurement, "digest and state are computed: leave them empty")
	}
	digest, err := m.Identify()
	if err != nil {
		return nil, err
	}
	if m.ActivationHeight < 0 || m.ExpiryHeight != 0 && m.ExpiryHeight <= max(m.ActivationHeight, height(ctx)) {
		return nil, errorsmod.Wrapf(types.ErrMeasurement, "from height %d to %d at height %d", m.ActivationHeight, m.ExpiryHeight, height(ctx))
	}
	key := collections.Join(m.Platform, digest)
	if known, err := s.k.Measurements.Has(ctx, key); err != nil {
		return nil, err
	} else if known {
		return nil, errorsmod.Wrapf(types.ErrMeasurement, "%s %x is there; a revoked one never comes back", m.Platform, digest)
	}
	n := 0
	if err := s.k.Measurements.Walk(ctx, collections.NewPrefixedPairRange[string, []byte](m.Platform), func(_ releaseKey, old types.Measurement) (bool, error) {
		if old.State != types.MeasurementRevoked {
			n++
		}
		return false, nil
	}); err != nil {
		return nil, err
	}
	if n >= maxMeasurements {
		return nil, errorsmod.Wrapf(types.ErrMeasurement, "%s has %d releases; hint: revoke one", m.Platform, n)
	}
	m.Digest, m.State = digest, types.MeasurementActive
	return &types.MsgAddMeasurementResponse{Digest: digest}, s.k.setMeasurement(ctx, m)
}

// DeprecateMeasurement gives a release an end. Nobody registers with it any more; its enclaves serve until then.
func (s msgServer) DeprecateMeasurement(ctx context.Context, msg *types.MsgDeprecateMeasurement) (*types.MsgDeprecateMeasurementResponse, error) {
	m, err := s.k.governed(ctx, msg.Authority, msg.Digest)
	if err != nil {
		return nil, err
	}
	if msg.ExpiryHeight <= height(ctx) {
		return nil, errorsmod.Wrapf(types.ErrMeasurement, "expiry height %d at height %d", msg.ExpiryHeight, height(ctx))
	}
	m.State, m.ExpiryHeight = types.MeasurementDeprecated, msg.ExpiryHeight
	return &types.MsgDeprecateMeasurementResponse{}, s.k.setMeasurement(ctx, m)
}

// RevokeMeasurement ends a release now, for good.
func (s msgServer) RevokeMeasurement(ctx context.Context, msg *types.MsgRevokeMeasurement) (*types.MsgRevokeMeasurementResponse, error) {
	m, err := s.k.governed(ctx, msg.Authority, msg.Digest)
	if err != nil {
		return nil, err
	}
	m.State = types.MeasurementRevoked
	return &types.MsgRevokeMeasurementResponse{}, s.k.setMeasurement(ctx, m)
}

// governed finds a release that is not revoked by its digest alone. Fails with ErrUnauthorized or ErrMeasurement.
func (k Keeper) governed(ctx context.Context, signer string, digest []byte) (types.Measurement, error) {
	if err := k.authorized(signer); err != nil {
		return types.Measurement{}, err
	}
	var found *types.Measurement
	err := k.Measurements.Walk(ctx, nil, func(_ releaseKey, m types.Measurement) (bool, error) {
		if bytes.Equal(m.Digest, digest) {
			found = &m
		}
		return found != nil, nil
	})
	if err != nil {
		return types.Measurement{}, err
	}
	if found == nil || found.State == types.MeasurementRevoked {
		return types.Measurement{}, errorsmod.Wrapf(types.ErrMeasurement, "%x is unknown or revoked", digest)
	}
	return *found, nil
}

// setMeasurement stores a release and has the end of the block look at its enclaves.
func (k Keeper) setMeasurement(ctx context.Context, m types.Measurement) error {
	if err := k.Measurements.Set(ctx, collections.Join(m.Platform, m.Digest), m); err != nil {
		return err
	}
	if err := k.lookAt(ctx, func(e types.Enclave) bool {
		return e.Platform == m.Platform && bytes.Equal(e.Measurement, m.Digest)
	}); err != nil {
		return err
	}
	return k.deps.Events.EventManager(ctx).Emit(ctx, &types.EventMeasurementChanged{Digest: m.Digest, Platform: m.Platform, State: m.State})
}

// SetVendorPolicy says what is asked of a platform.
func (s msgServer) SetVendorPolicy(ctx context.Context, msg *types.MsgSetVendorPolicy) (*types.MsgSetVendorPolicyResponse, error) {
	if err := s.k.authorized(msg.Authority); err != nil {
		return nil, err
	}
	if err := msg.Policy.Validate(); err != nil {
		return nil, err
	}
	if err := onlyHere(ctx, msg.Policy.Platform); err != nil {
		return nil, err
	}
	return &types.MsgSetVendorPolicyResponse{}, s.k.Policies.Set(ctx, msg.Policy.Platform, msg.Policy)
}

// onlyHere refuses platforms that prove nothing on chains on which something depends. Fails with ErrPlatform.
func onlyHere(ctx context.Context, platform string) error {
	chain := sdk.UnwrapSDKContext(ctx).ChainID()
	if types.Development(evidence.Platform(platform)) && !binding.DevelopmentChain(chain) {
		return errorsmod.Wrapf(types.ErrPlatform, "%s proves nothing, and %s is no development chain", platform, chain)
	}
	return nil
}

// DenyPlatform shuts a machine out for good, with the enclaves on it.
func (s msgServer) DenyPlatform(ctx context.Context, msg *types.MsgDenyPlatform) (*types.MsgDenyPlatformResponse, error) {
	if err := s.k.authorized(msg.Authority); err != nil {
		return nil, err
	}
	d := msg.Denied
	if err := checkDenied(d); err != nil {
		return nil, err
	}
	if err := s.k.Denied.Set(ctx, collections.Join(d.Platform, d.PlatformId), d); err != nil {
		return nil, err
	}
	if err := s.k.lookAt(ctx, func(e types.Enclave) bool {
		return e.Platform == d.Platform && bytes.Equal(e.PlatformId, d.PlatformId)
	}); err != nil {
		return nil, err
	}
	return &types.MsgDenyPlatformResponse{}, s.k.deps.Events.EventManager(ctx).Emit(ctx,
		&types.EventPlatformDenied{Platform: d.Platform, PlatformId: d.PlatformId})
}

func checkDenied(d types.DeniedPlatform) error {
	const most = 256
	if !types.Known(evidence.Platform(d.Platform)) || len(d.PlatformId) == 0 || len(d.PlatformId) > most || len(d.Reason) > most {
		return errorsmod.Wrapf(types.ErrPlatform, "%q with an id of %d bytes", d.Platform, len(d.PlatformId))
	}
	return nil
}

// UpdateParams replaces the parameters.
func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if err := s.k.authorized(msg.Authority); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.k.setParams(ctx, msg.Params)
}

func (k Keeper) setParams(ctx context.Context, p types.Params) error {
	if err := p.Validate(); err != nil {
		return err
	}
	for _, r := range p.DevelopmentRoots {
		if err := onlyHere(ctx, r.Platform); err != nil {
			return err
		}
	}
	return k.Params.Set(ctx, p)
}
