// Package house is what all analyzers agree on: which code is ours, which files they read, who is at home where, and how
// a line is exempted.
//
// An exemption is a comment on the line of the finding or on the line above it:
//
//	//ve:allow ANALYZER why this line must do what the analyzer forbids
//
// The reason has four words or more. An exemption that exempts nothing, names no analyzer or gives no reason is a finding
// of its own. There is no other way out but a package's home, listed in Homes.
package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Module is our module, and the beginning of every import path of ours.
const Module = "github.com/virtengine/virtengine/"

// prefix begins the comment that exempts a line.
const prefix = "//ve:allow "

// minWords is how long a reason is at least.
const minWords = 4

// Home is a package that may do what an analyzer forbids to others.
type Home struct {
	Analyzer string
	Package  string // below Module
	File     string // of it; empty: every one
	Reason   string
}

// Homes lists every home. A test keeps the list of homes and exemptions, tools/exemptions/exemptions.txt.
var Homes = []Home{
	{"command", "daemons/provider/backend/local/sandbox", "fork.go", "becomes the tenant's program between fork and execve"},
	{"command", "security/exec", "", "everybody else's programs are started here"},
	{"filepaths", "security/archive", "", "unpacks beneath a root that it was given"},
	{"filepaths", "security/exec", "", "looks at every directory on the way to a program before it trusts it"},
	{"filepaths", "security/paths", "", "everybody else's paths are opened here"},
	{"overflow", "security/safemath", "", "everybody else's conversions are checked here"},
	{"random", "security/entropy", "", "everybody else's randomness comes from here"},
	{"transport", "security/tlsconf", "", "everybody else's TLS settings are made here"},
	{"unsafes", "daemons/provider/backend/local/sandbox", "fork.go", "between fork and execve nothing but raw system calls may run"},
}

// Analyzers names every analyzer that may be exempted from.
var Analyzers = []string{"command", "determinism", "filepaths", "layers", "overflow", "random", "secrets", "transport", "unsafes", "weakcrypto"}

// Checker reports findings of one analyzer in one package.
type Checker struct {
	pass  *analysis.Pass
	allow map[string]*exemption // file:line -> exemption
	files map[*ast.File]bool    // those that are read
}

type exemption struct {
	pos    token.Pos
	reason string
	used   bool
}

// Scope says which files of a package an analyzer reads.
type Scope struct {
	Tests bool // also _test.go: what holds for code that does not ship, too
}

// New returns a checker, or nil where the analyzer has nothing to say: the package is not ours, or it is at home here.
// Generated files are not read: their generators are pinned, and the tree is compared with what they write.
func New(pass *analysis.Pass, scope Scope) *Checker {
	name, ours := strings.CutPrefix(strings.TrimSuffix(pass.Pkg.Path(), "_test"), Module)
	if !ours {
		return nil
	}
	home := map[string]bool{} // files
	for _, h := range Homes {
		if h.Analyzer != pass.Analyzer.Name || name != h.Package && !strings.HasPrefix(name, h.Package+"/") {
			continue
		}
		if h.File == "" {
			return nil
		}
		home[h.File] = true
	}
	c := &Checker{pass: pass, allow: map[string]*exemption{}, files: map[*ast.File]bool{}}
	for _, f := range pass.Files {
		base := filepath.Base(pass.Fset.File(f.Pos()).Name())
		if ast.IsGenerated(f) || home[base] || strings.HasPrefix(base, "_") || !scope.Tests && strings.HasSuffix(base, "_test.go") || base == "testmain.go" {
			continue
		}
		c.files[f] = true
		c.readExemptions(f)
	}
	return c
}

// Package is the package's path below Module.
func (c *Checker) Package() string {
	return strings.TrimPrefix(strings.TrimSuffix(c.pass.Pkg.Path(), "_test"), Module)
}

// Files calls f for every file that is read.
func (c *Checker) Files(f func(*ast.File)) {
	for _, file := range c.pass.Files {
		if c.files[file] {
			f(file)
		}
	}
}

func (c *Checker) readExemptions(f *ast.File) {
	for _, group := range f.Comments {
		for _, comment := range group.List {
			text, found := strings.CutPrefix(comment.Text, prefix)
			if !found {
				continue
			}
			text, _, _ = strings.Cut(text, "//") // a comment of its own
			name, reason, _ := strings.Cut(text, " ")
			if name != c.pass.Analyzer.Name {
				continue
			}
			c.allow[c.line(comment.Pos(), 0)] = &exemption{pos: comment.Pos(), reason: reason}
		}
	}
}

func (c *Checker) line(pos token.Pos, offset int) string {
	at := c.pass.Fset.Position(pos)
	return fmt.Sprintf("%s:%d", at.Filename, at.Line+offset)
}

// Report tells a finding, unless its line is exempted.
func (c *Checker) Report(pos token.Pos, format string, args ...any) {
	for _, offset := range []int{0, -1} {
		if e := c.allow[c.line(pos, offset)]; e != nil {
			e.used = true
			return
		}
	}
	c.pass.Reportf(pos, format, args...)
}

// Done reports exemptions that are none. It comes last.
func (c *Checker) Done() {
	for _, e := range c.allow {
		switch {
		case len(strings.Fields(e.reason)) < minWords:
			c.pass.Reportf(e.pos, "an exemption from %s needs a reason of %d words or more", c.pass.Analyzer.Name, minWords)
		case !e.used:
			c.pass.Reportf(e.pos, "this exempts nothing from %s; remove it", c.pass.Analyzer.Name)
		}
	}
}

// Share makes c use the exemptions of another checker of the same package, whose Done speaks for both.
func (c *Checker) Share(other *Checker) { c.allow = other.allow }
