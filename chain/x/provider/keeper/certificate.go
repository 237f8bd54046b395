package keeper

import (
	"context"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/provider/cert"
	"github.com/virtengine/virtengine/chain/x/provider/types"
)

// parseGas pays for reading a certificate and verifying its signature: twice what the SDK asks for a secp256k1 signature.
const parseGas = 2_000

// PublishCertificate binds a TLS key to the sender, whether it is a provider or a tenant.
func (s msgServer) PublishCertificate(ctx context.Context, msg *types.MsgPublishCertificate) (*types.MsgPublishCertificateResponse, error) {
	owner, err := s.k.addrs.StringToBytes(msg.Owner)
	if err != nil {
		return nil, fmt.Errorf("owner %q: %w", msg.Owner, err)
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	sdkCtx.GasMeter().ConsumeGas(parseGas, "certificate")
	parsed, err := cert.Parse(msg.Der, msg.Owner, sdkCtx.BlockTime())
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrInvalidCertificate, err.Error())
	}
	key := collections.Join(owner, parsed.Serial)
	if taken, err := s.k.Certificates.Has(ctx, key); err != nil {
		return nil, err
	} else if taken {
		return nil, errorsmod.Wrapf(types.ErrCertificateExists, "%s serial %s", msg.Owner, parsed.Serial)
	}
	if err := s.k.Certificates.Set(ctx, key, types.Certificate{
		Owner: msg.Owner, Serial: parsed.Serial, Der: msg.Der, NotBefore: parsed.NotBefore, NotAfter: parsed.NotAfter,
	}); err != nil {
		return nil, err
	}
	return &types.MsgPublishCertificateResponse{Serial: parsed.Serial},
		s.k.events.EventManager(ctx).Emit(ctx, &types.EventCertificatePublished{Owner: msg.Owner, Serial: parsed.Serial})
}

// RevokeCertificate withdraws a certificate for good. It stays on record, so that its serial cannot come back.
func (s msgServer) RevokeCertificate(ctx context.Context, msg *types.MsgRevokeCertificate) (*types.MsgRevokeCertificateResponse, error) {
	owner, err := s.k.addrs.StringToBytes(msg.Owner)
	if err != nil {
		return nil, fmt.Errorf("owner %q: %w", msg.Owner, err)
	}
	c, err := s.k.Certificate(ctx, owner, msg.Serial)
	if err != nil {
		return nil, err
	}
	if c.Revoked {
		return nil, errorsmod.Wrapf(types.ErrCertificateRevoked, "%s serial %s", msg.Owner, msg.Serial)
	}
	c.Revoked = true
	if err := s.k.Certificates.Set(ctx, collections.Join(owner, msg.Serial), c); err != nil {
		return nil, err
	}
	return &types.MsgRevokeCertificateResponse{},
		s.k.events.EventManager(ctx).Emit(ctx, &types.EventCertificateRevoked{Owner: msg.Owner, Serial: msg.Serial})
}
