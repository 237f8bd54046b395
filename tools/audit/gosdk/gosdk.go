// Package gosdk finds a Go SDK and runs its go command, for audits of Go code.
//
// Guarantee: one SDK is used throughout, the one that was named or else that of the environment, and its go command runs
// through security/exec with an environment that names this SDK, no C compiler, no other toolchain and no network. Where
// the environment names no cache (Bazel's tests have none), the go command has one of its own that goes away.
//
// Threat: an audit of one Go's standard library with the findings of another. It does not protect from an SDK that was
// tampered with.
package gosdk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"github.com/virtengine/virtengine/security/exec"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/tools/gocommand"
)

// ErrNone says that there is no Go SDK where one was looked for.
var ErrNone = errors.New("no Go SDK")

const (
	maxVersion = 4 << 10   // bytes of VERSION
	maxOutput  = 512 << 20 // bytes that go list may print: 40 MiB today
	patience   = 15 * time.Minute
)

// SDK is a Go SDK.
type SDK struct {
	Root    string // its folder, absolute, links followed
	Version string // as "go1.26.8"

	own *paths.Scratch // a cache of our own; nil where the environment has one
	env map[string]string
}

// Find returns the SDK that named leads to: its folder, its go command or a file right in its folder. If named is empty, it
// is that of GOROOT, or else of the go command of PATH. Fails with ErrNone.
func Find(named string) (*SDK, error) {
	var tried []string
	for _, place := range places(named) {
		root, version, err := look(place)
		if err == nil {
			return open(root, version)
		}
		tried = append(tried, err.Error())
	}
	return nil, fmt.Errorf("%w: %s\nhint: name it with --go, by its folder or its go command", ErrNone, strings.Join(tried, "; "))
}

func places(named string) []string {
	if named != "" {
		return []string{named}
	}
	var all []string
	if root := os.Getenv("GOROOT"); root != "" {
		all = append(all, root)
	}
	for _, dir := range gocommand.Dirs() {
		all = append(all, filepath.Join(dir, gocommand.Name))
	}
	return all
}

// look climbs from a place to the folder that has the SDK's VERSION and go command.
func look(place string) (root, version string, err error) {
	at, err := filepath.Abs(place)
	if err != nil {
		return "", "", err
	}
	for range 4 { // a link, bin/go, bin or ROOT, and the folder itself
		if at == filepath.Dir(at) { // the machine's own /bin/go was not meant
			break
		}
		//ve:allow filepaths the folder of an SDK is named by whoever audits
		if command, err := filepath.EvalSymlinks(filepath.Join(at, "bin", gocommand.Name)); err == nil {
			root = filepath.Dir(filepath.Dir(command))
			break
		}
		//ve:allow filepaths the go command of PATH may be a link
		if real, err := filepath.EvalSymlinks(at); err == nil && real != at {
			at = real
			continue
		}
		at = filepath.Dir(at)
	}
	if root == "" {
		return "", "", fmt.Errorf("%s: no SDK there", place)
	}
	text, err := paths.ReadFile(filepath.Join(root, "VERSION"), maxVersion)
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", place, err)
	}
	version, _, _ = strings.Cut(string(text), "\n")
	return root, strings.TrimSpace(version), nil
}

func open(root, version string) (*SDK, error) {
	s := &SDK{Root: root, Version: version, env: map[string]string{
		"GOROOT": root, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off", "GOPROXY": "off",
		"PATH": filepath.Join(root, "bin") + string(os.PathListSeparator) + "/usr/bin" + string(os.PathListSeparator) + "/bin",
	}}
	if path := gopath(); path != "" {
		s.env["GOPATH"] = path
	}
	if os.Getenv("HOME") == "" && os.Getenv("GOCACHE") == "" {
		own, err := paths.Temp(os.TempDir(), "audit-")
		if err != nil {
			return nil, err
		}
		s.own, s.env["GOCACHE"] = own, own.Path()
	}
	return s, nil
}

// gopath is where the modules are if neither the environment says it nor HOME has them: in the home that the user has by
// the system's list. Bazel gives its tests an empty HOME. Empty: as the go command has it.
func gopath() string {
	if os.Getenv("GOMODCACHE") != "" || os.Getenv("GOPATH") != "" {
		return ""
	}
	modules := filepath.Join("pkg", "mod")
	for _, home := range []func() string{func() string { return os.Getenv("HOME") }, listedHome} {
		path := filepath.Join(home(), "go")
		if dir, err := paths.OpenDir(filepath.Join(path, modules), paths.OthersMayWrite); err == nil {
			_ = dir.Close()
			return path
		}
	}
	return ""
}

func listedHome() string {
	who, err := user.Current()
	if err != nil {
		return ""
	}
	return who.HomeDir
}

// Fetch lets the go command ask the module proxy of its environment for what the module cache lacks.
func (s *SDK) Fetch() { delete(s.env, "GOPROXY") }

// Close takes away what the SDK's go command kept in a cache of ours.
func (s *SDK) Close() error {
	if s.own == nil {
		return nil
	}
	return s.own.Close()
}

// Program describes the SDK's go command with arguments of one shape, to be registered with security/exec.
func (s *SDK) Program(args exec.Pattern) exec.Program {
	p := gocommand.Program(args, s.env)
	p.File = filepath.Join(s.Root, "bin", gocommand.Name)
	return p
}

// Env is the environment of the SDK's go command, for programs that start it themselves.
func (s *SDK) Env() map[string]exec.Slot { return s.Program(exec.Seq{}).Env }

// List runs go list in a module's folder, for one platform, and returns what it prints: packages in JSON, those that a
// build of everything takes, tests too, with the given fields of cmd/go's Package.
func (s *SDK) List(ctx context.Context, module, os, arch, fields string) ([]byte, error) {
	p := s.Program(exec.Seq{
		exec.Word("list"), exec.Word("-deps"), exec.Word("-test"),
		exec.Prefixed{Prefix: "-json=", Value: exec.Match(`[A-Za-z]+(,[A-Za-z]+)*`)}, exec.Word("./..."),
	})
	p.Env["GOOS"], p.Env["GOARCH"] = exec.Identifier{}, exec.Identifier{}
	run, err := exec.NewRegistry(exec.Config{}, p)
	if err != nil {
		return nil, err
	}
	out, err := run.Run(ctx, exec.Command{
		Program: p.Name, Args: []string{"list", "-deps", "-test", "-json=" + fields, "./..."}, Dir: module,
		Env: map[string]string{"GOOS": os, "GOARCH": arch}, MaxOutput: maxOutput, Timeout: patience,
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", ErrNone, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%w\nhint: nothing is fetched without --fetch; if a module is missing: go mod download", err)
	}
	return out.Stdout, nil
}
