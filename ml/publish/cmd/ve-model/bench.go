package main

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/onnx"
)

// measured is a line of bench: one way to run a model.
type measured struct {
	Model   string  `json:"model"`
	Engine  string  `json:"engine"` // contract, or reference
	Kernels string  `json:"kernels"`
	Threads int     `json:"threads"`
	Runs    int     `json:"runs"`
	Least   float64 `json:"ms_min"`
	Median  float64 `json:"ms_median"`
	MACs    int64   `json:"macs"`        // of one run; 0: not counted
	GOPs    float64 `json:"gop_per_s"`   // two operations for each of MACs, at the least time
	Arena   int64   `json:"arena_bytes"` // for what is computed, besides weights; 0: not planned ahead

	// Of integer programs only.
	Peak   float64 `json:"share_of_peak,omitempty"` // of what so many cores could multiply at most; 0: not known
	Packed int64   `json:"packed_bytes,omitempty"`  // weights as the kernels want them
	Bare   int64   `json:"bare_bytes,omitempty"`    // the file's weights and twice the largest activation
}

// runner is a model ready to run, once more with each call.
type runner struct {
	engine, kernels string
	macs, arena     int64
	packed, bare    int64         // see measured
	peak            time.Duration // the least time that one core could take; 0: not known
	run             func(context.Context) error
	spent           func() []spent // nil: not known
}

type spent struct {
	name, op string
	took     time.Duration
	macs     int64
}

type benchFlags struct {
	threads []int
	kernels string
	dims    []string
	inputs  []string
	budget  time.Duration
	profile bool
	asJSON  bool
}

func benchCommand() *cobra.Command {
	f := benchFlags{}
	c := &cobra.Command{
		Use: "bench MODEL.onnx", Args: cobra.ExactArgs(1),
		Short: "Measures how long a model takes, for each number of threads",
		Long: `Measures how long a model takes: milliseconds a run, least and median, for each number of threads, and billions of
operations a second (two for each multiplication that is summed). Of an integer program also the share of what so many
cores could do at most, measured here and now, and its memory: the arena and packed weights against the file's weights and
twice the largest activation.

A model of ai.onnx runs under ve-f32-1, one of virtengine.i8 under ve-i8-1. No bit of a result depends on kernels or threads.
Without --input, inputs are numbers from a counter. Where a model leaves dimensions open, --dim settles them.`,
		Example: "  ve-model bench face.onnx\n  ve-model bench face.onnx --threads 1 --kernels go\n  ve-model bench face.onnx --dim N=1 --profile",
		RunE:    func(cmd *cobra.Command, args []string) error { return bench(cmd, args[0], f) },
	}
	c.Flags().IntSliceVar(&f.threads, "threads", nil, "numbers of threads, such as 1,2,4 (default: 1, and as many as there are processors)")
	c.Flags().StringVar(&f.kernels, "kernels", "best", "go, or what this processor has (avx2, avx512, vnni, neon); best; or reference, the loops that are the specification")
	c.Flags().StringArrayVar(&f.dims, "dim", nil, "NAME=SIZE of a dimension that the model leaves open; may be repeated")
	c.Flags().StringArrayVar(&f.inputs, "input", nil, "NAME=FILE.pb of one input; may be repeated")
	c.Flags().DurationVar(&f.budget, "time", 2*time.Second, "how long to measure, for each number of threads")
	c.Flags().BoolVar(&f.profile, "profile", false, "also list the nodes of a run by the time they took")
	c.Flags().BoolVar(&f.asJSON, "json", false, "one line of JSON for each number of threads")
	return c
}

func bench(cmd *cobra.Command, name string, f benchFlags) error {
	m, err := decode(name)
	if err != nil {
		return err
	}
	if err := settleDims(m, f.dims); err != nil {
		return err
	}
	if f.threads == nil {
		f.threads = []int{1}
		if n := runtime.GOMAXPROCS(0); n > 1 {
			f.threads = append(f.threads, n)
		}
	}
	for i, threads := range f.threads {
		r, err := newRunner(m, threads, f)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		line, err := measure(cmd.Context(), r, f.budget)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		line.Model, line.Threads = name, threads
		line.Peak = share(r.peak, line.Least, threads)
		if err := f.print(cmd, line, i == 0); err != nil {
			return err
		}
		if f.profile {
			printProfile(cmd, r)
		}
	}
	return nil
}

// measure runs once to warm up, and then as often as time allows, but three times at least.
func measure(ctx context.Context, r runner, budget time.Duration) (measured, error) {
	if err := r.run(ctx); err != nil {
		return measured{}, err
	}
	var took []time.Duration
	for start := time.Now(); len(took) < 3 || time.Since(start) < budget; {
		at := time.Now()
		if err := r.run(ctx); err != nil {
			return measured{}, err
		}
		took = append(took, time.Since(at))
	}
	slices.Sort(took)
	least := took[0]
	return measured{
		Engine: r.engine, Kernels: r.kernels, Runs: len(took), Least: milliseconds(least), Median: milliseconds(took[len(took)/2]),
		MACs: r.macs, GOPs: round(2 * float64(r.macs) / float64(max(least, 1))), Arena: r.arena,
		Packed: r.packed, Bare: r.bare,
	}, nil
}

// share is how much of so many cores' peak was used.
func share(peak time.Duration, least float64, threads int) float64 {
	if least == 0 {
		return 0
	}
	return round(float64(peak) / float64(time.Millisecond) / (least * float64(threads)))
}

func milliseconds(d time.Duration) float64 { return round(float64(d) / float64(time.Millisecond)) }

// round keeps three digits behind the point.
func round(v float64) float64 { return float64(int64(v*1000+0.5)) / 1000 } //ve:allow overflow times and rates are far below 2^53

func (f benchFlags) print(cmd *cobra.Command, m measured, first bool) error {
	if f.asJSON {
		return json.NewEncoder(cmd.OutOrStdout()).Encode(m)
	}
	out := cmd.OutOrStdout()
	if first {
		fmt.Fprintf(out, "%s: %s, %.1f million multiplications, %.1f MiB for what is computed\n", m.Model, m.Engine, float64(m.MACs)/1e6, mib(m.Arena))
		if m.Bare > 0 {
			fmt.Fprintf(out, "memory: arena and packed weights %.2f MiB, weights and twice the largest activation %.2f MiB: %.2f of it\n",
				mib(m.Arena+m.Packed), mib(m.Bare), float64(m.Arena+m.Packed)/float64(m.Bare))
		}
		fmt.Fprintf(out, "%8s %10s %12s %12s %10s %8s %8s\n", "threads", "kernels", "ms min", "ms median", "GOP/s", "of peak", "runs")
	}
	peak := "-"
	if m.Peak > 0 {
		peak = fmt.Sprintf("%.1f %%", 100*m.Peak)
	}
	_, err := fmt.Fprintf(out, "%8d %10s %12.3f %12.3f %10.1f %8s %8d\n", m.Threads, m.Kernels, m.Least, m.Median, m.GOPs, peak, m.Runs)
	return err
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

func printProfile(cmd *cobra.Command, r runner) {
	if r.spent == nil {
		fmt.Fprintln(cmd.OutOrStdout(), "no profile: the reference has none")
		return
	}
	all := r.spent()
	slices.SortStableFunc(all, func(a, b spent) int { return int(b.took - a.took) })
	for _, s := range all {
		fmt.Fprintf(cmd.OutOrStdout(), "%12.3f ms %10.3f million  %-20s %s\n", milliseconds(s.took), float64(s.macs)/1e6, s.op, s.name)
	}
}

// settleDims writes NAME=SIZE over the dimensions of inputs that have that name. What stays open is said by who needs it.
func settleDims(m *onnx.Model, pairs []string) error {
	for _, pair := range pairs {
		name, text, found := strings.Cut(pair, "=")
		size, err := strconv.ParseInt(text, 10, 32)
		if !found || name == "" || err != nil || size < 1 {
			return fmt.Errorf("--dim %q: want NAME=SIZE, a size above zero", pair)
		}
		hit := false
		for _, all := range [][]onnx.ValueInfo{m.Graph.Inputs, m.Graph.Outputs, m.Graph.Values} {
			for _, v := range all {
				for i, d := range v.Shape {
					if d.Symbol == name {
						v.Shape[i] = onnx.Dim{Value: size}
						hit = true
					}
				}
			}
		}
		if !hit {
			return fmt.Errorf("--dim %s: no dimension has that name; hint: ve-model inspect shows them", name)
		}
	}
	return nil
}
