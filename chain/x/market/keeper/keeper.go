// Package keeper holds the market: orders, bids, leases and the indexes that find them.
package keeper

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/address"
	"cosmossdk.io/core/event"
	"cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/market/types"
)

// The keys of the indexes.
type (
	stateKey  = collections.Pair[uint32, uint64]           // (state, id)
	personKey = collections.Triple[[]byte, uint32, uint64] // (owner or provider, state, id)
	heightKey = collections.Pair[int64, uint64]            // (height, id)
	timeKey   = collections.Pair[time.Time, uint64]        // (time, id)
	bidKey    = collections.Pair[uint64, []byte]           // (order, provider)
)

// Deps is what the market needs of the rest of the chain. All of it.
type Deps struct {
	Cdc       codec.BinaryCodec
	Stores    store.KVStoreService
	Addrs     address.Codec
	Events    event.Service
	Accounts  types.AccountKeeper
	Bank      types.BankKeeper
	Resources types.ResourcesKeeper
	Providers types.ProviderKeeper
	Escrow    types.EscrowKeeper
	Gates     types.Gates
	Authority string // bech32; may change the parameters
}

// Keeper owns the market. Nothing outside this package writes these maps.
type Keeper struct {
	Deps
	account sdk.AccAddress // the module's, where bid deposits are

	Schema    collections.Schema
	Params    collections.Item[types.Params]
	NextOrder collections.Sequence
	NextBid   collections.Sequence

	Orders        collections.Map[uint64, types.Order]
	OrdersByState collections.KeySet[stateKey]
	OrdersByOwner collections.KeySet[personKey]
	Closing       collections.KeySet[heightKey] // open orders by the height of their award

	Bids           collections.Map[bidKey, types.Bid]
	BidsByProvider collections.KeySet[personKey]

	Leases           collections.Map[uint64, types.Lease]
	LeasesByState    collections.KeySet[stateKey]
	LeasesByOwner    collections.KeySet[personKey]
	LeasesByProvider collections.KeySet[personKey]
	Unsettled        collections.KeySet[timeKey] // closed leases without a final invoice, by when they closed
	Overdue          collections.KeySet[uint64]  // exhausted leases whose closing failed and is tried again
}

// New builds the keeper. Every dependency is needed, and an account for the module.
func New(d Deps) (Keeper, error) {
	if d.Cdc == nil || d.Stores == nil || d.Addrs == nil || d.Events == nil || d.Accounts == nil || d.Bank == nil ||
		d.Resources == nil || d.Providers == nil || d.Escrow == nil || d.Gates == nil {
		return Keeper{}, errors.New("market: a dependency is missing")
	}
	if _, err := d.Addrs.StringToBytes(d.Authority); err != nil {
		return Keeper{}, fmt.Errorf("market: authority %q: %w", d.Authority, err)
	}
	account := d.Accounts.GetModuleAddress(types.ModuleName)
	if account == nil {
		return Keeper{}, errors.New("market: the application gives the module no account")
	}
	person := collections.TripleKeyCodec(collections.BytesKey, collections.Uint32Key, collections.Uint64Key)
	state := collections.PairKeyCodec(collections.Uint32Key, collections.Uint64Key)
	sb := collections.NewSchemaBuilder(d.Stores)
	k := Keeper{
		Deps:    d,
		account: account,

		Params:    collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](d.Cdc)),
		NextOrder: collections.NewSequence(sb, types.NextOrderPrefix, "next_order"),
		NextBid:   collections.NewSequence(sb, types.NextBidPrefix, "next_bid"),

		Orders:        collections.NewMap(sb, types.OrderPrefix, "orders", collections.Uint64Key, codec.CollValue[types.Order](d.Cdc)),
		OrdersByState: collections.NewKeySet(sb, types.OrderByStatePrefix, "orders_by_state", state),
		OrdersByOwner: collections.NewKeySet(sb, types.OrderByOwnerPrefix, "orders_by_owner", person),
		Closing:       collections.NewKeySet(sb, types.ClosingPrefix, "closing", collections.PairKeyCodec(collections.Int64Key, collections.Uint64Key)),

		Bids:           collections.NewMap(sb, types.BidPrefix, "bids", collections.PairKeyCodec(collections.Uint64Key, collections.BytesKey), codec.CollValue[types.Bid](d.Cdc)),
		BidsByProvider: collections.NewKeySet(sb, types.BidByProviderPrefix, "bids_by_provider", person),

		Leases:           collections.NewMap(sb, types.LeasePrefix, "leases", collections.Uint64Key, codec.CollValue[types.Lease](d.Cdc)),
		LeasesByState:    collections.NewKeySet(sb, types.LeaseByStatePrefix, "leases_by_state", state),
		LeasesByOwner:    collections.NewKeySet(sb, types.LeaseByOwnerPrefix, "leases_by_owner", person),
		LeasesByProvider: collections.NewKeySet(sb, types.LeaseByProviderPrefix, "leases_by_provider", person),
		Unsettled:        collections.NewKeySet(sb, types.UnsettledPrefix, "unsettled", collections.PairKeyCodec(sdk.TimeKey, collections.Uint64Key)),
		Overdue:          collections.NewKeySet(sb, types.OverduePrefix, "overdue", collections.Uint64Key),
	}
	schema, err := sb.Build()
	if err != nil {
		return Keeper{}, fmt.Errorf("market: schema: %w", err)
	}
	k.Schema = schema
	return k, nil
}

// Order returns an order. Fails with ErrUnknownOrder.
func (k Keeper) Order(ctx context.Context, id uint64) (types.Order, error) {
	o, err := k.Orders.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Order{}, errorsmod.Wrapf(types.ErrUnknownOrder, "order %d", id)
	}
	return o, err
}

// Bid returns a provider's bid for an order. Fails with ErrUnknownBid.
func (k Keeper) Bid(ctx context.Context, order uint64, provider sdk.AccAddress) (types.Bid, error) {
	b, err := k.Bids.Get(ctx, collections.Join(order, []byte(provider)))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Bid{}, errorsmod.Wrapf(types.ErrUnknownBid, "order %d, provider %s", order, provider)
	}
	return b, err
}

// Lease returns a lease. Fails with ErrUnknownLease.
func (k Keeper) Lease(ctx context.Context, id uint64) (types.Lease, error) {
	l, err := k.Leases.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Lease{}, errorsmod.Wrapf(types.ErrUnknownLease, "lease %d", id)
	}
	return l, err
}
