package keeper

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/types/query"

	escrow "github.com/virtengine/virtengine/chain/x/escrow/types"
	"github.com/virtengine/virtengine/chain/x/page"
	"github.com/virtengine/virtengine/chain/x/settlement/types"
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

func (q queryServer) Usage(ctx context.Context, req *types.QueryUsageRequest) (*types.QueryUsageResponse, error) {
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	list, next, err := query.CollectionPaginate(ctx, q.k.Records, asked,
		func(_ recordKey, r types.UsageRecord) (types.UsageRecord, error) { return r, nil },
		query.WithCollectionPaginationPairPrefix[uint64, uint64](req.LeaseId))
	if err != nil {
		return nil, err
	}
	return &types.QueryUsageResponse{Records: list, Pagination: next}, nil
}

func (q queryServer) Invoice(ctx context.Context, req *types.QueryInvoiceRequest) (*types.QueryInvoiceResponse, error) {
	inv, err := q.k.Invoice(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	out := &types.QueryInvoiceResponse{Invoice: inv}
	dispute, err := q.k.Disputes.Get(ctx, req.Id)
	if err == nil {
		out.Dispute = &dispute
	} else if !errors.Is(err, collections.ErrNotFound) {
		return nil, err
	}
	return out, nil
}

func (q queryServer) Invoices(ctx context.Context, req *types.QueryInvoicesRequest) (*types.QueryInvoicesResponse, error) {
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	named := 0
	for _, set := range []bool{req.LeaseId != 0, req.Owner != "", req.Provider != ""} {
		if set {
			named++
		}
	}
	if named != 1 {
		return nil, errorsmod.Wrap(types.ErrInvalidQuery, "name exactly one of lease_id, owner and provider")
	}
	var list []types.Invoice
	var next *query.PageResponse
	switch {
	case req.LeaseId != 0:
		list, next, err = query.CollectionPaginate(ctx, q.k.ByLease, asked,
			func(key leaseKey, _ collections.NoValue) (types.Invoice, error) { return q.k.Invoice(ctx, key.K2()) },
			query.WithCollectionPaginationPairPrefix[uint64, uint64](req.LeaseId))
	case req.Owner != "":
		list, next, err = q.personPage(ctx, q.k.ByOwner, req.Owner, asked)
	default:
		list, next, err = q.personPage(ctx, q.k.ByProvider, req.Provider, asked)
	}
	if err != nil {
		return nil, err
	}
	return &types.QueryInvoicesResponse{Invoices: list, Pagination: next}, nil
}

func (q queryServer) personPage(ctx context.Context, index collections.KeySet[personKey], who string, asked *query.PageRequest) ([]types.Invoice, *query.PageResponse, error) {
	raw, err := q.k.deps.Addrs.StringToBytes(who)
	if err != nil {
		return nil, nil, fmt.Errorf("address %q: %w", who, err)
	}
	return query.CollectionPaginate(ctx, index, asked,
		func(key personKey, _ collections.NoValue) (types.Invoice, error) { return q.k.Invoice(ctx, key.K2()) },
		query.WithCollectionPaginationPairPrefix[[]byte, uint64](raw))
}

// Statement adds a lease up from its totals and its escrow account, both as last stored: it costs two reads however
// many invoices there are.
func (q queryServer) Statement(ctx context.Context, req *types.QueryStatementRequest) (*types.QueryStatementResponse, error) {
	account, err := q.k.deps.Escrow.Account(ctx, req.LeaseId)
	if err != nil {
		return nil, err
	}
	totals, err := q.k.totals(ctx, req.LeaseId)
	if err != nil {
		return nil, err
	}
	return &types.QueryStatementResponse{
		Deposited: account.Deposited(), Paid: totals.PaidProvider, Fees: totals.PaidFees, Refunded: account.Refunded(),
		Held: account.Held, Accrued: account.Accrued, Free: account.Free(),
		Invoices: totals.Invoices, Final: account.State == escrow.AccountClosed,
	}, nil
}
