package escrow

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/virtengine/virtengine/chain/x/escrow/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			Short:   "What is deposited for orders and leases, and how long it lasts",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod: "Params",
					Use:       "params",
					Short:     "Show the parameters: the least deposit, and how many an account may have",
					Example:   "virtengine query escrow params",
				},
				{
					RpcMethod: "Account",
					Use:       "account ID",
					Short:     "Show one account, what is free of it, and how many blocks it lasts",
					Long: "Show one account with its rent settled up to now. ID is the order's and lease's number.\n" +
						"drain_height is the first height whose rent is not covered: at its end the lease closes.",
					Example:        "virtengine query escrow account 42",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "id"}},
				},
				{
					RpcMethod:      "Accounts",
					Use:            "accounts OWNER",
					Short:          "List a tenant's accounts, by number",
					Long:           "List a tenant's accounts as last stored, by number. Read on with --page-key and the next_key of the page before.",
					Example:        "virtengine query escrow accounts ve1tenant... --page-limit 20",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "owner"}},
				},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName,
			Short:   "Pay for a lease, yours or somebody else's",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod: "Deposit",
					Use:       "deposit ID AMOUNT",
					Short:     "Add funds to an order or lease",
					Long: "Add AMOUNT uve to the account of an order or lease. Anybody may pay for anybody; deposits are spent in the order\n" +
						"they came, and what is unspent at the end goes back to whom it came from.",
					Example:        "virtengine tx escrow deposit 42 5000000 --from tenant",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "id"}, {ProtoField: "amount"}},
				},
				{RpcMethod: "UpdateParams", Skip: true}, // governance sends it
			},
		},
	}
}
