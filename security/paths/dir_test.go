package paths_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/paths"
)

func open(t *testing.T, name string) *paths.Dir {
	t.Helper()
	d, err := paths.OpenDir(name)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d
}

func perm(t *testing.T, name string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(name)
	require.NoError(t, err)
	return info.Mode().Perm()
}

func TestOpenDir(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		mode   fs.FileMode
		allow  []paths.Allow
		want   error
	}{
		"Private":        {"the usual", 0o700, nil, nil},
		"Readable":       {"others may look", 0o755, nil, nil},
		"GroupWritable":  {"the group could swap a file for a link", 0o770, nil, paths.ErrUntrusted},
		"WorldWritable":  {"so could everyone", 0o777, nil, paths.ErrUntrusted},
		"Sticky":         {"as /tmp: others cannot touch our files", 0o777 | fs.ModeSticky, nil, nil},
		"AllowedByWords": {"the caller says that he knows", 0o777, []paths.Allow{paths.OthersMayWrite}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.Chmod(dir, tc.mode))
			d, err := paths.OpenDir(dir, tc.allow...)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err == nil {
				require.NoError(t, d.Close())
			} else {
				require.ErrorContains(t, err, dir)
				require.ErrorContains(t, err, "hint:")
			}
		})
	}
	_, err := paths.OpenDir("relative")
	require.ErrorIs(t, err, paths.ErrNotAbsolute, "a daemon's current directory is nobody's choice")
	_, err = paths.OpenDir(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = paths.OpenDir(file)
	require.Error(t, err, "a file is no directory")
}

func TestMadeDirectoriesArePrivate(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	top := filepath.Join(t.TempDir(), "a")
	d, err := paths.MakeDir(filepath.Join(top, "b", "c"))
	require.NoError(t, err)
	defer d.Close()
	require.NoError(t, d.MakeDir("x/y"))
	require.NoError(t, d.MakeDir("x/y"), "twice is once")
	for _, name := range []string{"", "b", "b/c", "b/c/x", "b/c/x/y"} {
		require.EqualValues(t, 0o700, perm(t, filepath.Join(top, name)), "%s, whatever the umask lets through", name)
	}
	syscall.Umask(0o077)
	require.NoError(t, d.MakePublicDir("x/public/deep"))
	require.EqualValues(t, 0o755, perm(t, filepath.Join(top, "b/c/x/public/deep")), "public by name, whatever the umask takes away")
	require.EqualValues(t, 0o700, perm(t, filepath.Join(top, "b/c/x")), "what was there keeps its mode")

	require.NoError(t, d.WriteFile("file", nil, paths.Private))
	require.Error(t, d.MakeDir("file/x"), "a file is no directory")
	_, err = paths.MakeDir(filepath.Join(top, "b/c/file"))
	require.Error(t, err)
	_, err = paths.MakeDir(filepath.Join(top, "b/c/file/deeper"))
	require.Error(t, err)
	_, err = paths.MakeDir("relative")
	require.ErrorIs(t, err, paths.ErrNotAbsolute)
}

// TestNothingLeaves has a directory in which a tenant prepared every way out.
func TestNothingLeaves(t *testing.T) {
	outside, inside := t.TempDir(), t.TempDir()
	secret := filepath.Join(outside, "secret")
	require.NoError(t, os.WriteFile(secret, []byte("secret"), 0o600))
	d := open(t, inside)
	up, err := filepath.Rel(inside, outside)
	require.NoError(t, err)
	for name, target := range map[string]string{"abs": outside, "rel": up, "file": secret, "proc": "/proc/self/cwd", "loop": "loop"} {
		require.NoError(t, os.Symlink(target, filepath.Join(inside, name)))
	}
	require.NoError(t, d.MakeDir("real"))
	require.NoError(t, d.WriteFile("real/secret", []byte("ours"), paths.Private))
	require.NoError(t, os.Symlink("real", filepath.Join(inside, "within")))

	for _, name := range []string{"abs/secret", "rel/secret", "../" + filepath.Base(outside) + "/secret", secret, "proc/x", "loop/x", "real/../../x"} {
		t.Run(strings.ReplaceAll(name, "/", "_"), func(t *testing.T) {
			_, err := d.ReadFile(name, 100)
			require.Error(t, err)
			_, err = d.Open(name)
			require.Error(t, err)
			_, err = d.Stat(name)
			require.Error(t, err)
			_, err = d.Sub(name)
			require.Error(t, err)
			_, err = d.Append(name, paths.Private)
			require.Error(t, err)
			_, err = d.Lock(name)
			require.Error(t, err)
			require.Error(t, d.WriteFile(name, []byte("evil"), paths.Private))
			require.Error(t, d.CreateFile(name, []byte("evil"), paths.Private))
			require.Error(t, d.MakeDir(name+"/d"))
			require.Error(t, d.Remove(name))
			require.Error(t, d.RemoveAll(name))
			require.Error(t, d.Rename("real/secret", name))
			require.Error(t, d.Rename(name, "stolen"))
		})
	}
	for _, link := range []string{"file", "abs"} {
		_, err := d.ReadFile(link, 100)
		require.Error(t, err, "a link out is not read through")
		_, err = d.Append(link, paths.Private)
		require.Error(t, err, "nor written through")
		require.NoError(t, d.WriteFile(link, []byte("new"), paths.Private), "a write takes the link's place")
		require.NoError(t, d.Remove(link))
	}
	data, err := d.ReadFile("within/secret", 100)
	require.NoError(t, err, "a link that stays inside is a name like another")
	require.Equal(t, "ours", string(data))
	require.NoError(t, d.RemoveAll("rel"), "a link is removed, not what it shows")
	data, err = os.ReadFile(secret)
	require.NoError(t, err)
	require.Equal(t, "secret", string(data))
	entries, err := os.ReadDir(outside)
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

func TestOnlyFilesAreRead(t *testing.T) {
	d := open(t, t.TempDir())
	require.NoError(t, unix.Mkfifo(filepath.Join(d.Path(), "pipe"), 0o600))
	_, err := d.ReadFile("pipe", 10)
	require.ErrorIs(t, err, paths.ErrNotRegular, "a pipe without a writer would hang")
	_, err = d.Append("pipe", paths.Private)
	require.Error(t, err, "a pipe without a reader would hang")
	_, err = d.Lock("pipe")
	require.Error(t, err)
	require.NoError(t, d.MakeDir("dir"))
	_, err = d.ReadFile("dir", 10)
	require.ErrorIs(t, err, paths.ErrNotRegular)
	f, err := d.Open("dir")
	require.NoError(t, err, "a directory may be opened, to be mounted for example")
	require.NoError(t, f.Close())
}

func TestReadsAreBounded(t *testing.T) {
	d := open(t, t.TempDir())
	require.NoError(t, d.WriteFile("ten", []byte("0123456789"), paths.Private))
	require.NoError(t, os.Truncate(filepath.Join(d.Path(), "ten"), 10))
	for name, tc := range map[string]struct {
		reason string
		limit  int64
		want   error
	}{
		"Exactly":  {"the limit is allowed", 10, nil},
		"OneShort": {"one byte more is not", 9, paths.ErrTooLarge},
		"Zero":     {"zero reads empty files only", 0, paths.ErrTooLarge},
		"Negative": {"no limit is a mistake", -1, paths.ErrLimit},
		"Huge":     {"the largest number does not overflow", 1<<63 - 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := d.ReadFile("ten", tc.limit)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if err == nil {
				require.Equal(t, "0123456789", string(data))
			}
		})
	}
	require.NoError(t, os.Truncate(filepath.Join(d.Path(), "ten"), 1<<40))
	_, err := d.ReadFile("ten", 1<<20)
	require.ErrorIs(t, err, paths.ErrTooLarge, "a terabyte of hole is refused unread")
	_, err = d.ReadFile("none", 1)
	require.ErrorIs(t, err, fs.ErrNotExist)

	for _, name := range []string{"b", "a", "c"} {
		require.NoError(t, d.WriteFile(name, nil, paths.Private))
	}
	entries, err := d.List(4)
	require.NoError(t, err)
	require.Equal(t, "a", entries[0].Name(), "sorted")
	_, err = d.List(3)
	require.ErrorIs(t, err, paths.ErrTooMany)
	_, err = d.List(-1)
	require.ErrorIs(t, err, paths.ErrLimit)
}

func TestScratch(t *testing.T) {
	parent := t.TempDir()
	s, err := paths.Temp(parent, "bench-")
	require.NoError(t, err)
	require.EqualValues(t, 0o700, perm(t, s.Path()))
	require.NoError(t, s.MakeDir("a/b"))
	require.NoError(t, s.WriteFile("a/b/c", []byte("x"), paths.PrivateReadOnly))
	require.NoError(t, s.Close())
	entries, err := os.ReadDir(parent)
	require.NoError(t, err)
	require.Empty(t, entries)
	_, err = paths.Temp(parent, "../x")
	require.ErrorIs(t, err, paths.ErrName)
	_, err = paths.Temp("", "x")
	require.ErrorIs(t, err, paths.ErrNotAbsolute)
}
