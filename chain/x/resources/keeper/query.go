package keeper

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/virtengine/virtengine/chain/x/page"
	"github.com/virtengine/virtengine/chain/x/resources/amount"
	"github.com/virtengine/virtengine/chain/x/resources/types"
)

type queryServer struct {
	k Keeper
}

// NewQueryServer answers the module's queries.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k: k} }

func (q queryServer) Capacity(ctx context.Context, req *types.QueryCapacityRequest) (*types.QueryCapacityResponse, error) {
	provider, err := q.k.addrs.StringToBytes(req.Provider)
	if err != nil {
		return nil, fmt.Errorf("provider %q: %w", req.Provider, err)
	}
	capacity, err := q.k.Capacities.Get(ctx, provider)
	if errors.Is(err, collections.ErrNotFound) {
		return nil, errorsmod.Wrap(types.ErrUnknownCapacity, req.Provider)
	} else if err != nil {
		return nil, err
	}
	free, err := amount.Sub(capacity.Total, capacity.Used)
	if err != nil {
		return nil, err
	}
	return &types.QueryCapacityResponse{Capacity: capacity, Free: free}, nil
}

func (q queryServer) Capacities(ctx context.Context, req *types.QueryCapacitiesRequest) (*types.QueryCapacitiesResponse, error) {
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	list, next, err := query.CollectionPaginate(ctx, q.k.Capacities, asked,
		func(_ []byte, c types.Capacity) (types.Capacity, error) { return c, nil })
	if err != nil {
		return nil, err
	}
	return &types.QueryCapacitiesResponse{Capacities: list, Pagination: next}, nil
}

func (q queryServer) Allocation(ctx context.Context, req *types.QueryAllocationRequest) (*types.QueryAllocationResponse, error) {
	held, err := q.k.Allocation(ctx, req.LeaseId)
	if err != nil {
		return nil, err
	}
	return &types.QueryAllocationResponse{Allocation: held}, nil
}

func (q queryServer) Allocations(ctx context.Context, req *types.QueryAllocationsRequest) (*types.QueryAllocationsResponse, error) {
	provider, err := q.k.addrs.StringToBytes(req.Provider)
	if err != nil {
		return nil, fmt.Errorf("provider %q: %w", req.Provider, err)
	}
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	list, next, err := query.CollectionPaginate(ctx, q.k.ByProvider, asked,
		func(key collections.Pair[[]byte, uint64], _ collections.NoValue) (types.Allocation, error) {
			return q.k.Allocations.Get(ctx, key.K2())
		},
		query.WithCollectionPaginationPairPrefix[[]byte, uint64](provider))
	if err != nil {
		return nil, err
	}
	return &types.QueryAllocationsResponse{Allocations: list, Pagination: next}, nil
}
