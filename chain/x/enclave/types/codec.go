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
	legacy.RegisterAminoMsg(cdc, &MsgRegisterEnclave{}, "virtengine/enclave/RegisterEnclave")
	legacy.RegisterAminoMsg(cdc, &MsgReattest{}, "virtengine/enclave/Reattest")
	legacy.RegisterAminoMsg(cdc, &MsgRotateKeys{}, "virtengine/enclave/RotateKeys")
	legacy.RegisterAminoMsg(cdc, &MsgHeartbeat{}, "virtengine/enclave/Heartbeat")
	legacy.RegisterAminoMsg(cdc, &MsgRetireEnclave{}, "virtengine/enclave/RetireEnclave")
	legacy.RegisterAminoMsg(cdc, &MsgRecordRelease{}, "virtengine/enclave/RecordRelease")
	legacy.RegisterAminoMsg(cdc, &MsgSubmitCollateral{}, "virtengine/enclave/SubmitCollateral")
	legacy.RegisterAminoMsg(cdc, &MsgAddMeasurement{}, "virtengine/enclave/AddMeasurement")
	legacy.RegisterAminoMsg(cdc, &MsgDeprecateMeasurement{}, "virtengine/enclave/DeprecateMeasurement")
	legacy.RegisterAminoMsg(cdc, &MsgRevokeMeasurement{}, "virtengine/enclave/RevokeMeasurement")
	legacy.RegisterAminoMsg(cdc, &MsgSetVendorPolicy{}, "virtengine/enclave/SetVendorPolicy")
	legacy.RegisterAminoMsg(cdc, &MsgDenyPlatform{}, "virtengine/enclave/DenyPlatform")
	legacy.RegisterAminoMsg(cdc, &MsgUpdateParams{}, "virtengine/enclave/UpdateParams")
	cdc.RegisterConcrete(&Params{}, "virtengine/enclave/Params", nil)
}

// RegisterInterfaces makes the messages known to the registry.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil),
		&MsgRegisterEnclave{}, &MsgReattest{}, &MsgRotateKeys{}, &MsgHeartbeat{}, &MsgRetireEnclave{}, &MsgRecordRelease{},
		&MsgSubmitCollateral{}, &MsgAddMeasurement{}, &MsgDeprecateMeasurement{}, &MsgRevokeMeasurement{},
		&MsgSetVendorPolicy{}, &MsgDenyPlatform{}, &MsgUpdateParams{})
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}
