// Package keeper holds usage records, invoices and disputes, and moves the money they are about.
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
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/settlement/types"
)

// The keys of the indexes.
type (
	recordKey    = collections.Pair[uint64, uint64]    // (lease, sequence)
	leaseKey     = collections.Pair[uint64, uint64]    // (lease, invoice)
	personKey    = collections.Pair[[]byte, uint64]    // (owner or provider, invoice)
	timeKey      = collections.Pair[time.Time, uint64] // (time, invoice)
	componentKey = collections.Pair[uint64, int32]     // (lease, component)
)

// Deps is what settlement needs of the rest of the chain. All of it.
type Deps struct {
	Cdc       codec.BinaryCodec
	Stores    store.KVStoreService
	Addrs     address.Codec
	Events    event.Service
	Market    types.MarketKeeper
	Escrow    types.EscrowKeeper
	Authority string // bech32; may change the parameters
}

// Keeper owns usage, invoices and disputes. Nothing outside this package writes these maps.
type Keeper struct {
	deps Deps

	Schema      collections.Schema
	Params      collections.Item[types.Params]
	NextInvoice collections.Sequence

	Records    collections.Map[recordKey, types.UsageRecord]
	Remainders collections.Map[componentKey, math.Int] // what rating left over of a lease's component
	Totals     collections.Map[uint64, types.Totals]   // by lease

	Invoices   collections.Map[uint64, types.Invoice]
	ByLease    collections.KeySet[leaseKey]
	ByOwner    collections.KeySet[personKey]
	ByProvider collections.KeySet[personKey]
	Due        collections.KeySet[timeKey] // issued invoices by the end of their dispute window
	Disputes   collections.Map[uint64, types.Dispute]
}

// New builds the keeper. Every dependency is needed.
func New(d Deps) (Keeper, error) {
	if d.Cdc == nil || d.Stores == nil || d.Addrs == nil || d.Events == nil || d.Market == nil || d.Escrow == nil {
		return Keeper{}, errors.New("settlement: a dependency is missing")
	}
	if _, err := d.Addrs.StringToBytes(d.Authority); err != nil {
		return Keeper{}, fmt.Errorf("settlement: authority %q: %w", d.Authority, err)
	}
	numbers := collections.PairKeyCodec(collections.Uint64Key, collections.Uint64Key)
	person := collections.PairKeyCodec(collections.BytesKey, collections.Uint64Key)
	sb := collections.NewSchemaBuilder(d.Stores)
	k := Keeper{
		deps:        d,
		Params:      collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](d.Cdc)),
		NextInvoice: collections.NewSequence(sb, types.NextInvoicePrefix, "next_invoice"),

		Records: collections.NewMap(sb, types.RecordPrefix, "records", numbers, codec.CollValue[types.UsageRecord](d.Cdc)),
		Remainders: collections.NewMap(sb, types.RemainderPrefix, "remainders",
			collections.PairKeyCodec(collections.Uint64Key, collections.Int32Key), sdk.IntValue),
		Totals: collections.NewMap(sb, types.TotalsPrefix, "totals", collections.Uint64Key, codec.CollValue[types.Totals](d.Cdc)),

		Invoices:   collections.NewMap(sb, types.InvoicePrefix, "invoices", collections.Uint64Key, codec.CollValue[types.Invoice](d.Cdc)),
		ByLease:    collections.NewKeySet(sb, types.InvoiceByLeasePrefix, "invoices_by_lease", numbers),
		ByOwner:    collections.NewKeySet(sb, types.InvoiceByOwnerPrefix, "invoices_by_owner", person),
		ByProvider: collections.NewKeySet(sb, types.InvoiceByProviderPrefix, "invoices_by_provider", person),
		Due:        collections.NewKeySet(sb, types.DuePrefix, "due", collections.PairKeyCodec(sdk.TimeKey, collections.Uint64Key)),
		Disputes:   collections.NewMap(sb, types.DisputePrefix, "disputes", collections.Uint64Key, codec.CollValue[types.Dispute](d.Cdc)),
	}
	schema, err := sb.Build()
	if err != nil {
		return Keeper{}, fmt.Errorf("settlement: schema: %w", err)
	}
	k.Schema = schema
	return k, nil
}

// Invoice returns an invoice. Fails with ErrUnknownInvoice.
func (k Keeper) Invoice(ctx context.Context, id uint64) (types.Invoice, error) {
	inv, err := k.Invoices.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Invoice{}, errorsmod.Wrapf(types.ErrUnknownInvoice, "invoice %d", id)
	}
	return inv, err
}

// totals returns what became of a lease so far; nothing yet for a lease without records.
func (k Keeper) totals(ctx context.Context, lease uint64) (types.Totals, error) {
	t, err := k.Totals.Get(ctx, lease)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Totals{LeaseId: lease, PaidProvider: math.ZeroInt(), PaidFees: math.ZeroInt()}, nil
	}
	return t, err
}

// moderator returns who decides disputes.
func (k Keeper) moderator(ctx context.Context) (string, error) {
	params, err := k.Params.Get(ctx)
	if err != nil || params.Moderator == "" {
		return k.deps.Authority, err
	}
	return params.Moderator, nil
}

func now(ctx context.Context) time.Time { return sdk.UnwrapSDKContext(ctx).BlockTime() }
