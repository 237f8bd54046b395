package httpx

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/paths"
)

// maxSocketPath is what fits into a socket's address, in bytes; Linux's sun_path with its final zero is 108.
const maxSocketPath = 107

// ListenUnix listens on a socket at an absolute path that only our user, and root, can connect to: its mode is 0600 from
// its first moment. A socket that nobody answers on, of a process that was killed, is replaced; two processes that start
// at the same moment are kept apart by a lock of the caller's, not by this. The socket is removed when the listener closes.
//
// Fails with ErrSocketInUse, with ErrSocket, also where something else has the name, and with paths.ErrUntrusted where
// other users may change the directory.
func ListenUnix(ctx context.Context, path string) (net.Listener, error) {
	if len(path) > maxSocketPath {
		return nil, fmt.Errorf("%w: %s has %d bytes, at most %d fit; hint: choose a shorter directory", ErrSocket, path, len(path), maxSocketPath)
	}
	dir, err := paths.OpenDir(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSocket, err)
	}
	l, err := listenIn(ctx, dir, path)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrSocket, err), dir.Close())
	}
	return l, dir.Close()
}

func listenIn(ctx context.Context, dir *paths.Dir, path string) (net.Listener, error) {
	name := filepath.Base(path)
	if err := clearSocket(ctx, dir, path); err != nil {
		return nil, err
	}
	// The mode of the socket before bind is, less the umask, the mode of the file that bind makes (unix_bind_bsd in
	// net/unix/af_unix.c), so that there is no moment in which others could connect.
	private := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var chmod error
		err := c.Control(func(fd uintptr) { chmod = unix.Fchmod(int(fd), 0o600) })
		return errors.Join(err, chmod)
	}}
	l, err := private.Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	info, err := dir.Root().Lstat(name)
	if err == nil && info.Mode() != fs.ModeSocket|0o600 {
		err = fmt.Errorf("%s: its mode is %s, not 0600; hint: the umask must not take the owner's rights", path, info.Mode())
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// clearSocket removes a socket that nobody answers on, and nothing else.
func clearSocket(ctx context.Context, dir *paths.Dir, path string) error {
	name := filepath.Base(path)
	info, err := dir.Root().Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s is a %s, not a socket; hint: remove it if it is not needed", path, info.Mode().Type())
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err == nil {
		return errors.Join(fmt.Errorf("%w: %s; hint: stop the process that listens there", ErrSocketInUse, path), conn.Close())
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	return dir.Remove(name)
}
