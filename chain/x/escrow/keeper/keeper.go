// Package keeper holds escrow accounts: whose money is where, and until when it lasts.
package keeper

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/address"
	"cosmossdk.io/core/event"
	"cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

// The keys of the indexes.
type (
	ownerKey  = collections.Pair[[]byte, uint64] // (owner, id)
	heightKey = collections.Pair[int64, uint64]  // (height, id)
)

// Deps is what escrow needs of the rest of the chain. All of it.
type Deps struct {
	Cdc       codec.BinaryCodec
	Stores    store.KVStoreService
	Addrs     address.Codec
	Events    event.Service
	Accounts  types.AccountKeeper
	Bank      types.BankKeeper
	Community types.CommunityPool
	Authority string // bech32; may change the parameters
}

// Keeper owns every escrow account. Nothing outside this package writes these maps.
type Keeper struct {
	deps    Deps
	account sdk.AccAddress // the module's, where all the coins are

	Schema   collections.Schema
	Params   collections.Item[types.Params]
	Accounts collections.Map[uint64, types.Account]
	ByOwner  collections.KeySet[ownerKey]
	Expiry   collections.KeySet[heightKey] // active accounts by drain_height
}

// New builds the keeper. Every dependency is needed, and an account for the module.
func New(d Deps) (Keeper, error) {
	if d.Cdc == nil || d.Stores == nil || d.Addrs == nil || d.Events == nil || d.Accounts == nil || d.Bank == nil || d.Community == nil {
		return Keeper{}, errors.New("escrow: a dependency is missing")
	}
	if _, err := d.Addrs.StringToBytes(d.Authority); err != nil {
		return Keeper{}, fmt.Errorf("escrow: authority %q: %w", d.Authority, err)
	}
	account := d.Accounts.GetModuleAddress(types.ModuleName)
	if account == nil {
		return Keeper{}, errors.New("escrow: the application gives the module no account")
	}
	sb := collections.NewSchemaBuilder(d.Stores)
	k := Keeper{
		deps:     d,
		account:  account,
		Params:   collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](d.Cdc)),
		Accounts: collections.NewMap(sb, types.AccountPrefix, "accounts", collections.Uint64Key, codec.CollValue[types.Account](d.Cdc)),
		ByOwner: collections.NewKeySet(sb, types.ByOwnerPrefix, "accounts_by_owner",
			collections.PairKeyCodec(collections.BytesKey, collections.Uint64Key)),
		Expiry: collections.NewKeySet(sb, types.ExpiryPrefix, "expiry",
			collections.PairKeyCodec(collections.Int64Key, collections.Uint64Key)),
	}
	schema, err := sb.Build()
	if err != nil {
		return Keeper{}, fmt.Errorf("escrow: schema: %w", err)
	}
	k.Schema = schema
	return k, nil
}

// Account returns an account as it was last stored. Fails with ErrUnknownAccount.
func (k Keeper) Account(ctx context.Context, id uint64) (types.Account, error) {
	a, err := k.Accounts.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Account{}, errorsmod.Wrapf(types.ErrUnknownAccount, "account %d", id)
	}
	return a, err
}

// put stores an account and keeps the expiry index in step. was is what is stored; its drain height is taken off.
func (k Keeper) put(ctx context.Context, was, now types.Account) error {
	if was.DrainHeight != now.DrainHeight {
		if was.DrainHeight != 0 {
			if err := k.Expiry.Remove(ctx, collections.Join(was.DrainHeight, was.Id)); err != nil {
				return err
			}
		}
		if now.DrainHeight != 0 {
			if err := k.Expiry.Set(ctx, collections.Join(now.DrainHeight, now.Id)); err != nil {
				return err
			}
		}
	}
	return k.Accounts.Set(ctx, now.Id, now)
}

func (k Keeper) emit(ctx context.Context, events ...interface {
	Reset()
	String() string
	ProtoMessage()
}) error {
	for _, e := range events {
		if err := k.deps.Events.EventManager(ctx).Emit(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func height(ctx context.Context) int64 { return sdk.UnwrapSDKContext(ctx).BlockHeight() }
