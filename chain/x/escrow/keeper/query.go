package keeper

import (
	"context"
	"fmt"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/virtengine/virtengine/chain/x/escrow/types"
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

// Account shows the account with its rent settled up to this height, as the next message would find it.
func (q queryServer) Account(ctx context.Context, req *types.QueryAccountRequest) (*types.QueryAccountResponse, error) {
	stored, err := q.k.Account(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	a, err := settled(stored, height(ctx))
	if err != nil {
		return nil, err
	}
	left := int64(0)
	if a.DrainHeight != 0 {
		left = max(a.DrainHeight-height(ctx), 0)
	}
	return &types.QueryAccountResponse{Account: a, Free: a.Free(), BlocksLeft: left}, nil
}

func (q queryServer) Accounts(ctx context.Context, req *types.QueryAccountsRequest) (*types.QueryAccountsResponse, error) {
	owner, err := q.k.deps.Addrs.StringToBytes(req.Owner)
	if err != nil {
		return nil, fmt.Errorf("owner %q: %w", req.Owner, err)
	}
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	list, next, err := query.CollectionPaginate(ctx, q.k.ByOwner, asked,
		func(key ownerKey, _ collections.NoValue) (types.Account, error) { return q.k.Account(ctx, key.K2()) },
		query.WithCollectionPaginationPairPrefix[[]byte, uint64](owner))
	if err != nil {
		return nil, err
	}
	return &types.QueryAccountsResponse{Accounts: list, Pagination: next}, nil
}
