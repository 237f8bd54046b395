package paths_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/paths"
)

func TestReadSecretFile(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		mode   fs.FileMode
		want   error
	}{
		"Private":        {"as ssh-keygen leaves it", 0o600, nil},
		"ReadOnly":       {"or stricter", 0o400, nil},
		"Group":          {"a group has members", 0o640, paths.ErrNotPrivate},
		"World":          {"everyone can read it", 0o644, paths.ErrNotPrivate},
		"GroupWritable":  {"who may write may replace the key", 0o620, paths.ErrNotPrivate},
		"WorldRunnable":  {"any right of others is one too many", 0o601, paths.ErrNotPrivate},
		"OwnerOnlyByRun": {"a program's mode is private too", 0o700, nil},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "key.pem")
			require.NoError(t, os.WriteFile(file, []byte("key"), 0o600))
			require.NoError(t, os.Chmod(file, tc.mode))
			data, err := paths.ReadSecretFile(file, 10)
			require.ErrorIs(t, err, tc.want, tc.reason)
			if tc.want != nil {
				require.Nil(t, data)
				require.ErrorContains(t, err, "hint: chmod 600 "+file)
				_, err = paths.ReadFile(file, 10)
				require.NoError(t, err, "what is no secret may be read")
				return
			}
			require.Equal(t, "key", string(data))
			_, err = paths.ReadSecretFile(file, 2)
			require.ErrorIs(t, err, paths.ErrTooLarge)
		})
	}
}

func TestWhatAnOperatorNames(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "config.yaml")
	require.NoError(t, paths.CreateFile(file, []byte("a"), paths.Private))
	require.ErrorIs(t, paths.CreateFile(file, []byte("b"), paths.Private), fs.ErrExist, "an operator's file is not overwritten")
	require.NoError(t, os.Symlink(file, filepath.Join(dir, "link")))
	data, err := paths.ReadFile(filepath.Join(dir, "link"), 1)
	require.NoError(t, err, "an operator may use links")
	require.Equal(t, "a", string(data))
	require.NoError(t, paths.WriteFile(file, []byte("bb"), paths.PublicFile))
	_, err = paths.ReadFile(file, 1)
	require.ErrorIs(t, err, paths.ErrTooLarge)
	require.EqualValues(t, 0o644, perm(t, file))

	for _, name := range []string{"config.yaml", "./config.yaml", "", file + "\x00"} {
		_, err = paths.ReadFile(name, 1)
		require.ErrorIs(t, err, paths.ErrNotAbsolute, name)
		require.ErrorIs(t, paths.WriteFile(name, nil, paths.Private), paths.ErrNotAbsolute, name)
	}
	_, err = paths.ReadFile(dir, 1)
	require.ErrorIs(t, err, paths.ErrNotRegular, "a directory")
	pipe := filepath.Join(dir, "pipe")
	require.NoError(t, unix.Mkfifo(pipe, 0o600))
	_, err = paths.ReadSecretFile(pipe, 1)
	require.ErrorIs(t, err, paths.ErrNotRegular, "a pipe would hang")
	_, err = paths.ReadFile("/dev/zero", 1)
	require.ErrorIs(t, err, paths.ErrNotRegular, "a device never ends")
	_, err = paths.ReadFile("/proc/self/status", 1)
	require.ErrorIs(t, err, paths.ErrTooLarge, "a file that hides its size is counted while it is read")

	require.NoError(t, os.Chmod(dir, 0o777))
	require.ErrorIs(t, paths.WriteFile(file, nil, paths.Private), paths.ErrUntrusted, "everyone could swap it at once")
	require.NoError(t, paths.WriteFile(file, nil, paths.Private, paths.OthersMayWrite))
}
