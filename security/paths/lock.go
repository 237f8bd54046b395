package paths

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Lock is a held lock. The kernel gives it back when the process ends, however it ends.
type Lock struct {
	file *os.File
}

// Lock takes the lock that a file inside stands for, and makes the file if it is missing. The file holds the process id
// of the holder and serves for nothing else; it is never removed. Fails with ErrLocked, which names the path and the
// holder, and does not wait.
func (d *Dir) Lock(name string) (*Lock, error) {
	at, base, err := d.above(name)
	if err != nil {
		return nil, d.in(err)
	}
	f, err := lock(at, base)
	if err := errors.Join(err, at.Close()); err != nil {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
		return nil, fmt.Errorf("%s/%s: %w", d.Path(), name, err)
	}
	return &Lock{file: f}, nil
}

// Close gives the lock back.
func (l *Lock) Close() error {
	// A child that is being started shares the file until its program runs: closing alone would leave it the lock.
	return errors.Join(flock(l.file, unix.LOCK_UN), l.file.Close())
}

// lock returns the file also when it fails after opening it.
func lock(at *os.Root, base string) (*os.File, error) {
	f, err := at.OpenFile(base, os.O_RDWR|os.O_CREATE|unix.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, err
	}
	if f, err = plain(f, nil); err != nil {
		return nil, err
	}
	err = flock(f, unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return f, fmt.Errorf("%w %s; hint: stop that one, or use another directory", ErrLocked, holder(f))
	}
	if err != nil {
		return f, err
	}
	if !names(at, base, f) {
		return f, fmt.Errorf("%w: it was replaced meanwhile; hint: nobody may remove it", ErrBusy)
	}
	if err := f.Truncate(0); err != nil {
		return f, err
	}
	_, err = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return f, err
}

// holder is the process that wrote its id into a lock; "unknown" when it says nothing sensible.
func holder(f *os.File) string {
	text, err := io.ReadAll(io.LimitReader(f, 16))
	if err != nil {
		return "unknown"
	}
	pid, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 32)
	if err != nil {
		return "unknown"
	}
	return strconv.FormatUint(pid, 10)
}
