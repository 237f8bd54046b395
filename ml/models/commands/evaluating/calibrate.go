package evaluating

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/inference/pipeline"
	"github.com/virtengine/virtengine/ml/models/eval/persons"
	"github.com/virtengine/virtengine/ml/models/eval/task"
	"github.com/virtengine/virtengine/security/paths"
)

// calibrationSeed is the population on which the parameters are fitted that are published with the models: neither that of training
// (42) nor one of those that are held out.
const calibrationSeed = 500_042

// maxParams bounds a file of parameters.
const maxParams = 64 << 10

func calibrate() *cobra.Command {
	a := asked{}
	c := &cobra.Command{
		Use: "calibrate FOLDER --out FILE", Args: cobra.ExactArgs(1), SilenceUsage: true, SilenceErrors: true,
		Short: "Fits the pipeline's parameters to the networks of a folder",
		Long: `Fits the pipeline's parameters (the least logit of a face, and the curves of likeness, life and anomaly) to the networks of a
folder, on generated persons, and writes them as JSON, as inference-service reads them (pipeline.params_file). The same networks, seed and
count give the same bytes everywhere.`,
		Example: "  evaluate calibrate ml/models/trained --programs --out ml/models/trained/pipeline.json",
		RunE: func(cmd *cobra.Command, args []string) error {
			a.model = args[0]
			return a.calibrate(cmd.Context())
		},
	}
	c.Flags().StringVar(&a.out, "out", "", "file to write to")
	c.Flags().Uint64Var(&a.seed, "seed", calibrationSeed, fmt.Sprintf("of the persons, below %d", task.FirstSeed))
	c.Flags().IntVar(&a.count, "count", 200, "persons")
	c.Flags().BoolVar(&a.programs, "programs", false, "integer programs (NAME.i8.onnx)")
	if err := c.MarkFlagRequired("out"); err != nil { // only for a flag that is not there
		c.RunE = func(*cobra.Command, []string) error { return err }
	}
	return c
}

func (a asked) calibrate(ctx context.Context) error {
	n, _, err := a.networks()
	if err != nil {
		return err
	}
	p, err := persons.Fit(ctx, n, a.seed, a.count)
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(p, "", " ") // structs of integers: one form
	if err != nil {
		return err
	}
	full, err := filepath.Abs(a.out)
	if err != nil {
		return err
	}
	dir, err := paths.OpenDir(filepath.Dir(full))
	if err != nil {
		return fmt.Errorf("--out %s: %w", a.out, err)
	}
	defer dir.Close()
	return dir.WriteFile(filepath.Base(full), append(raw, '\n'), paths.PublicFile)
}

// readParams reads what calibrate wrote. Unknown fields are refused.
func readParams(name string) (pipeline.Params, error) {
	var p pipeline.Params
	full, err := filepath.Abs(name)
	if err != nil {
		return p, err
	}
	raw, err := paths.ReadFile(full, maxParams)
	if err != nil {
		return p, fmt.Errorf("--params: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return p, fmt.Errorf("--params %s: %w", name, err)
	}
	return p, p.Validate()
}
