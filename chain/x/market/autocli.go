package market

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/virtengine/virtengine/chain/x/market/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service:           types.Query_serviceDesc.ServiceName,
			Short:             "Orders, bids and leases",
			RpcCommandOptions: queries(),
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service:           types.Msg_serviceDesc.ServiceName,
			Short:             "Order computing, bid for orders, end leases",
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
			RpcMethod: "Params",
			Use:       "params",
			Short:     "Show the market's parameters",
			Long:      "Show the market's parameters: the deposit of a bid, the window of an order, the caps per order, message and block.",
			Example:   "virtengine query market params",
		},
		{
			RpcMethod:      "Order",
			Use:            "order ID",
			Short:          "Show one order",
			Long:           "Show one order: what it asks for, its state, when it is awarded and, once closed, why.",
			Example:        "virtengine query market order 42",
			PositionalArgs: args("id"),
		},
		{
			RpcMethod: "Orders",
			Use:       "orders",
			Short:     "List orders of a tenant, of a state, or of both",
			Long:      "List orders by number. Give --owner, --state (open, leased, closed) or both." + onward,
			Example:   "virtengine query market orders --state open --page-limit 20",
			FlagOptions: map[string]*autocliv1.FlagOptions{
				"owner": {Usage: "the tenant's address"},
				"state": {Usage: "open, leased or closed"},
			},
		},
		{
			RpcMethod:      "Bid",
			Use:            "bid ORDER PROVIDER",
			Short:          "Show one bid",
			Long:           "Show a provider's bid for an order. full_price is what one block costs at full use: bids are compared by it.",
			Example:        "virtengine query market bid 42 ve1provider...",
			PositionalArgs: args("order_id", "provider"),
		},
		{
			RpcMethod:      "Bids",
			Use:            "bids ORDER",
			Short:          "List the bids for an order",
			Long:           "List the bids for an order, by provider." + onward,
			Example:        "virtengine query market bids 42",
			PositionalArgs: args("order_id"),
		},
		{
			RpcMethod:      "ProviderBids",
			Use:            "provider-bids PROVIDER STATE",
			Short:          "List a provider's bids of one state",
			Long:           "List a provider's bids of one state (open, won, lost, withdrawn), by order." + onward,
			Example:        "virtengine query market provider-bids ve1provider... open",
			PositionalArgs: args("provider", "state"),
		},
		{
			RpcMethod:      "Lease",
			Use:            "lease ID",
			Short:          "Show one lease",
			Long:           "Show one lease: who serves whom, at which price, with which resources and, once closed, why it ended.",
			Example:        "virtengine query market lease 42",
			PositionalArgs: args("id"),
		},
		{
			RpcMethod:      "Leases",
			Use:            "leases STATE",
			Short:          "List leases of one state, of all, a tenant or a provider",
			Long:           "List leases of one state (active, closed) by number: all, or with --owner or --provider those of one side." + onward,
			Example:        "virtengine query market leases active --provider ve1provider...",
			PositionalArgs: args("state"),
			FlagOptions: map[string]*autocliv1.FlagOptions{
				"owner":    {Usage: "the tenant's address"},
				"provider": {Usage: "the provider's address"},
			},
		},
	}
}

func transactions() []*autocliv1.RpcCommandOptions {
	return []*autocliv1.RpcCommandOptions{
		{
			RpcMethod: "CreateOrder",
			Use:       "create-order SPEC DEPOSIT",
			Short:     "Order one group of resources",
			Long: "Order one group of resources. SPEC is JSON, or the name of a .json file; DEPOSIT is in uve and goes to escrow.\n" +
				"The order takes bids for window_blocks blocks; the cheapest at full use wins, of equals the earliest.\n" +
				"The deposit must be at least max_price. What is not used comes back.",
			Example:        "virtengine tx market create-order ./order.json 5000000 --from tenant",
			PositionalArgs: args("spec", "deposit"),
		},
		{
			RpcMethod: "CreateOrders",
			Use:       "create-orders DEPOSIT",
			Short:     "Order several groups at once, all or none",
			Long: "Order several groups at once: all orders are created, or none. Give --specs once per group, as JSON or the name of a\n" +
				".json file. DEPOSIT is in uve, for each order.",
			Example:        "virtengine tx market create-orders 5000000 --specs ./web.json --specs ./batch.json --from tenant",
			PositionalArgs: args("deposit"),
		},
		{
			RpcMethod:      "CloseOrder",
			Use:            "close-order ID",
			Short:          "Cancel an open order",
			Long:           "Cancel an open order. Your deposit and those of its bids go back at once.",
			Example:        "virtengine tx market close-order 42 --from tenant",
			PositionalArgs: args("id"),
		},
		{
			RpcMethod: "CreateBid",
			Use:       "create-bid ORDER PRICE",
			Short:     "Bid for an open order",
			Long: "Bid for an open order. PRICE is JSON, or the name of a .json file: rent per block and rates for what is used, in uve.\n" +
				"A deposit is locked until the bid loses, is withdrawn, or its lease ends. The provider daemon bids by itself.",
			Example:        `virtengine tx market create-bid 42 '{"per_block":"90"}' --from provider`,
			PositionalArgs: args("order_id", "price"),
		},
		{
			RpcMethod:      "WithdrawBid",
			Use:            "withdraw-bid ORDER",
			Short:          "Take an open bid back",
			Long:           "Take an open bid back; its deposit is returned at once. You may bid again, at the end of the queue.",
			Example:        "virtengine tx market withdraw-bid 42 --from provider",
			PositionalArgs: args("order_id"),
		},
		{
			RpcMethod:      "UpdateManifest",
			Use:            "update-manifest LEASE HASH",
			Short:          "Announce a new manifest for an active lease",
			Long:           "Announce a new manifest of the same resources for an active lease. HASH is its SHA-256, base64 or hex; send the manifest itself to the provider.",
			Example:        "virtengine tx market update-manifest 42 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 --from tenant",
			PositionalArgs: args("id", "manifest_hash"),
		},
		{
			RpcMethod: "CloseLease",
			Use:       "close-lease ID",
			Short:     "End an active lease",
			Long: "End an active lease. Rent stops at this block; the last usage is invoiced, the rest of the deposit comes back.\n" +
				"A tenant needs no --reason. A provider gives one of provider, manifest-timeout, unstable, provisioning-failed.",
			Example:        "virtengine tx market close-lease 42 --from tenant",
			PositionalArgs: args("id"),
			FlagOptions: map[string]*autocliv1.FlagOptions{
				"reason": {Usage: "a provider's reason: provider, manifest-timeout, unstable or provisioning-failed"},
			},
		},
		{
			RpcMethod:      "UpdateParams",
			Use:            "update-params PARAMS",
			Short:          "Propose new parameters",
			Long:           "Submit a governance proposal that replaces all parameters. Start from `virtengine query market params --output json`.",
			Example:        "virtengine tx market update-params ./params.json --deposit 10000000uve --title 'Longer windows' --summary 'Bids arrive late' --from voter",
			PositionalArgs: args("params"),
			GovProposal:    true,
		},
	}
}
