package paths

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"syscall"
)

// reading does not wait for a pipe's other end.
const reading = os.O_RDONLY | syscall.O_NONBLOCK

// Open opens a file or directory inside for reading. Fails with ErrNotRegular for pipes, sockets and devices.
// Who reads it bounds what he reads; ReadFile does.
func (d *Dir) Open(name string) (*os.File, error) {
	local, err := Local(name)
	if err != nil {
		return nil, d.in(err)
	}
	f, err := plain(d.root.OpenFile(local, reading, 0))
	return f, d.in(err)
}

// plain passes an opened file or directory on and closes anything else.
func plain(f *os.File, err error) (*os.File, error) {
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		err = fmt.Errorf("%s: %w: %s", f.Name(), ErrNotRegular, info.Mode().Type())
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// ReadFile reads a file inside that holds at most limit bytes. Fails with ErrTooLarge, ErrNotRegular, fs.ErrNotExist.
func (d *Dir) ReadFile(name string, limit int64) ([]byte, error) {
	f, err := d.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := readRegular(f, limit)
	return data, errors.Join(err, f.Close())
}

// ReadJSON reads a file inside, of at most limit bytes, into v.
func (d *Dir) ReadJSON(name string, limit int64, v any) error {
	data, err := d.ReadFile(name, limit)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return d.in(fmt.Errorf("%s: %w", name, err))
	}
	return nil
}

// readRegular reads a regular file to its end.
func readRegular(f *os.File, limit int64) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w: %s", f.Name(), ErrNotRegular, info.Mode().Type())
	}
	return readAll(f, f.Name(), limit, info.Size())
}

// readAll reads r to its end, which comes within limit bytes. expected is a guess that saves copying.
func readAll(r io.Reader, name string, limit, expected int64) ([]byte, error) {
	if limit < 0 {
		return nil, fmt.Errorf("%s: %w: %d", name, ErrLimit, limit)
	}
	limit = min(limit, math.MaxInt64-1)
	if expected > limit {
		return nil, fmt.Errorf("%s: %w: %d bytes, the limit is %d", name, ErrTooLarge, expected, limit)
	}
	var b bytes.Buffer
	b.Grow(int(min(max(expected, 0), 1<<20)) + bytes.MinRead) // a sparse file may claim much and hold nothing
	if _, err := b.ReadFrom(io.LimitReader(r, limit+1)); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if int64(b.Len()) > limit {
		return nil, fmt.Errorf("%s: %w of %d bytes", name, ErrTooLarge, limit)
	}
	return b.Bytes(), nil
}

// Stat tells about a name inside. Links are followed as long as they stay inside.
func (d *Dir) Stat(name string) (fs.FileInfo, error) {
	local, err := Local(name)
	if err != nil {
		return nil, d.in(err)
	}
	info, err := d.root.Stat(local)
	return info, d.in(err)
}

// List returns what is in the directory, at most limit entries, by name. Unfinished writes are not listed.
// Fails with ErrTooMany.
func (d *Dir) List(limit int) ([]fs.DirEntry, error) {
	f, err := d.root.Open(".")
	if err != nil {
		return nil, err
	}
	entries, err := list(f, limit)
	return entries, errors.Join(err, f.Close())
}

// list reads a directory in pieces, so that a large one costs no more memory than the limit allows.
func list(f *os.File, limit int) ([]fs.DirEntry, error) {
	if limit < 0 {
		return nil, fmt.Errorf("%s: %w: %d", f.Name(), ErrLimit, limit)
	}
	var out []fs.DirEntry
	for {
		some, err := f.ReadDir(256)
		for _, e := range some {
			if isUnfinished(e.Name()) {
				continue
			}
			if len(out) == limit {
				return nil, fmt.Errorf("%s: %w of %d", f.Name(), ErrTooMany, limit)
			}
			out = append(out, e)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return out, nil
}
