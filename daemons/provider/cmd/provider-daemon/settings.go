package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/daemons/provider/config"
	"github.com/virtengine/virtengine/security/paths"
)

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{Use: "init", Short: "Write a configuration file that explains itself", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		c, err := a.load()
		if err != nil {
			return err
		}
		home, err := paths.MakeDir(c.State.Home)
		if err != nil {
			return err
		}
		path := filepath.Join(c.State.Home, configFile)
		err = home.CreateFile(configFile, []byte(config.Commented(c)), paths.Private)
		if errors.Is(err, fs.ErrExist) {
			return errors.Join(fmt.Errorf("%s is there already; edit it, or remove it first", path), home.Close())
		}
		if err := errors.Join(err, home.Close()); err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "wrote %s\nnext: set chain.id and chain.key there, then run `provider-daemon config check`\n", path)
		return err
	}}
}

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Check or show the configuration"}
	cmd.AddCommand(
		&cobra.Command{Use: "check", Short: "Say what is wrong with the configuration", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := a.valid(); err != nil {
				return err
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "the configuration is valid")
			return err
		}},
		&cobra.Command{Use: "show", Short: "Show the configuration as flags, environment and file make it", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.load()
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), config.Commented(c))
			return err
		}},
	)
	return cmd
}
