package enclave

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/virtengine/virtengine/chain/x/enclave/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName, Short: "Attested enclaves, what they must prove, and who serves",
			RpcCommandOptions: queries(),
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName, Short: "Register, attest, rotate and retire enclaves; bring collateral",
			RpcCommandOptions: transactions(),
		},
	}
}

func args(fields ...string) []*autocliv1.PositionalArgDescriptor {
	out := make([]*autocliv1.PositionalArgDescriptor, len(fields))
	for i, field := range fields {
		out[i] = &autocliv1.PositionalArgDescriptor{ProtoField: field}
	}
	return out
}

func queries() []*autocliv1.RpcCommandOptions {
	const onward = " Read on with --page-key and the next_key of the page before."
	return []*autocliv1.RpcCommandOptions{
		{RpcMethod: "Params", Use: "params", Short: "Show intervals, limits and what evidence costs", Example: "virtengine query enclave params"},
		{
			RpcMethod: "Enclave", Use: "enclave ID", Short: "Show one enclave, and whether it serves", Long: "Show one enclave by its id, in base64, and whether it serves at this height.",
			PositionalArgs: args("id"),
		},
		{
			RpcMethod: "Enclaves", Use: "enclaves", Short: "List enclaves, of all or of one operator", Long: "List enclaves by id." + onward,
			Example: "virtengine query enclave enclaves --operator ve1...",
		},
		{RpcMethod: "Measurements", Use: "measurements", Short: "List the releases that governance knows", Long: "List the releases that governance knows, with what became of them." + onward},
		{RpcMethod: "VendorPolicies", Use: "policies", Short: "Show what is asked of each platform"},
		{
			RpcMethod: "Collateral", Use: "collateral", Short: "List what vendors signed and when it ends", Long: "List what vendors signed and when it ends; --with-raw shows the bytes." + onward,
			Example: "virtengine query enclave collateral",
		},
		{RpcMethod: "Challenge", Use: "challenge", Short: "Show the block hash that new evidence should answer to"},
		{
			RpcMethod: "ExpectedBinding", Use: "binding OPERATOR PLATFORM PURPOSE KEYS CHALLENGE-HEIGHT", Short: "Show the 64 bytes that evidence must carry",
			Long:           "Show the 64 bytes that evidence must carry. PURPOSE is register, reattest or rotate; KEYS is JSON.",
			PositionalArgs: args("operator", "platform", "purpose", "keys", "challenge_height"),
		},
		{
			RpcMethod: "VerifyEvidence", Use: "verify EVIDENCE", Short: "Check evidence as a registration would, and change nothing",
			Long:           "Check evidence (canonical CBOR, in base64) against this chain's collateral, policies and measurements, without a fee.",
			PositionalArgs: args("evidence"),
		},
		{RpcMethod: "Committee", Use: "committee [EPOCH]", Short: "Show the enclaves that serve an epoch", Long: "Show the enclaves that serve an epoch; --epoch 0 is the present one."},
	}
}

func transactions() []*autocliv1.RpcCommandOptions {
	governed := func(method string) *autocliv1.RpcCommandOptions {
		return &autocliv1.RpcCommandOptions{RpcMethod: method, Skip: true} // governance sends it
	}
	return []*autocliv1.RpcCommandOptions{
		{
			RpcMethod: "RegisterEnclave", Use: "register EVIDENCE KEYS CHALLENGE-HEIGHT", Short: "Register an enclave with its evidence",
			Long:           "Register an enclave with its evidence. The enclave's host does this by itself. EVIDENCE is in base64, KEYS is JSON.",
			PositionalArgs: args("evidence", "keys", "challenge_height"),
		},
		{RpcMethod: "Reattest", Use: "reattest ID EVIDENCE CHALLENGE-HEIGHT", Short: "Bring fresh evidence of the same keys", PositionalArgs: args("id", "evidence", "challenge_height")},
		{
			RpcMethod: "RotateKeys", Use: "rotate ID EVIDENCE KEYS CHALLENGE-HEIGHT", Short: "Bring the keys of the next epoch",
			PositionalArgs: args("id", "evidence", "keys", "challenge_height"),
		},
		{
			RpcMethod: "Heartbeat", Use: "heartbeat ID COUNTER VERIFIED-HEIGHT STATE-COMMITMENT SIGNATURE", Short: "Show that an enclave lives",
			PositionalArgs: args("id", "counter", "verified_height", "state_commitment", "signature"),
		},
		{RpcMethod: "RetireEnclave", Use: "retire ID", Short: "End an enclave for good", PositionalArgs: args("id")},
		{
			RpcMethod: "RecordRelease", Use: "record-release RELEASER RECIPIENT EPOCH SIGNATURE", Short: "Note that an enclave released keys to another",
			PositionalArgs: args("releaser", "recipient", "epoch", "signature"),
		},
		{
			RpcMethod: "SubmitCollateral", Use: "submit-collateral CLASS RAW", Short: "Bring what a vendor signed about its platforms",
			Long: "Bring what a vendor signed about its platforms; anybody may, and it is taken when it is newer than what is there.\n" +
				"CLASS is intel_tcb_info, intel_qe_identity, intel_root_crl, intel_pck_crl or amd_crl; RAW and --chain are in base64.",
			PositionalArgs: args("class", "raw"),
		},
		governed("AddMeasurement"), governed("DeprecateMeasurement"), governed("RevokeMeasurement"),
		governed("SetVendorPolicy"), governed("DenyPlatform"), governed("UpdateParams"),
	}
}
