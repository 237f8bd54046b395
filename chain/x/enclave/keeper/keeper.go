// Package keeper holds the enclaves of validators, checks their evidence in consensus, and says which of them serve.
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

	"github.com/virtengine/virtengine/chain/x/enclave/types"
)

// The keys of the collections.
type (
	operatorKey   = collections.Pair[[]byte, []byte] // (operator, enclave)
	dueKey        = collections.Pair[int64, []byte]  // (height, enclave)
	collateralKey = collections.Pair[string, string] // (class, key)
	machineKey    = collections.Pair[string, []byte] // (platform, platform id)
	releaseKey    = collections.Pair[string, []byte] // (platform, digest)
)

// Deps is what the module needs of the rest of the chain. All of it.
type Deps struct {
	Cdc       codec.BinaryCodec
	Stores    store.KVStoreService
	Addrs     address.Codec
	Events    event.Service
	Staking   types.StakingKeeper
	Vendors   types.Vendors
	Authority string // bech32; governs measurements, vendors and parameters
}

// Keeper owns every enclave. Nothing outside this package writes these maps.
type Keeper struct {
	deps Deps

	Schema        collections.Schema
	Params        collections.Item[types.Params]
	Policies      collections.Map[string, types.VendorPolicy]       // by platform
	Measurements  collections.Map[releaseKey, types.Measurement]    // by platform and digest
	Collateral    collections.Map[collateralKey, types.Collateral]  // by class and key
	Denied        collections.Map[machineKey, types.DeniedPlatform] // machines that are out
	Enclaves      collections.Map[[]byte, types.Enclave]            // by id
	ByOperator    collections.KeySet[operatorKey]                   // (operator, id)
	UsedKeys      collections.KeySet[[]byte]                        // SHA-256 of every key ever registered
	Due           collections.KeySet[dueKey]                        // when the end of a block looks at an enclave
	Challenges    collections.Map[int64, []byte]                    // height -> block hash, the newest challenge_max_age
	FirstBlock    collections.Item[[]byte]                          // hash of the chain's first block
	Committees    collections.Map[uint64, types.Committee]          // by epoch, the newest two
	Receipts      collections.Map[uint64, types.Receipt]            // releases, the newest max_receipts
	NextReceipt   collections.Sequence
	Verifications collections.Map[int64, uint64] // height -> evidence checked in that block; one entry
}

// New builds the keeper. Every dependency is needed.
func New(d Deps) (Keeper, error) {
	if d.Cdc == nil || d.Stores == nil || d.Addrs == nil || d.Events == nil || d.Staking == nil || d.Vendors == nil {
		return Keeper{}, errors.New("enclave: a dependency is missing")
	}
	if _, err := d.Addrs.StringToBytes(d.Authority); err != nil {
		return Keeper{}, fmt.Errorf("enclave: authority %q: %w", d.Authority, err)
	}
	sb := collections.NewSchemaBuilder(d.Stores)
	two := collections.PairKeyCodec(collections.BytesKey, collections.BytesKey)
	texts := collections.PairKeyCodec(collections.StringKey, collections.StringKey)
	named := collections.PairKeyCodec(collections.StringKey, collections.BytesKey)
	k := Keeper{
		deps:         d,
		Params:       collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](d.Cdc)),
		Policies:     collections.NewMap(sb, types.PolicyPrefix, "policies", collections.StringKey, codec.CollValue[types.VendorPolicy](d.Cdc)),
		Measurements: collections.NewMap(sb, types.MeasurementPrefix, "measurements", named, codec.CollValue[types.Measurement](d.Cdc)),
		Collateral:   collections.NewMap(sb, types.CollateralPrefix, "collateral", texts, codec.CollValue[types.Collateral](d.Cdc)),
		Denied:       collections.NewMap(sb, types.DeniedPrefix, "denied", named, codec.CollValue[types.DeniedPlatform](d.Cdc)),
		Enclaves:     collections.NewMap(sb, types.EnclavePrefix, "enclaves", collections.BytesKey, codec.CollValue[types.Enclave](d.Cdc)),
		ByOperator:   collections.NewKeySet(sb, types.EnclaveByOperatorPrefix, "enclaves_by_operator", two),
		UsedKeys:     collections.NewKeySet(sb, types.UsedKeyPrefix, "used_keys", collections.BytesKey),
		Due:          collections.NewKeySet(sb, types.DuePrefix, "due", collections.PairKeyCodec(collections.Int64Key, collections.BytesKey)),
		Challenges:   collections.NewMap(sb, types.ChallengePrefix, "challenges", collections.Int64Key, collections.BytesValue),
		FirstBlock:   collections.NewItem(sb, types.FirstBlockPrefix, "first_block", collections.BytesValue),
		Committees:   collections.NewMap(sb, types.CommitteePrefix, "committees", collections.Uint64Key, codec.CollValue[types.Committee](d.Cdc)),
		Receipts:     collections.NewMap(sb, types.ReceiptPrefix, "receipts", collections.Uint64Key, codec.CollValue[types.Receipt](d.Cdc)),
		NextReceipt:  collections.NewSequence(sb, types.NextReceiptPrefix, "next_receipt"),
		Verifications: collections.NewMap(sb, types.VerificationsPrefix, "verifications", collections.Int64Key,
			collections.Uint64Value),
	}
	schema, err := sb.Build()
	if err != nil {
		return Keeper{}, fmt.Errorf("enclave: schema: %w", err)
	}
	k.Schema = schema
	return k, nil
}

// Enclave returns an enclave. Fails with ErrUnknownEnclave.
func (k Keeper) Enclave(ctx context.Context, id []byte) (types.Enclave, error) {
	e, err := k.Enclaves.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Enclave{}, errorsmod.Wrapf(types.ErrUnknownEnclave, "%x", id)
	}
	return e, err
}

// own returns an operator's enclave that may still change. Fails with ErrUnknownEnclave, ErrUnauthorized or ErrFinal.
func (k Keeper) own(ctx context.Context, id []byte, operator string) (types.Enclave, error) {
	e, err := k.Enclave(ctx, id)
	if err != nil {
		return types.Enclave{}, err
	}
	if e.Operator != operator {
		return types.Enclave{}, errorsmod.Wrapf(types.ErrUnauthorized, "enclave %x is not of %s", id, operator)
	}
	if final(e.Status) {
		return types.Enclave{}, errorsmod.Wrapf(types.ErrFinal, "enclave %x is %s", id, e.Status)
	}
	return e, nil
}

func final(s types.Status) bool { return s == types.StatusRetired || s == types.StatusRevoked }

// measurement returns a release. Fails with ErrMeasurement.
func (k Keeper) measurement(ctx context.Context, platform string, digest []byte) (types.Measurement, error) {
	m, err := k.Measurements.Get(ctx, collections.Join(platform, digest))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Measurement{}, errorsmod.Wrapf(types.ErrMeasurement, "%s %x is not known", platform, digest)
	}
	return m, err
}

// Serves tells whether an enclave serves at this height, whatever the end of an earlier block had the time to write:
// revoked releases and machines, old evidence and missing heartbeats count at once.
func (k Keeper) Serves(ctx context.Context, id []byte) (bool, error) {
	e, err := k.Enclave(ctx, id)
	if err != nil {
		return false, err
	}
	status, _, err := k.standing(ctx, e)
	return status == types.StatusActive || status == types.StatusRotating, err
}

func height(ctx context.Context) int64 { return sdk.UnwrapSDKContext(ctx).BlockHeight() }
