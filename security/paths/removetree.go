package paths

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// maxOpen is how many directories a removal holds open. A tenant can nest more than a process may open files; what
// lies deeper is first moved up to the top of what is removed.
const maxOpen = 64

// removeTree removes name and all that is in it. Nothing there is success.
func removeTree(at *os.Root, name string) error {
	err := at.Remove(name)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	top, opened := openReal(at, name)
	if opened != nil {
		return errors.Join(err, opened)
	}
	t := tree{top: top}
	if err := errors.Join(t.empty(top, 1), top.Close()); err != nil {
		return err
	}
	return at.Remove(name)
}

// openReal opens a directory that is one, not a link to one, and gives its owner the rights back that he took from himself.
func openReal(at *os.Root, name string) (*os.Root, error) {
	info, err := at.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: unix.ENOTDIR}
	}
	if info.Mode().Perm()&privateDir != privateDir {
		// Only root, who needs no rights, may fail here without harm.
		if err := at.Chmod(name, privateDir); err != nil && !errors.Is(err, fs.ErrPermission) {
			return nil, err
		}
	}
	dir, err := at.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	opened, err := dir.Stat(".")
	if err == nil && !os.SameFile(info, opened) {
		err = fmt.Errorf("%s/%s: was replaced while it was removed", at.Name(), name)
	}
	if err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	return dir, nil
}

// tree is what is being removed.
type tree struct {
	top  *os.Root
	next uint64 // free name of the top
}

// empty removes what is in dir, piece by piece so that a large one costs little memory, until nothing is in it: also what
// was moved up to the top after it was read.
func (t *tree) empty(dir *os.Root, depth int) error {
	for {
		f, err := dir.Open(".")
		if err != nil {
			return err
		}
		names, err := f.Readdirnames(1024)
		if err := errors.Join(noEOF(err), f.Close()); err != nil {
			return err
		}
		if len(names) == 0 {
			return nil
		}
		for _, n := range names {
			if err := t.remove(dir, n, depth); err != nil {
				return err
			}
		}
	}
}

func (t *tree) remove(dir *os.Root, name string, depth int) error {
	err := dir.Remove(name)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	sub, opened := openReal(dir, name)
	if opened != nil {
		return errors.Join(err, opened)
	}
	if depth >= maxOpen {
		return errors.Join(sub.Close(), t.moveUp(dir, name))
	}
	if err := errors.Join(t.empty(sub, depth+1), sub.Close()); err != nil {
		return err
	}
	return dir.Remove(name)
}

// moveUp moves a directory to a free name of the top.
func (t *tree) moveUp(dir *os.Root, name string) error {
	from, err := dir.Open(".")
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := t.top.Open(".")
	if err != nil {
		return err
	}
	defer to.Close()
	for {
		t.next++
		free := strconv.FormatUint(t.next, 36)
		err := unix.Renameat2(int(from.Fd()), name, int(to.Fd()), free, unix.RENAME_NOREPLACE)
		if !errors.Is(err, unix.EEXIST) {
			return err
		}
	}
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
