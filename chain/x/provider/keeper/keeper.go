// Package keeper holds providers' profiles and the certificates that bind TLS keys to accounts.
package keeper

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/address"
	"cosmossdk.io/core/event"
	"cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/virtengine/virtengine/chain/x/provider/types"
)

// Keeper owns profiles and certificates. Nothing outside this package writes these maps.
type Keeper struct {
	addrs     address.Codec
	events    event.Service
	resources types.ResourcesKeeper

	Schema       collections.Schema
	Providers    collections.Map[[]byte, types.Provider]
	ByAttribute  collections.KeySet[collections.Triple[string, string, []byte]]       // (key, value, owner)
	Certificates collections.Map[collections.Pair[[]byte, string], types.Certificate] // (owner, serial)
}

// New builds the keeper. Every dependency is needed.
func New(cdc codec.BinaryCodec, stores store.KVStoreService, addrs address.Codec, events event.Service, resources types.ResourcesKeeper) (Keeper, error) {
	if cdc == nil || stores == nil || addrs == nil || events == nil || resources == nil {
		return Keeper{}, errors.New("provider: codec, store, address codec, event service and resources keeper are needed")
	}
	sb := collections.NewSchemaBuilder(stores)
	k := Keeper{
		addrs:     addrs,
		events:    events,
		resources: resources,
		Providers: collections.NewMap(sb, types.ProviderPrefix, "providers", collections.BytesKey, codec.CollValue[types.Provider](cdc)),
		ByAttribute: collections.NewKeySet(sb, types.AttributePrefix, "providers_by_attribute",
			collections.TripleKeyCodec(collections.StringKey, collections.StringKey, collections.BytesKey)),
		Certificates: collections.NewMap(sb, types.CertificatePrefix, "certificates",
			collections.PairKeyCodec(collections.BytesKey, collections.StringKey), codec.CollValue[types.Certificate](cdc)),
	}
	schema, err := sb.Build()
	if err != nil {
		return Keeper{}, fmt.Errorf("provider: schema: %w", err)
	}
	k.Schema = schema
	return k, nil
}

// Get returns a provider's profile. Fails with ErrUnknownProvider.
func (k Keeper) Get(ctx context.Context, owner sdk.AccAddress) (types.Provider, error) {
	p, err := k.Providers.Get(ctx, owner)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Provider{}, errorsmod.Wrap(types.ErrUnknownProvider, owner.String())
	}
	return p, err
}

// Certificate returns one certificate, revoked or not. Fails with ErrUnknownCertificate.
func (k Keeper) Certificate(ctx context.Context, owner sdk.AccAddress, serial string) (types.Certificate, error) {
	c, err := k.Certificates.Get(ctx, collections.Join([]byte(owner), serial))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Certificate{}, errorsmod.Wrapf(types.ErrUnknownCertificate, "%s serial %s", owner, serial)
	}
	return c, err
}

// put stores a profile and moves its attributes in the index.
func (k Keeper) put(ctx context.Context, owner []byte, before, now types.Provider) error {
	if err := k.unindex(ctx, owner, before); err != nil {
		return err
	}
	for _, a := range now.Attributes {
		if err := k.ByAttribute.Set(ctx, collections.Join3(a.Key, a.Value, owner)); err != nil {
			return err
		}
	}
	return k.Providers.Set(ctx, owner, now)
}

func (k Keeper) unindex(ctx context.Context, owner []byte, p types.Provider) error {
	for _, a := range p.Attributes {
		if err := k.ByAttribute.Remove(ctx, collections.Join3(a.Key, a.Value, owner)); err != nil {
			return err
		}
	}
	return nil
}
