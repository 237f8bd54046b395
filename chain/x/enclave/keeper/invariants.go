package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/security/hashes"
)

// AssertInvariants reads all state and fails with ErrInvalidGenesis where an enclave's keys are not marked as used, two
// enclaves share one, a queue entry and its enclave disagree, or an enclave is called active whose release is revoked and
// which no queue entry will correct.
func (k Keeper) AssertInvariants(ctx context.Context) error {
	gs, err := k.ExportGenesis(ctx)
	if err != nil {
		return err
	}
	if err := ValidateGenesis(*gs); err != nil {
		return err
	}
	owner := map[string]string{}
	queued := 0
	for _, e := range gs.Enclaves {
		keys := []types.Keys{e.Keys}
		if e.Previous != nil {
			keys = append(keys, *e.Previous)
		}
		for _, key := range keys {
			sum := string(hashes.Of(key.SignPub).Bytes())
			if other, taken := owner[sum]; taken {
				return errorsmod.Wrapf(types.ErrInvalidGenesis, "enclaves %x and %x share a key", other, e.Id)
			}
			owner[sum] = string(e.Id)
		}
		if e.CheckHeight != 0 {
			queued++
			if there, err := k.Due.Has(ctx, collections.Join(e.CheckHeight, e.Id)); err != nil || !there {
				return errorsmod.Wrapf(types.ErrInvalidGenesis, "enclave %x is not queued for height %d: %v", e.Id, e.CheckHeight, err)
			}
		}
		status, cause, err := k.standing(ctx, e)
		if err != nil {
			return err
		}
		late := e.CheckHeight != 0 && e.CheckHeight <= height(ctx)
		if status != e.Status && !late {
			return errorsmod.Wrapf(types.ErrInvalidGenesis, "enclave %x is written as %s, stands as %s (%s), and nothing will correct it", e.Id, e.Status, status, cause)
		}
	}
	due, err := keysOf(ctx, k.Due)
	if err != nil {
		return err
	}
	if len(due) != queued {
		return errorsmod.Wrapf(types.ErrInvalidGenesis, "%d in the queue, %d enclaves say so", len(due), queued)
	}
	return nil
}
