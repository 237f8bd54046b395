package keeper

import (
	"context"
	"fmt"

	"cosmossdk.io/collections"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/chain/x/page"
)

type queryServer struct {
	k Keeper
}

// NewQueryServer answers the module's queries.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k: k} }

func (q queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := q.k.Params.Get(ctx)
	if err != nil {
		return nil, err
	}
	return &types.QueryParamsResponse{Params: params}, nil
}

func (q queryServer) Order(ctx context.Context, req *types.QueryOrderRequest) (*types.QueryOrderResponse, error) {
	order, err := q.k.Order(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	return &types.QueryOrderResponse{Order: order}, nil
}

func (q queryServer) Orders(ctx context.Context, req *types.QueryOrdersRequest) (*types.QueryOrdersResponse, error) {
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	var list []types.Order
	var next *query.PageResponse
	switch {
	case req.Owner != "":
		list, next, err = personPage(ctx, q.k, q.k.OrdersByOwner, req.Owner, ordinal(req.State), asked, q.k.Orders.Get)
	case req.State != types.OrderUnspecified:
		list, next, err = statePage(ctx, q.k.OrdersByState, ordinal(req.State), asked, q.k.Orders.Get)
	default:
		return nil, status.Error(codes.InvalidArgument, "name an owner, a state or both")
	}
	if err != nil {
		return nil, err
	}
	return &types.QueryOrdersResponse{Orders: list, Pagination: next}, nil
}

func (q queryServer) Bid(ctx context.Context, req *types.QueryBidRequest) (*types.QueryBidResponse, error) {
	provider, err := q.k.Addrs.StringToBytes(req.Provider)
	if err != nil {
		return nil, fmt.Errorf("provider %q: %w", req.Provider, err)
	}
	bid, err := q.k.Bid(ctx, req.OrderId, provider)
	if err != nil {
		return nil, err
	}
	return &types.QueryBidResponse{Bid: bid}, nil
}

func (q queryServer) Bids(ctx context.Context, req *types.QueryBidsRequest) (*types.QueryBidsResponse, error) {
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	list, next, err := query.CollectionPaginate(ctx, q.k.Bids, asked,
		func(_ bidKey, b types.Bid) (types.Bid, error) { return b, nil },
		query.WithCollectionPaginationPairPrefix[uint64, []byte](req.OrderId))
	if err != nil {
		return nil, err
	}
	return &types.QueryBidsResponse{Bids: list, Pagination: next}, nil
}

func (q queryServer) ProviderBids(ctx context.Context, req *types.QueryProviderBidsRequest) (*types.QueryProviderBidsResponse, error) {
	if req.State == types.BidUnspecified {
		return nil, status.Error(codes.InvalidArgument, "name a state")
	}
	provider, err := q.k.Addrs.StringToBytes(req.Provider)
	if err != nil {
		return nil, fmt.Errorf("provider %q: %w", req.Provider, err)
	}
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	list, next, err := personPage(ctx, q.k, q.k.BidsByProvider, req.Provider, ordinal(req.State), asked,
		func(ctx context.Context, order uint64) (types.Bid, error) {
			return q.k.Bids.Get(ctx, collections.Join(order, provider))
		})
	if err != nil {
		return nil, err
	}
	return &types.QueryProviderBidsResponse{Bids: list, Pagination: next}, nil
}

func (q queryServer) Lease(ctx context.Context, req *types.QueryLeaseRequest) (*types.QueryLeaseResponse, error) {
	lease, err := q.k.Lease(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	return &types.QueryLeaseResponse{Lease: lease}, nil
}

func (q queryServer) Leases(ctx context.Context, req *types.QueryLeasesRequest) (*types.QueryLeasesResponse, error) {
	if req.State == types.LeaseUnspecified {
		return nil, status.Error(codes.InvalidArgument, "name a state")
	}
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	var list []types.Lease
	var next *query.PageResponse
	switch {
	case req.Owner != "" && req.Provider != "":
		return nil, status.Error(codes.InvalidArgument, "name an owner or a provider, not both")
	case req.Owner != "":
		list, next, err = personPage(ctx, q.k, q.k.LeasesByOwner, req.Owner, ordinal(req.State), asked, q.k.Leases.Get)
	case req.Provider != "":
		list, next, err = personPage(ctx, q.k, q.k.LeasesByProvider, req.Provider, ordinal(req.State), asked, q.k.Leases.Get)
	default:
		list, next, err = statePage(ctx, q.k.LeasesByState, ordinal(req.State), asked, q.k.Leases.Get)
	}
	if err != nil {
		return nil, err
	}
	return &types.QueryLeasesResponse{Leases: list, Pagination: next}, nil
}

// personPage reads a page of one person's records of one state; state 0 means every state, one after another.
func personPage[T any](ctx context.Context, k Keeper, index collections.KeySet[personKey], person string, state uint32, asked *query.PageRequest,
	get func(context.Context, uint64) (T, error),
) ([]T, *query.PageResponse, error) {
	addr, err := k.Addrs.StringToBytes(person)
	if err != nil {
		return nil, nil, fmt.Errorf("address %q: %w", person, err)
	}
	prefix := collections.TriplePrefix[[]byte, uint32, uint64](addr)
	if state != 0 {
		prefix = collections.TripleSuperPrefix[[]byte, uint32, uint64](addr, state)
	}
	return query.CollectionPaginate(ctx, index, asked,
		func(key personKey, _ collections.NoValue) (T, error) { return get(ctx, key.K3()) },
		func(o *query.CollectionsPaginateOptions[personKey]) { o.Prefix = &prefix })
}

// statePage reads a page of the records of one state.
func statePage[T any](ctx context.Context, index collections.KeySet[stateKey], state uint32, asked *query.PageRequest,
	get func(context.Context, uint64) (T, error),
) ([]T, *query.PageResponse, error) {
	return query.CollectionPaginate(ctx, index, asked,
		func(key stateKey, _ collections.NoValue) (T, error) { return get(ctx, key.K2()) },
		query.WithCollectionPaginationPairPrefix[uint32, uint64](state))
}
