package paths_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/paths"
)

func TestKernelFiles(t *testing.T) {
	data, err := paths.ReadKernel("/proc/self/status")
	require.NoError(t, err)
	require.Contains(t, string(data), fmt.Sprintf("\nPid:\t%d\n", os.Getpid()))
	_, err = paths.ReadKernel("/proc/sys/kernel/random/boot_id")
	require.NoError(t, err)
	tasks, err := paths.ListKernel(fmt.Sprintf("/proc/%d/task", os.Getpid()), 10_000)
	require.NoError(t, err)
	require.NotEmpty(t, tasks)
	_, err = paths.StatKernel("/proc/self/stat")
	require.NoError(t, err)
	null, err := paths.OpenKernel("/dev/null")
	require.NoError(t, err)
	require.NoError(t, null.Close())
	_, err = paths.ReadKernel("/dev/zero")
	require.ErrorIs(t, err, paths.ErrTooLarge, "what never ends is left after a mebibyte")

	comm, err := paths.ReadKernel("/proc/self/comm")
	require.NoError(t, err)
	require.NoError(t, paths.WriteKernel("/proc/self/comm", "renamed"))
	now, err := paths.ReadKernel("/proc/self/comm")
	require.NoError(t, err)
	require.Equal(t, "renamed\n", string(now))
	require.NoError(t, paths.WriteKernel("/proc/self/comm", strings.TrimSpace(string(comm))))

	require.ErrorIs(t, paths.WriteKernel("/proc/self/none", "1"), fs.ErrNotExist, "no file is made")
	err = paths.WriteKernel("/proc/self/setgroups", "perhaps")
	require.Error(t, err)
	require.ErrorContains(t, err, "setgroups", "it says which file")
}

// TestKernelFilesLeadNowhereElse tries to reach a file of its own, so that a mistake here would harm nobody else's.
func TestKernelFilesLeadNowhereElse(t *testing.T) {
	dir := t.TempDir()
	victim := filepath.Join(dir, "victim")
	require.NoError(t, os.WriteFile(victim, []byte("victim"), 0o600))
	t.Chdir(dir)
	f, err := os.OpenFile(victim, os.O_RDWR, 0)
	require.NoError(t, err)
	defer f.Close()
	for name, tc := range map[string]struct{ reason, path string }{
		"Root":      {"a process's root is the whole machine", "/proc/self/root" + victim},
		"Cwd":       {"so is where it stands", "/proc/self/cwd/victim"},
		"Fd":        {"what is behind a descriptor is no kernel file", fmt.Sprintf("/proc/self/fd/%d", f.Fd())},
		"DevFd":     {"by its other name neither", fmt.Sprintf("/dev/fd/%d", f.Fd())},
		"Climb":     {"a number put into a path does not climb", "/proc/.." + victim},
		"Unclean":   {"nor is it spelled otherwise", "/proc//self/root" + victim},
		"Elsewhere": {"other files are no kernel files", victim},
		"LookAlike": {"nor is what begins alike", "/process/x"},
		"Relative":  {"nor a relative one", "victim"},
		"TheTop":    {"the top alone is no file", "/proc"},
		"WithSlash": {"nor with a slash", "/proc/"},
		"Nobody":    {"an unknown process is none", "/proc/0/stat"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := paths.ReadKernel(tc.path)
			require.Error(t, err, tc.reason)
			require.Error(t, paths.WriteKernel(tc.path, "evil"), tc.reason)
			_, err = paths.ListKernel(tc.path, 10)
			require.Error(t, err, tc.reason)
			require.Error(t, paths.MakeKernelDir(tc.path), tc.reason)
			require.Error(t, paths.RemoveKernelDir(tc.path), tc.reason)
		})
	}
	data, err := os.ReadFile(victim)
	require.NoError(t, err)
	require.Equal(t, "victim", string(data))
	for _, unclean := range []string{"/proc//self/status", "/proc/self/../self/status", "/proc/./self/status", "/proc/self/status/"} {
		_, err := paths.ReadKernel(unclean)
		require.ErrorIs(t, err, paths.ErrNotKernel, "%s: a path of ours is clean, so one that is not has a foreign part", unclean)
	}
	require.ErrorIs(t, paths.RemoveKernelDir(dir), paths.ErrNotKernel)
	require.ErrorIs(t, paths.MakeKernelDir("/proc/self/x"), paths.ErrNotKernel, "directories are made below /sys")
	require.NoError(t, paths.MakeKernelDir("/sys/kernel"), "what is there is there")
	require.ErrorIs(t, paths.RemoveKernelDir("/sys/kernel/virtengine-none"), fs.ErrNotExist)
}

func TestNamespaces(t *testing.T) {
	thread, err := paths.OpenNamespace(0, "net")
	require.NoError(t, err)
	defer thread.Close()
	process, err := paths.OpenNamespace(os.Getpid(), "net")
	require.NoError(t, err)
	defer process.Close()
	a, err := thread.Stat()
	require.NoError(t, err)
	b, err := process.Stat()
	require.NoError(t, err)
	require.True(t, os.SameFile(a, b))
	_, err = paths.OpenNamespace(0, "../root")
	require.ErrorIs(t, err, paths.ErrName)
	_, err = paths.OpenNamespace(0, "none")
	require.ErrorIs(t, err, fs.ErrNotExist)
}
