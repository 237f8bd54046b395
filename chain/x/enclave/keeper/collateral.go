package keeper

import (
	"context"
	"crypto/x509"
	"errors"
	"time"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/attest/pki"
)

// maxChain bounds the certificates that come with collateral.
const maxChain = 8

// gasCollateral is what checking a vendor's signature and its path costs: three checks of P-256 and reading JSON.
const gasCollateral = 6_000

// SubmitCollateral brings what a vendor signed. It replaces what is older: by evaluation number, then by date of issue.
func (s msgServer) SubmitCollateral(ctx context.Context, msg *types.MsgSubmitCollateral) (*types.MsgSubmitCollateralResponse, error) {
	sc := sdk.UnwrapSDKContext(ctx)
	if len(msg.Raw) == 0 || len(msg.Raw) > attest.MaxItem || len(msg.Chain) > maxChain {
		return nil, errorsmod.Wrapf(types.ErrCollateral, "%d bytes with %d certificates; 1 to %d and at most %d", len(msg.Raw), len(msg.Chain), attest.MaxItem, maxChain)
	}
	sc.GasMeter().ConsumeGas(gasCollateral, "check collateral")
	var chain []*x509.Certificate
	for _, raw := range msg.Chain {
		certs, err := pki.ParseAll(raw)
		if err != nil {
			return nil, errorsmod.Wrap(types.ErrCollateral, err.Error())
		}
		chain = append(chain, certs...)
	}
	item := attest.Item{Class: attest.Class(msg.Class), Raw: msg.Raw}
	read, err := s.k.deps.Vendors.Read(item, chain, sc.BlockTime())
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrCollateral, err.Error())
	}
	if len(read) == 0 {
		return nil, errorsmod.Wrapf(types.ErrCollateral, "%s is nothing that is kept", msg.Class)
	}
	fresh := read[0]
	if err := s.k.advance(ctx, fresh); err != nil {
		return nil, err
	}
	for _, signer := range read[1:] {
		// The same signer signs for years: that it is there already is no error.
		if err := s.k.advance(ctx, signer); err != nil && !errors.Is(err, types.ErrOldCollateral) {
			return nil, err
		}
	}
	return &types.MsgSubmitCollateralResponse{Key: fresh.Key}, s.k.deps.Events.EventManager(ctx).Emit(ctx,
		&types.EventCollateralAdvanced{Class: fresh.Class, Key: fresh.Key, Number: fresh.Number})
}

// advance stores collateral that is newer than what is there. Fails with ErrOldCollateral.
func (k Keeper) advance(ctx context.Context, fresh types.Collateral) error {
	key := collections.Join(fresh.Class, fresh.Key)
	old, err := k.Collateral.Get(ctx, key)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if err == nil && (fresh.Number < old.Number || !fresh.Issued.After(old.Issued)) {
		return errorsmod.Wrapf(types.ErrOldCollateral, "%s %s: number %d of %s, there is number %d of %s",
			fresh.Class, fresh.Key, fresh.Number, day(fresh.Issued), old.Number, day(old.Issued))
	}
	return k.Collateral.Set(ctx, key, fresh)
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
