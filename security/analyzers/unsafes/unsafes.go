// Package unsafes is the analyzer against code that leaves Go's memory safety: unsafe, C, linknames, raw system calls.
package unsafes

import (
	"go/ast"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/virtengine/virtengine/security/analyzers/ban"
	"github.com/virtengine/virtengine/security/analyzers/house"
)

const (
	memory = "memory is not typed here: use encoding/binary, math.Float64bits, or strings.Builder"
	raw    = "raw system call: use the function of golang.org/x/sys/unix"
)

var rules = []ban.Rule{
	{Package: "unsafe", Use: memory},
	{Package: "reflect", Names: []string{"SliceHeader", "StringHeader", "NewAt", "Value.UnsafePointer", "Value.UnsafeAddr"}, Use: memory},
	{Package: "syscall", Names: []string{"Syscall", "Syscall6", "RawSyscall", "RawSyscall6", "Syscall9"}, Use: raw},
	{Package: "golang.org/x/sys/unix", Names: []string{"Syscall", "Syscall6", "RawSyscall", "RawSyscall6", "SyscallNoError", "RawSyscallNoError"}, Use: raw},
}

// Analyzer finds code that leaves memory safety.
var Analyzer = &analysis.Analyzer{Name: "unsafes", Doc: "no code outside Go's memory safety", Run: run}

func run(pass *analysis.Pass) (any, error) {
	c := house.New(pass, house.Scope{Tests: true})
	if c == nil {
		return nil, nil
	}
	ban.Check(pass, c, rules)
	c.Files(func(f *ast.File) {
		for _, spec := range f.Imports {
			if spec.Path.Value == `"C"` {
				c.Report(spec.Pos(), "C has no bounds: everything is built without it")
			}
		}
		for _, group := range f.Comments {
			for _, comment := range group.List {
				if strings.HasPrefix(comment.Text, "//go:linkname ") {
					c.Report(comment.Pos(), "a linkname reaches what another package keeps to itself")
				}
			}
		}
	})
	c.Done()
	return nil, nil
}
