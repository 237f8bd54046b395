package keeper

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/chain/x/page"
	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/binding"
	"github.com/virtengine/virtengine/enclave/evidence"
)

type queryServer struct {
	k Keeper
}

// NewQueryServer answers the module's queries.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k: k} }

func unknown(format string, args ...any) error {
	return errorsmod.Wrapf(types.ErrUnknown, format, args...)
}

func (q queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := q.k.Params.Get(ctx)
	if err != nil {
		return nil, err
	}
	return &types.QueryParamsResponse{Params: params}, nil
}

func (q queryServer) Enclave(ctx context.Context, req *types.QueryEnclaveRequest) (*types.QueryEnclaveResponse, error) {
	e, err := q.k.Enclave(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	serves, err := q.k.Serves(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	return &types.QueryEnclaveResponse{Enclave: e, Serves: serves}, nil
}

func (q queryServer) Enclaves(ctx context.Context, req *types.QueryEnclavesRequest) (*types.QueryEnclavesResponse, error) {
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	if req.Operator == "" {
		list, next, err := query.CollectionPaginate(ctx, q.k.Enclaves, asked, func(_ []byte, e types.Enclave) (types.Enclave, error) { return e, nil })
		if err != nil {
			return nil, err
		}
		return &types.QueryEnclavesResponse{Enclaves: list, Pagination: next}, nil
	}
	operator, err := q.k.deps.Addrs.StringToBytes(req.Operator)
	if err != nil {
		return nil, fmt.Errorf("operator %q: %w", req.Operator, err)
	}
	list, next, err := query.CollectionPaginate(ctx, q.k.ByOperator, asked,
		func(key operatorKey, _ collections.NoValue) (types.Enclave, error) { return q.k.Enclave(ctx, key.K2()) },
		query.WithCollectionPaginationPairPrefix[[]byte, []byte](operator))
	if err != nil {
		return nil, err
	}
	return &types.QueryEnclavesResponse{Enclaves: list, Pagination: next}, nil
}

func (q queryServer) Measurements(ctx context.Context, req *types.QueryMeasurementsRequest) (*types.QueryMeasurementsResponse, error) {
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	list, next, err := query.CollectionPaginate(ctx, q.k.Measurements, asked,
		func(_ releaseKey, m types.Measurement) (types.Measurement, error) { return m, nil })
	if err != nil {
		return nil, err
	}
	return &types.QueryMeasurementsResponse{Measurements: list, Pagination: next}, nil
}

func (q queryServer) VendorPolicies(ctx context.Context, _ *types.QueryVendorPoliciesRequest) (*types.QueryVendorPoliciesResponse, error) {
	var list []types.VendorPolicy
	err := q.k.Policies.Walk(ctx, nil, func(_ string, p types.VendorPolicy) (bool, error) {
		list = append(list, p)
		return false, nil
	})
	return &types.QueryVendorPoliciesResponse{Policies: list}, err
}

func (q queryServer) Collateral(ctx context.Context, req *types.QueryCollateralRequest) (*types.QueryCollateralResponse, error) {
	asked, err := page.Request(req.Pagination)
	if err != nil {
		return nil, err
	}
	list, next, err := query.CollectionPaginate(ctx, q.k.Collateral, asked, func(_ collateralKey, c types.Collateral) (types.Collateral, error) {
		if !req.WithRaw {
			c.Raw = nil
		}
		return c, nil
	})
	if err != nil {
		return nil, err
	}
	return &types.QueryCollateralResponse{Collateral: list, Pagination: next}, nil
}

func (q queryServer) Challenge(ctx context.Context, _ *types.QueryChallengeRequest) (*types.QueryChallengeResponse, error) {
	first, err := q.k.FirstBlock.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		return nil, unknown("the chain has no block yet")
	} else if err != nil {
		return nil, err
	}
	out := &types.QueryChallengeResponse{FirstBlock: first}
	err = q.k.Challenges.Walk(ctx, new(collections.Range[int64]).Descending(), func(h int64, hash []byte) (bool, error) {
		out.Challenge = types.Challenge{Height: h, Hash: hash}
		return true, nil
	})
	return out, err
}

func (q queryServer) ExpectedBinding(ctx context.Context, req *types.QueryExpectedBindingRequest) (*types.QueryExpectedBindingResponse, error) {
	params, err := q.k.Params.Get(ctx)
	if err != nil {
		return nil, err
	}
	b, err := q.k.expected(ctx, params, evidence.Platform(req.Platform), claim{
		operator: req.Operator, purpose: binding.Purpose(req.Purpose), keys: req.Keys, challenge: req.ChallengeHeight,
	})
	if err != nil {
		return nil, err
	}
	sum, err := b.Sum()
	if err != nil {
		return nil, err
	}
	return &types.QueryExpectedBindingResponse{Binding: sum[:]}, nil
}

// VerifyEvidence checks evidence as a registration would. What it writes is of a context that nobody commits.
func (q queryServer) VerifyEvidence(ctx context.Context, req *types.QueryVerifyEvidenceRequest) (*types.QueryVerifyEvidenceResponse, error) {
	params, err := q.k.Params.Get(ctx)
	if err != nil {
		return nil, err
	}
	ev, err := evidence.Decode(req.Evidence)
	if err != nil {
		return refused(attest.CodeOf(err), err), nil
	}
	claims, err := q.k.verify(ctx, params, ev)
	out := &types.QueryVerifyEvidenceResponse{
		Code: string(attest.Accepted), Platform: string(ev.Platform), Statement: claims.Statement.Bytes(), PlatformId: claims.PlatformID, TcbStatus: claims.TCB.Status,
	}
	for _, m := range claims.Measurements {
		out.Registers = append(out.Registers, types.NamedDigest{Name: m.Name, Value: m.Value})
	}
	if err == nil && req.Operator != "" {
		err = q.bound(ctx, params, ev.Platform, req, claims)
	}
	if err == nil {
		var release types.Measurement
		release, err = q.k.releaseOf(ctx, claims)
		out.Measurement = release.Digest
	}
	if err != nil {
		out.Code, out.Reason = q.code(err), err.Error()
	}
	return out, nil
}

func (q queryServer) bound(ctx context.Context, params types.Params, p evidence.Platform, req *types.QueryVerifyEvidenceRequest, c attest.Claims) error {
	b, err := q.k.expected(ctx, params, p, claim{
		operator: req.Operator, purpose: binding.Purpose(req.Purpose), keys: req.Keys, challenge: req.ChallengeHeight,
	})
	if err != nil {
		return err
	}
	if err := b.Matches(c); err != nil {
		return errorsmod.Wrap(types.ErrBinding, err.Error())
	}
	return nil
}

// code names a refusal: the verdict's own code where evidence was refused, else the module's error.
func (q queryServer) code(err error) string {
	for _, known := range []struct {
		err  error
		code string
	}{
		{types.ErrBinding, string(attest.WrongReportData)}, {types.ErrMeasurement, string(attest.UnknownMeasure)},
		{types.ErrPlatform, string(attest.PlatformRefused)}, {types.ErrChallenge, "challenge"}, {types.ErrKeys, "keys"},
	} {
		if errors.Is(err, known.err) {
			return known.code
		}
	}
	return string(attest.CodeOf(err))
}

func refused(code attest.Code, err error) *types.QueryVerifyEvidenceResponse {
	return &types.QueryVerifyEvidenceResponse{Code: string(code), Reason: err.Error()}
}

func (q queryServer) Committee(ctx context.Context, req *types.QueryCommitteeRequest) (*types.QueryCommitteeResponse, error) {
	epoch := req.Epoch
	if epoch == 0 {
		var err error
		if epoch, err = q.k.Epoch(ctx); err != nil {
			return nil, err
		}
	}
	c, err := q.k.Committee(ctx, epoch)
	if err != nil {
		return nil, err
	}
	return &types.QueryCommitteeResponse{Committee: c}, nil
}
