package leasedir

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// ErrHeld says that another process supervises the lease.
var ErrHeld = errors.New("held by a supervisor")

// TryLock takes the lock of a lease's supervisor for as long as f is open. ErrHeld when another has it.
func TryLock(f *os.File) error {
	err := unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart})
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return ErrHeld
	}
	return err
}

// Locked says whether a supervisor has the lock. It only looks: a supervisor that starts meanwhile finds the lock free.
func Locked(f *os.File) (bool, error) {
	l := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart}
	err := unix.FcntlFlock(f.Fd(), unix.F_OFD_GETLK, &l)
	return err == nil && l.Type != unix.F_UNLCK, err
}
