// Command provider-daemon sells a machine's computing on the market: it bids, runs leases, meters and is paid.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/virtengine/virtengine/daemons/provider/backend/local"
)

func main() {
	local.Init() // a process the local backend started does its work here and ends
	os.Exit(run())
}

func run() int {
	ctx, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		s := <-signals
		stop(fmt.Errorf("%w: %s", errStopped, s))
		<-signals // the second one does not wait
		fmt.Fprintln(os.Stderr, "aborted; what was under way is taken up at the next start")
		os.Exit(130)
	}()
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
	return 0
}

var errStopped = errors.New("stopped by a signal")
