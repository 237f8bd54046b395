package root

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"

	"github.com/virtengine/virtengine/chain/cmd/virtengine/toml"
	"github.com/virtengine/virtengine/security/paths"
)

// maxConfig bounds a configuration file, in bytes.
const maxConfig = 1 << 20

// configCommand reads and changes the files in the home's config folder.
func configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Read and change app.toml, config.toml and client.toml",
		Long: `Read and change the files in the home's config folder. A key inside a section is written with a dot.

  virtengine config get app minimum-gas-prices
  virtengine config set app api.enable true
  virtengine config set client chain-id ve-local`,
		RunE: client.ValidateCmd,
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:   "view FILE",
			Short: "Print a file: app, config or client",
			Args:  cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				_, text, err := configFile(cmd, args[0])
				if err != nil {
					return err
				}
				cmd.Print(text)
				return nil
			},
		},
		&cobra.Command{
			Use:   "get FILE KEY",
			Short: "Print one value as it is in the file",
			Args:  cobra.ExactArgs(2),
			RunE: func(cmd *cobra.Command, args []string) error {
				_, text, err := configFile(cmd, args[0])
				if err != nil {
					return err
				}
				value, err := toml.Get(text, args[1])
				if err != nil {
					return fmt.Errorf("%s.toml: %w", args[0], err)
				}
				cmd.Println(value)
				return nil
			},
		},
		&cobra.Command{
			Use:   "set FILE KEY VALUE",
			Short: "Change one value; comments and order stay",
			Args:  cobra.ExactArgs(3),
			RunE: func(cmd *cobra.Command, args []string) error {
				path, text, err := configFile(cmd, args[0])
				if err != nil {
					return err
				}
				changed, err := toml.Set(text, args[1], args[2])
				if err != nil {
					return fmt.Errorf("%s.toml: %w", args[0], err)
				}
				return paths.WriteFile(path, []byte(changed), paths.Private)
			},
		},
	)
	return cmd
}

// configFile reads one of the three files by its short name.
func configFile(cmd *cobra.Command, name string) (path, text string, err error) {
	name = strings.TrimSuffix(name, ".toml")
	switch name {
	case "app", "config", "client":
	default:
		return "", "", fmt.Errorf("no file %q\nhint: one of app, config, client", name)
	}
	home, err := filepath.Abs(client.GetClientContextFromCmd(cmd).HomeDir)
	if err != nil {
		return "", "", err
	}
	path = filepath.Join(home, "config", name+".toml")
	raw, err := paths.ReadFile(path, maxConfig)
	return path, string(raw), err
}
