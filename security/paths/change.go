package paths

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"syscall"
)

// Append opens a file inside for writing at its end and makes it if it is missing, with that mode. What is written is
// durable after the file's Sync. Unlike WriteFile's, a write that a crash cuts short leaves its beginning behind.
func (d *Dir) Append(name string, mode Mode) (*os.File, error) {
	perm, err := mode.perm()
	if err != nil {
		return nil, err
	}
	at, base, err := d.above(name)
	if err != nil {
		return nil, d.in(err)
	}
	f, err := appendTo(at, base, perm)
	if err := errors.Join(err, at.Close()); err != nil {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
		return nil, d.in(err)
	}
	return f, nil
}

func appendTo(at *os.Root, base string, perm fs.FileMode) (*os.File, error) {
	f, err := at.OpenFile(base, os.O_WRONLY|os.O_APPEND|os.O_CREATE|syscall.O_NONBLOCK, perm)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = fmt.Errorf("%s: %w: %s", f.Name(), ErrNotRegular, info.Mode().Type())
	case info.Size() == 0: // it may be new
		err = errors.Join(f.Chmod(perm), syncDir(at))
	}
	return f, err
}

// Rename gives a file or directory inside another name, at once, replacing a file of that name, and an empty directory by
// a directory. When it returns, the change is on disk. Fails with fs.ErrExist when it would replace a directory that is
// not empty.
func (d *Dir) Rename(from, to string) error { return d.in(d.rename(from, to)) }

func (d *Dir) rename(from, to string) error {
	old, err := Local(from)
	if err != nil {
		return err
	}
	name, err := Local(to)
	if err != nil {
		return err
	}
	if err := d.root.Rename(old, name); err != nil {
		return err
	}
	err = d.sync(path.Dir(name)) // first where the name is now: a crash may show both names, never none
	if path.Dir(old) != path.Dir(name) {
		err = errors.Join(err, d.sync(path.Dir(old)))
	}
	return err
}

func (d *Dir) sync(name string) error {
	at, err := d.root.OpenRoot(name)
	if err != nil {
		return err
	}
	return errors.Join(syncDir(at), at.Close())
}

// Remove removes a file, a link or an empty directory inside, and what a killed writer of it left. When it returns, the
// removal is on disk. Fails with fs.ErrNotExist.
func (d *Dir) Remove(name string) error {
	return d.in(d.remove(name, (*os.Root).Remove))
}

// RemoveAll is Remove with all that is in a directory, however deep. Links are removed, not followed; nothing there is
// success; directories whose owner locked himself out are opened again.
func (d *Dir) RemoveAll(name string) error {
	err := d.remove(name, removeTree)
	if errors.Is(err, fs.ErrNotExist) { // nor are the directories above it
		return nil
	}
	return d.in(err)
}

func (d *Dir) remove(name string, remove func(*os.Root, string) error) error {
	at, base, err := d.above(name)
	if err != nil {
		return err
	}
	err = remove(at, base)
	if err == nil {
		err = errors.Join(sweep(at, unfinished(base)), syncDir(at))
	}
	return errors.Join(err, at.Close())
}
