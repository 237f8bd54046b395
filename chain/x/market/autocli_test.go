package market_test

import (
	"testing"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/virtengine/virtengine/chain/x/market"
	"github.com/virtengine/virtengine/chain/x/provider"
	"github.com/virtengine/virtengine/chain/x/resources"
)

// Every method has a command that teaches, and names only fields that its message has. The modules the market
// stands on are held to the same.
func TestEveryMethodHasACommandThatTeaches(t *testing.T) {
	for name, options := range map[string]*autocliv1.ModuleOptions{
		"market":    market.AppModule{}.AutoCLIOptions(),
		"provider":  provider.AppModule{}.AutoCLIOptions(),
		"resources": resources.AppModule{}.AutoCLIOptions(),
	} {
		for _, group := range []*autocliv1.ServiceCommandDescriptor{options.Query, options.Tx} {
			descriptor, err := proto.HybridResolver.FindDescriptorByName(protoreflect.FullName(group.Service))
			require.NoError(t, err)
			methods := descriptor.(protoreflect.ServiceDescriptor).Methods()
			require.Len(t, group.RpcCommandOptions, methods.Len(), "%s: every method, once", group.Service)
			for _, command := range group.RpcCommandOptions {
				method := methods.ByName(protoreflect.Name(command.RpcMethod))
				require.NotNil(t, method, "%s: %s", name, command.RpcMethod)
				require.NotEmpty(t, command.Use, command.RpcMethod)
				require.NotEmpty(t, command.Short, command.RpcMethod)
				require.NotEmpty(t, command.Long, command.RpcMethod)
				require.Contains(t, command.Example, "virtengine ", command.RpcMethod)
				for _, arg := range command.PositionalArgs {
					require.NotNil(t, method.Input().Fields().ByName(protoreflect.Name(arg.ProtoField)), "%s has no %s", command.RpcMethod, arg.ProtoField)
				}
				for field := range command.FlagOptions {
					require.NotNil(t, method.Input().Fields().ByName(protoreflect.Name(field)), "%s has no %s", command.RpcMethod, field)
				}
			}
		}
	}
}
