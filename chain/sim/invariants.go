package sim

import (
	"context"
	"errors"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/params"
)

// ErrInvariant says that a state contradicts itself.
var ErrInvariant = errors.New("invariant broken")

// AssertInvariants asks every module of ours whether its state is sound, and counts the coins.
func (r *Replica) AssertInvariants() error {
	ctx := r.NewContext(true)
	for _, m := range []struct {
		name   string
		assert func(context.Context) error
	}{
		{"resources", r.Market.Resources.AssertInvariants},
		{"provider", r.Market.Provider.AssertInvariants},
		{"escrow", r.Market.Escrow.AssertInvariants},
		{"market", r.Market.Market.AssertInvariants},
		{"settlement", r.Market.Settlement.AssertInvariants},
	} {
		if err := m.assert(ctx); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrInvariant, m.name, err)
		}
	}
	return r.assertSupply(ctx)
}

// assertSupply holds the sum of all balances against the supply.
func (r *Replica) assertSupply(ctx sdk.Context) error {
	sum := sdk.NewInt64Coin(params.Denom, 0)
	r.Bank.IterateAllBalances(ctx, func(_ sdk.AccAddress, coin sdk.Coin) bool {
		if coin.Denom == params.Denom {
			sum = sum.Add(coin)
		}
		return false
	})
	if supply := r.Bank.GetSupply(ctx, params.Denom); !supply.Equal(sum) {
		return fmt.Errorf("%w: balances add up to %s, supply is %s", ErrInvariant, sum, supply)
	}
	return nil
}
