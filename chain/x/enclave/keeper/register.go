package keeper

import (
	"bytes"
	"context"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/enclave/binding"
	"github.com/virtengine/virtengine/security/hashes"
)

type msgServer struct {
	k Keeper
}

// NewMsgServer answers the module's messages.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k: k} }

// RegisterEnclave brings a new enclave with its evidence.
func (s msgServer) RegisterEnclave(ctx context.Context, msg *types.MsgRegisterEnclave) (*types.MsgRegisterEnclaveResponse, error) {
	if err := s.k.mayRegister(ctx, msg.Operator); err != nil {
		return nil, err
	}
	if msg.Keys.Epoch != 1 {
		return nil, errorsmod.Wrapf(types.ErrKeys, "the first epoch is 1, not %d", msg.Keys.Epoch)
	}
	id, err := types.EnclaveID(msg.Keys)
	if err != nil {
		return nil, err
	}
	if err := s.k.useKeys(ctx, msg.Keys); err != nil {
		return nil, err
	}
	got, err := s.k.check(ctx, msg.Evidence, claim{operator: msg.Operator, purpose: binding.Register, keys: msg.Keys, challenge: msg.ChallengeHeight})
	if err != nil {
		return nil, err
	}
	params, err := s.k.Params.Get(ctx)
	if err != nil {
		return nil, err
	}
	e := types.Enclave{
		Id: id, Operator: msg.Operator, Platform: string(got.claims.Platform), PlatformId: got.claims.PlatformID,
		Keys: msg.Keys, RegisteredHeight: height(ctx),
	}
	attested(ctx, params, &e, got)
	operator, err := s.k.deps.Addrs.StringToBytes(msg.Operator)
	if err != nil {
		return nil, fmt.Errorf("operator %q: %w", msg.Operator, err)
	}
	if err := s.k.ByOperator.Set(ctx, collections.Join(operator, id)); err != nil {
		return nil, err
	}
	if err := s.k.put(ctx, types.StatusUnspecified, e); err != nil {
		return nil, err
	}
	return &types.MsgRegisterEnclaveResponse{Id: id}, s.k.deps.Events.EventManager(ctx).Emit(ctx,
		&types.EventEnclaveRegistered{Id: id, Operator: msg.Operator, Platform: e.Platform})
}

// Reattest brings fresh evidence of the same keys.
func (s msgServer) Reattest(ctx context.Context, msg *types.MsgReattest) (*types.MsgReattestResponse, error) {
	e, err := s.k.own(ctx, msg.Id, msg.Operator)
	if err != nil {
		return nil, err
	}
	e, err = s.k.again(ctx, e, msg.Evidence, claim{operator: msg.Operator, purpose: binding.Reattest, keys: e.Keys, challenge: msg.ChallengeHeight})
	if err != nil {
		return nil, err
	}
	return &types.MsgReattestResponse{ExpiresHeight: e.ExpiresHeight}, nil
}

// RotateKeys brings new keys with evidence of their own. Those before serve for the overlap.
func (s msgServer) RotateKeys(ctx context.Context, msg *types.MsgRotateKeys) (*types.MsgRotateKeysResponse, error) {
	e, err := s.k.own(ctx, msg.Id, msg.Operator)
	if err != nil {
		return nil, err
	}
	if e.Previous != nil && height(ctx) < e.OverlapUntil {
		return nil, errorsmod.Wrapf(types.ErrRotating, "until height %d", e.OverlapUntil)
	}
	if msg.Keys.Epoch != e.Keys.Epoch+1 {
		return nil, errorsmod.Wrapf(types.ErrKeys, "the next epoch is %d, not %d", e.Keys.Epoch+1, msg.Keys.Epoch)
	}
	if err := s.k.useKeys(ctx, msg.Keys); err != nil {
		return nil, err
	}
	params, err := s.k.Params.Get(ctx)
	if err != nil {
		return nil, err
	}
	before := e.Keys
	e.Previous, e.Keys, e.OverlapUntil = &before, msg.Keys, height(ctx)+int64(params.Overlap)
	e, err = s.k.again(ctx, e, msg.Evidence, claim{operator: msg.Operator, purpose: binding.Rotate, keys: msg.Keys, challenge: msg.ChallengeHeight})
	if err != nil {
		return nil, err
	}
	return &types.MsgRotateKeysResponse{OverlapUntil: e.OverlapUntil}, s.k.deps.Events.EventManager(ctx).Emit(ctx,
		&types.EventKeysRotated{Id: e.Id, Epoch: e.Keys.Epoch, OverlapUntil: e.OverlapUntil})
}

// again takes fresh evidence of an enclave: of the same machine, and of a release that is not older.
func (k Keeper) again(ctx context.Context, e types.Enclave, raw []byte, c claim) (types.Enclave, error) {
	got, err := k.check(ctx, raw, c)
	if err != nil {
		return e, err
	}
	if string(got.claims.Platform) != e.Platform || !bytes.Equal(got.claims.PlatformID, e.PlatformId) {
		return e, errorsmod.Wrapf(types.ErrEvidence, "evidence of %s machine %x, the enclave is on %s machine %x; another machine is another enclave",
			got.claims.Platform, got.claims.PlatformID, e.Platform, e.PlatformId)
	}
	if got.release.Svn < e.Svn {
		return e, errorsmod.Wrapf(types.ErrDowngrade, "from %d to %d", e.Svn, got.release.Svn)
	}
	params, err := k.Params.Get(ctx)
	if err != nil {
		return e, err
	}
	was := e.Status
	attested(ctx, params, &e, got)
	if err := k.put(ctx, was, e); err != nil {
		return e, err
	}
	return e, k.deps.Events.EventManager(ctx).Emit(ctx, &types.EventEnclaveAttested{Id: e.Id, ExpiresHeight: e.ExpiresHeight})
}

// attested writes what evidence says into an enclave. Fresh evidence is a sign of life too.
func attested(ctx context.Context, params types.Params, e *types.Enclave, got checked) {
	e.Measurement, e.Svn = got.release.Digest, got.release.Svn
	e.Statement, e.TcbStatus = got.claims.Statement.Bytes(), got.claims.TCB.Status
	e.AttestedHeight, e.LastHeartbeatHeight = height(ctx), height(ctx)
	e.ExpiresHeight = height(ctx) + int64(params.MaxAge)
	e.Status = types.StatusActive
}

// mayRegister fails with ErrNotValidator or ErrTooMany.
func (k Keeper) mayRegister(ctx context.Context, bech32 string) error {
	operator, err := k.deps.Addrs.StringToBytes(bech32)
	if err != nil {
		return fmt.Errorf("operator %q: %w", bech32, err)
	}
	if _, bonded, err := k.deps.Staking.BondedTokens(ctx, operator); err != nil {
		return err
	} else if !bonded {
		return errorsmod.Wrap(types.ErrNotValidator, bech32)
	}
	params, err := k.Params.Get(ctx)
	if err != nil {
		return err
	}
	living := uint32(0)
	err = k.ByOperator.Walk(ctx, collections.NewPrefixedPairRange[[]byte, []byte](operator), func(key operatorKey) (bool, error) {
		e, err := k.Enclave(ctx, key.K2())
		if err == nil && !final(e.Status) {
			living++
		}
		return false, err
	})
	if err != nil {
		return err
	}
	if living >= params.MaxEnclavesPerOperator {
		return errorsmod.Wrapf(types.ErrTooMany, "%d; hint: retire one", living)
	}
	return nil
}

// useKeys marks keys as used, for ever. Fails with ErrKeys where one was used by anybody.
func (k Keeper) useKeys(ctx context.Context, keys types.Keys) error {
	for _, key := range [][]byte{keys.SignPub, keys.KemPub} {
		if len(key) == 0 {
			return errorsmod.Wrap(types.ErrKeys, "a key is empty")
		}
		sum := hashes.Of(key).Bytes()
		if used, err := k.UsedKeys.Has(ctx, sum); err != nil {
			return err
		} else if used {
			return errorsmod.Wrapf(types.ErrKeys, "the key with digest %x was registered before", sum)
		}
		if err := k.UsedKeys.Set(ctx, sum); err != nil {
			return err
		}
	}
	return nil
}
