// Command bench measures what the project promises, beside what it is held against, and compares the ratios with those
// that were recorded. A ratio of two figures of one run means the same on any machine; a time does not.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

const help = `usage: bench [--only NAME] [--quick] [--update] [--list]

  --only NAME  measure only what has NAME in its name
  --quick      fewer open leases and rounds, to try a change; nothing is compared with the record
  --update     write the ratios to tools/bench/baseline.json
  --list       name what is measured

Exit status 1 when a ratio is worse than its goal and worse than the record by more than a fifth.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	root := os.Getenv("BUILD_WORKSPACE_DIRECTORY")
	if root == "" {
		root = "."
	}
	if err := run(ctx, os.Args[1:], filepath.Join(root, "tools", "bench", "baseline.json"), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// benchmark measures one promise.
type benchmark struct {
	name string
	what string
	run  func(ctx context.Context, quick bool, say func(format string, args ...any)) ([]figure, error)
}

var benchmarks = []benchmark{
	{"handlers", "market, escrow and settlement handlers at 300 to 100,000 open leases", handlers},
	{"endblock", "the end of a block at a thousand and a million open leases, equally many due", endBlock},
	{"bid", "from an order's event to the signed bid, ten thousand orders open", bidLatency},
}

func run(ctx context.Context, args []string, record string, out io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.Usage = func() { fmt.Fprint(out, help) }
	only := flags.String("only", "", "")
	quick := flags.Bool("quick", false, "")
	update := flags.Bool("update", false, "")
	list := flags.Bool("list", false, "")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	base, err := readBaseline(record)
	if err != nil {
		return err
	}
	var all []figure
	for _, b := range benchmarks {
		if !strings.Contains(b.name, *only) {
			continue
		}
		fmt.Fprintf(out, "%s: %s\n", b.name, b.what)
		if *list {
			continue
		}
		figures, err := b.run(ctx, *quick, func(format string, args ...any) { fmt.Fprintf(out, "  "+format+"\n", args...) })
		if err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
		for _, f := range figures {
			fmt.Fprintln(out, "  "+f.line(base))
		}
		all = append(all, figures...)
	}
	switch {
	case *list || *quick:
		return nil
	case *update:
		return base.write(record, all)
	}
	return base.judge(all)
}
