package quantizing

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/engine/value"
	"github.com/virtengine/virtengine/ml/models/eval"
	"github.com/virtengine/virtengine/ml/models/eval/task"
	"github.com/virtengine/virtengine/ml/models/quant"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/paths"
)

// asked is what a person asks for.
type asked struct {
	model, task, out, report string
	seed                     uint64
	count                    int
}

// Command is the command quantize. It writes nothing but the files that its flags name.
func Command() *cobra.Command {
	a := asked{}
	c := &cobra.Command{
		Use: "quantize MODEL.onnx --task TASK --out PROGRAM.onnx", Args: cobra.ExactArgs(1), SilenceUsage: true, SilenceErrors: true,
		Short: "Makes an integer program of a trained float network",
		Long: `Makes an integer program (contract ve-i8-1) of a trained float network, with ranges from generated calibration inputs, and
prints for each layer how far integers are from float arithmetic. The same model, task, seed and count give the same bytes.

Tasks: ` + strings.Join(task.Names(), ", ") + ".",
		Example: "  quantize trained/liveness.onnx --task liveness --seed 42 --count 64 --out trained/liveness.i8.onnx",
		RunE: func(cmd *cobra.Command, args []string) error {
			a.model = args[0]
			return a.quantize(cmd.Context(), cmd.OutOrStdout())
		},
	}
	c.Flags().StringVar(&a.task, "task", "", "what the network is for, which says what its inputs are")
	c.Flags().StringVar(&a.out, "out", "", "file to write the program to")
	c.Flags().StringVar(&a.report, "report", "", "file to write the report to, as JSON (default: none)")
	c.Flags().Uint64Var(&a.seed, "seed", 42, fmt.Sprintf("of the calibration inputs, below %d", task.FirstSeed))
	c.Flags().IntVar(&a.count, "count", 64, "calibration inputs")
	for _, name := range []string{"task", "out"} {
		if err := c.MarkFlagRequired(name); err != nil { // only for a flag that is not there
			c.RunE = func(*cobra.Command, []string) error { return err }
		}
	}
	return c
}

// record is what --report writes.
type record struct {
	Format  string        `json:"format"`
	Model   hashes.Digest `json:"model"`
	Program hashes.Digest `json:"program"`
	Task    string        `json:"task"`
	Seed    uint64        `json:"seed"`
	quant.Report
}

func (a asked) quantize(ctx context.Context, out io.Writer) error {
	t, err := task.Find(a.task)
	if err != nil {
		return err
	}
	m, digest, err := decode(a.model)
	if err != nil {
		return err
	}
	opened, err := task.Open(m)
	if err != nil {
		return fmt.Errorf("%s: %w", a.model, err)
	}
	if err := opened.Fits(t); err != nil {
		return fmt.Errorf("%s: %w", a.model, err)
	}
	small, err := t.Calibration(a.seed, a.count)
	if err != nil {
		return err
	}
	calibration := make([]map[string]*value.Tensor, len(small))
	for i, x := range small {
		input, err := task.FloatInput(t.Shape, x)
		if err != nil {
			return err
		}
		calibration[i] = map[string]*value.Tensor{opened.Input.Name: input}
	}
	program, report, err := quant.Quantize(ctx, m, calibration, quant.Options{})
	if err != nil {
		return fmt.Errorf("%s: %w", a.model, err)
	}
	raw := program.Encode()
	for _, l := range report.Layers {
		fmt.Fprintf(out, "%s %s: %s dB, %d of %d at an end\n", l.Name, l.Output, decibel(l.SNR), l.Saturated, l.Elements)
	}
	fmt.Fprintln(out, hashes.Of(raw))
	if err := write(a.out, raw); err != nil {
		return err
	}
	if a.report == "" {
		return nil
	}
	text, err := eval.Canonical(record{"virtengine/quantization/v1", digest, hashes.Of(raw), a.task, a.seed, report})
	if err != nil {
		return err
	}
	return write(a.report, text)
}

// decibel writes hundredths of a decibel.
func decibel(v int64) string {
	switch v {
	case quant.Exact:
		return "exact, no"
	case -quant.Exact:
		return "no signal, no"
	}
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	return fmt.Sprintf("%s%d.%02d", sign, v/100, v%100)
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

// write writes a file that everyone may read.
func write(name string, data []byte) error {
	full, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	return paths.WriteFile(full, data, paths.PublicFile)
}
