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
	legacy.RegisterAminoMsg(cdc, &MsgCreateProvider{}, "virtengine/provider/CreateProvider")
	legacy.RegisterAminoMsg(cdc, &MsgUpdateProvider{}, "virtengine/provider/UpdateProvider")
	legacy.RegisterAminoMsg(cdc, &MsgDeleteProvider{}, "virtengine/provider/DeleteProvider")
	legacy.RegisterAminoMsg(cdc, &MsgPublishCertificate{}, "virtengine/provider/PublishCertificate")
	legacy.RegisterAminoMsg(cdc, &MsgRevokeCertificate{}, "virtengine/provider/RevokeCertificate")
}

// RegisterInterfaces makes the messages known to the registry.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&MsgCreateProvider{}, &MsgUpdateProvider{}, &MsgDeleteProvider{}, &MsgPublishCertificate{}, &MsgRevokeCertificate{})
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}
