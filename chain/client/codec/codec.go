// Package codec knows every message, event and answer that a client of the chain writes or reads.
package codec

import (
	"fmt"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	vestingtypes "github.com/cosmos/cosmos-sdk/x/auth/vesting/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	distrtypes "github.com/cosmos/cosmos-sdk/x/distribution/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types/v1"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	"github.com/cosmos/cosmos-sdk/x/tx/signing"
	"github.com/cosmos/gogoproto/proto"

	"github.com/virtengine/virtengine/chain/params"
	escrowtypes "github.com/virtengine/virtengine/chain/x/escrow/types"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
	providertypes "github.com/virtengine/virtengine/chain/x/provider/types"
	resourcestypes "github.com/virtengine/virtengine/chain/x/resources/types"
	settlementtypes "github.com/virtengine/virtengine/chain/x/settlement/types"
)

// Codec writes and reads what the chain speaks.
type Codec struct {
	Registry codectypes.InterfaceRegistry
	Proto    codec.Codec
	Tx       client.TxConfig
}

// New knows the messages of the SDK's modules that clients use, and of all of ours.
func New() (Codec, error) {
	registry, err := codectypes.NewInterfaceRegistryWithOptions(codectypes.InterfaceRegistryOptions{
		ProtoFiles: proto.HybridResolver,
		SigningOptions: signing.Options{
			AddressCodec:          address.NewBech32Codec(params.Bech32Prefix),
			ValidatorAddressCodec: address.NewBech32Codec(params.ValidatorPrefix),
		},
	})
	if err != nil {
		return Codec{}, fmt.Errorf("codec: %w", err)
	}
	for _, register := range []func(codectypes.InterfaceRegistry){
		sdk.RegisterInterfaces,
		txtypes.RegisterInterfaces,
		cryptocodec.RegisterInterfaces,
		authtypes.RegisterInterfaces,
		vestingtypes.RegisterInterfaces,
		authz.RegisterInterfaces,
		banktypes.RegisterInterfaces,
		distrtypes.RegisterInterfaces,
		feegrant.RegisterInterfaces,
		govtypes.RegisterInterfaces,
		stakingtypes.RegisterInterfaces,
		resourcestypes.RegisterInterfaces,
		providertypes.RegisterInterfaces,
		escrowtypes.RegisterInterfaces,
		markettypes.RegisterInterfaces,
		settlementtypes.RegisterInterfaces,
	} {
		register(registry)
	}
	if err := registry.SigningContext().Validate(); err != nil {
		return Codec{}, fmt.Errorf("codec: %w", err)
	}
	cdc := codec.NewProtoCodec(registry)
	return Codec{Registry: registry, Proto: cdc, Tx: authtx.NewTxConfig(cdc, authtx.DefaultSignModes)}, nil
}
