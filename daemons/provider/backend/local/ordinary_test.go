package local

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/daemons/provider/backend"
	"github.com/virtengine/virtengine/daemons/provider/backend/backendtest"
)

// The first arguments of the test started anew.
const (
	ownRootTest = "own-root-test"
	userTest    = "user-test"
)

// nobody is an ordinary user's id.
const nobody = 65534

// weak is a configuration for a user who has no cgroups.
func weak(t *testing.T) Config {
	t.Helper()
	cfg := quick(t)
	no := false
	cfg.RequireCgroups = &no
	return cfg
}

func TestWithoutCgroupsLeasesAreRefusedUnlessTheOperatorAcceptsIt(t *testing.T) {
	cfg := quick(t)
	cfg.CgroupParent = "no\x00group" // stands for hierarchies that cannot be written
	x := newBox(t, cfg)
	err := x.Ensure(t.Context(), x.lease, backend.Spec{Generation: 1})
	require.ErrorIs(t, err, backend.ErrRefused)
	require.ErrorContains(t, err, "hint")
}

// The whole contract, as an ordinary user. Root becomes one; the kernel must let him make user namespaces.
func TestContractAsOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		backendtest.Run(t, func(t *testing.T) backendtest.Harness { return harness(t, weak(t)) })
		return
	}
	dir := t.TempDir()
	require.NoError(t, os.Chown(dir, nobody, nobody))
	for at := filepath.Dir(dir); at != "/"; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		require.NoError(t, err)
		if info.Mode()&0o001 == 0 {
			require.NoError(t, os.Chmod(at, info.Mode()|0o011), "the user must be able to reach his files")
		}
	}
	again(t, dir, 0o555, ownRootTest, "^TestContractAsOrdinaryUser$")
}

// A strict umask, a packager or a build cache may leave the daemon's file to its owner alone. Tenants' users run it.
func TestAProgramThatOnlyItsOwnerMayExecute(t *testing.T) {
	for _, mode := range []fs.FileMode{0o500, 0o511, 0o544} {
		t.Run(mode.String(), func(t *testing.T) { again(t, t.TempDir(), mode, "", "^TestIsolation$") })
	}
}

// again runs tests once more from a copy of this program in dir, whose file has a mode.
func again(t *testing.T, dir string, mode fs.FileMode, how, tests string) {
	t.Helper()
	program := filepath.Join(dir, "local.test")
	copySelf(t, program)
	require.NoError(t, os.Chmod(program, mode))
	out, err := os.Create(filepath.Join(dir, "out"))
	require.NoError(t, err)
	defer out.Close()
	null, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer null.Close()
	args := []string{"local.test", "-test.v", "-test.run=" + tests}
	if how != "" {
		args = slices.Insert(args, 1, how)
	}
	p, err := os.StartProcess(program, args, &os.ProcAttr{Dir: "/", Files: []*os.File{null, out, out},
		Env: []string{"TMPDIR=" + dir}, Sys: &syscall.SysProcAttr{Setsid: true}})
	require.NoError(t, err)
	state, err := p.Wait()
	require.NoError(t, err)
	text, err := os.ReadFile(out.Name())
	require.NoError(t, err)
	require.True(t, state.Success(), "%s", text)
	require.Contains(t, string(text), "--- PASS", "the tests ran")
}

// becomeOrdinary is how that test begins when root started it: out of a chroot, in which the kernel lets nobody make user
// namespaces, then another user.
func becomeOrdinary() {
	if len(os.Args) < 2 || os.Args[1] != ownRootTest && os.Args[1] != userTest {
		return
	}
	var err error
	if os.Args[1] == ownRootTest {
		runtime.LockOSThread()
		if err = enterOwnRoot(); err == nil {
			err = unix.Exec("/proc/self/exe", append([]string{"local.test", userTest}, os.Args[2:]...), os.Environ())
		}
	} else {
		err = errors.Join(syscall.Setgroups(nil), syscall.Setgid(nobody), syscall.Setuid(nobody))
		if err == nil { // a new program, so that /proc/self belongs to the new user
			err = unix.Exec("/proc/self/exe", append([]string{"local.test"}, os.Args[2:]...), os.Environ())
		}
	}
	panic(err)
}
