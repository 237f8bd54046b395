package vulns

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/virtengine/virtengine/security/exec"
	"github.com/virtengine/virtengine/tools/audit/finding"
	"github.com/virtengine/virtengine/tools/audit/gosdk"
)

// Name is the audit's name.
const Name = "vulnerabilities"

// ErrMissing says that something an audit needs was not given.
var ErrMissing = errors.New("vulnerabilities: missing")

// Unchecked is what the result says without a database.
const Unchecked = "no database given: vulnerabilities not checked"

const (
	maxAnswer = 256 << 20 // bytes: every entry of the database about a module of ours is in it
	patience  = time.Hour
	stale     = 30 * 24 * time.Hour // a database older than this is told
)

// Audit is one audit of a module.
type Audit struct {
	Root     string // the folder of go.mod, absolute
	Database string // a folder, or its file:// URL; empty: nothing is checked
	SDK      *gosdk.SDK
	Now      func() time.Time
	Progress func(string)
}

// Run audits. Findings are in the result; an error says that it could not be done.
func (a Audit) Run(ctx context.Context) (finding.Result, error) {
	result := finding.Result{Audit: Name, Findings: []finding.Finding{}}
	if a.Database == "" {
		result.Skipped = Unchecked
		return result, nil
	}
	if a.SDK == nil || a.Now == nil || a.Progress == nil || !filepath.IsAbs(a.Root) {
		return result, ErrMissing
	}
	db, err := OpenDatabase(a.Database)
	if err != nil {
		return result, err
	}
	said, err := a.ask(ctx, db)
	if err != nil {
		return result, err
	}
	result.Findings = said.findings()
	if age := a.Now().Sub(db.Modified); age > stale {
		result.Findings = append(result.Findings, finding.Finding{
			Where: db.Dir, What: fmt.Sprintf("the database is %d days old", age/(24*time.Hour)), Hint: "take a newer copy", Note: true,
		})
	}
	result.Examined = fmt.Sprintf("%d modules with %s, against the database of %s", said.modules, a.SDK.Version, db.Modified.UTC().Format(time.DateOnly))
	return result, nil
}

// ask runs govulncheck in a process of its own: ours, at its stage.
func (a Audit) ask(ctx context.Context, db Database) (answer, error) {
	self, err := os.Executable()
	if err != nil {
		return answer{}, err
	}
	args := []string{StageWord, "-json", "-test", "-db", db.url(), "-C", a.Root, "./..."}
	var shape exec.Seq
	for _, word := range args {
		shape = append(shape, exec.Word(word))
	}
	run, err := exec.NewRegistry(exec.Config{}, exec.Program{Name: "govulncheck", File: self, Args: shape, Env: a.SDK.Env()})
	if err != nil {
		return answer{}, err
	}
	a.Progress("looking for known vulnerabilities; a large module takes minutes")
	out, err := run.Run(ctx, exec.Command{Program: "govulncheck", Args: args, Dir: a.Root, MaxOutput: maxAnswer, Timeout: patience})
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return answer{}, fmt.Errorf("govulncheck: %s", strings.TrimSpace(exit.Error()))
		}
		return answer{}, fmt.Errorf("govulncheck: %w", err)
	}
	return read(bytes.NewReader(out.Stdout), a.Progress)
}
