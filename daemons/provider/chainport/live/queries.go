// Package live answers the daemon's parts from a real chain: queries, blocks and transactions through the chain's own client.
package live

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/math"
	"github.com/cosmos/cosmos-sdk/types/query"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	gogogrpc "github.com/cosmos/gogoproto/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/virtengine/virtengine/chain/params"
	escrowtypes "github.com/virtengine/virtengine/chain/x/escrow/types"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	provtypes "github.com/virtengine/virtengine/chain/x/provider/types"
	settletypes "github.com/virtengine/virtengine/chain/x/settlement/types"
	"github.com/virtengine/virtengine/daemons/provider/chainport"
)

// pageSize of lists. A page costs the chain what it holds.
const pageSize = 200

// Heights tells how far the chain is.
type Heights interface {
	Height(ctx context.Context) (int64, error)
}

// Queries asks a real chain. It answers for every part's own interface.
type Queries struct {
	Heights
	provider string
	market   markettypes.QueryClient
	profiles provtypes.QueryClient
	escrow   escrowtypes.QueryClient
	settle   settletypes.QueryClient
	bank     banktypes.QueryClient
}

// NewQueries asks over conn on behalf of a provider.
func NewQueries(conn gogogrpc.ClientConn, heights Heights, provider string) (*Queries, error) {
	if conn == nil || heights == nil || provider == "" {
		return nil, errors.New("live: a connection, heights and a provider are needed")
	}
	return &Queries{heights, provider, markettypes.NewQueryClient(conn), provtypes.NewQueryClient(conn), escrowtypes.NewQueryClient(conn),
		settletypes.NewQueryClient(conn), banktypes.NewQueryClient(conn)}, nil
}

// read gives a query's error its meaning. What carries no gRPC status never reached the application.
func read(err error) error {
	st, answered := status.FromError(err)
	switch {
	case err == nil:
		return nil
	case !answered, st.Code() == codes.Unavailable, st.Code() == codes.DeadlineExceeded, st.Code() == codes.Canceled:
		return fmt.Errorf("%w: %w", chainport.ErrUnavailable, err)
	case st.Code() == codes.NotFound:
		return fmt.Errorf("%w: %w", chainport.ErrNotFound, err)
	}
	return err
}

// Order returns one order.
func (q *Queries) Order(ctx context.Context, id uint64) (markettypes.Order, error) {
	r, err := q.market.Order(ctx, &markettypes.QueryOrderRequest{Id: id})
	if err != nil {
		return markettypes.Order{}, read(err)
	}
	return r.Order, nil
}

// OwnBid returns our bid for an order.
func (q *Queries) OwnBid(ctx context.Context, order uint64) (markettypes.Bid, error) {
	r, err := q.market.Bid(ctx, &markettypes.QueryBidRequest{OrderId: order, Provider: q.provider})
	if err != nil {
		return markettypes.Bid{}, read(err)
	}
	return r.Bid, nil
}

// MarketParams returns the market's parameters.
func (q *Queries) MarketParams(ctx context.Context) (markettypes.Params, error) {
	r, err := q.market.Params(ctx, &markettypes.QueryParamsRequest{})
	if err != nil {
		return markettypes.Params{}, read(err)
	}
	return r.Params, nil
}

// Profile returns our profile.
func (q *Queries) Profile(ctx context.Context) (provtypes.Provider, error) {
	r, err := q.profiles.Provider(ctx, &provtypes.QueryProviderRequest{Owner: q.provider})
	if err != nil {
		return provtypes.Provider{}, read(err)
	}
	return r.Provider, nil
}

// Balance returns what our account can spend.
func (q *Queries) Balance(ctx context.Context) (math.Int, error) {
	r, err := q.bank.Balance(ctx, &banktypes.QueryBalanceRequest{Address: q.provider, Denom: params.Denom})
	if err != nil {
		return math.Int{}, read(err)
	}
	if r.Balance == nil {
		return math.ZeroInt(), nil
	}
	return r.Balance.Amount, nil
}

// Lease returns one lease.
func (q *Queries) Lease(ctx context.Context, id uint64) (markettypes.Lease, error) {
	r, err := q.market.Lease(ctx, &markettypes.QueryLeaseRequest{Id: id})
	if err != nil {
		return markettypes.Lease{}, read(err)
	}
	return r.Lease, nil
}

// Escrow tells what a lease's account has left and when it runs dry.
func (q *Queries) Escrow(ctx context.Context, id uint64) (free math.Int, drainHeight, blocksLeft int64, err error) {
	r, err := q.escrow.Account(ctx, &escrowtypes.QueryAccountRequest{Id: id})
	if err != nil {
		return math.Int{}, 0, 0, read(err)
	}
	return r.Free, r.Account.DrainHeight, r.BlocksLeft, nil
}

// LastUsage returns the newest usage record of a lease.
func (q *Queries) LastUsage(ctx context.Context, lease uint64) (settletypes.UsageRecord, error) {
	r, err := q.settle.Usage(ctx, &settletypes.QueryUsageRequest{LeaseId: lease, Pagination: &query.PageRequest{Limit: 1, Reverse: true}})
	if err != nil {
		return settletypes.UsageRecord{}, read(err)
	}
	if len(r.Records) == 0 {
		return settletypes.UsageRecord{}, fmt.Errorf("%w: lease %d has no usage record", chainport.ErrNotFound, lease)
	}
	return r.Records[0], nil
}

// pages calls fetch with each page's key until there is none.
func pages(fetch func(page *query.PageRequest) (next []byte, err error)) error {
	page := &query.PageRequest{Limit: pageSize}
	for {
		next, err := fetch(page)
		if err != nil || len(next) == 0 {
			return err
		}
		page = &query.PageRequest{Limit: pageSize, Key: next}
	}
}

func nextKey(p *query.PageResponse) []byte {
	if p == nil {
		return nil
	}
	return p.NextKey
}

// OpenOrders calls yield with every open order's number.
func (q *Queries) OpenOrders(ctx context.Context, yield func(id uint64) error) error {
	return pages(func(page *query.PageRequest) ([]byte, error) {
		r, err := q.market.Orders(ctx, &markettypes.QueryOrdersRequest{State: markettypes.OrderOpen, Pagination: page})
		if err != nil {
			return nil, read(err)
		}
		for _, o := range r.Orders {
			if err := yield(o.Id); err != nil {
				return nil, err
			}
		}
		return nextKey(r.Pagination), nil
	})
}

// OwnOpenBids returns the orders on which our bid is open.
func (q *Queries) OwnOpenBids(ctx context.Context) (ids []uint64, err error) {
	err = pages(func(page *query.PageRequest) ([]byte, error) {
		r, err := q.market.ProviderBids(ctx, &markettypes.QueryProviderBidsRequest{Provider: q.provider, State: markettypes.BidOpen, Pagination: page})
		if err != nil {
			return nil, read(err)
		}
		for _, b := range r.Bids {
			ids = append(ids, b.OrderId)
		}
		return nextKey(r.Pagination), nil
	})
	return ids, err
}

// closedKept is how many of the newest closed leases are looked at for ones that are not settled. Older ones are settled by
// the chain itself.
const closedKept = 200

// OwnLeases returns our active leases, and the newest closed ones that are not settled.
func (q *Queries) OwnLeases(ctx context.Context) (active, unsettled []uint64, err error) {
	err = pages(func(page *query.PageRequest) ([]byte, error) {
		r, err := q.market.Leases(ctx, &markettypes.QueryLeasesRequest{Provider: q.provider, State: markettypes.LeaseActive, Pagination: page})
		if err != nil {
			return nil, read(err)
		}
		for _, l := range r.Leases {
			active = append(active, l.Id)
		}
		return nextKey(r.Pagination), nil
	})
	if err != nil {
		return nil, nil, err
	}
	r, err := q.market.Leases(ctx, &markettypes.QueryLeasesRequest{Provider: q.provider, State: markettypes.LeaseClosed,
		Pagination: &query.PageRequest{Limit: closedKept, Reverse: true}})
	if err != nil {
		return nil, nil, read(err)
	}
	for _, l := range r.Leases {
		if !l.Settled {
			unsettled = append(unsettled, l.Id)
		}
	}
	return active, unsettled, nil
}
