package licence

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/tools/audit/finding"
	"github.com/virtengine/virtengine/tools/audit/gosdk"
	"github.com/virtengine/virtengine/tools/audit/tree"
)

// Name is the audit's name.
const Name = "licences"

// ErrMissing says that something an audit needs was not given.
var ErrMissing = errors.New("licences: missing")

const maxInput = 64 << 20 // bytes of a policy, a list or a lock file

// Audit is one audit of a repository.
type Audit struct {
	Root     string // of the repository, absolute; go.mod is there
	Policy   string // the policy's file, relative to Root
	List     string // the list's file, relative to Root
	Update   bool   // write the list instead of comparing
	SDK      *gosdk.SDK
	Progress func(string)
}

// Run audits. Findings are in the result; an error says that it could not be done.
func (a Audit) Run(ctx context.Context) (finding.Result, error) {
	result := finding.Result{Audit: Name, Findings: []finding.Finding{}}
	if a.SDK == nil || a.Progress == nil || a.Policy == "" || a.List == "" || !filepath.IsAbs(a.Root) {
		return result, ErrMissing
	}
	dir, err := paths.OpenDir(a.Root, paths.OthersMayWrite) // a team may share it
	if err != nil {
		return result, err
	}
	defer dir.Close()
	text, err := dir.ReadFile(a.Policy, maxInput)
	if err != nil {
		return result, fmt.Errorf("the policy: %w", err)
	}
	policy, err := ParsePolicy(text)
	if err != nil {
		return result, fmt.Errorf("%s: %w", a.Policy, err)
	}
	rows, err := a.modules(ctx, policy, &result)
	if err != nil {
		return result, err
	}
	locks, packages, err := a.packages(ctx, dir, policy, &result)
	if err != nil {
		return result, err
	}
	result.Examined = fmt.Sprintf("%d Go modules for %s; %d npm packages of %d lock files",
		len(rows), strings.Join(policy.Platforms, ", "), len(packages), locks)
	rows = append(rows, packages...)
	policy.unneeded(rows, &result)
	return result, a.compare(dir, rows, &result)
}

func (a Audit) modules(ctx context.Context, policy Policy, result *finding.Result) ([]Row, error) {
	platforms, err := policy.platforms()
	if err != nil {
		return nil, err
	}
	modules, err := Modules(ctx, a.SDK, a.Root, platforms, a.Progress)
	if err != nil {
		return nil, err
	}
	a.Progress(fmt.Sprintf("reading the licences of %d modules", len(modules)))
	var rows []Row
	for _, m := range modules {
		files, err := Files(m)
		if err != nil {
			return nil, err
		}
		row, found, err := policy.judge(m, files)
		if err != nil {
			return nil, err
		}
		rows, result.Findings = append(rows, row), append(result.Findings, found...)
	}
	return rows, nil
}

func (a Audit) packages(ctx context.Context, dir *paths.Dir, policy Policy, result *finding.Result) (locks int, rows []Row, err error) {
	names, _, err := tree.Files(ctx, a.Root)
	if err != nil {
		return 0, nil, err
	}
	for _, name := range names {
		if path.Base(name) != "package-lock.json" {
			continue
		}
		locks++
		text, err := dir.ReadFile(name, maxInput)
		if err != nil {
			return 0, nil, err
		}
		more, found, err := policy.npm(name, text)
		if err != nil {
			return 0, nil, err
		}
		rows, result.Findings = append(rows, more...), append(result.Findings, found...)
	}
	return locks, rows, nil
}

// unneeded finds decisions about what we do not build with.
func (p Policy) unneeded(rows []Row, result *finding.Result) {
	for _, d := range p.Modules {
		if !slices.ContainsFunc(rows, func(r Row) bool { return r.Module == d.Module }) {
			result.Findings = append(result.Findings, finding.Finding{Where: d.Module, What: "a decision about it stands in the policy, but nothing of it is compiled", Hint: "remove it"})
		}
	}
}

const heading = `# Whose code is compiled into ours, under which licences: module, version, where it is used, licences.
# "decided": by a person, in the policy. "notice:": a file that goes wherever the code goes.
# Written by: tools/bazel run //tools/audit -- --only=licences --update
`

// compare compares the rows with the list in the repository, or writes it.
func (a Audit) compare(dir *paths.Dir, rows []Row, result *finding.Result) error {
	slices.SortFunc(rows, func(x, y Row) int { return cmp.Or(cmp.Compare(x.Module, y.Module), cmp.Compare(x.Version, y.Version)) })
	lines := make([]string, 0, len(rows))
	for _, r := range rows {
		lines = append(lines, r.String())
	}
	lines = slices.Compact(lines)
	if a.Update {
		return dir.WriteFile(a.List, []byte(heading+strings.Join(lines, "\n")+"\n"), paths.PublicFile)
	}
	have, err := dir.ReadFile(a.List, maxInput)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var kept []string
	for line := range strings.Lines(string(have)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			kept = append(kept, line)
		}
	}
	for _, line := range lines {
		if !slices.Contains(kept, line) {
			result.Findings = append(result.Findings, finding.Finding{Where: a.List, What: "is missing: " + line, Hint: "look at it, then run again with --update"})
		}
	}
	for _, line := range kept {
		if !slices.Contains(lines, line) {
			result.Findings = append(result.Findings, finding.Finding{Where: a.List, What: "is not so any more: " + line, Hint: "look at it, then run again with --update"})
		}
	}
	return nil
}
