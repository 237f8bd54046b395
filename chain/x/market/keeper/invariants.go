package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	"github.com/virtengine/virtengine/chain/params"
	"github.com/virtengine/virtengine/chain/x/market/types"

	escrow "github.com/virtengine/virtengine/chain/x/escrow/types"
)

// AssertInvariants reads the whole market and fails with ErrBrokenInvariant where
//   - records contradict one another (see ValidateGenesis),
//   - the module holds more or less than the deposits of open bids and active leases,
//   - an index and its records disagree, or
//   - an active lease has no allocation, or its escrow does not drain at its price.
func (k Keeper) AssertInvariants(ctx context.Context) error {
	gs, err := k.ExportGenesis(ctx)
	if err != nil {
		return err
	}
	if err := ValidateGenesis(*gs); err != nil {
		return broken("%s", err)
	}
	if err := k.assertBalance(ctx, gs); err != nil {
		return err
	}
	if err := k.assertIndexes(ctx, gs); err != nil {
		return err
	}
	for _, lease := range gs.Leases {
		if lease.State != types.LeaseActive {
			continue
		}
		if err := k.assertServed(ctx, lease); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) assertBalance(ctx context.Context, gs *types.GenesisState) error {
	owed := math.ZeroInt()
	for _, b := range gs.Bids {
		if b.State == types.BidOpen {
			owed = owed.Add(b.Deposit)
		}
	}
	for _, l := range gs.Leases {
		if l.State == types.LeaseActive {
			owed = owed.Add(l.Deposit)
		}
	}
	if held := k.Bank.GetBalance(ctx, k.account, params.Denom).Amount; !held.Equal(owed) {
		return broken("the module holds %s uve, the deposits are %s", held, owed)
	}
	return nil
}

// assertServed holds an active lease against the ledger and its escrow.
func (k Keeper) assertServed(ctx context.Context, lease types.Lease) error {
	held, err := k.Resources.Allocation(ctx, lease.Id)
	if err != nil {
		return broken("lease %d: %s", lease.Id, err)
	}
	if held.Provider != lease.Provider || !held.Resources.Equal(lease.Resources) {
		return broken("lease %d: the ledger gives it %v of %s", lease.Id, held.Resources, held.Provider)
	}
	account, err := k.Escrow.Account(ctx, lease.Id)
	if err != nil {
		return broken("lease %d: %s", lease.Id, err)
	}
	if account.State != escrow.AccountActive || account.Owner != lease.Owner || !account.Rate.Equal(lease.Price.PerBlock) {
		return broken("lease %d: its escrow of %s is %s at %s per block", lease.Id, account.Owner, account.State, account.Rate)
	}
	return nil
}

// assertIndexes counts every index and finds every record in those it belongs to: equal counts and every record
// found leave no entry over.
func (k Keeper) assertIndexes(ctx context.Context, gs *types.GenesisState) error {
	open, waiting := 0, 0
	for _, o := range gs.Orders {
		if o.State == types.OrderOpen {
			open++
		}
		if err := k.assertOrderIndexed(ctx, o); err != nil {
			return err
		}
	}
	for _, b := range gs.Bids {
		provider, err := k.Addrs.StringToBytes(b.Provider)
		if err != nil {
			return err
		}
		found, err := k.BidsByProvider.Has(ctx, collections.Join3(provider, ordinal(b.State), b.OrderId))
		if err != nil || !found {
			return broken("bid of %s for order %d is not in the index: %v", b.Provider, b.OrderId, err)
		}
		if _, err := k.Bid(ctx, b.OrderId, provider); err != nil {
			return broken("bid of %s for order %d is under another key: %s", b.Provider, b.OrderId, err)
		}
	}
	for _, l := range gs.Leases {
		if unsettled(l) {
			waiting++
		}
		if err := k.assertLeaseIndexed(ctx, l); err != nil {
			return err
		}
	}
	for _, c := range []struct {
		index string
		want  int
		count func() (int, error)
	}{
		{"orders_by_state", len(gs.Orders), func() (int, error) { return count(ctx, k.OrdersByState) }},
		{"orders_by_owner", len(gs.Orders), func() (int, error) { return count(ctx, k.OrdersByOwner) }},
		{"closing", open, func() (int, error) { return count(ctx, k.Closing) }},
		{"bids_by_provider", len(gs.Bids), func() (int, error) { return count(ctx, k.BidsByProvider) }},
		{"leases_by_state", len(gs.Leases), func() (int, error) { return count(ctx, k.LeasesByState) }},
		{"leases_by_owner", len(gs.Leases), func() (int, error) { return count(ctx, k.LeasesByOwner) }},
		{"leases_by_provider", len(gs.Leases), func() (int, error) { return count(ctx, k.LeasesByProvider) }},
		{"unsettled", waiting, func() (int, error) { return count(ctx, k.Unsettled) }},
	} {
		if got, err := c.count(); err != nil {
			return err
		} else if got != c.want {
			return broken("index %s has %d entries, %d belong there", c.index, got, c.want)
		}
	}
	return nil
}

func (k Keeper) assertOrderIndexed(ctx context.Context, o types.Order) error {
	owner, err := k.Addrs.StringToBytes(o.Owner)
	if err != nil {
		return err
	}
	byState, err := k.OrdersByState.Has(ctx, collections.Join(ordinal(o.State), o.Id))
	if err != nil {
		return err
	}
	byOwner, err := k.OrdersByOwner.Has(ctx, collections.Join3(owner, ordinal(o.State), o.Id))
	if err != nil {
		return err
	}
	closing, err := k.Closing.Has(ctx, collections.Join(o.ClosesHeight, o.Id))
	if err != nil {
		return err
	}
	if !byState || !byOwner || closing != (o.State == types.OrderOpen) {
		return broken("order %d is %s; in the indexes by state %t, owner %t, closing %t", o.Id, o.State, byState, byOwner, closing)
	}
	return nil
}

func (k Keeper) assertLeaseIndexed(ctx context.Context, l types.Lease) error {
	owner, err := k.Addrs.StringToBytes(l.Owner)
	if err != nil {
		return err
	}
	provider, err := k.Addrs.StringToBytes(l.Provider)
	if err != nil {
		return err
	}
	byState, err := k.LeasesByState.Has(ctx, collections.Join(ordinal(l.State), l.Id))
	if err != nil {
		return err
	}
	byOwner, err := k.LeasesByOwner.Has(ctx, collections.Join3(owner, ordinal(l.State), l.Id))
	if err != nil {
		return err
	}
	byProvider, err := k.LeasesByProvider.Has(ctx, collections.Join3(provider, ordinal(l.State), l.Id))
	if err != nil {
		return err
	}
	waits, err := k.Unsettled.Has(ctx, collections.Join(l.ClosedTime, l.Id))
	if err != nil {
		return err
	}
	if !byState || !byOwner || !byProvider || waits != unsettled(l) {
		return broken("lease %d is %s; in the indexes by state %t, owner %t, provider %t, unsettled %t", l.Id, l.State, byState, byOwner, byProvider, waits)
	}
	return nil
}

func count[K any](ctx context.Context, index collections.KeySet[K]) (int, error) {
	n := 0
	err := index.Walk(ctx, nil, func(K) (bool, error) {
		n++
		return false, nil
	})
	return n, err
}
