package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/chain/params"
	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

// ValidateGenesis accepts accounts that add up, each number once.
// Fails with ErrInvalidParams or ErrBrokenInvariant.
func ValidateGenesis(gs types.GenesisState) error {
	if err := gs.Params.Validate(); err != nil {
		return err
	}
	seen := make(map[uint64]bool, len(gs.Accounts))
	for _, a := range gs.Accounts {
		if seen[a.Id] {
			return errorsmod.Wrapf(types.ErrBrokenInvariant, "account %d comes twice", a.Id)
		}
		seen[a.Id] = true
		if err := a.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// InitGenesis stores accounts that ValidateGenesis accepts and indexes them anew. The module must hold what they say.
// Fails with ErrBrokenInvariant too where an address could not be paid back.
func (k Keeper) InitGenesis(ctx context.Context, gs types.GenesisState) error {
	if err := ValidateGenesis(gs); err != nil {
		return err
	}
	if err := k.Params.Set(ctx, gs.Params); err != nil {
		return err
	}
	for _, a := range gs.Accounts {
		owner, err := k.deps.Addrs.StringToBytes(a.Owner)
		if err != nil {
			return errorsmod.Wrapf(types.ErrBrokenInvariant, "account %d: owner %q: %s", a.Id, a.Owner, err)
		}
		for _, d := range a.Deposits {
			if _, err := k.deps.Addrs.StringToBytes(d.Depositor); err != nil {
				return errorsmod.Wrapf(types.ErrBrokenInvariant, "account %d: depositor %q: %s", a.Id, d.Depositor, err)
			}
		}
		if err := k.ByOwner.Set(ctx, collections.Join(owner, a.Id)); err != nil {
			return err
		}
		// An active account that is on no index would never be named as exhausted.
		if err := k.put(ctx, types.Account{Id: a.Id}, drained(a)); err != nil {
			return err
		}
	}
	return k.assertBalance(ctx, gs.Accounts)
}

// ExportGenesis returns every account, by number.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.Params.Get(ctx)
	if err != nil {
		return nil, err
	}
	gs := types.GenesisState{Params: params, Accounts: []types.Account{}}
	err = k.Accounts.Walk(ctx, nil, func(_ uint64, a types.Account) (bool, error) {
		gs.Accounts = append(gs.Accounts, a)
		return false, nil
	})
	return &gs, err
}

// AssertInvariants reads all accounts and fails with ErrBrokenInvariant where one does not add up, the module holds more
// or less than they say, or the expiry index and they disagree.
func (k Keeper) AssertInvariants(ctx context.Context) error {
	gs, err := k.ExportGenesis(ctx)
	if err != nil {
		return err
	}
	if err := ValidateGenesis(*gs); err != nil {
		return err
	}
	if err := k.assertBalance(ctx, gs.Accounts); err != nil {
		return err
	}
	indexed := 0
	if err := k.Expiry.Walk(ctx, nil, func(key heightKey) (bool, error) {
		indexed++
		a, err := k.Account(ctx, key.K2())
		if err != nil {
			return true, err
		}
		if a.DrainHeight != key.K1() {
			return true, errorsmod.Wrapf(types.ErrBrokenInvariant, "account %d drains at %d, the index says %d", a.Id, a.DrainHeight, key.K1())
		}
		return false, nil
	}); err != nil {
		return err
	}
	for _, a := range gs.Accounts {
		if a.DrainHeight != 0 {
			indexed--
		}
	}
	if indexed != 0 {
		return errorsmod.Wrapf(types.ErrBrokenInvariant, "the expiry index is off by %d", indexed)
	}
	return nil
}

func (k Keeper) assertBalance(ctx context.Context, accounts []types.Account) error {
	owed := math.ZeroInt()
	for _, a := range accounts {
		owed = owed.Add(a.Holds())
	}
	if held := k.deps.Bank.GetBalance(ctx, k.account, params.Denom).Amount; !held.Equal(owed) {
		return errorsmod.Wrapf(types.ErrBrokenInvariant, "the module holds %s uve, the accounts say %s", held, owed)
	}
	return nil
}
