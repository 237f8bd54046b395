// Command bench measures what the project promises, beside what it is held against, and compares the ratios with those
// that were recorded. A ratio of two figures of one run means the same on any machine; a time does not.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"strings"

	"github.com/virtengine/virtengine/security/paths"
)

const help = `usage: bench [--only NAME] [--quick] [--profile FILE] [--ort DIR] [--update] [--list]

Measures handlers, the end of a block, the bid engine and the engine of models. Every line holds what we take, what that is held against, and
the ratio of the two: 1.00 is equal, less is better. Sizes that are compared take turns within one run, so a machine
that slows down slows both.

  --only NAME     measure only what has NAME in its name
  --quick         fewer open leases and rounds, to try a change; nothing is compared with the record
  --profile FILE  write a CPU profile of what is measured, without the seeding; needs --only
  --ort DIR       hold models against onnxruntime-web too; DIR is where npm install --ignore-scripts onnxruntime-web@1.30.0 was run
  --update        write the ratios to tools/bench/baseline.json instead of comparing with it
  --list          name what is measured

A full run takes minutes and gigabytes: most of both go into a million open leases. Examples:

  bench --quick                                   does a change still run, and roughly as fast?
  bench --only handlers --profile handlers.pprof  where does the time go? go tool pprof -top handlers.pprof
  bench --only bid --update                       record a change that was meant

Exit status 1 when a ratio is worse than the record by more than its tolerance (a fifth; three times for what is held
against a time instead of a measurement, since that feels the machine) or, where nothing is recorded, worse than its
goal.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	record, err := filepath.Abs(filepath.Join(os.Getenv("BUILD_WORKSPACE_DIRECTORY"), "tools", "bench", "baseline.json"))
	if err == nil {
		err = run(ctx, os.Args[1:], record, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// benchmark measures one promise.
type benchmark struct {
	name string
	what string
	run  func(context.Context, session) ([]figure, error)
}

var benchmarks = []benchmark{
	{"handlers", "market, escrow and settlement handlers at 300 to 100,000 open leases", handlers},
	{"endblock", "the end of a block at a thousand and a million open leases, equally many due", endBlock},
	{"ml", "networks of the size that faces take, in float and in integers, on one thread", networks},
	{"bid", "from an order's event to the signed bid, ten thousand orders open", bidLatency},
}

// session is what a benchmark knows of the run it is part of.
type session struct {
	quick   bool
	peer    string // the folder of onnxruntime-web; empty: it is not measured
	out     io.Writer
	profile io.Writer // nil: none is wanted
}

func (s session) say(format string, args ...any) { fmt.Fprintf(s.out, "  "+format+"\n", args...) }

// measured runs what is measured; seeding goes before it, so that a profile shows none of it.
func (s session) measured(do func() error) error {
	if s.profile != nil {
		if err := pprof.StartCPUProfile(s.profile); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	return do()
}

func run(ctx context.Context, args []string, record string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.Usage = func() { fmt.Fprint(out, help) }
	only := flags.String("only", "", "")
	quick := flags.Bool("quick", false, "")
	profile := flags.String("profile", "", "")
	peer := flags.String("ort", "", "")
	update := flags.Bool("update", false, "")
	list := flags.Bool("list", false, "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	chosen := named(*only)
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected %q: names go behind --only", flags.Arg(0))
	case len(chosen) == 0:
		return fmt.Errorf("nothing has %q in its name: --list shows the names", *only)
	case *quick && *update:
		return errors.New("--quick measures too little to be recorded: leave out one of --quick and --update")
	case *profile != "" && len(chosen) != 1:
		return errors.New("--profile is of one benchmark: name it with --only")
	}
	if *list {
		for _, b := range chosen {
			fmt.Fprintf(out, "%-10s %s\n", b.name, b.what)
		}
		return nil
	}
	base, err := readBaseline(record)
	if err != nil {
		return err
	}
	s := session{quick: *quick, out: out, peer: *peer}
	if *profile != "" {
		name, err := filepath.Abs(*profile)
		if err != nil {
			return err
		}
		var cpu bytes.Buffer
		defer func() {
			err = errors.Join(err, paths.WriteFile(name, cpu.Bytes(), paths.PublicFile, paths.OthersMayWrite))
		}()
		s.profile = &cpu
	}
	all, err := measure(ctx, chosen, s, base)
	switch {
	case err != nil || *quick:
		return err
	case *update:
		return base.write(record, all)
	}
	return base.judge(all)
}

// measure runs benchmarks one after the other and prints each figure as it comes.
func measure(ctx context.Context, chosen []benchmark, s session, base baseline) ([]figure, error) {
	var all []figure
	for _, b := range chosen {
		fmt.Fprintf(s.out, "%s: %s\n", b.name, b.what)
		figures, err := b.run(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.name, err)
		}
		for _, f := range figures {
			fmt.Fprintln(s.out, "  "+f.line(base))
		}
		all = append(all, figures...)
	}
	return all, nil
}

// named returns the benchmarks with part in their names.
func named(part string) []benchmark {
	var out []benchmark
	for _, b := range benchmarks {
		if strings.Contains(b.name, part) {
			out = append(out, b)
		}
	}
	return out
}
