package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/security/paths"
)

func runCommand() *cobra.Command {
	var inputs []string
	into := ""
	c := &cobra.Command{
		Use: "run MODEL.onnx --input NAME=FILE.pb ... --out DIR", Args: cobra.ExactArgs(1),
		Short: "Runs a model and writes its outputs as ONNX tensors",
		Long: `Runs a model and writes its outputs as ONNX tensors: output_0.pb, output_1.pb, ... in the model's order.

A model of virtengine.i8 takes int8 tensors (of an image: luma less 128) and runs under ve-i8-1, any other under ve-f32-1.`,
		Example: "  ve-model run mnist/model.onnx --input Input3=digit.pb --out result",
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := load(args[0])
			if err != nil {
				return err
			}
			given := map[string]*value.Tensor{}
			for _, pair := range inputs {
				name, file, found := strings.Cut(pair, "=")
				if !found || name == "" || given[name] != nil {
					return fmt.Errorf("--input %q: want NAME=FILE, each name once", pair)
				}
				if given[name], err = tensor(file); err != nil {
					return err
				}
			}
			outputs, err := p.Run(cmd.Context(), given)
			if err != nil {
				return err
			}
			full, err := filepath.Abs(into)
			if err != nil {
				return err
			}
			dir, err := paths.MakeDir(full)
			if err != nil {
				return err
			}
			defer dir.Close()
			for i, name := range p.outputs() {
				t := outputs[name]
				file := fmt.Sprintf("output_%d.pb", i)
				if err := dir.WriteFile(file, t.ToONNX(name).Encode(), paths.Private); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\t%s\t%v\n", file, name, t.DType(), t.Shape)
			}
			return nil
		},
	}
	c.Flags().StringArrayVar(&inputs, "input", nil, "NAME=FILE.pb of one input; may be repeated")
	c.Flags().StringVar(&into, "out", "", "folder to write the outputs to")
	if err := c.MarkFlagRequired("out"); err != nil {
		c.RunE = func(*cobra.Command, []string) error { return err }
	}
	return c
}
