// Command localnet shows the main job on one machine: a chain, a provider with the local backend, a tenant; an order
// becomes a running, metered, paid workload.
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
	"syscall"
	"time"
)

const help = `usage: localnet [--once] [--validators N] [--home DIR] [--reset] [--sdl FILE] [--deposit UVE] [--block-time D]

Starts a chain and a provider on this machine, orders what FILE describes, sends the manifest, fetches the workload's
page, and shows use and cost as they grow. It stays up until interrupted; with --once it then closes the lease, accepts
the invoices, checks that deposit = paid + fees + refund, and ends.

  --once          close the lease when the workload was seen, print the final sum, and end
  --validators N  validators of the chain (default 1)
  --home DIR      where everything is kept; the same folder goes on where it stopped (default: a new folder)
  --reset         empty DIR first
  --sdl FILE      what to order (default examples/web.yaml)
  --deposit UVE   escrowed with each order (default 5000000)
  --block-time D  pause between blocks (default 1s)

The programs are taken from --virtengine, --provider-daemon and --workload; without them they are built with go.
`

type options struct {
	once       bool
	validators int
	home       string
	reset      bool
	sdl        string
	deposit    int64
	blockTime  time.Duration

	virtengine, daemon, workload string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(os.Args[1:], os.Getenv("BUILD_WORKING_DIRECTORY"), os.Stdout)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		err = run(ctx, o, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "localnet:", err)
		os.Exit(1)
	}
}

// parse reads the arguments. Paths that a person types are relative to where they typed them, which is not where Bazel
// starts the program.
func parse(args []string, typedIn string, out io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("localnet", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.Usage = func() { fmt.Fprint(out, help) }
	flags.BoolVar(&o.once, "once", false, "")
	flags.IntVar(&o.validators, "validators", 1, "")
	flags.StringVar(&o.home, "home", "", "")
	flags.BoolVar(&o.reset, "reset", false, "")
	flags.StringVar(&o.sdl, "sdl", "", "")
	flags.Int64Var(&o.deposit, "deposit", 5_000_000, "")
	flags.DurationVar(&o.blockTime, "block-time", time.Second, "")
	flags.StringVar(&o.virtengine, "virtengine", "", "")
	flags.StringVar(&o.daemon, "provider-daemon", "", "")
	flags.StringVar(&o.workload, "workload", "", "")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unknown argument %q; next: localnet --help", flags.Arg(0))
	case o.validators < 1:
		return o, fmt.Errorf("--validators %d: a chain has one at least", o.validators)
	case o.reset && o.home == "":
		return o, errors.New("--reset needs --home: a new folder is empty already")
	case o.blockTime < 100*time.Millisecond:
		return o, fmt.Errorf("--block-time %s: at least 100ms", o.blockTime)
	}
	typed := func(p *string) {
		if *p != "" && !filepath.IsAbs(*p) && typedIn != "" {
			*p = filepath.Join(typedIn, *p)
		}
	}
	typed(&o.home)
	if o.sdl == "" {
		o.sdl = filepath.Join("examples", "web.yaml")
	} else {
		typed(&o.sdl)
	}
	for _, p := range []*string{&o.home, &o.sdl, &o.virtengine, &o.daemon, &o.workload} {
		if *p == "" {
			continue
		}
		abs, err := filepath.Abs(*p)
		if err != nil {
			return o, err
		}
		*p = abs
	}
	return o, nil
}

func run(ctx context.Context, o options, out io.Writer) error {
	n, err := prepare(ctx, o, out)
	if err != nil {
		return err
	}
	err = n.job(ctx, o)
	if ctx.Err() != nil && !o.once {
		n.say("interrupted", "stopping; go on with --home %s", n.home)
		err = nil
	}
	return errors.Join(err, n.stop())
}
