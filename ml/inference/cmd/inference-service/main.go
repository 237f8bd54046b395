// Command inference-service runs verified models for a validator: scores of identities and raw inference, the same bits on every
// machine.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/viper"

	"github.com/virtengine/virtengine/ml/engine/kernel/f32"
	"github.com/virtengine/virtengine/ml/inference/service"
	"github.com/virtengine/virtengine/ml/inference/service/packs/fast"
	"github.com/virtengine/virtengine/ml/publish/execute"
	"github.com/virtengine/virtengine/ml/publish/pack"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailed  = 1
	exitDiffers = 2 // conformance: this machine does not find what the pack promises
	exitSignal  = 130
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run runs one command, which a signal ends.
func run(args []string, out, errOut io.Writer) int {
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	defer signal.Stop(signals)
	go func() {
		s := <-signals
		stop(fmt.Errorf("%w: %s", errStopped, s))
		<-signals // the second one does not wait
		fmt.Fprintln(errOut, "aborted")
		os.Exit(exitSignal)
	}()
	kernels := f32.Best()
	x, err := fast.New(kernels, service.System{}.Now)
	if err != nil {
		fmt.Fprintln(errOut, "inference-service:", err)
		return exitFailed
	}
	cmd := root(&app{viper: viper.New(), exec: x, reference: execute.Engine{}, kernels: kernels.Name()})
	cmd.SetArgs(args)
	cmd.SetOut(out)
	cmd.SetErr(errOut)
	err = cmd.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	fmt.Fprintln(errOut, "inference-service:", err)
	if errors.Is(err, pack.ErrConformance) {
		return exitDiffers
	}
	return exitFailed
}

var errStopped = errors.New("stopped by a signal")
