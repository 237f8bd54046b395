package cgroup

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// folder stands for the kernel's file systems by ordinary ones.
type folder struct{}

func (folder) Read(name string) ([]byte, error) { return os.ReadFile(name) }

func (folder) Write(name, value string) error {
	if _, err := os.Stat(name); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(value), 0o600)
}

func (folder) Make(dir string) error { return os.MkdirAll(dir, 0o700) }

func (folder) Remove(dir string) error { return os.Remove(dir) }

func (folder) Groups(dir string) ([]string, error) {
	return filepath.Glob(filepath.Join(dir, "*", "."))
}

// unified is a version 2 hierarchy as plain files: what is written where can be looked at.
func unified(t *testing.T, groups ...string) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "cgroup.controllers"), []byte("cpu memory pids io\n"), 0o644))
	for _, g := range append(groups, ".") {
		dir := filepath.Join(root, g)
		require.NoError(t, os.MkdirAll(dir, 0o755))
		for _, f := range []string{"cgroup.subtree_control", "cgroup.procs", "cpu.max", "memory.max", "memory.swap.max", "pids.max"} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, f), nil, 0o644))
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, "cpu.stat"), []byte("usage_usec 1234\nuser_usec 1000\n"), 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "memory.current"), []byte("1000\n"), 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "memory.stat"), []byte("anon 300\ninactive_file 400\n"), 0o644))
	}
	return root
}

func content(t *testing.T, parts ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(parts...))
	require.NoError(t, err)
	return string(data)
}

func TestVersionTwoAlone(t *testing.T) {
	root := unified(t, "virtengine", "virtengine/lease")
	tree, err := parseMounts(strings.NewReader("31 23 0:28 / "+root+" rw - cgroup2 cgroup2 rw\n"), folder{})
	require.NoError(t, err)
	tree.parent = "virtengine"
	require.NoError(t, tree.prepare())
	require.Equal(t, "+cpu +memory +pids", content(t, root, "virtengine", "cgroup.subtree_control"), "leases get the controllers")
	g := tree.Group("lease")
	require.NoError(t, g.Limit(Limits{CPUMilli: 250, MemoryBytes: 4096, PIDs: 9}))
	require.Equal(t, "25000 100000", content(t, root, g.Path(), "cpu.max"))
	require.Equal(t, "4096", content(t, root, g.Path(), "memory.max"))
	require.Equal(t, "0", content(t, root, g.Path(), "memory.swap.max"), "swap is no way around the limit")
	require.Equal(t, "9", content(t, root, g.Path(), "pids.max"))
	nanos, err := g.CPUNanos()
	require.NoError(t, err)
	require.Equal(t, uint64(1_234_000), nanos)
	held, err := g.MemoryBytes()
	require.NoError(t, err)
	require.Equal(t, uint64(600), held, "file pages that can be dropped are not held")
}

func TestAMissingControllerIsNamed(t *testing.T) {
	root := t.TempDir()
	tree, err := parseMounts(strings.NewReader("31 23 0:28 / "+root+` rw - cgroup cgroup rw,cpu,cpuacct
32 23 0:29 / /with\040blank rw - cgroup cgroup rw,pids
`), folder{})
	require.NoError(t, err)
	require.Equal(t, "/with blank", tree.v1["pids"])
	err = tree.prepare()
	require.ErrorIs(t, err, ErrMissing)
	require.ErrorContains(t, err, "memory")
}
