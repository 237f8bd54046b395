package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/virtengine/virtengine/chain/x/market/types"
)

// Walking pages by key, forwards and backwards, shows every record once and nobody else's.
func TestPagesShowEverythingOnce(t *testing.T) {
	f := newFixture(t, 2)
	var want []uint64
	for i := range 7 {
		id := f.order()
		require.NoError(t, f.bid(id, seller(i%2), 10))
		if i%2 == 0 {
			want = append(want, id)
		}
	}
	f.endBlocks(6)
	for _, backwards := range []bool{false, true} {
		var got []uint64
		var key []byte
		for {
			res, err := f.query.Leases(f.ctx, &types.QueryLeasesRequest{
				Provider: seller(0).String(), State: types.LeaseActive, Pagination: &query.PageRequest{Key: key, Limit: 3, Reverse: backwards},
			})
			require.NoError(t, err)
			require.LessOrEqual(t, len(res.Leases), 3)
			for _, l := range res.Leases {
				got = append(got, l.Id)
			}
			if key = res.Pagination.NextKey; len(key) == 0 {
				break
			}
		}
		if backwards {
			for i, j := 0, len(got)-1; i < j; i, j = i+1, j-1 {
				got[i], got[j] = got[j], got[i]
			}
		}
		require.Equal(t, want, got, "backwards: %t", backwards)
	}
}

func TestListsByEveryIndex(t *testing.T) {
	f := newFixture(t, 2)
	leased, closed := f.order(), f.order()
	require.NoError(t, f.bid(leased, seller(0), 10))
	require.NoError(t, f.bid(leased, seller(1), 20))
	require.NoError(t, f.bid(closed, seller(1), 20))
	f.endBlocks(6)
	open := f.order()
	require.NoError(t, f.closeLease(closed, tenant, types.ReasonTenant))

	orders := func(req types.QueryOrdersRequest) (ids []uint64) {
		res, err := f.query.Orders(f.ctx, &req)
		require.NoError(t, err)
		for _, o := range res.Orders {
			ids = append(ids, o.Id)
		}
		return ids
	}
	require.Equal(t, []uint64{open}, orders(types.QueryOrdersRequest{State: types.OrderOpen}))
	require.Equal(t, []uint64{leased}, orders(types.QueryOrdersRequest{Owner: tenant.String(), State: types.OrderLeased}))
	require.Equal(t, []uint64{open, leased, closed}, orders(types.QueryOrdersRequest{Owner: tenant.String()}), "state after state")
	require.Empty(t, orders(types.QueryOrdersRequest{Owner: stranger.String()}))

	bids, err := f.query.Bids(f.ctx, &types.QueryBidsRequest{OrderId: leased})
	require.NoError(t, err)
	require.Len(t, bids.Bids, 2)
	mine, err := f.query.ProviderBids(f.ctx, &types.QueryProviderBidsRequest{Provider: seller(1).String(), State: types.BidLost})
	require.NoError(t, err)
	require.Len(t, mine.Bids, 1)
	require.Equal(t, leased, mine.Bids[0].OrderId)

	leases := func(req types.QueryLeasesRequest) (ids []uint64) {
		res, err := f.query.Leases(f.ctx, &req)
		require.NoError(t, err)
		for _, l := range res.Leases {
			ids = append(ids, l.Id)
		}
		return ids
	}
	require.Equal(t, []uint64{leased}, leases(types.QueryLeasesRequest{State: types.LeaseActive}))
	require.Equal(t, []uint64{closed}, leases(types.QueryLeasesRequest{State: types.LeaseClosed, Owner: tenant.String()}))
	require.Equal(t, []uint64{closed}, leases(types.QueryLeasesRequest{State: types.LeaseClosed, Provider: seller(1).String()}))
}

func TestWhatWouldReadEverythingIsRefused(t *testing.T) {
	f := newFixture(t, 0)
	for name, ask := range map[string]func() error{
		"NoIndex": func() error {
			_, err := f.query.Orders(f.ctx, &types.QueryOrdersRequest{})
			return err
		},
		"NoLeaseState": func() error {
			_, err := f.query.Leases(f.ctx, &types.QueryLeasesRequest{Owner: tenant.String()})
			return err
		},
		"BothSides": func() error {
			_, err := f.query.Leases(f.ctx, &types.QueryLeasesRequest{Owner: tenant.String(), Provider: seller(0).String(), State: types.LeaseActive})
			return err
		},
		"NoBidState": func() error {
			_, err := f.query.ProviderBids(f.ctx, &types.QueryProviderBidsRequest{Provider: seller(0).String()})
			return err
		},
		"Offset": func() error {
			_, err := f.query.Bids(f.ctx, &types.QueryBidsRequest{Pagination: &query.PageRequest{Offset: 1}})
			return err
		},
		"Count": func() error {
			_, err := f.query.Bids(f.ctx, &types.QueryBidsRequest{Pagination: &query.PageRequest{CountTotal: true}})
			return err
		},
		"HugePage": func() error {
			_, err := f.query.Bids(f.ctx, &types.QueryBidsRequest{Pagination: &query.PageRequest{Limit: 1_001}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, codes.InvalidArgument, status.Code(ask()))
		})
	}
	_, err := f.query.Order(f.ctx, &types.QueryOrderRequest{Id: 9})
	require.ErrorIs(t, err, types.ErrUnknownOrder)
	_, err = f.query.Lease(f.ctx, &types.QueryLeaseRequest{Id: 9})
	require.ErrorIs(t, err, types.ErrUnknownLease)
	_, err = f.query.Bid(f.ctx, &types.QueryBidRequest{OrderId: 9, Provider: seller(0).String()})
	require.ErrorIs(t, err, types.ErrUnknownBid)
}

func TestUnsettledLeasesWaitInTheOrderTheyClosed(t *testing.T) {
	f := newFixture(t, 1)
	first, second := f.order(), f.order()
	require.NoError(t, f.bid(first, seller(0), 10))
	require.NoError(t, f.bid(second, seller(0), 10))
	f.endBlocks(6)
	require.ErrorIs(t, f.k.MarkSettled(f.ctx, first), types.ErrBrokenInvariant, "an active lease is not settled")
	require.NoError(t, f.closeLease(second, tenant, types.ReasonTenant))
	closed := f.ctx.BlockTime()
	f.endBlocks(1)
	require.NoError(t, f.closeLease(first, tenant, types.ReasonTenant))

	before := func(t0 time.Time, max uint32) []uint64 {
		ids, err := f.k.UnsettledBefore(f.ctx, t0, max)
		require.NoError(t, err)
		return ids
	}
	require.Empty(t, before(closed.Add(-1), 10))
	require.Equal(t, []uint64{second}, before(closed, 10), "at or before")
	require.Equal(t, []uint64{second, first}, before(f.ctx.BlockTime(), 10))
	require.Equal(t, []uint64{second}, before(f.ctx.BlockTime(), 1), "at most max")
	require.NoError(t, f.k.MarkSettled(f.ctx, second))
	require.NoError(t, f.k.MarkSettled(f.ctx, second), "twice is once")
	require.Equal(t, []uint64{first}, before(f.ctx.BlockTime(), 10))
	require.ErrorIs(t, f.k.MarkSettled(f.ctx, 99), types.ErrUnknownLease)
	f.assertSound()
}
