package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/enclave/seats"
	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/enclave/evidence"
	"github.com/virtengine/virtengine/security/safemath"
)

// BeginBlock notes the block's hash as a challenge, chooses a committee where an epoch begins, and forgets what is old.
func (k Keeper) BeginBlock(ctx context.Context) error {
	sc := sdk.UnwrapSDKContext(ctx)
	params, err := k.Params.Get(ctx)
	if err != nil {
		return err
	}
	h := sc.BlockHeight()
	if hash := sc.HeaderHash(); len(hash) > 0 {
		if known, err := k.FirstBlock.Has(ctx); err != nil {
			return err
		} else if !known {
			if err := k.FirstBlock.Set(ctx, hash); err != nil {
				return err
			}
		}
		if err := k.Challenges.Set(ctx, h, hash); err != nil {
			return err
		}
	}
	if err := forget(ctx, k.Challenges, h-int64(params.ChallengeMaxAge)); err != nil {
		return err
	}
	if err := forget(ctx, k.Verifications, h); err != nil {
		return err
	}
	epoch, begins := epochAt(params, h)
	if !begins {
		return nil
	}
	return k.choose(ctx, params, epoch)
}

// forget removes the entries below a height; a few at a time, since a few appear at a time.
func forget[V any](ctx context.Context, m collections.Map[int64, V], below int64) error {
	const most = 16
	var old []int64
	if err := m.Walk(ctx, new(collections.Range[int64]).EndExclusive(below), func(h int64, _ V) (bool, error) {
		old = append(old, h)
		return len(old) == most, nil
	}); err != nil {
		return err
	}
	for _, h := range old {
		if err := m.Remove(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// epochAt numbers epochs by height, and says whether one begins there.
func epochAt(p types.Params, h int64) (uint64, bool) {
	if h < 0 {
		return 0, false
	}
	return uint64(h) / uint64(p.EpochBlocks), uint64(h)%uint64(p.EpochBlocks) == 0
}

// choose draws the committee of an epoch among the enclaves that serve and whose operators are bonded.
func (k Keeper) choose(ctx context.Context, params types.Params, epoch uint64) error {
	sc := sdk.UnwrapSDKContext(ctx)
	seed := sc.HeaderHash()
	if len(seed) == 0 { // never of CometBFT; no committee is better than a halted chain
		sc.Logger().Error("a block without a hash: no committee is drawn", "module", types.ModuleName, "epoch", epoch)
		return nil
	}
	var candidates []seats.Candidate
	err := k.Enclaves.Walk(ctx, nil, func(id []byte, e types.Enclave) (bool, error) {
		status, _, err := k.standing(ctx, e)
		if err != nil || status != types.StatusActive && status != types.StatusRotating {
			return false, err
		}
		operator, err := k.deps.Addrs.StringToBytes(e.Operator)
		if err != nil {
			return true, err
		}
		stake, bonded, err := k.deps.Staking.BondedTokens(ctx, operator)
		if err != nil || !bonded || !stake.IsPositive() {
			return false, err
		}
		candidates = append(candidates, seats.Candidate{ID: id, Operator: e.Operator, Vendor: types.Vendor(evidence.Platform(e.Platform)), Stake: stake})
		return false, nil
	})
	if err != nil {
		return err
	}
	drawn, err := seats.Draw(seed, params.CommitteeSize, params.MaxVendorBps, candidates)
	if err != nil {
		return err
	}
	c := types.Committee{Epoch: epoch, Height: sc.BlockHeight()}
	for _, s := range drawn {
		c.Members = append(c.Members, types.Member{EnclaveId: s.ID, Operator: s.Operator, Vendor: s.Vendor, Stake: s.Stake})
	}
	if err := k.Committees.Set(ctx, epoch, c); err != nil {
		return err
	}
	if epoch >= 2 {
		if err := k.Committees.Remove(ctx, epoch-2); err != nil {
			return err
		}
	}
	return k.deps.Events.EventManager(ctx).Emit(ctx, &types.EventCommitteeChosen{Epoch: epoch, Seats: safemath.Clamp[uint32](len(c.Members))})
}

// Committee returns the committee of an epoch. Fails with ErrUnknown.
func (k Keeper) Committee(ctx context.Context, epoch uint64) (types.Committee, error) {
	c, err := k.Committees.Get(ctx, epoch)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Committee{}, unknown("committee of epoch %d", epoch)
	}
	return c, err
}

// Epoch is the present epoch, for which the last committee was chosen.
func (k Keeper) Epoch(ctx context.Context) (uint64, error) {
	params, err := k.Params.Get(ctx)
	if err != nil {
		return 0, err
	}
	epoch, _ := epochAt(params, height(ctx))
	return epoch, nil
}

// EndBlock writes the standing of enclaves for which time passed or something changed: max_transitions_per_block at most,
// in the order in which they fell due; the rest waits for the next block. Serves does not wait.
func (k Keeper) EndBlock(ctx context.Context) error {
	params, err := k.Params.Get(ctx)
	if err != nil {
		return err
	}
	var due []dueKey
	if err := k.Due.Walk(ctx, nil, func(key dueKey) (bool, error) {
		if key.K1() > height(ctx) || uint64(len(due)) >= uint64(params.MaxTransitionsPerBlock) {
			return true, nil
		}
		due = append(due, key)
		return false, nil
	}); err != nil {
		return err
	}
	for _, key := range due {
		e, err := k.Enclave(ctx, key.K2())
		if err != nil {
			return err
		}
		if err := k.put(ctx, e.Status, e); err != nil {
			return err
		}
	}
	return nil
}
