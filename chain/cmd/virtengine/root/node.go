package root

import (
	"fmt"

	"cosmossdk.io/log/v2"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/spf13/cast"
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/client/pruning"
	"github.com/cosmos/cosmos-sdk/client/snapshot"
	"github.com/cosmos/cosmos-sdk/server"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	genutilcli "github.com/cosmos/cosmos-sdk/x/genutil/client/cli"

	"github.com/virtengine/virtengine/chain/app"
)

// addNodeCommands adds what an operator needs: from an empty folder to a running node and back to a genesis file.
func addNodeCommands(cmd *cobra.Command, basics module.BasicManager, tx client.TxConfig, home string) {
	cmd.AddCommand(
		genutilcli.InitCmd(basics, home),
		genutilcli.Commands(tx, basics, home),
		pruning.Cmd(create, home),
		snapshot.Cmd(create),
		configCommand(),
	)
	server.AddCommandsWithStartCmdOptions(cmd, home, create, export, server.StartCmdOptions{})
}

// create opens the application for a command of the SDK, whose signature has no error: what New refuses ends the command.
func create(logger log.Logger, db dbm.DB, opts servertypes.AppOptions) servertypes.Application {
	a, err := app.New(logger, db, true, opts, server.DefaultBaseappOptions(opts)...)
	if err != nil {
		panic(err)
	}
	return a
}

// export writes the state at height, or the latest where height is -1.
func export(logger log.Logger, db dbm.DB, height int64, zeroHeight bool, jailAllowed []string, opts servertypes.AppOptions, modules []string) (servertypes.ExportedApp, error) {
	if len(jailAllowed) > 0 {
		return servertypes.ExportedApp{}, fmt.Errorf("--%s only makes sense with --%s: %w", server.FlagJailAllowedAddrs, server.FlagForZeroHeight, app.ErrZeroHeight)
	}
	if cast.ToString(opts.Get(flags.FlagHome)) == "" {
		return servertypes.ExportedApp{}, fmt.Errorf("no --%s", flags.FlagHome)
	}
	a, err := app.New(logger, db, height == -1, opts, server.DefaultBaseappOptions(opts)...)
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	if height != -1 {
		if err := a.LoadHeight(height); err != nil {
			return servertypes.ExportedApp{}, fmt.Errorf("height %d: %w", height, err)
		}
	}
	return a.Export(zeroHeight, modules)
}
