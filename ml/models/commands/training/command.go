package training

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/models/nets"
	"github.com/virtengine/virtengine/ml/models/train"
	"github.com/virtengine/virtengine/ml/models/train/recipes"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
)

// mostCheckpoint bounds a checkpoint's file.
const mostCheckpoint = 256 << 20

// asked is what a person asks for.
type asked struct {
	model, out, resume, checkpoint string
	seed                           uint64
	steps, every                   int
}

// Command is the command train. It writes nothing but the files that its flags name.
func Command(clock func() time.Time) *cobra.Command {
	a, list := asked{}, false
	c := &cobra.Command{
		Use: "train MODEL --out FILE.onnx", Args: cobra.MaximumNArgs(1), SilenceUsage: true, SilenceErrors: true,
		Short: "Trains a network from its recipe",
		Long: `Trains a network from its recipe and writes it as ONNX (opset 17, float32, a batch of one).

Recipe, seed and steps decide the file: the same three give the same bytes on every architecture, with any number of processors, and also
if the run was interrupted and resumed. Data is generated while training; nothing is read but a checkpoint. Its digest is printed.

With --checkpoint the state of the run is written every --every steps, and when the run is interrupted; --resume goes on from there.
--list names the models, their recipes and their cost.`,
		Example: `  train --list
  train liveness --seed 42 --out liveness.onnx
  train liveness --seed 42 --out liveness.onnx --checkpoint run.ckpt
  train liveness --seed 42 --out liveness.onnx --checkpoint run.ckpt --resume run.ckpt`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if list {
				return show(cmd.OutOrStdout())
			}
			if len(args) == 0 || a.out == "" {
				return fmt.Errorf("a model and --out are needed; hint: train --list, or train --help")
			}
			a.model = args[0]
			return a.train(cmd.Context(), cmd.OutOrStdout(), clock)
		},
	}
	c.Flags().BoolVar(&list, "list", false, "name the models and their recipes")
	c.Flags().StringVar(&a.out, "out", "", "file to write the model to")
	c.Flags().Uint64Var(&a.seed, "seed", 42, fmt.Sprintf("of weights and data, below %d", train.MaxSeed))
	c.Flags().IntVar(&a.steps, "steps", 0, "steps of the whole run; 0: those of the recipe")
	c.Flags().StringVar(&a.checkpoint, "checkpoint", "", "file to write the state of the run to")
	c.Flags().StringVar(&a.resume, "resume", "", "file to go on from; recipe, seed and steps must be its")
	c.Flags().IntVar(&a.every, "every", 500, "steps from checkpoint to checkpoint")
	return c
}

// show lists what can be trained.
func show(to io.Writer) error {
	for _, d := range nets.All() {
		n, err := d.Build()
		if err != nil {
			return err
		}
		fmt.Fprintf(to, "%s: %s\n  %d multiplications, %d weights\n", d.Name, d.About, n.MACs(), n.Weights())
		if r, err := recipes.Find(d.Name); err != nil {
			fmt.Fprintln(to, "  no recipe yet")
		} else {
			fmt.Fprintf(to, "  %s; %d steps of %d samples\n", r.About, r.Steps, r.Batch)
		}
	}
	return nil
}

// train runs a recipe to its end.
func (a asked) train(ctx context.Context, to io.Writer, clock func() time.Time) error {
	r, err := recipes.Find(a.model)
	if err != nil {
		return err
	}
	steps := a.steps
	if steps == 0 {
		steps = r.Steps
	}
	run, err := train.New(r, a.seed, steps)
	if err != nil {
		return err
	}
	if a.resume != "" {
		if err := read(a.resume, run); err != nil {
			return fmt.Errorf("--resume %s: %w", a.resume, err)
		}
	}
	progress := train.Progress{To: to, Clock: clock, Every: 100}
	for run.Done() < steps {
		err := run.To(ctx, run.Done()+max(a.every, 1), progress)
		if a.checkpoint != "" && (err == nil || ctx.Err() != nil) {
			if err := write(a.checkpoint, run.Checkpoint()); err != nil {
				return fmt.Errorf("--checkpoint %s: %w", a.checkpoint, err)
			}
		}
		if err != nil {
			return err
		}
	}
	m, err := run.Export()
	if err != nil {
		return err
	}
	raw := m.Encode()
	if err := write(a.out, raw); err != nil {
		return fmt.Errorf("--out %s: %w", a.out, err)
	}
	_, err = fmt.Fprintf(to, "%s: %d bytes, %s, loss %.4f\n", a.out, len(raw), hashes.Of(raw), run.Average())
	return err
}

func read(name string, run *train.Run) error {
	full, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	raw, err := paths.ReadFile(full, mostCheckpoint)
	if err != nil {
		return err
	}
	return run.Resume(raw)
}

func write(name string, raw []byte) error {
	full, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	return paths.WriteFile(full, raw, paths.PublicFile)
}
