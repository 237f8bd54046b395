package resources

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"

	"github.com/virtengine/virtengine/chain/x/resources/types"
)

// AutoCLIOptions describes the module's commands.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: types.Query_serviceDesc.ServiceName,
			Short:   "What providers have, and what leases hold of it",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod:      "Capacity",
					Use:            "capacity PROVIDER",
					Short:          "Show what one provider has, what is used of it and what is free",
					Long:           "Show what one provider has, what its leases use of it and what is free.\nProcessors are counted in thousandths of a core (cpu_milli), memory and storage in bytes.",
					Example:        "virtengine query resources capacity ve1provider...",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "provider"}},
				},
				{
					RpcMethod: "Capacities",
					Use:       "capacities",
					Short:     "List every provider's capacity, by address",
					Long:      "List every provider's capacity, by address. Read on with --page-key and the next_key of the page before.",
					Example:   "virtengine query resources capacities --page-limit 20",
				},
				{
					RpcMethod:      "Allocation",
					Use:            "allocation LEASE",
					Short:          "Show what one lease holds",
					Long:           "Show what one lease holds of its provider's capacity. A wish for any GPU is shown as the GPU it became.",
					Example:        "virtengine query resources allocation 42",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "lease_id"}},
				},
				{
					RpcMethod:      "Allocations",
					Use:            "allocations PROVIDER",
					Short:          "List what a provider's leases hold, by lease",
					Long:           "List what a provider's leases hold, by lease. They add up to what the provider's capacity shows as used.",
					Example:        "virtengine query resources allocations ve1provider... --page-limit 20",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "provider"}},
				},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: types.Msg_serviceDesc.ServiceName,
			Short:   "State what you have",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{
					RpcMethod: "SetCapacity",
					Use:       "set-capacity TOTAL",
					Short:     "State what you have in all, leased or not",
					Long: "State what you have in all, leased or not. TOTAL is JSON, or the name of a .json file.\n" +
						"It may not be less than what your leases hold. The provider daemon does this by itself.",
					Example: `virtengine tx resources set-capacity '{"cpu_milli":"16000","memory_bytes":"68719476736",` +
						`"storage_bytes":"1099511627776","gpus":[{"vendor":"nvidia","model":"a100","count":2}],"endpoints":100}' --from provider`,
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "total"}},
				},
			},
		},
	}
}
