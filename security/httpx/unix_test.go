package httpx_test

import (
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/httpx"
	"github.com/virtengine/virtengine/security/paths"
)

func TestAUnixSocketIsItsOwners(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	old := unix.Umask(0)
	defer unix.Umask(old)
	l, err := httpx.ListenUnix(t.Context(), path)
	require.NoError(t, err)
	info, err := os.Lstat(path)
	require.NoError(t, err)
	require.Equal(t, fs.ModeSocket|0o600, info.Mode(), "whatever the umask")
	r := serveOn(t, l, httpx.ServerConfig{Handler: says("x")})
	res, err := get(t, client(t, httpx.ClientConfig{Unix: path}), "http://daemon/any")
	require.Equal(t, "x", body(t, res, err))
	r.stop()
	require.NoError(t, <-r.done)
	require.NoFileExists(t, path)
}

// TestAUnixSocketIsNeverOpenToOthers looks at the socket all the time while it is made.
func TestAUnixSocketIsNeverOpenToOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	old := unix.Umask(0)
	defer unix.Umask(old)
	var stop atomic.Bool
	var seen, open atomic.Int64
	var watcher sync.WaitGroup
	watcher.Go(func() {
		for !stop.Load() {
			if info, err := os.Lstat(path); err == nil {
				seen.Add(1)
				if info.Mode().Perm()&0o077 != 0 {
					open.Add(1)
				}
			}
		}
	})
	for i := 0; i < 200 || seen.Load() == 0 && i < 100_000; i++ {
		l, err := httpx.ListenUnix(t.Context(), path)
		require.NoError(t, err)
		require.NoError(t, l.Close())
	}
	stop.Store(true)
	watcher.Wait()
	require.Positive(t, seen.Load())
	require.Zero(t, open.Load())
}

func TestWhatHasASocketsName(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		before func(t *testing.T, dir, path string) error
		want   error
	}{
		"Nothing": {"the usual case", func(*testing.T, string, string) error { return nil }, nil},
		"Killed": {"a socket of a process that is gone is replaced", func(_ *testing.T, _, path string) error {
			l, err := net.Listen("unix", path)
			if err != nil {
				return err
			}
			l.(*net.UnixListener).SetUnlinkOnClose(false)
			return l.Close()
		}, nil},
		"Alive": {"one of a process that answers is not", func(t *testing.T, _, path string) error {
			l, err := net.Listen("unix", path)
			t.Cleanup(func() { _ = l.Close() })
			return err
		}, httpx.ErrSocketInUse},
		"File":      {"a file is somebody's", func(_ *testing.T, _, path string) error { return os.WriteFile(path, []byte("x"), 0o600) }, httpx.ErrSocket},
		"Link":      {"a link leads elsewhere", func(_ *testing.T, dir, path string) error { return os.Symlink(filepath.Join(dir, "other"), path) }, httpx.ErrSocket},
		"OpenDir":   {"in a directory that others change, anything may be swapped", func(_ *testing.T, dir, _ string) error { return os.Chmod(dir, 0o777) }, paths.ErrUntrusted},
		"NoDir":     {"no directory", func(_ *testing.T, dir, _ string) error { return os.Remove(dir) }, fs.ErrNotExist},
		"Directory": {"a directory", func(_ *testing.T, _, path string) error { return os.Mkdir(path, 0o700) }, httpx.ErrSocket},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "d")
			require.NoError(t, os.Mkdir(dir, 0o700))
			path := filepath.Join(dir, "s")
			require.NoError(t, tc.before(t, dir, path))
			l, err := httpx.ListenUnix(t.Context(), path)
			if tc.want != nil {
				require.ErrorIs(t, err, tc.want, tc.reason)
				require.ErrorIs(t, err, httpx.ErrSocket)
				return
			}
			require.NoError(t, err, tc.reason)
			require.NoError(t, l.Close())
		})
	}
	_, err := httpx.ListenUnix(t.Context(), "/tmp/"+strings.Repeat("x", 200))
	require.ErrorIs(t, err, httpx.ErrSocket, "a path that does not fit is not cut")
	_, err = httpx.ListenUnix(t.Context(), "relative")
	require.ErrorIs(t, err, paths.ErrNotAbsolute)
}

func TestAClientOfASocketGoesNowhereElse(t *testing.T) {
	for name, c := range map[string]httpx.ClientConfig{
		"relative": {Unix: "s"},
		"proxy":    {Unix: "/s", EnvironmentProxy: true},
		"reason":   {Unix: "/s", InsecurePlaintext: "why"},
	} {
		_, err := httpx.NewClient(c)
		require.ErrorIs(t, err, httpx.ErrConfig, name)
	}
	_, err := get(t, client(t, httpx.ClientConfig{Unix: "/s"}), "https://daemon/")
	require.ErrorIs(t, err, httpx.ErrConfig)
	_, err = get(t, client(t, httpx.ClientConfig{Unix: filepath.Join(t.TempDir(), "s")}), "http://daemon/")
	require.ErrorIs(t, err, fs.ErrNotExist, "who dials can tell that nobody listens")
	require.NotErrorIs(t, err, http.ErrServerClosed)
}
