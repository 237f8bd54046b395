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
	legacy.RegisterAminoMsg(cdc, &MsgRecordUsage{}, "virtengine/settlement/RecordUsage")
	legacy.RegisterAminoMsg(cdc, &MsgWithdraw{}, "virtengine/settlement/Withdraw")
	legacy.RegisterAminoMsg(cdc, &MsgAcceptInvoice{}, "virtengine/settlement/AcceptInvoice")
	legacy.RegisterAminoMsg(cdc, &MsgDisputeInvoice{}, "virtengine/settlement/DisputeInvoice")
	legacy.RegisterAminoMsg(cdc, &MsgDecideDispute{}, "virtengine/settlement/DecideDispute")
	legacy.RegisterAminoMsg(cdc, &MsgUpdateParams{}, "virtengine/settlement/UpdateParams")
	cdc.RegisterConcrete(&Params{}, "virtengine/settlement/Params", nil)
}

// RegisterInterfaces makes the messages known to the registry.
func RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	registry.RegisterImplementations((*sdk.Msg)(nil), &MsgRecordUsage{}, &MsgWithdraw{}, &MsgAcceptInvoice{},
		&MsgDisputeInvoice{}, &MsgDecideDispute{}, &MsgUpdateParams{})
	msgservice.RegisterMsgServiceDesc(registry, &_Msg_serviceDesc)
}
