// Package command is the analyzer against command injection: programs start in one place only.
//
// What it answers: shells, options smuggled in as arguments, programs found by the PATH of the moment, inherited
// environments, process trees that nobody ends.
package command

import (
	"golang.org/x/tools/go/analysis"

	"github.com/virtengine/virtengine/security/analyzers/ban"
	"github.com/virtengine/virtengine/security/analyzers/house"
)

const use = "programs are started through security/exec"

var rules = []ban.Rule{
	{Package: "os/exec", Use: use},
	{Package: "os", Names: []string{"StartProcess"}, Use: use},
	{Package: "syscall", Names: []string{"Exec", "ForkExec", "StartProcess", "SYS_EXECVE", "SYS_EXECVEAT"}, Use: use},
	{Package: "golang.org/x/sys/unix", Names: []string{"Exec", "SYS_EXECVE", "SYS_EXECVEAT"}, Use: use},
	{Package: "golang.org/x/sys/execabs", Use: use},
	{Package: "plugin", Use: "code is linked, not loaded: a plugin is whatever file lies there"},
}

// Analyzer finds programs that are started elsewhere. Tests may start programs.
var Analyzer = &analysis.Analyzer{Name: "command", Doc: "programs are started in one place", Run: run}

func run(pass *analysis.Pass) (any, error) {
	c := house.New(pass, house.Scope{})
	if c == nil {
		return nil, nil
	}
	ban.Check(pass, c, rules)
	c.Done()
	return nil, nil
}
