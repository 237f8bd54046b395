package exec

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/safemath"
)

// Program describes a program that may be started.
type Program struct {
	Name string // by which commands name it
	// File is its absolute path, or a name without slashes that is looked for in the registry's directories. Links are
	// followed once, at registration; argv[0] is the path before that, since some programs are several by that name.
	File string
	Args Pattern // what follows argv[0]; Seq{} for nothing
	// Env is the variables it may have. One whose slot is a Word it always has. The others it has when a command gives
	// them or its snapshot holds them.
	Env map[string]Slot
}

// Config is where programs are looked for and whose files they may be. The zero value is good.
type Config struct {
	Dirs   []string // absolute, in order; nil: TrustedDirs
	Owners []uint32 // users besides root and ourselves whose files are trusted, such as 65534 where a user namespace hides root
}

// TrustedDirs returns the directories where a program's name is looked for when a Config names none.
func TrustedDirs() []string {
	return []string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}
}

// Registry is the programs that may be started. It does not change, and is safe for concurrent use.
type Registry struct {
	programs map[string]*program
	trust    trust
}

// program is a registered Program.
type program struct {
	name   string
	argv0  string // the path as it was given or found
	file   string // where it leads
	args   node
	env    map[string]*slot
	script bool // its first argument is a file of code
}

// NewRegistry registers programs. It fails with ErrProgram for a malformed description, ErrForbidden for a shell, a
// launcher, an interpreter whose script is not fixed, or a variable of the loader; ErrUntrusted when others may change
// the program; and fs.ErrNotExist when it is not there.
func NewRegistry(c Config, programs ...Program) (*Registry, error) {
	dirs := c.Dirs
	if dirs == nil {
		dirs = TrustedDirs()
	}
	for _, dir := range dirs {
		if !filepath.IsAbs(dir) {
			return nil, fmt.Errorf("%w: %q in the directories of programs is not absolute", ErrProgram, cut(dir))
		}
	}
	r := &Registry{programs: map[string]*program{}, trust: append(trust{safemath.Clamp[uint32](os.Geteuid())}, c.Owners...)}
	for _, p := range programs {
		registered, err := r.register(p, dirs)
		if err != nil {
			return nil, fmt.Errorf("program %q: %w", cut(p.Name), err)
		}
		r.programs[p.Name] = registered
	}
	return r, nil
}

func (r *Registry) register(p Program, dirs []string) (*program, error) {
	if _, err := paths.Name(p.Name); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProgram, err)
	}
	if r.programs[p.Name] != nil {
		return nil, fmt.Errorf("%w: it is registered already", ErrProgram)
	}
	args, err := compile(p.Args, 0)
	if err != nil {
		return nil, fmt.Errorf("%w: its arguments: %w", ErrProgram, err)
	}
	env, err := r.compileEnv(p.Env)
	if err != nil {
		return nil, err
	}
	found := &program{name: p.Name, args: args, env: env}
	if found.argv0, err = find(p.File, dirs); err != nil {
		return nil, err
	}
	if found.file, err = r.trust.program(found.argv0); err != nil {
		return nil, err
	}
	return found, found.permitted()
}

// permitted refuses launchers, and interpreters that could be given code in an argument or in their input.
func (p *program) permitted() error {
	for _, base := range []string{filepath.Base(p.argv0), filepath.Base(p.file)} {
		switch kindOf(base) {
		case launcher:
			return fmt.Errorf("%w: %s runs what its arguments say; hint: register the program that it would run", ErrForbidden, base)
		case interpreter:
			p.script = true
		}
	}
	if !p.script {
		return nil
	}
	slots, empty := p.args.first()
	if empty || slices.ContainsFunc(slots, func(s *slot) bool { return !s.path }) {
		return fmt.Errorf("%w: %s is an interpreter; hint: its first argument must be the absolute path of a script, as a Word or a Path", ErrForbidden, p.argv0)
	}
	return nil
}

// find returns the absolute path of a program. The first directory that has a file of its name decides: where that file
// may not be run, no other one is taken instead.
func find(file string, dirs []string) (string, error) {
	if filepath.IsAbs(file) {
		if filepath.Clean(file) != file {
			return "", fmt.Errorf("%w: path %q is not in its shortest form", ErrProgram, cut(file))
		}
		return file, nil
	}
	if _, err := paths.Name(file); err != nil { // also refuses separators
		return "", fmt.Errorf("%w: %w; hint: give an absolute path, or a name without slashes", ErrProgram, err)
	}
	for _, dir := range dirs {
		name := filepath.Join(dir, file)
		_, err := os.Lstat(name)
		if err == nil {
			return name, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return "", fmt.Errorf("%s: %w in %s; hint: install it, or give its absolute path", file, fs.ErrNotExist, strings.Join(dirs, ", "))
}
