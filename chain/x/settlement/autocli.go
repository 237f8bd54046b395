package settlement

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/virtengine/virtengine/chain/x/settlement/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName, Short: "What was used, billed, paid and given back",
			RpcCommandOptions: queries(),
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName, Short: "Accept, dispute and decide invoices; report usage",
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
		{
			RpcMethod: "Params", Use: "params", Short: "Show the fees, the dispute window and who decides disputes",
			Example: "virtengine query settlement params",
		},
		{
			RpcMethod: "Usage", Use: "usage LEASE", Short: "List what a provider measured for a lease, in sequence",
			Long: "List a lease's usage records. Time between two records was not measured and is not billed.\n" +
				"Processor time is in milli-CPU milliseconds (one core for one hour is 3600000000), memory and storage in byte seconds." + onward,
			Example: "virtengine query settlement usage 42", PositionalArgs: args("lease_id"),
		},
		{
			RpcMethod: "Invoice", Use: "invoice ID", Short: "Show one invoice and its dispute",
			Example: "virtengine query settlement invoice 7", PositionalArgs: args("id"),
		},
		{
			RpcMethod: "Invoices", Use: "invoices", Short: "List invoices of a lease, a tenant or a provider",
			Long:    "List invoices by number. Give exactly one of --lease-id, --owner and --provider." + onward,
			Example: "virtengine query settlement invoices --lease-id 42",
		},
		{
			RpcMethod: "Statement", Use: "statement LEASE", Short: "Add a lease up: deposited = paid + fees + refunded + held + accrued + free",
			Long:    "Add a lease up, in uve. When final is true nothing can change any more, and deposited = paid + fees + refunded.",
			Example: "virtengine query settlement statement 42", PositionalArgs: args("lease_id"),
		},
	}
}

func transactions() []*autocliv1.RpcCommandOptions {
	return []*autocliv1.RpcCommandOptions{
		{
			RpcMethod: "RecordUsage", Use: "record-usage LEASE SEQUENCE START END QUANTITIES EVIDENCE-HASH",
			Short: "Report what a lease used in a period",
			Long: "Report what a lease used in a period, and bill it at the lease's price. The provider daemon does this by itself.\n" +
				"START and END are RFC 3339 times, QUANTITIES is JSON, EVIDENCE-HASH the SHA-256 of the sample log, in base64.",
			PositionalArgs: args("lease_id", "sequence", "start", "end", "quantities", "evidence_hash"),
		},
		{
			RpcMethod: "Withdraw", Use: "withdraw LEASE", Short: "Bill the rent that accrued since the last invoice",
			Example: "virtengine tx settlement withdraw 42 --from provider", PositionalArgs: args("lease_id"),
		},
		{
			RpcMethod: "AcceptInvoice", Use: "accept-invoice ID", Short: "Pay an invoice now instead of at the end of its dispute window",
			Example: "virtengine tx settlement accept-invoice 7 --from tenant", PositionalArgs: args("invoice_id"),
		},
		{
			RpcMethod: "DisputeInvoice", Use: "dispute-invoice ID CAUSE", Short: "Object to an invoice; a moderator decides",
			Long:    "Object to an invoice within its dispute window. Nothing of it is paid until a moderator has decided.",
			Example: `virtengine tx settlement dispute-invoice 7 "the service was down on Tuesday" --from tenant`, PositionalArgs: args("invoice_id", "cause"),
		},
		{
			RpcMethod: "DecideDispute", Use: "decide-dispute ID REFUND DECISION", Short: "Give REFUND uve of a disputed invoice back and pay the rest",
			Example: `virtengine tx settlement decide-dispute 7 1500 "half a day was lost" --from moderator`, PositionalArgs: args("invoice_id", "refund", "decision"),
		},
		{RpcMethod: "UpdateParams", Skip: true}, // governance sends it
	}
}
