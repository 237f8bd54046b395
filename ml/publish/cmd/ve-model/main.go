// Command ve-model is for the people who make models: it trains, quantizes and evaluates, checks, runs, measures and shows, and makes,
// signs and publishes packs.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/engine/i8"
	"github.com/virtengine/virtengine/ml/engine/ops"
	"github.com/virtengine/virtengine/ml/onnx"
	"github.com/virtengine/virtengine/ml/publish/pack"
)

// Exit codes.
const (
	exitOK          = 0
	exitDiffers     = 1
	exitUnsupported = 2
	exitFailed      = 3
	exitRefused     = 4
)

// errDiffers says that a result is not what was expected.
var errDiffers = errors.New("results differ from what was expected")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string) int {
	root := &cobra.Command{
		Use: "ve-model", SilenceUsage: true, SilenceErrors: true,
		Short: "Makes, checks, runs and publishes ONNX models for the engine that validators run",
		Long: `Makes, checks, runs and publishes ONNX models for the engine that validators run.

The same model and input give the same bits on every machine: docs/determinism.md says how.

Exit codes: 0 it is as expected; 1 results differ; 2 the model uses what is not supported, which is named; 3 anything else;
4 a model pack, or what should become one, is refused.`,
	}
	root.AddCommand(checkCommand(), runCommand(), benchCommand(), inspectAnyCommand(), operatorsCommand(),
		packCommand(), signCommand(), verifyCommand(), publishCommand(), fetchCommand())
	root.AddCommand(modelCommands()...)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	fmt.Fprintln(os.Stderr, "ve-model:", err)
	switch {
	case errors.Is(err, errDiffers), errors.Is(err, pack.ErrConformance):
		return exitDiffers
	case errors.Is(err, pack.ErrContract), errors.Is(err, i8.ErrUnsupported):
		return exitUnsupported
	case errors.Is(err, ops.ErrUnsupported), errors.Is(err, onnx.ErrUnsupported):
		fmt.Fprintln(os.Stderr, "hint: ve-model operators lists what is supported")
		return exitUnsupported
	case refused(err):
		return exitRefused
	}
	return exitFailed
}
