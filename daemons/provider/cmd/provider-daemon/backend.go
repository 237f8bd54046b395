package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/daemons/provider/backend/local"
	"github.com/virtengine/virtengine/daemons/provider/config"
)

// openBackend opens what leases run on.
func openBackend(c config.Config) (*local.Backend, error) {
	b, err := local.New(c.Backend.Local)
	if err != nil {
		return nil, fmt.Errorf("backend %s: %w", c.Backend.Kind, err)
	}
	return b, nil
}

func (a *app) backend() *cobra.Command {
	cmd := &cobra.Command{Use: "backend", Short: "Look at what leases run on"}
	cmd.AddCommand(&cobra.Command{Use: "check", Short: "Say whether this machine can run leases, and what it has", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) (err error) {
		c, err := a.load()
		if err != nil {
			return err
		}
		b, err := openBackend(c)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, b.Close()) }()
		inv, err := b.Inventory(cmd.Context())
		if err != nil {
			return err
		}
		rows := [][]any{}
		for _, n := range inv.Nodes {
			rows = append(rows, []any{n.Name, fmt.Sprintf("%.1f", float64(n.CPUMilli)/1000), n.MemoryBytes >> 20, n.StorageBytes >> 30, len(n.GPUs)})
		}
		return table(cmd.OutOrStdout(), "NODE\tCORES\tMEMORY MiB\tSTORAGE GiB\tGPUS", rows)
	}})
	return cmd
}
