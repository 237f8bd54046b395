package evaluating

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/models/eval"
	"github.com/virtengine/virtengine/ml/models/eval/task"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
)

// asked is what a person asks for.
type asked struct {
	model, task, out, params string
	seed                     uint64
	count, fit               int
	programs                 bool
}

// Command is the command evaluate. It writes nothing but the files that its flags name.
func Command() *cobra.Command {
	a := asked{}
	c := &cobra.Command{
		Use: "evaluate MODEL.onnx --task TASK --out DIR", Args: cobra.ExactArgs(1), SilenceUsage: true, SilenceErrors: true,
		Short: "Measures a network on held-out generated data",
		Long: `Measures a network on held-out generated data, and writes to DIR: evaluation.json (canonical, whole numbers, rates in
millionths), pictures, and the model card CARD.md. The same model, task, seed and count give the same bytes everywhere.

A model whose input is float32 runs by contract ve-f32-1, one whose input is int8 by ve-i8-1.
Tasks: ` + strings.Join(task.Names(), ", ") + `.

The task end-to-end takes a folder in place of MODEL.onnx, with all networks of the pipeline as NAME.onnx, or with --programs as
NAME.i8.onnx. It takes the pipeline's parameters from --params, or else fits its curves on persons of a training seed; then it brings
held-out persons before it. Parameters for --params come from: evaluate calibrate.`,
		Example: "  evaluate trained/liveness.onnx --task liveness --seed 1000042 --count 2000 --out cards/liveness",
		RunE: func(cmd *cobra.Command, args []string) error {
			a.model = args[0]
			measure := a.measure
			if a.task == endToEnd {
				measure = a.measureAll
			}
			e, err := measure(cmd.Context())
			if err != nil {
				return err
			}
			for _, f := range e.result.Figures {
				fmt.Fprintf(cmd.OutOrStdout(), "%s: %s (%s)", f.Name, f.Value, f.Of)
				if f.Interval != "" {
					fmt.Fprintf(cmd.OutOrStdout(), " [%s]", f.Interval)
				}
				fmt.Fprintln(cmd.OutOrStdout())
			}
			return a.write(e)
		},
	}
	c.Flags().StringVar(&a.task, "task", "", "what the network is for")
	c.Flags().StringVar(&a.out, "out", "", "folder to write to; it is made where it is missing")
	c.Flags().Uint64Var(&a.seed, "seed", task.FirstSeed+42, fmt.Sprintf("of the held-out data, %d or above", task.FirstSeed))
	c.Flags().IntVar(&a.count, "count", 500, "persons, sequences, lines, scenes or documents")
	c.Flags().IntVar(&a.fit, "fit", 100, "persons on whom end-to-end fits curves, without --params")
	c.Flags().StringVar(&a.params, "params", "", "end-to-end takes the pipeline's parameters from this file, as calibrate wrote it (default: it fits them)")
	c.Flags().BoolVar(&a.programs, "programs", false, "end-to-end runs integer programs (NAME.i8.onnx)")
	for _, name := range []string{"task", "out"} {
		if err := c.MarkFlagRequired(name); err != nil { // only for a flag that is not there
			c.RunE = func(*cobra.Command, []string) error { return err }
		}
	}
	c.AddCommand(calibrate())
	return c
}

// decode reads a model's file, and its digest.
func decode(name string) (*onnx.Model, hashes.Digest, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return nil, hashes.Digest{}, err
	}
	raw, err := paths.ReadFile(full, int64(onnx.DefaultLimits().Bytes))
	if err != nil {
		return nil, hashes.Digest{}, err
	}
	m, err := onnx.Decode(raw, onnx.Limits{})
	if err != nil {
		return nil, hashes.Digest{}, fmt.Errorf("%s: %w", name, err)
	}
	return m, hashes.Of(raw), nil
}

// write puts everything into the folder that was asked for.
func (a asked) write(e *evaluation) error {
	full, err := filepath.Abs(a.out)
	if err != nil {
		return err
	}
	dir, err := paths.MakeDir(full)
	if err != nil {
		return fmt.Errorf("--out %s: %w", a.out, err)
	}
	defer dir.Close()
	raw, err := eval.Canonical(e.record)
	if err != nil {
		return err
	}
	card, err := e.card(a, hashes.Of(raw))
	if err != nil {
		return err
	}
	if err := dir.WriteFile("evaluation.json", raw, paths.PublicFile); err != nil {
		return err
	}
	for _, p := range e.result.Pictures {
		if err := dir.WriteFile(p.File, p.Data, paths.PublicFile); err != nil {
			return err
		}
	}
	return dir.WriteFile("CARD.md", card, paths.PublicFile)
}
