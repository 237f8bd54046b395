package gateway

import (
	"context"
	"errors"
	"fmt"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	market "github.com/virtengine/virtengine/chain/x/market/types"
	"github.com/virtengine/virtengine/daemons/provider/lease"
	"github.com/virtengine/virtengine/security/authn"
)

// OnChain answers from the chain who a lease belongs to and which key an account signs with.
type OnChain struct {
	market   market.QueryClient
	auth     authtypes.QueryClient
	registry codectypes.InterfaceRegistry
}

// NewOnChain asks through the given queries. All are needed.
func NewOnChain(m market.QueryClient, a authtypes.QueryClient, registry codectypes.InterfaceRegistry) (*OnChain, error) {
	if m == nil || a == nil || registry == nil {
		return nil, errors.New("gateway: needs the market's and the accounts' queries")
	}
	return &OnChain{market: m, auth: a, registry: registry}, nil
}

// Party implements Leases.
func (c *OnChain) Party(ctx context.Context, leaseID uint64) (Party, error) {
	res, err := c.market.Lease(ctx, &market.QueryLeaseRequest{Id: leaseID})
	switch {
	case err == nil:
		return Party{Owner: res.Lease.Owner, Provider: res.Lease.Provider}, nil
	case status.Code(err) == codes.NotFound:
		return Party{}, fmt.Errorf("%w: %d", lease.ErrUnknownLease, leaseID)
	}
	return Party{}, fmt.Errorf("lease %d: %w", leaseID, err)
}

// PublicKey implements authn.Accounts. An account that never signed has no key on chain: its token cannot be checked.
func (c *OnChain) PublicKey(ctx context.Context, address string) (cryptotypes.PubKey, error) {
	if _, err := sdk.AccAddressFromBech32(address); err != nil {
		return nil, fmt.Errorf("%w: issuer %q is no address", authn.ErrToken, address)
	}
	res, err := c.auth.Account(ctx, &authtypes.QueryAccountRequest{Address: address})
	if status.Code(err) == codes.NotFound {
		return nil, fmt.Errorf("%w: %s is no account", authn.ErrToken, address)
	} else if err != nil {
		return nil, err
	}
	var account sdk.AccountI
	if err := c.registry.UnpackAny(res.Account, &account); err != nil {
		return nil, fmt.Errorf("account %s: %w", address, err)
	}
	if account.GetPubKey() == nil {
		return nil, fmt.Errorf("%w: %s has not signed a transaction yet", authn.ErrToken, address)
	}
	return account.GetPubKey(), nil
}
