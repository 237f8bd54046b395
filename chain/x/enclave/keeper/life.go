package keeper

import (
	"bytes"
	"context"
	"crypto/ed25519"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
)

// commitment is the length of a state commitment, a SHA-256.
const commitment = 32

// Heartbeat shows that the enclave lives. It does not make a suspended one active: that takes evidence.
func (s msgServer) Heartbeat(ctx context.Context, msg *types.MsgHeartbeat) (*types.MsgHeartbeatResponse, error) {
	e, err := s.k.own(ctx, msg.Id, msg.Operator)
	if err != nil {
		return nil, err
	}
	if msg.Counter <= e.Counter {
		return nil, errorsmod.Wrapf(types.ErrCounter, "%d, the last was %d", msg.Counter, e.Counter)
	}
	if msg.VerifiedHeight < e.VerifiedHeight || msg.VerifiedHeight > height(ctx) {
		return nil, errorsmod.Wrapf(types.ErrHeight, "%d, the last was %d, the chain is at %d", msg.VerifiedHeight, e.VerifiedHeight, height(ctx))
	}
	if n := len(msg.StateCommitment); n != 0 && n != commitment {
		return nil, errorsmod.Wrapf(types.ErrSignature, "state commitment of %d bytes, it has %d or none", n, commitment)
	}
	text, err := types.HeartbeatBytes(sdk.UnwrapSDKContext(ctx).ChainID(), msg)
	if err != nil {
		return nil, err
	}
	if err := signed(e.Keys, text, msg.Signature); err != nil {
		return nil, err
	}
	params, err := s.k.Params.Get(ctx)
	if err != nil {
		return nil, err
	}
	was := e.Status
	// The standing is settled before the sign of life counts: silence that was long enough suspends, even when the end of
	// the block had no time to write it.
	if e.Status, _, err = s.k.standing(ctx, e); err != nil {
		return nil, err
	}
	e.Counter, e.VerifiedHeight, e.StateCommitment, e.LastHeartbeatHeight = msg.Counter, msg.VerifiedHeight, msg.StateCommitment, height(ctx)
	if err := s.k.put(ctx, was, e); err != nil {
		return nil, err
	}
	return &types.MsgHeartbeatResponse{NextHeight: height(ctx) + int64(params.HeartbeatInterval)}, nil
}

func signed(k types.Keys, text, signature []byte) error {
	if len(k.SignPub) != ed25519.PublicKeySize || !ed25519.Verify(k.SignPub, text, signature) {
		return errorsmod.Wrapf(types.ErrSignature, "by the key of epoch %d", k.Epoch)
	}
	return nil
}

// RetireEnclave ends an enclave for good.
func (s msgServer) RetireEnclave(ctx context.Context, msg *types.MsgRetireEnclave) (*types.MsgRetireEnclaveResponse, error) {
	e, err := s.k.own(ctx, msg.Id, msg.Operator)
	if err != nil {
		return nil, err
	}
	was := e.Status
	e.Status = types.StatusRetired
	return &types.MsgRetireEnclaveResponse{}, s.k.put(ctx, was, e)
}

// RecordRelease notes that an enclave released keys to another. The oldest receipts make room.
func (s msgServer) RecordRelease(ctx context.Context, msg *types.MsgRecordRelease) (*types.MsgRecordReleaseResponse, error) {
	from, err := s.k.own(ctx, msg.Releaser, msg.Operator)
	if err != nil {
		return nil, err
	}
	to, err := s.k.Enclave(ctx, msg.Recipient)
	if err != nil {
		return nil, err
	}
	for _, id := range [][]byte{msg.Releaser, msg.Recipient} {
		if serves, err := s.k.Serves(ctx, id); err != nil {
			return nil, err
		} else if !serves {
			return nil, errorsmod.Wrapf(types.ErrNotActive, "%x", id)
		}
	}
	if bytes.Equal(from.Id, to.Id) || to.Svn < from.Svn {
		return nil, errorsmod.Wrapf(types.ErrDowngrade, "keys pass to another enclave of the same security version or a later one: %d to %d", from.Svn, to.Svn)
	}
	text, err := types.ReleaseBytes(sdk.UnwrapSDKContext(ctx).ChainID(), msg)
	if err != nil {
		return nil, err
	}
	if err := signed(from.Keys, text, msg.Signature); err != nil {
		return nil, err
	}
	id, err := s.k.NextReceipt.Next(ctx)
	if err != nil {
		return nil, err
	}
	params, err := s.k.Params.Get(ctx)
	if err != nil {
		return nil, err
	}
	receipt := types.Receipt{Id: id, Releaser: from.Id, Recipient: to.Id, Epoch: msg.Epoch, Height: height(ctx)}
	if err := s.k.Receipts.Set(ctx, id, receipt); err != nil {
		return nil, err
	}
	if old := id - min(id, uint64(params.MaxReceipts)); old > 0 {
		if err := s.k.Receipts.Remove(ctx, old); err != nil {
			return nil, err
		}
	}
	return &types.MsgRecordReleaseResponse{Receipt: id}, s.k.deps.Events.EventManager(ctx).Emit(ctx, &types.EventKeysReleased{Receipt: id})
}
