// Command audit looks through the repository for what no test of a package sees: licences of others' code that nobody
// agreed to, secrets in files, known vulnerabilities.
//
// Guarantee: it reports what it looked at, with numbers, and what it did not look at and why. It changes nothing but the
// list of licences, when told to. Nothing is fetched.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/virtengine/virtengine/tools/audit/vulns"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) > 1 && os.Args[1] == vulns.StageWord {
		os.Exit(vulns.Stage(ctx, os.Args[2:], os.Stdout, os.Stderr))
	}
	os.Exit(run(ctx, os.Args[1:], surroundings{
		workspace: os.Getenv("BUILD_WORKSPACE_DIRECTORY"), typedIn: os.Getenv("BUILD_WORKING_DIRECTORY"),
		out: os.Stdout, problems: os.Stderr, now: time.Now,
	}))
}
