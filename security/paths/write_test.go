package paths_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/paths"
)

func TestModes(t *testing.T) {
	d := open(t, t.TempDir())
	for name, tc := range map[string]struct {
		reason string
		mode   paths.Mode
		perm   fs.FileMode
		want   error
	}{
		"Private":         {"the mode of who says nothing else", paths.Private, 0o600, nil},
		"PrivateReadOnly": {"a key that is written once", paths.PrivateReadOnly, 0o400, nil},
		"PrivateProgram":  {"a program of ours", paths.PrivateProgram, 0o700, nil},
		"PrivateRunOnly":  {"that nobody changes", paths.PrivateRunOnly, 0o500, nil},
		"PublicFile":      {"others must read it", paths.PublicFile, 0o644, nil},
		"PublicProgram":   {"others must run it", paths.PublicProgram, 0o755, nil},
		"Other":           {"there is no other", paths.Mode(99), 0, paths.ErrMode},
	} {
		t.Run(name, func(t *testing.T) {
			for _, umask := range []int{0, 0o077, 0o777} {
				old := syscall.Umask(umask)
				err := d.WriteFile(name, []byte("x"), tc.mode)
				create := d.CreateFile(name+"-new", []byte("x"), tc.mode)
				f, appending := d.Append(name+"-log", tc.mode)
				syscall.Umask(old)
				require.ErrorIs(t, err, tc.want, tc.reason)
				require.ErrorIs(t, create, tc.want, tc.reason)
				require.ErrorIs(t, appending, tc.want, tc.reason)
				if err != nil {
					continue
				}
				require.NoError(t, f.Close())
				for _, n := range []string{name, name + "-new", name + "-log"} {
					require.Equal(t, tc.perm, perm(t, filepath.Join(d.Path(), n)), "with umask %#o", umask)
					require.NoError(t, d.Remove(n))
				}
			}
		})
	}
}

func TestAFailedWriteChangesNothing(t *testing.T) {
	d := open(t, t.TempDir())
	require.NoError(t, d.WriteFile("x", []byte("old"), paths.Private))
	broken := errors.New("the line is cut")
	require.ErrorIs(t, d.WriteFrom("x", iotest.ErrReader(broken), 10, paths.Private), broken)
	require.ErrorIs(t, d.WriteFrom("x", strings.NewReader("12345678901"), 10, paths.Private), paths.ErrTooLarge, "one byte too many")
	require.ErrorIs(t, d.WriteFrom("x", strings.NewReader("1"), -1, paths.Private), paths.ErrLimit)
	require.ErrorIs(t, d.CreateFile("x", []byte("new"), paths.Private), fs.ErrExist, "a created file is new")
	requireRule(t, d.WriteFile(strings.Repeat("x", 250), nil, paths.Private), paths.RuleLength, "no room for the unfinished name")
	requireRule(t, d.WriteFile(".", nil, paths.Private), paths.RuleDots, "the directory itself")
	require.Error(t, d.WriteJSON("x", func() {}, paths.Private), "a function is no JSON")
	require.NoError(t, d.MakeDir("dir"))
	require.Error(t, d.WriteFile("dir", nil, paths.Private), "a directory is not replaced by a file")

	data, err := d.ReadFile("x", 3)
	require.NoError(t, err)
	require.Equal(t, "old", string(data))
	requireRaw(t, d, "dir", "x")
	require.NoError(t, d.WriteFrom("x", strings.NewReader("1234567890"), 10, paths.Private), "exactly the limit")
}

// requireRaw wants exactly these names in the directory, hidden ones included.
func requireRaw(t *testing.T, d *paths.Dir, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(d.Path())
	require.NoError(t, err)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	require.Equal(t, want, got)
}

func TestJSON(t *testing.T) {
	type plan struct{ Replicas int }
	d := open(t, t.TempDir())
	require.NoError(t, d.WriteJSON("plan.json", plan{3}, paths.Private))
	var got plan
	require.NoError(t, d.ReadJSON("plan.json", 100, &got))
	require.Equal(t, plan{3}, got)
	require.ErrorIs(t, d.ReadJSON("plan.json", 5, &got), paths.ErrTooLarge)
	require.ErrorIs(t, d.ReadJSON("none", 5, &got), fs.ErrNotExist)
	require.NoError(t, d.WriteFile("bad", []byte(`{"Replicas":1} trailing`), paths.Private))
	require.ErrorContains(t, d.ReadJSON("bad", 100, &got), "bad", "the error says which file")
}

// TestReadersSeeWholeFiles has writers in two Dirs, as two processes have, and readers that look all the time.
func TestReadersSeeWholeFiles(t *testing.T) {
	dir := t.TempDir()
	one, two := open(t, dir), open(t, dir)
	const size = 64 << 10
	content := func(i int) []byte { return bytes.Repeat([]byte{byte('a' + i)}, size) }
	require.NoError(t, one.WriteFile("x", content(0), paths.Private))
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				data, err := one.ReadFile("x", size)
				if err != nil || len(data) != size || bytes.Count(data, data[:1]) != size {
					t.Errorf("%d bytes, torn or failed: %v", len(data), err)
					return
				}
			}
		})
	}
	for i := range 8 {
		writers.Go(func() {
			for range 10 {
				if err := []*paths.Dir{one, two}[i%2].WriteFile("x", content(i), paths.Private); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	requireRaw(t, one, "x")
}

func TestOneOfManyCreates(t *testing.T) {
	d := open(t, t.TempDir())
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wg.Go(func() { errs[i] = d.CreateFile("x", []byte{byte(i)}, paths.Private) })
	}
	wg.Wait()
	winner := -1
	for i, err := range errs {
		if err == nil {
			require.Equal(t, -1, winner, "only one")
			winner = i
			continue
		}
		require.ErrorIs(t, err, fs.ErrExist)
	}
	data, err := d.ReadFile("x", 1)
	require.NoError(t, err)
	require.Equal(t, []byte{byte(winner)}, data, "and it is the one that was told so")
	requireRaw(t, d, "x")
}

// TestPlantedUnfinishedFiles has a directory where somebody put traps in the place of the unfinished write.
func TestPlantedUnfinishedFiles(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		plant  func(dir, victim string) error
	}{
		"Symlink":    {"a link is not written through", func(dir, victim string) error { return os.Symlink(victim, dir) }},
		"HardLink":   {"another name of a file is not written to", func(dir, victim string) error { return os.Link(victim, dir) }},
		"Dangling":   {"a link to nothing makes nothing", func(dir, victim string) error { return os.Symlink(victim+"-none", dir) }},
		"Pipe":       {"a pipe does not hang the writer", func(dir, _ string) error { return unix.Mkfifo(dir, 0o600) }},
		"Directory":  {"a directory makes room", func(dir, _ string) error { return os.MkdirAll(filepath.Join(dir, "x"), 0o700) }},
		"Readable":   {"a leftover's mode does not become the file's", func(dir, _ string) error { return os.WriteFile(dir, []byte("longer than the new one"), 0o644) }},
		"Unwritable": {"nor does it stop the next writer", func(dir, _ string) error { return os.WriteFile(dir, nil, 0o400) }},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, t.TempDir())
			victim := filepath.Join(d.Path(), "victim")
			require.NoError(t, os.WriteFile(victim, []byte("victim"), 0o644))
			for _, write := range []func(string, []byte, paths.Mode) error{d.CreateFile, d.WriteFile} {
				require.NoError(t, tc.plant(filepath.Join(d.Path(), ".x.next"), victim))
				require.NoError(t, write("x", []byte("new"), paths.Private), tc.reason)
				data, err := d.ReadFile("x", 100)
				require.NoError(t, err)
				require.Equal(t, "new", string(data))
				require.EqualValues(t, 0o600, perm(t, filepath.Join(d.Path(), "x")))
				data, err = d.ReadFile("victim", 100)
				require.NoError(t, err)
				require.Equal(t, "victim", string(data), tc.reason)
				requireRaw(t, d, "victim", "x")
			}
		})
	}
}

func TestChanges(t *testing.T) {
	d := open(t, t.TempDir())
	f, err := d.Append("log", paths.Private)
	require.NoError(t, err)
	_, err = f.WriteString("one\n")
	require.NoError(t, err)
	require.NoError(t, f.Close())
	f, err = d.Append("log", paths.Private)
	require.NoError(t, err)
	_, err = f.WriteString("two\n")
	require.NoError(t, err)
	require.NoError(t, f.Close())
	require.NoError(t, d.Rename("log", "log.1"))
	data, err := d.ReadFile("log.1", 100)
	require.NoError(t, err)
	require.Equal(t, "one\ntwo\n", string(data))

	require.NoError(t, d.MakeDir("a/b"))
	require.NoError(t, d.MakeDir("trash"))
	require.NoError(t, d.WriteFile("a/b/x", nil, paths.Private))
	require.NoError(t, d.Rename("a/b", "trash/b"), "a directory moves whole")
	require.NoError(t, d.MakeDir("a/b"))
	require.ErrorIs(t, d.Rename("a/b", "trash/b"), fs.ErrExist, "and does not replace what holds something")
	require.Error(t, d.Remove("trash"), "a full directory is not removed by mistake")
	require.NoError(t, d.RemoveAll("trash"))
	require.NoError(t, d.RemoveAll("trash"), "removing nothing is success")
	require.ErrorIs(t, d.Remove("trash"), fs.ErrNotExist)
	require.ErrorIs(t, d.RemoveAll("."), paths.ErrName, "the directory itself is its owner's")
	info, err := d.Stat("a")
	require.NoError(t, err)
	require.True(t, info.IsDir())
	sub, err := d.Sub("a")
	require.NoError(t, err)
	require.NoError(t, sub.Close())
	_, err = sub.ReadFile("x", 1)
	require.Error(t, err, "a closed directory reads nothing")
}

// TestDeepTreesGoAway has a tenant who nested more directories than the process may have files open.
func TestDeepTreesGoAway(t *testing.T) {
	d := open(t, t.TempDir())
	at, err := d.Root().OpenRoot(".")
	require.NoError(t, err)
	for i := range 2000 {
		require.NoError(t, at.Mkdir("d", 0o700))
		require.NoError(t, at.WriteFile("1", nil, 0o600), "a file in the way of what is moved up")
		if i%100 == 0 {
			require.NoError(t, at.Chmod("d", 0o300))
		}
		next, err := at.OpenRoot("d")
		if err != nil { // not as root: then the owner gives himself the right to look
			require.ErrorIs(t, err, fs.ErrPermission)
			require.NoError(t, at.Chmod("d", 0o700))
			next, err = at.OpenRoot("d")
			require.NoError(t, err)
		}
		require.NoError(t, at.Close())
		at = next
	}
	require.NoError(t, at.Close())
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 256, Max: limit.Max}))
	err = d.RemoveAll("d")
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
	require.NoError(t, err)
	requireRaw(t, d, "1")
}
