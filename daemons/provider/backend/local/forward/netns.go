// Package forward carries connections between the host and replicas, each of which has a network namespace of its own
// with nothing in it but loopback.
package forward

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/safemath"
)

// within runs f on a thread that is in the network namespace ns. Sockets that f makes stay in it.
func within(ns *os.File, f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		home, err := paths.OpenNamespace(0, "net")
		if err != nil {
			runtime.UnlockOSThread()
			done <- err
			return
		}
		if err := enter(ns); err != nil {
			runtime.UnlockOSThread()
			done <- errors.Join(fmt.Errorf("enter network namespace: %w", err), home.Close())
			return
		}
		err = f()
		back := enter(home)
		if back == nil {
			runtime.UnlockOSThread() // else the thread is thrown away with this goroutine
		}
		done <- errors.Join(err, home.Close())
	}()
	return <-done
}

// enter goes through the file so that its descriptor cannot be closed and reused meanwhile.
func enter(ns *os.File) error {
	raw, err := ns.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = unix.Setns(int(fd), unix.CLONE_NEWNET) })
	return errors.Join(err, failed)
}

// LoopbackUp switches the loopback device of a new network namespace on.
func LoopbackUp(ns *os.File) error {
	return within(ns, func() error { return up("lo") })
}

// Dial connects to a port on loopback inside ns.
func Dial(ctx context.Context, ns *os.File, network string, port uint16) (net.Conn, error) {
	kind := unix.SOCK_STREAM
	if network == "udp" {
		kind = unix.SOCK_DGRAM
	}
	var fd int
	err := within(ns, func() (err error) {
		fd, err = unix.Socket(unix.AF_INET, kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
		return err
	})
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), network)
	defer f.Close()
	err = unix.Connect(fd, &unix.SockaddrInet4{Port: int(port), Addr: [4]byte{127, 0, 0, 1}})
	if errors.Is(err, unix.EINPROGRESS) {
		err = connected(ctx, fd)
	}
	if err != nil {
		return nil, fmt.Errorf("port %d: %w", port, err)
	}
	return net.FileConn(f)
}

// connected waits for a connection that is being made.
func connected(ctx context.Context, fd int) error {
	number, err := safemath.To[int32](fd)
	if err != nil {
		return err
	}
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: number, Events: unix.POLLOUT}}, int((100 * time.Millisecond).Milliseconds()))
		if err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
		if n > 0 {
			code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
			if err != nil {
				return err
			}
			if code != 0 {
				return unix.Errno(code)
			}
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// Listen listens at a loopback address inside ns.
func Listen(ns *os.File, at netip.AddrPort) (net.Listener, error) {
	var l net.Listener
	err := within(ns, func() (err error) {
		fd, err := bind(unix.SOCK_STREAM, at)
		if err != nil {
			return err
		}
		f := os.NewFile(uintptr(fd), at.String())
		defer f.Close()
		if err := unix.Listen(fd, 1024); err != nil {
			return err
		}
		l, err = net.FileListener(f)
		return err
	})
	return l, err
}

// ListenPacket is Listen for UDP.
func ListenPacket(ns *os.File, at netip.AddrPort) (net.PacketConn, error) {
	var p net.PacketConn
	err := within(ns, func() (err error) {
		fd, err := bind(unix.SOCK_DGRAM, at)
		if err != nil {
			return err
		}
		f := os.NewFile(uintptr(fd), at.String())
		defer f.Close()
		p, err = net.FilePacketConn(f)
		return err
	})
	return p, err
}

func bind(kind int, at netip.AddrPort) (int, error) {
	fd, err := unix.Socket(unix.AF_INET, kind|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: int(at.Port()), Addr: at.Addr().As4()}); err != nil {
		return -1, errors.Join(fmt.Errorf("bind %s: %w", at, err), unix.Close(fd))
	}
	return fd, nil
}
