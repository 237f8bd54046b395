package keeper

import (
	"context"
	"fmt"

	"cosmossdk.io/collections"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/virtengine/virtengine/chain/x/page"
	"github.com/virtengine/virtengine/chain/x/provider/types"
)

type queryServer struct {
	k Keeper
}

// NewQueryServer answers the module's queries.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k: k} }

func (q queryServer) Provider(ctx context.Context, req *types.QueryProviderRequest) (*types.QueryProviderResponse, error) {
	owner, err := q.k.addrs.StringToBytes(req.Owner)
	if err != nil {
		return nil, fmt.Errorf("owner %q: %w", req.Owner, err)
	}
	p, err := q.k.Get(ctx, owner)
	if err != nil {
		return nil, err
	}
	return &types.QueryProviderResponse{Provider: p}, nil
}

func (q queryServer) Providers(ctx context.Context, req *types.QueryProvidersRequest) (*types.QueryProvidersResponse, error) {
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	var list []types.Provider
	var next *query.PageResponse
	switch {
	case req.AttributeKey == "" && req.AttributeValue == "":
		list, next, err = query.CollectionPaginate(ctx, q.k.Providers, asked,
			func(_ []byte, p types.Provider) (types.Provider, error) { return p, nil })
	case req.AttributeKey == "" || req.AttributeValue == "":
		return nil, status.Error(codes.InvalidArgument, "attribute_key and attribute_value go together")
	default:
		list, next, err = query.CollectionPaginate(ctx, q.k.ByAttribute, asked,
			func(key collections.Triple[string, string, []byte], _ collections.NoValue) (types.Provider, error) {
				return q.k.Providers.Get(ctx, key.K3())
			},
			func(o *query.CollectionsPaginateOptions[collections.Triple[string, string, []byte]]) {
				prefix := collections.TripleSuperPrefix[string, string, []byte](req.AttributeKey, req.AttributeValue)
				o.Prefix = &prefix
			})
	}
	if err != nil {
		return nil, err
	}
	return &types.QueryProvidersResponse{Providers: list, Pagination: next}, nil
}

func (q queryServer) Certificate(ctx context.Context, req *types.QueryCertificateRequest) (*types.QueryCertificateResponse, error) {
	owner, err := q.k.addrs.StringToBytes(req.Owner)
	if err != nil {
		return nil, fmt.Errorf("owner %q: %w", req.Owner, err)
	}
	c, err := q.k.Certificate(ctx, owner, req.Serial)
	if err != nil {
		return nil, err
	}
	return &types.QueryCertificateResponse{Certificate: c}, nil
}

func (q queryServer) Certificates(ctx context.Context, req *types.QueryCertificatesRequest) (*types.QueryCertificatesResponse, error) {
	owner, err := q.k.addrs.StringToBytes(req.Owner)
	if err != nil {
		return nil, fmt.Errorf("owner %q: %w", req.Owner, err)
	}
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	list, next, err := query.CollectionPaginate(ctx, q.k.Certificates, asked,
		func(_ collections.Pair[[]byte, string], c types.Certificate) (types.Certificate, error) {
			return c, nil
		},
		query.WithCollectionPaginationPairPrefix[[]byte, string](owner))
	if err != nil {
		return nil, err
	}
	return &types.QueryCertificatesResponse{Certificates: list, Pagination: next}, nil
}
