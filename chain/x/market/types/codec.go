package types

import (
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/legacy"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
)

// RegisterLegacyAminoCodec names the messages for signers that still sign amino JSON, such as hardware wallets.
func RegisterLegacyAminoCodec(cdc *codec.LegacyAmino) {
	cdc.RegisterConcrete(Params{}, "virtengine/market/Params", nil)
	legacy.RegisterAminoMsg(cdc, &MsgCreateOrder{}, "virtengine/market/CreateOrder")
	legacy.RegisterAminoMsg(cdc, &MsgCreateOrders{}, "virtengine/market/CreateOrders")
	legacy.RegisterAminoMsg(cdc, &MsgCloseOrder{}, "virtengine/market/CloseOrder")
	legacy.RegisterAminoMsg(cdc, &MsgCreateBid{}, "virtengine/market/CreateBid")
	legacy.RegisterAminoMsg(cdc, &MsgWithdrawBid{}, "virtengine/market/WithdrawBid")
	legacy.RegisterAminoMsg(cdc, &MsgUpdateManifest{}, "virtengine/market/UpdateManifest")
	legacy.RegisterAminoMsg(cdc, &MsgCloseLease{}, "virtengine/market/CloseLease")
	legacy.RegisterAminoMsg(cdc, &MsgUpdateParams{}, "virtengine/market/UpdateParams")
}

// RegisterInterfaces makes the messages known to the registry.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&MsgCreateOrder{}, &MsgCreateOrders{}, &MsgCloseOrder{}, &MsgCreateBid{}, &MsgWithdrawBid{},
		&MsgUpdateManifest{}, &MsgCloseLease{}, &MsgUpdateParams{})
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}
