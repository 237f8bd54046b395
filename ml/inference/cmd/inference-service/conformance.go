package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/inference/service/packs"
	"github.com/virtengine/virtengine/ml/publish/pack"
)

// verdict is what conformance prints.
type verdict struct {
	Pack     string   `json:"pack"`
	Name     string   `json:"name"`
	Version  string   `json:"version"`
	Contract string   `json:"contract"`
	Machine  string   `json:"machine"`
	Kernels  string   `json:"kernels"` // for float32
	Triples  []string `json:"triples"` // that the pack lists
	Conforms bool     `json:"conforms"`
	Problem  string   `json:"problem,omitempty"` // the first triple that came out otherwise
}

func (a *app) conformance() *cobra.Command {
	var files []string
	cmd := &cobra.Command{Use: "conformance --pack FILE", Short: "Recompute a pack's triples on this machine, and print what came out", Args: cobra.NoArgs,
		Long: `Recomputes every conformance triple of a pack: inputs, outputs and scores, bit by bit, by the kernels for this machine and by the plain
loops that are their specification. Prints one JSON object for each pack.

A machine on which a pack does not conform must not vote with it. Signatures are not looked at: run does that.

Exit codes: 0 all conform; 2 one does not; 1 anything else, such as a pack that is damaged.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(files) == 0 {
				return errors.New("no pack; hint: inference-service conformance --pack FILE")
			}
			e := json.NewEncoder(cmd.OutOrStdout())
			e.SetIndent("", "  ")
			var failed []error
			for _, f := range files {
				v, err := a.conforms(cmd, f)
				if err != nil && !errors.Is(err, pack.ErrConformance) {
					return err
				}
				failed = append(failed, err)
				if err := e.Encode(v); err != nil {
					return err
				}
			}
			return errors.Join(failed...)
		}}
	cmd.Flags().StringSliceVar(&files, "pack", nil, "a .vepack file or an unpacked folder; may be given several times")
	return cmd
}

func (a *app) conforms(cmd *cobra.Command, file string) (verdict, error) {
	file, err := filepath.Abs(file)
	if err != nil {
		return verdict{}, err
	}
	p, err := packs.Read(file)
	if err != nil {
		return verdict{}, err
	}
	m := p.Manifest()
	v := verdict{Pack: m.ID.String(), Name: m.Name, Version: fmt.Sprint(m.Version), Contract: string(m.Contract), Machine: runtime.GOOS + "/" + runtime.GOARCH, Kernels: a.kernels}
	for _, t := range m.Conformance {
		v.Triples = append(v.Triples, t.Name)
	}
	for _, x := range []pack.Executor{a.exec, a.reference} {
		if err = pack.Conformance(cmd.Context(), p, x, nil); err != nil {
			break
		}
	}
	if v.Conforms = err == nil; err != nil {
		v.Problem = err.Error()
	}
	return v, err
}
