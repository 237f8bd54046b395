package exec

import (
	"fmt"
	"io"
	"os"
	"slices"
	"syscall"
	"time"
)

// DefaultOutput is how many bytes of each output stream Run captures at most when a command does not say.
const DefaultOutput = 1 << 20

// Other bounds of commands.
const (
	maxOutput = 1 << 30 // bytes of a captured stream
	maxFiles  = 256     // descriptors passed on
)

// Command is one start of a registered program.
type Command struct {
	Program string
	Args    []string          // what follows argv[0]
	Dir     string            // absolute; empty: "/". Nobody else may write it: programs find configuration there
	Env     map[string]string // values of registered variables
	Inherit []string          // a snapshot, NAME=VALUE; the registered variables in it are copied, Env goes before it

	Stdin io.Reader // nil: nothing. It should end: a read that blocks keeps its goroutine after the program has ended
	// Where output goes, without limit. nil: captured by Run, thrown away by Start. When both are the same, they share
	// one pipe and nothing is written to it at the same time.
	Stdout, Stderr io.Writer
	MaxOutput      int64      // bytes of each captured stream; 0: DefaultOutput
	Files          []*os.File // descriptors 3, 4, ... of the program

	User        *User // nil: ours
	Limits      Limits
	DeathSignal syscall.Signal // sent to the program, not its descendants, when we die; 0: SIGKILL

	Timeout time.Duration // how long it may run. Run needs one; Start takes none
	Drain   time.Duration // how long others may hold its output once it has ended; 0: five seconds
}

// User is whom a program runs as. Only root may say so.
type User struct {
	UID, GID uint32   // not 0
	Groups   []uint32 // supplementary ones; none of ours are kept
}

// launch is a command that was checked.
type launch struct {
	program string
	file    string
	argv    []string
	env     []string
	dir     string
}

// Check says whether a command would be started, and fails as Run does before it starts one.
func (r *Registry) Check(c Command) error {
	_, err := r.prepare(c)
	return err
}

func (r *Registry) prepare(c Command) (launch, error) {
	p := r.programs[c.Program]
	if p == nil {
		return launch{}, fmt.Errorf("%w: %q", ErrUnknownProgram, cut(c.Program))
	}
	l := launch{program: p.name, argv: append([]string{p.argv0}, c.Args...)} // ours: the caller's may change meanwhile
	if refused := fit(p.args, l.argv[1:]); refused != nil {
		refused.Program = p.name
		return launch{}, refused
	}
	var err error
	if l.env, err = p.environment(c.Env, c.Inherit); err != nil {
		return launch{}, err
	}
	if refused := bounded(l.argv, l.env); refused != nil {
		refused.Program = p.name
		return launch{}, refused
	}
	if err := c.check(); err != nil {
		return launch{}, fmt.Errorf("%w: program %s: %w", ErrCommand, p.name, err)
	}
	if l.dir, err = r.folder(c); err != nil {
		return launch{}, fmt.Errorf("%w: program %s: working folder: %w", ErrCommand, p.name, err)
	}
	if l.file, err = r.still(p, l.argv); err != nil {
		return launch{}, fmt.Errorf("program %s: %w", p.name, err)
	}
	return l, nil
}

// still checks that nobody could have replaced a program since it was registered, nor can replace the script it runs.
func (r *Registry) still(p *program, argv []string) (string, error) {
	file, err := r.trust.program(p.file)
	if err == nil && file != p.file {
		err = fmt.Errorf("%w: %s has become a link to %s", ErrUntrusted, p.file, file)
	}
	if err == nil && p.script {
		_, err = r.trust.file(argv[1])
	}
	return file, err
}

func (r *Registry) folder(c Command) (string, error) {
	if c.Dir == "" {
		return "/", nil
	}
	owners := r.trust
	if c.User != nil {
		owners = append(slices.Clone(owners), c.User.UID)
	}
	return owners.folder(c.Dir)
}

// bounded refuses what Linux would refuse with E2BIG, or nearly.
func bounded(argv, env []string) *ArgumentError {
	total := 0
	for _, s := range slices.Concat(argv, env) {
		total += len(s) + 1
	}
	if total > maxStrings {
		return &ArgumentError{Position: len(argv), Rule: fmt.Sprintf("arguments and environment have %d bytes, at most %d", total, maxStrings)}
	}
	return nil
}

func (c Command) check() error {
	switch {
	case c.MaxOutput < 0 || c.MaxOutput > maxOutput:
		return fmt.Errorf("output of %d bytes; hint: at most %d, or give a writer", c.MaxOutput, maxOutput)
	case c.Drain < 0:
		return fmt.Errorf("drain of %s", c.Drain)
	case c.DeathSignal < 0 || c.DeathSignal > 64:
		return fmt.Errorf("no such signal: %d", c.DeathSignal)
	case len(c.Files) > maxFiles:
		return fmt.Errorf("%d files, at most %d", len(c.Files), maxFiles)
	case slices.Contains(c.Files, nil):
		return fmt.Errorf("file %d is nil", 3+slices.Index(c.Files, nil))
	case c.User != nil && (c.User.UID == 0 || c.User.GID == 0):
		return fmt.Errorf("user %d, group %d: a user to change to is not root", c.User.UID, c.User.GID)
	}
	return c.Limits.check()
}
