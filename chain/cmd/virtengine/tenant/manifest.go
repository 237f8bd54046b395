package tenant

import (
	"encoding/hex"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
)

// Manifest reads deployment files without a chain.
func Manifest() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "manifest",
		Short: "Read deployment files without a chain",
		Long: `Read deployment files (SDL version 2) without a chain: find their problems, or see what a provider would be told.
Each placement of a file becomes a group; a group becomes one order, and its hash is what the chain keeps of it.`,
		RunE: client.ValidateCmd,
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:     "validate FILE",
			Short:   "Find every problem of a deployment file",
			Example: "  virtengine manifest validate web.yaml",
			Args:    cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				d, err := read(args[0])
				if err != nil {
					return err
				}
				for i, g := range d.Manifest.Groups {
					cmd.Printf("%s: %d services, at most %suve per block\n", g.Name, len(g.Services), d.Orders[i].MaxPrice)
				}
				return nil
			},
		},
		&cobra.Command{
			Use:     "hash FILE",
			Short:   "Print each group's hash, as the chain keeps it",
			Example: "  virtengine manifest hash web.yaml",
			Args:    cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				d, err := read(args[0])
				if err != nil {
					return err
				}
				for i, g := range d.Manifest.Groups {
					cmd.Printf("%s  %s\n", hex.EncodeToString(d.Orders[i].ManifestHash), g.Name)
				}
				return nil
			},
		},
		&cobra.Command{
			Use:     "show FILE",
			Short:   "Print the manifest as JSON",
			Example: "  virtengine manifest show web.yaml",
			Args:    cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				d, err := read(args[0])
				if err != nil {
					return err
				}
				raw, err := json.MarshalIndent(d.Manifest, "", "  ")
				if err != nil {
					return err
				}
				cmd.Println(string(raw))
				return nil
			},
		},
	)
	return cmd
}
