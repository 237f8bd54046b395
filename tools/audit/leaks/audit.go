package leaks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/tools/audit/finding"
	"github.com/virtengine/virtengine/tools/audit/tree"
)

// Name is the audit's name.
const Name = "secrets"

// ErrMissing says that something an audit needs was not given.
var ErrMissing = errors.New("secrets: missing")

const (
	maxFile   = 64 << 20 // bytes; what is larger is a finding
	reportAll = 200      // files between two lines of progress
)

// Audit is one audit of a repository.
type Audit struct {
	Root       string // of the repository, absolute
	Exemptions string // the file of exemptions, relative to Root; it may be missing
	Progress   func(string)
}

// Run audits. Findings are in the result; an error says that it could not be done.
func (a Audit) Run(ctx context.Context) (finding.Result, error) {
	result := finding.Result{Audit: Name, Findings: []finding.Finding{}}
	if a.Progress == nil || a.Exemptions == "" || !filepath.IsAbs(a.Root) {
		return result, ErrMissing
	}
	dir, err := paths.OpenDir(a.Root, paths.OthersMayWrite) // a team may share it
	if err != nil {
		return result, err
	}
	defer dir.Close()
	text, err := dir.ReadFile(a.Exemptions, maxFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return result, err
	}
	exempt, err := parse(string(text))
	if err != nil {
		return result, fmt.Errorf("%s: %w", a.Exemptions, err)
	}
	names, by, err := tree.Files(ctx, a.Root)
	if err != nil {
		return result, err
	}
	if err := a.scan(ctx, dir, names, exempt, &result); err != nil {
		return result, err
	}
	for _, e := range exempt {
		if !e.used {
			result.Findings = append(result.Findings, finding.Finding{
				Where: fmt.Sprintf("%s:%d", a.Exemptions, e.line), What: "exempts nothing: " + e.file + " has no such line any more", Hint: "remove it",
			})
		}
	}
	result.Examined = fmt.Sprintf("%d files, listed by %s; %d exemptions", len(names), by, len(exempt))
	return result, nil
}

func (a Audit) scan(ctx context.Context, dir *paths.Dir, names []string, exempt []*exemption, result *finding.Result) error {
	scanner := NewScanner()
	for i, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i%reportAll == 0 {
			a.Progress(fmt.Sprintf("looking for secrets, file %d of %d", i+1, len(names)))
		}
		content, err := dir.ReadFile(name, maxFile)
		switch {
		case errors.Is(err, fs.ErrNotExist): // removed since it was listed
			continue
		case errors.Is(err, paths.ErrTooLarge):
			result.Findings = append(result.Findings, finding.Finding{Where: name, What: "is too large to be looked through", Hint: "keep artifacts out of the repository"})
			continue
		case err != nil:
			return err
		}
		for _, l := range scanner.Scan(name, content) {
			if !exempted(exempt, l) {
				result.Findings = append(result.Findings, finding.Finding{
					Where: fmt.Sprintf("%s:%d", l.File, l.Line), What: l.What,
					Hint: fmt.Sprintf("revoke it and keep another in security/secret; if it is none: %s:%s and why, in %s", l.File, l.Mark, a.Exemptions),
				})
			}
		}
	}
	return nil
}

func exempted(all []*exemption, l Leak) bool {
	for _, e := range all {
		if e.file == l.File && e.mark == l.Mark {
			e.used = true
			return true
		}
	}
	return false
}
