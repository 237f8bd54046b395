package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/tools/audit/finding"
	"github.com/virtengine/virtengine/tools/audit/gosdk"
	"github.com/virtengine/virtengine/tools/audit/leaks"
	"github.com/virtengine/virtengine/tools/audit/licence"
	"github.com/virtengine/virtengine/tools/audit/vulns"
)

// Exit codes.
const (
	clean    = 0
	found    = 1
	notAble  = 2
	policy   = "tools/audit/policy.yaml"
	licences = "tools/audit/licences.txt"
	exempt   = "tools/audit/secrets.txt"
)

const long = `Looks through the repository for three things and prints what it looked at and what it found:

  licences         every Go module that is compiled into a program or test of ours, and every npm package of a
                   package-lock.json, has a licence that ` + policy + ` allows, and stands in
                   ` + licences + `
  secrets          no file that git would commit holds a key, a token, a password or a recovery phrase; what only
                   looks like one stands in ` + exempt + `
  vulnerabilities  no function with a known vulnerability is called (govulncheck); needs --vulndb

Exit code: 0 nothing found, 1 something found, 2 an audit could not be done.

A new dependency: look at its licence, then write the list anew with --update and read the diff. A licence that is not
recognized, or a choice between two, is decided by a person in the policy, with a reason; the finding prints the digest
that the decision is bound to.

A secret that was committed is revoked, not only removed: it stays in the history.

The database of vulnerabilities is a folder with index and ID in it, as in https://vuln.go.dev/vulndb.zip; nothing is
fetched. Without it the report says that vulnerabilities were not checked; with --require-vulndb that is exit code 2.

The Go SDK is the one that --go names by its folder or its go command, else that of GOROOT, else that of PATH.`

const examples = `  audit                                      everything, as people read it
  audit --only=secrets                       before a commit
  audit --only=licences --update             after a new dependency
  audit --vulndb=vulndb --require-vulndb --json   in CI`

var errUsage = errors.New("usage")

// surroundings are what a run has besides its arguments.
type surroundings struct {
	workspace, typedIn string // as Bazel says; empty without it
	out, problems      io.Writer
	now                func() time.Time
}

type options struct {
	root, sdk, database   string
	only                  []string
	json, update, require bool
	fetch                 bool
}

// run runs the command and returns its exit code.
func run(ctx context.Context, args []string, s surroundings) int {
	code := clean
	var o options
	c := &cobra.Command{
		Use: "audit", Short: "Audits licences, secrets and vulnerabilities of this repository", Long: long, Example: examples,
		Args:          cobra.NoArgs,
		SilenceErrors: true, SilenceUsage: true,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if err := o.complete(s); err != nil {
				return err
			}
			code, err = audit(c.Context(), o, s)
			return err
		},
	}
	c.CompletionOptions.DisableDefaultCmd = true
	f := c.Flags()
	f.StringVar(&o.root, "root", s.workspace, "the repository's folder; default: the workspace Bazel runs in, else this folder")
	f.StringVar(&o.sdk, "go", "", "the Go SDK: its folder, or its go command")
	f.StringVar(&o.database, "vulndb", "", "the folder of a Go vulnerability database, or its file:// URL")
	f.BoolVar(&o.require, "require-vulndb", false, "a run without a database fails")
	f.StringSliceVar(&o.only, "only", nil, "audits to run: licences, secrets, vulnerabilities; default: all")
	f.BoolVar(&o.fetch, "fetch", false, "let the go command ask its module proxy for what the module cache lacks")
	f.BoolVar(&o.json, "json", false, "print the report as JSON")
	f.BoolVar(&o.update, "update", false, "write the list of licences anew")
	c.SetArgs(args)
	c.SetOut(s.out)
	c.SetErr(s.problems)
	if err := c.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(s.problems, "audit:", err)
		return notAble
	}
	return code
}

// names are the audits, in the order in which they run.
var names = [...]string{licence.Name, leaks.Name, vulns.Name}

// complete checks the options and makes paths absolute. What people type is relative to where they type it.
func (o *options) complete(s surroundings) error {
	for _, name := range o.only {
		if !slices.Contains(names[:], name) {
			return fmt.Errorf("%w: there is no audit %q\nhint: --only takes %s", errUsage, name, strings.Join(names[:], ", "))
		}
	}
	if o.update && !o.runs(licence.Name) {
		return fmt.Errorf("%w: --update writes the list of licences, which --only leaves out", errUsage)
	}
	if o.require && o.database == "" && o.runs(vulns.Name) {
		return fmt.Errorf("%w: --require-vulndb, and no --vulndb\nhint: name the folder of a Go vulnerability database", errUsage)
	}
	if o.root == "" {
		o.root = "."
	}
	for _, p := range []*string{&o.root, &o.database} {
		if *p == "" || strings.Contains(*p, "://") || filepath.IsAbs(*p) {
			continue
		}
		abs, err := filepath.Abs(filepath.Join(s.typedIn, *p))
		if err != nil {
			return err
		}
		*p = abs
	}
	return nil
}

func (o options) runs(name string) bool { return len(o.only) == 0 || slices.Contains(o.only, name) }

// audit runs the audits and prints the report. One that cannot be done does not keep the others from running.
func audit(ctx context.Context, o options, s surroundings) (int, error) {
	progress := func(line string) { fmt.Fprintln(s.problems, "audit:", line) }
	var sdk *gosdk.SDK
	if o.runs(licence.Name) || o.runs(vulns.Name) && o.database != "" {
		var err error
		if sdk, err = gosdk.Find(o.sdk); err != nil {
			return notAble, err
		}
		defer sdk.Close()
		if o.fetch {
			sdk.Fetch()
		}
		progress("with " + sdk.Version + " of " + sdk.Root)
	}
	var report []finding.Result
	for _, a := range []struct {
		name string
		run  func(context.Context) (finding.Result, error)
	}{
		{licence.Name, licence.Audit{Root: o.root, Policy: policy, List: licences, Update: o.update, SDK: sdk, Progress: progress}.Run},
		{leaks.Name, leaks.Audit{Root: o.root, Exemptions: exempt, Progress: progress}.Run},
		{vulns.Name, vulns.Audit{Root: o.root, Database: o.database, SDK: sdk, Now: s.now, Progress: progress}.Run},
	} {
		if !o.runs(a.name) {
			continue
		}
		result, err := a.run(ctx)
		if errors.Is(err, context.Canceled) {
			return notAble, fmt.Errorf("%s: interrupted", a.name)
		}
		if err != nil {
			result = finding.Result{Audit: a.name, Failed: err.Error(), Findings: []finding.Finding{}}
		}
		report = append(report, result)
	}
	return exitCode(report), write(s.out, report, o.json)
}

func exitCode(report []finding.Result) int {
	code := clean
	for _, r := range report {
		switch {
		case r.Failed != "":
			return notAble
		case r.Faults() > 0:
			code = found
		}
	}
	return code
}
