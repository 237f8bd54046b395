// Package bad starts programs in ways that were found in the wild.
package bad

import (
	"context"
	"io"
	"os"
	. "os/exec"
	run "os/exec"
	"plugin"
	"syscall"
	"text/template"

	"golang.org/x/sys/unix"
)

// A tenant's file name reaches a shell.
func thumbnail(name string) error {
	return run.Command("sh", "-c", "convert "+name+" out.png").Run() // want `os/exec.Command: programs are started`
}

// An option is smuggled in as a repository's name.
func clone(ctx context.Context, url string) error {
	return run.CommandContext(ctx, "git", "clone", url).Run() // want `os/exec.CommandContext`
}

// The program is found by the PATH of the moment.
func find() (string, error) {
	return LookPath("ansible-playbook") // want `os/exec.LookPath`
}

// A function value hides the call.
var start = run.Command // want `os/exec.Command`

func indirect(name string) error { return start(name).Run() }

// A struct literal needs no function at all.
func literal(argv []string) error {
	c := run.Cmd{Path: argv[0], Args: argv} // want `os/exec.Cmd`
	return c.Run()
}

// A wrapper passes everything on.
type runner func(name string, arg ...string) *run.Cmd // want `os/exec.Cmd`

func through(r runner, args ...string) error { return r(args[0], args[1:]...).Run() }

func wrapped() error { return through(Command, "ls") } // want `os/exec.Command`

// Below os/exec.
func below(argv []string) (*os.Process, error) {
	return os.StartProcess(argv[0], argv, &os.ProcAttr{Env: os.Environ()}) // want `os.StartProcess`
}

func replaceSelf(argv []string) error {
	return syscall.Exec(argv[0], argv, os.Environ()) // want `syscall.Exec`
}

func fork(argv []string) (int, error) {
	return syscall.ForkExec(argv[0], argv, nil) // want `syscall.ForkExec`
}

func become(argv []string) error {
	return unix.Exec(argv[0], argv, nil) // want `golang.org/x/sys/unix.Exec`
}

// A plugin is a program, too.
func load(path string) error {
	_, err := plugin.Open(path) // want `plugin.Open: code is linked`
	return err
}

// In a deferred closure, inside a generic, in a template's functions.
func each[T ~string](names []T) {
	for _, n := range names {
		defer func() { _ = run.Command(string(n)).Start() }() // want `os/exec.Command`
	}
}

var funcs = template.FuncMap{"sh": func(line string) ([]byte, error) {
	return run.Command("/bin/sh", "-c", line).CombinedOutput() // want `os/exec.Command`
}}

// An embedded command.
type job struct {
	*run.Cmd // want `os/exec.Cmd`
	log      io.Writer
}

// An exemption without a reason is a finding, and one that exempts nothing, too.
func exempted() error {
	return run.Command("true").Run() //ve:allow command because // want `an exemption from command needs a reason`
}

//ve:allow command there is nothing below that needs it // want `this exempts nothing from command`
func nothing() {}
