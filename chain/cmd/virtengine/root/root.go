// Package root is the command tree of virtengine.
package root

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/config"
	"github.com/cosmos/cosmos-sdk/client/debug"
	"github.com/cosmos/cosmos-sdk/client/keys"
	"github.com/cosmos/cosmos-sdk/server"
	svrcmd "github.com/cosmos/cosmos-sdk/server/cmd"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	"github.com/cosmos/cosmos-sdk/version"

	"github.com/virtengine/virtengine/chain/app"
	"github.com/virtengine/virtengine/chain/app/defaults"
	"github.com/virtengine/virtengine/chain/cmd/virtengine/tenant"
	"github.com/virtengine/virtengine/chain/params"
	markettypes "github.com/virtengine/virtengine/chain/x/market/types"
)

const long = `virtengine runs a node of the VirtEngine chain and is the command line for everyone who uses the chain:
tenants who order computing, providers who sell it, validators who keep the order of blocks.

Start a chain of one validator on this machine:
  virtengine init here --chain-id ve-local
  virtengine keys add me --keyring-backend test
  virtengine genesis add-genesis-account me 100000000000uve --keyring-backend test
  virtengine genesis gentx me 50000000000uve --chain-id ve-local --keyring-backend test
  virtengine genesis collect-gentxs
  virtengine start

Files live in --home (~/.virtengine unless VIRTENGINE_HOME says otherwise): config/app.toml for the state machine,
config/config.toml for consensus, config/client.toml for this command line. Every flag is also an environment
variable, --keyring-backend for example VIRTENGINE_KEYRING_BACKEND.`

// Run executes the command line and returns the exit code: 0, or 1 after the error was printed.
func Run(args []string) int {
	home, err := defaultHome()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	cmd, err := New(home)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	cmd.SetArgs(args)
	if err := svrcmd.Execute(cmd, params.EnvPrefix, home); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
	return 0
}

func defaultHome() (string, error) {
	if dir := os.Getenv(params.EnvPrefix + "_HOME"); dir != "" {
		return dir, nil
	}
	dir, err := os.UserHomeDir()
	if err != nil { // services are started without HOME
		me, unknown := user.Current()
		if unknown != nil {
			return "", fmt.Errorf("no home directory for the node's files: %w, %w\nhint: set %s_HOME", err, unknown, params.EnvPrefix)
		}
		dir = me.HomeDir
	}
	return filepath.Join(dir, "."+params.AppName), nil
}

// New builds the tree. home is where files are kept when --home is not given.
func New(home string) (*cobra.Command, error) {
	version.Name, version.AppName = params.AppName, params.AppName
	encoding, err := app.NewEncoding()
	if err != nil {
		return nil, err
	}
	ctx := encoding.ClientContext().WithInput(os.Stdin).WithViper(params.EnvPrefix).WithHomeDir(home)

	cmd := &cobra.Command{
		Use:           params.AppName,
		Short:         "Node and command line of the VirtEngine chain",
		Long:          long,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return prepare(cmd, ctx)
		},
	}
	cmd.AddCommand(
		keys.Commands(),
		debug.Cmd(),
		server.StatusCommand(),
		queryCommand(),
		txCommand(),
		tenant.Manifest(),
		tenant.Cert(),
	)
	addNodeCommands(cmd, encoding.Basics, encoding.Tx, home)
	if err := encoding.CLI.EnhanceRootCommand(cmd); err != nil {
		return nil, fmt.Errorf("derive commands from the modules: %w", err)
	}
	trade, _, err := cmd.Find([]string{"tx", markettypes.ModuleName})
	if err != nil {
		return nil, err
	}
	trade.AddCommand(tenant.Deploy())
	return cmd, nil
}

// prepare reads flags, environment and client.toml into the command's context, and app.toml and config.toml into the
// server's, writing those files with our defaults where they are missing.
func prepare(cmd *cobra.Command, ctx client.Context) error {
	cmd.SetOut(cmd.OutOrStdout())
	cmd.SetErr(cmd.ErrOrStderr())
	ctx = ctx.WithCmdContext(cmd.Context())
	ctx, err := client.ReadPersistentCommandFlags(ctx, cmd.Flags())
	if err != nil {
		return err
	}
	if ctx, err = config.ReadFromClientConfig(ctx); err != nil {
		return err
	}
	if err := client.SetCmdClientContextHandler(ctx, cmd); err != nil {
		return err
	}
	return server.InterceptConfigsPreRunHandler(cmd, serverconfig.DefaultConfigTemplate, defaults.App(), defaults.Consensus())
}
