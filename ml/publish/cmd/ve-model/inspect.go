package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/engine/ops"
	"github.com/virtengine/virtengine/ml/onnx"
)

// model is what inspect prints.
type model struct {
	IRVersion    int64            `json:"ir_version"`
	Producer     string           `json:"producer"`
	Opsets       map[string]int64 `json:"opsets"` // "": ai.onnx
	Nodes        int              `json:"nodes"`
	Operators    map[string]int   `json:"operators"`
	Unsupported  []string         `json:"unsupported"`
	Weights      int              `json:"weights"`
	WeightBytes  int              `json:"weight_bytes"`
	Inputs       []declared       `json:"inputs"`
	Outputs      []declared       `json:"outputs"`
	Contradicted string           `json:"contradicted,omitempty"` // why Check refuses it
}

type declared struct {
	Name  string `json:"name"`
	DType string `json:"dtype"`
	Shape []any  `json:"shape"` // numbers, and the names of those that are not known; null: not even the rank
}

func inspectCommand() *cobra.Command {
	return &cobra.Command{
		Use: "inspect MODEL.onnx", Args: cobra.ExactArgs(1),
		Short: "Shows what a model is, and what of it is not supported, as JSON",
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := decode(args[0])
			if err != nil {
				return err
			}
			out := json.NewEncoder(cmd.OutOrStdout())
			out.SetIndent("", "  ")
			if !isInteger(m) {
				return out.Encode(described(m))
			}
			d, err := describedInteger(m)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			return out.Encode(d)
		},
	}
}

func described(m *onnx.Model) model {
	d := model{IRVersion: m.IRVersion, Producer: m.Producer, Opsets: m.Opsets, Nodes: len(m.Graph.Nodes), Operators: map[string]int{},
		Unsupported: []string{}, Weights: len(m.Graph.Initializers), Inputs: declaredOf(m.Graph.Inputs), Outputs: declaredOf(m.Graph.Outputs)}
	for _, n := range m.Graph.Nodes {
		d.Operators[n.Op]++
		if _, err := ops.Find(n.Domain, n.Op); err != nil && !slices.Contains(d.Unsupported, n.Op) {
			d.Unsupported = append(d.Unsupported, n.Op)
		}
	}
	for _, t := range m.Graph.Initializers {
		d.WeightBytes += len(t.Data)
	}
	if err := onnx.Check(m); err != nil {
		d.Contradicted = err.Error()
	}
	return d
}

func declaredOf(all []onnx.ValueInfo) []declared {
	out := []declared{}
	for _, v := range all {
		d := declared{Name: v.Name, DType: v.DType.String()}
		if !v.Unknown {
			d.Shape = []any{}
		}
		for _, dim := range v.Shape {
			switch {
			case dim.Value >= 0:
				d.Shape = append(d.Shape, dim.Value)
			case dim.Symbol != "":
				d.Shape = append(d.Shape, dim.Symbol)
			default:
				d.Shape = append(d.Shape, "?")
			}
		}
		out = append(out, d)
	}
	return out
}

func operatorsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "operators", Args: cobra.NoArgs,
		Short: "Lists the operators that are supported, one a line",
		RunE: func(cmd *cobra.Command, _ []string) error {
			for _, name := range ops.Names() {
				if _, err := fmt.Fprintln(cmd.OutOrStdout(), name); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
