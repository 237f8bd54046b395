package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/engine/conform"
	"github.com/virtengine/virtengine/security/paths"
)

// checked is what check prints: one line of JSON for each output of each data set.
type checked struct {
	Model string `json:"model"`
	Data  string `json:"data"`
	conform.Result
}

func checkCommand() *cobra.Command {
	data := ""
	c := &cobra.Command{
		Use: "check MODEL.onnx --data DIR", Args: cobra.ExactArgs(1),
		Short: "Compares a model's results with published ones",
		Long: `Compares a model's results with published ones, and prints a line of JSON for each output.

DIR holds folders test_data_set_0, test_data_set_1, ..., as ONNX publishes them, or is one: with input_0.pb, input_1.pb, ...
in the order of the model's inputs, and output_0.pb, ... A number passes when it differs by no more than 1e-7 and 1e-3 of
what was expected, which is ONNX's own tolerance; anything that is no float must be equal. Without --data, DIR is the
model's own folder.`,
		Example: "  ve-model check mnist/model.onnx --data mnist",
		RunE: func(cmd *cobra.Command, args []string) error {
			if data == "" {
				data = filepath.Dir(args[0])
			}
			p, err := load(args[0])
			if err != nil {
				return err
			}
			full, err := filepath.Abs(data)
			if err != nil {
				return err
			}
			root, err := paths.OpenDir(full)
			if err != nil {
				return err
			}
			defer root.Close()
			sets, err := dataSets(root.Root().FS())
			if err != nil {
				return fmt.Errorf("%s: %w", data, err)
			}
			out, differs := json.NewEncoder(cmd.OutOrStdout()), 0
			for _, name := range sets {
				dir, err := fs.Sub(root.Root().FS(), name)
				if err != nil {
					return err
				}
				results, err := p.check(cmd.Context(), dir)
				if err != nil {
					return fmt.Errorf("%s: %w", filepath.Join(data, name), err)
				}
				for _, r := range results {
					if !r.Pass {
						differs++
					}
					if err := out.Encode(checked{args[0], filepath.Join(data, name), r}); err != nil {
						return err
					}
				}
			}
			if differs > 0 {
				return fmt.Errorf("%s: %d outputs: %w", args[0], differs, errDiffers)
			}
			return nil
		},
	}
	c.Flags().StringVar(&data, "data", "", "folder of test data (default: the model's folder)")
	return c
}

// dataSets are the folders test_data_set_* below a folder, in order, or the folder itself.
func dataSets(dir fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, err
	}
	var sets []string
	single := false
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), "test_data_set_") {
			sets = append(sets, e.Name())
		}
		single = single || e.Name() == "output_0.pb"
	}
	slices.SortFunc(sets, func(a, b string) int { // 2 before 10
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	switch {
	case len(sets) > 0:
		return sets, nil
	case single:
		return []string{"."}, nil
	}
	return nil, fmt.Errorf("no test_data_set_* and no output_0.pb: %w", fs.ErrNotExist)
}
