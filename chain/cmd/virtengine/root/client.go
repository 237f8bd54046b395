package root

import (
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/rpc"
	"github.com/cosmos/cosmos-sdk/server"
	authcmd "github.com/cosmos/cosmos-sdk/x/auth/client/cli"
)

// queryCommand holds the questions that belong to no module; each module adds its own.
func queryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "query",
		Aliases: []string{"q"},
		Short:   "Ask a node about the chain",
		Long: `Ask a node about the chain. Every list is served page by page (--page-limit, --page-key).

  virtengine query market orders --state open
  virtengine query escrow account 42 --output json`,
		RunE: client.ValidateCmd,
	}
	cmd.AddCommand(
		rpc.WaitTxCmd(),
		server.QueryBlockCmd(),
		server.QueryBlocksCmd(),
		server.QueryBlockResultsCmd(),
		authcmd.QueryTxsByEventsCmd(),
		authcmd.QueryTxCmd(),
	)
	return cmd
}

// txCommand holds what is done with a transaction whatever is in it; each module adds its messages.
func txCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tx",
		Short: "Send a transaction",
		Long: `Send a transaction. --from names the key that signs; --gas auto asks the node how much gas it needs;
--generate-only prints it instead of sending.

  virtengine tx bank send me ve1... 1000000uve --gas auto --gas-adjustment 1.3 --gas-prices 0.001uve
  virtengine tx market deploy web.yaml --deposit 5000000uve --from me`,
		RunE: client.ValidateCmd,
	}
	cmd.AddCommand(
		authcmd.GetSignCommand(),
		authcmd.GetSignBatchCommand(),
		authcmd.GetMultiSignCommand(),
		authcmd.GetMultiSignBatchCmd(),
		authcmd.GetValidateSignaturesCommand(),
		authcmd.GetBroadcastCommand(),
		authcmd.GetEncodeCommand(),
		authcmd.GetDecodeCommand(),
		authcmd.GetSimulateCmd(),
	)
	return cmd
}
