package keeper_test

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/virtengine/virtengine/chain/params"
	escrow "github.com/virtengine/virtengine/chain/x/escrow/types"
	"github.com/virtengine/virtengine/chain/x/market/types"
)

// accounts knows the module accounts of the test chain.
type accounts struct{}

func (accounts) GetModuleAddress(name string) sdk.AccAddress { return authtypes.NewModuleAddress(name) }

var errPoor = errors.New("not enough coins")

// bank holds real balances in a store of its own, so that a discarded branch of state takes its transfers along.
type bank struct {
	balances collections.Map[[]byte, math.Int]
}

func newBank(key *storetypes.KVStoreKey) bank {
	sb := collections.NewSchemaBuilder(runtime.NewKVStoreService(key))
	return bank{balances: collections.NewMap(sb, collections.NewPrefix(0), "balances", collections.BytesKey, sdk.IntValue)}
}

func (b bank) of(ctx context.Context, addr sdk.AccAddress) math.Int {
	amount, err := b.balances.Get(ctx, addr)
	if errors.Is(err, collections.ErrNotFound) {
		return math.ZeroInt()
	}
	if err != nil {
		panic(err)
	}
	return amount
}

func (b bank) move(ctx context.Context, from, to sdk.AccAddress, amount math.Int) error {
	have := b.of(ctx, from)
	if amount.IsNegative() || have.LT(amount) {
		return fmt.Errorf("%w: %s has %s, %s asked", errPoor, from, have, amount)
	}
	if err := b.balances.Set(ctx, from, have.Sub(amount)); err != nil {
		return err
	}
	return b.balances.Set(ctx, to, b.of(ctx, to).Add(amount))
}

func (b bank) SendCoinsFromAccountToModule(ctx context.Context, from sdk.AccAddress, module string, amount sdk.Coins) error {
	return b.move(ctx, from, authtypes.NewModuleAddress(module), amount.AmountOf(params.Denom))
}

func (b bank) SendCoinsFromModuleToAccount(ctx context.Context, module string, to sdk.AccAddress, amount sdk.Coins) error {
	if b.BlockedAddr(to) {
		return fmt.Errorf("%s may not receive coins", to)
	}
	return b.move(ctx, authtypes.NewModuleAddress(module), to, amount.AmountOf(params.Denom))
}

func (b bank) GetBalance(ctx context.Context, addr sdk.AccAddress, denom string) sdk.Coin {
	return sdk.NewCoin(denom, b.of(ctx, addr))
}

func (b bank) BlockedAddr(addr sdk.AccAddress) bool { return addr.Equals(blocked) }

var blocked = authtypes.NewModuleAddress("gov")

// escrowFake keeps the contract of the escrow keeper with one deposit per account, settling by brute force.
// fails names calls ("Activate 7") that fail after having written something.
type escrowFake struct {
	bank     types.BankKeeper
	accounts collections.Map[uint64, escrow.Account]
	popped   collections.KeySet[uint64]
	fails    map[string]error
}

func newEscrow(key *storetypes.KVStoreKey, cdc codec.BinaryCodec, b types.BankKeeper) escrowFake {
	sb := collections.NewSchemaBuilder(runtime.NewKVStoreService(key))
	return escrowFake{
		bank:     b,
		accounts: collections.NewMap(sb, collections.NewPrefix(0), "accounts", collections.Uint64Key, codec.CollValue[escrow.Account](cdc)),
		popped:   collections.NewKeySet(sb, collections.NewPrefix(1), "popped", collections.Uint64Key),
		fails:    map[string]error{},
	}
}

const escrowModule = "escrow"

func uve(amount math.Int) sdk.Coins { return sdk.NewCoins(sdk.NewCoin(params.Denom, amount)) }

func (e escrowFake) fail(call string, id uint64) error {
	return e.fails[fmt.Sprintf("%s %d", call, id)]
}

func (e escrowFake) Account(ctx context.Context, id uint64) (escrow.Account, error) {
	return e.accounts.Get(ctx, id)
}

func (e escrowFake) Open(ctx context.Context, id uint64, owner sdk.AccAddress, deposit math.Int) error {
	if taken, err := e.accounts.Has(ctx, id); err != nil || taken {
		return fmt.Errorf("account %d exists: %v", id, err)
	}
	if err := e.bank.SendCoinsFromAccountToModule(ctx, owner, escrowModule, uve(deposit)); err != nil {
		return err
	}
	zero := math.ZeroInt()
	return e.accounts.Set(ctx, id, escrow.Account{
		Id: id, Owner: owner.String(), State: escrow.AccountFunded, Rate: zero, Accrued: zero, Held: zero, Paid: zero,
		Deposits: []escrow.Deposit{{Depositor: owner.String(), Amount: deposit, Spent: zero, Refunded: zero}},
	})
}

func (e escrowFake) change(ctx context.Context, call string, id uint64, from escrow.AccountState, do func(*escrow.Account) error) error {
	a, err := e.accounts.Get(ctx, id)
	if err != nil {
		return err
	}
	if a.State != from {
		return fmt.Errorf("%s: account %d is %s", call, id, a.State)
	}
	if err := do(&a); err != nil {
		return err
	}
	if err := e.accounts.Set(ctx, id, a); err != nil {
		return err
	}
	return e.fail(call, id)
}

func (e escrowFake) Activate(ctx context.Context, id uint64, rate math.Int) error {
	return e.change(ctx, "Activate", id, escrow.AccountFunded, func(a *escrow.Account) error {
		a.State, a.Rate, a.SettledHeight = escrow.AccountActive, rate, sdk.UnwrapSDKContext(ctx).BlockHeight()
		return nil
	})
}

func (e escrowFake) Cancel(ctx context.Context, id uint64) error {
	return e.change(ctx, "Cancel", id, escrow.AccountFunded, func(a *escrow.Account) error {
		a.State = escrow.AccountClosed
		d := &a.Deposits[0]
		d.Refunded = d.Amount
		return e.bank.SendCoinsFromModuleToAccount(ctx, escrowModule, sdk.MustAccAddressFromBech32(d.Depositor), uve(d.Amount))
	})
}

// settle accrues the rent up to this height and tells whether the deposit covered it and the next block's.
func (e escrowFake) settle(ctx context.Context, a *escrow.Account) (lasts bool) {
	height := sdk.UnwrapSDKContext(ctx).BlockHeight()
	due := a.Rate.MulRaw(height - a.SettledHeight)
	d := &a.Deposits[0]
	free := d.Amount.Sub(d.Spent)
	rent := math.MinInt(due, free)
	d.Spent, a.Accrued, a.SettledHeight = d.Spent.Add(rent), a.Accrued.Add(rent), height
	return due.LT(free) || a.Rate.IsZero()
}

func (e escrowFake) PopExhausted(ctx context.Context, max uint32) ([]uint64, error) {
	if err := e.fail("PopExhausted", 0); err != nil {
		return nil, err
	}
	var out []uint64
	var settled []escrow.Account
	err := e.accounts.Walk(ctx, nil, func(id uint64, a escrow.Account) (bool, error) {
		if gone, err := e.popped.Has(ctx, id); err != nil || gone || a.State != escrow.AccountActive {
			return false, err
		}
		if uint32(len(out)) < max && !e.settle(ctx, &a) {
			out, settled = append(out, id), append(settled, a)
		}
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	for i, id := range out {
		if err := e.popped.Set(ctx, id); err != nil {
			return nil, err
		}
		if err := e.accounts.Set(ctx, id, settled[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (e escrowFake) Stop(ctx context.Context, id uint64) error {
	return e.change(ctx, "Stop", id, escrow.AccountActive, func(a *escrow.Account) error {
		e.settle(ctx, a)
		a.State = escrow.AccountStopped
		return nil
	})
}

// held sums what escrow holds, for the sum of all coins.
func (e escrowFake) held(ctx context.Context) math.Int {
	return e.bank.GetBalance(ctx, authtypes.NewModuleAddress(escrowModule), params.Denom).Amount
}

// roleGates lets pass who is named, for gates that ask for a role.
type roleGates map[string]string // role -> address

func (g roleGates) Available(types.Gate) error { return nil }

func (g roleGates) Check(_ context.Context, gate types.Gate, provider sdk.AccAddress) error {
	if gate.RequireRole != "" && g[gate.RequireRole] != provider.String() {
		return types.ErrGateRefused
	}
	return nil
}
