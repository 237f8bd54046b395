package paths

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	unfinishedPrefix = "."
	unfinishedSuffix = ".next"
)

// unfinished is where the next content of a file is written. There is one place per name, so that killed writers
// cannot fill a directory.
func unfinished(base string) string { return unfinishedPrefix + base + unfinishedSuffix }

func isUnfinished(base string) bool {
	return len(base) > len(unfinishedPrefix)+len(unfinishedSuffix) &&
		strings.HasPrefix(base, unfinishedPrefix) && strings.HasSuffix(base, unfinishedSuffix)
}

// maxClaims is how often a writer may find that others were faster.
const maxClaims = 10_000

// claim makes a new empty file at temp that is the caller's alone until he closes it, and waits for other writers.
//
// Who holds the lock of the file that temp names now, and nobody else, may rename or remove it. What a killed writer
// left has no lock any more: it is removed, never reused, since it may have another owner, mode or further names.
func claim(at *os.Root, temp string) (*os.File, error) {
	for range maxClaims {
		f, err := at.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		ours := err == nil
		if errors.Is(err, fs.ErrExist) {
			f, err = left(at, temp)
		}
		if errors.Is(err, fs.ErrNotExist) {
			if _, gone := at.Lstat("."); gone != nil {
				return nil, gone
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		if f == nil {
			continue
		}
		err = flock(f, unix.LOCK_EX)
		same := err == nil && names(at, temp, f)
		if ours && same {
			return f, nil
		}
		if same {
			err = at.Remove(temp)
		}
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%s/%s: %w", at.Name(), temp, ErrBusy)
}

// left opens what is at temp. No writer makes anything but regular files, so anything else is taken away at once.
func left(at *os.Root, temp string) (*os.File, error) {
	info, err := at.Lstat(temp)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, at.RemoveAll(temp)
	}
	return at.OpenFile(temp, reading, 0)
}

// names says whether name is the opened file, and not a link to it.
func names(at *os.Root, name string, f *os.File) bool {
	now, err := at.Lstat(name)
	if err != nil {
		return false
	}
	opened, err := f.Stat()
	return err == nil && os.SameFile(now, opened)
}

// flock is flock(2) on an open file.
func flock(f *os.File, how int) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		for {
			if failed = unix.Flock(int(fd), how); !errors.Is(failed, unix.EINTR) {
				return
			}
		}
	})
	return errors.Join(err, failed)
}

// sweep removes what a killed writer left at temp. What a living one is at, stays.
func sweep(at *os.Root, temp string) error {
	f, err := left(at, temp)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENAMETOOLONG) || err == nil && f == nil {
		return nil
	}
	if err != nil {
		return err
	}
	err = flock(f, unix.LOCK_EX|unix.LOCK_NB)
	if err == nil && names(at, temp, f) {
		err = at.Remove(temp)
	}
	if errors.Is(err, unix.EWOULDBLOCK) {
		err = nil
	}
	return errors.Join(err, f.Close())
}
