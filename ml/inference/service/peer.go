package service

import (
	"errors"
	"log/slog"
	"net"
	"slices"

	"golang.org/x/sys/unix"
)

// errPeer says that a connection is not of a unix socket, or that the kernel does not know its other side.
var errPeer = errors.New("who connects is not known")

// peers is a listener that closes connections of processes that are not of the users allowed.
type peers struct {
	net.Listener
	users []uint32
	log   *slog.Logger
}

// AllowUsers returns a listener of a unix socket that takes connections of processes of these users alone, as the kernel knows them
// (SO_PEERCRED, unix(7)). The socket's mode says the same to the file system; this says it also for a socket that was handed over,
// or whose mode somebody changed. Fails with ErrConfig where it is no unix socket, or nobody is allowed.
func AllowUsers(l net.Listener, log *slog.Logger, users ...uint32) (net.Listener, error) {
	if l == nil || log == nil || len(users) == 0 || l.Addr().Network() != "unix" {
		return nil, errors.Join(ErrConfig, errors.New("a unix socket, a log and users are needed"))
	}
	return peers{l, slices.Clone(users), log}, nil
}

// Accept returns the next connection that is allowed.
func (p peers) Accept() (net.Conn, error) {
	for {
		c, err := p.Listener.Accept()
		if err != nil {
			return nil, err
		}
		user, err := userOf(c)
		if err == nil && slices.Contains(p.users, user) {
			return c, nil
		}
		p.log.Warn("a connection was refused", "user", user, "error", err)
		if err := c.Close(); err != nil {
			p.log.Debug("close of a refused connection", "error", err)
		}
	}
}

// userOf asks the kernel whose process the other side is.
func userOf(c net.Conn) (uint32, error) {
	u, ok := c.(*net.UnixConn)
	if !ok {
		return 0, errPeer
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return 0, err
	}
	var cred *unix.Ucred
	var failed error
	if err := raw.Control(func(fd uintptr) {
		cred, failed = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	}); err != nil {
		return 0, err
	}
	if failed != nil || cred == nil {
		return 0, errors.Join(errPeer, failed)
	}
	return cred.Uid, nil
}
