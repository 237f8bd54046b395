// Package bankfake is a bank for tests of keepers. It holds real balances in a store of its own, so that a discarded
// branch of state takes its transfers along, and refuses what the bank refuses.
package bankfake

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/virtengine/virtengine/chain/params"
)

// ErrPoor says that a balance is below what should leave it.
var ErrPoor = errors.New("not enough coins")

// Community is the name of the account that stands for the community pool.
const Community = "community"

// Blocked is an account that may not receive coins.
var Blocked = authtypes.NewModuleAddress("gov")

// Bank holds balances of one denomination.
type Bank struct {
	balances collections.Map[[]byte, math.Int]
}

// New returns an empty bank over a store.
func New(key *storetypes.KVStoreKey) Bank {
	sb := collections.NewSchemaBuilder(runtime.NewKVStoreService(key))
	return Bank{balances: collections.NewMap(sb, collections.NewPrefix(0), "balances", collections.BytesKey, sdk.IntValue)}
}

// GetModuleAddress gives every module an account.
func (Bank) GetModuleAddress(name string) sdk.AccAddress { return authtypes.NewModuleAddress(name) }

// Mint makes coins.
func (b Bank) Mint(ctx context.Context, to sdk.AccAddress, uve int64) error {
	have, err := b.Of(ctx, to)
	if err != nil {
		return err
	}
	return b.balances.Set(ctx, to, have.AddRaw(uve))
}

// Of returns a balance in uve.
func (b Bank) Of(ctx context.Context, who sdk.AccAddress) (math.Int, error) {
	amount, err := b.balances.Get(ctx, who)
	if errors.Is(err, collections.ErrNotFound) {
		return math.ZeroInt(), nil
	}
	return amount, err
}

// Total returns the sum of all balances in uve.
func (b Bank) Total(ctx context.Context) (math.Int, error) {
	sum := math.ZeroInt()
	err := b.balances.Walk(ctx, nil, func(_ []byte, amount math.Int) (bool, error) {
		sum = sum.Add(amount)
		return false, nil
	})
	return sum, err
}

func (b Bank) move(ctx context.Context, from, to sdk.AccAddress, amount math.Int) error {
	have, err := b.Of(ctx, from)
	if err != nil {
		return err
	}
	if amount.IsNegative() || have.LT(amount) {
		return fmt.Errorf("%w: %s has %s, %s asked", ErrPoor, from, have, amount)
	}
	if err := b.balances.Set(ctx, from, have.Sub(amount)); err != nil {
		return err
	}
	got, err := b.Of(ctx, to)
	if err != nil {
		return err
	}
	return b.balances.Set(ctx, to, got.Add(amount))
}

// SendCoinsFromAccountToModule moves coins to a module's account.
func (b Bank) SendCoinsFromAccountToModule(ctx context.Context, from sdk.AccAddress, module string, amount sdk.Coins) error {
	return b.move(ctx, from, authtypes.NewModuleAddress(module), amount.AmountOf(params.Denom))
}

// SendCoinsFromModuleToAccount moves coins out of a module's account. Blocked receives none.
func (b Bank) SendCoinsFromModuleToAccount(ctx context.Context, module string, to sdk.AccAddress, amount sdk.Coins) error {
	if b.BlockedAddr(to) {
		return fmt.Errorf("%s may not receive coins", to)
	}
	return b.move(ctx, authtypes.NewModuleAddress(module), to, amount.AmountOf(params.Denom))
}

// SendCoinsFromModuleToModule moves coins between modules.
func (b Bank) SendCoinsFromModuleToModule(ctx context.Context, from, to string, amount sdk.Coins) error {
	return b.move(ctx, authtypes.NewModuleAddress(from), authtypes.NewModuleAddress(to), amount.AmountOf(params.Denom))
}

// FundCommunityPool moves coins to the account that stands for the community pool.
func (b Bank) FundCommunityPool(ctx context.Context, amount sdk.Coins, sender sdk.AccAddress) error {
	return b.move(ctx, sender, authtypes.NewModuleAddress(Community), amount.AmountOf(params.Denom))
}

// GetBalance returns a balance.
func (b Bank) GetBalance(ctx context.Context, addr sdk.AccAddress, denom string) sdk.Coin {
	amount, err := b.Of(ctx, addr)
	if err != nil {
		panic(err) // the real bank does the same
	}
	return sdk.NewCoin(denom, amount)
}

// BlockedAddr tells whether an account may not receive coins.
func (Bank) BlockedAddr(addr sdk.AccAddress) bool { return addr.Equals(Blocked) }
