package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/daemons/provider/config"
)

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{Use: "init", Short: "Write a configuration file that explains itself", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		c, err := a.load()
		if err != nil {
			return err
		}
		if err := os.MkdirAll(c.State.Home, 0o700); err != nil {
			return err
		}
		path := filepath.Join(c.State.Home, "config.yaml")
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, os.ErrExist) {
			return fmt.Errorf("%s is there already; edit it, or remove it first", path)
		}
		if err != nil {
			return err
		}
		if _, err := f.WriteString(config.Commented(c)); err != nil {
			return errors.Join(err, f.Close())
		}
		if err := f.Close(); err != nil {
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
