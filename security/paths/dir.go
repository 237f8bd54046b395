package paths

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
)

// Dir is a directory beneath which names are opened. Names are relative to it, pass Local, and never leave it.
// Safe for concurrent use; several Dirs, also of several processes, may share a directory.
type Dir struct {
	root *os.Root
	step func(step) // tests stop a write here; nil elsewhere
}

// Allow lifts one check of OpenDir.
type Allow uint8

// OthersMayWrite opens a directory that its group or everyone may write to, and one that belongs to another user.
const OthersMayWrite Allow = 1

// OpenDir opens a directory by its absolute path. Fails with ErrNotAbsolute, fs.ErrNotExist, or ErrUntrusted when users
// other than root and ourselves can change what is in it: it belongs to one, or its group or everyone may write to it
// and the sticky bit does not keep them from each other's files.
func OpenDir(name string, allow ...Allow) (*Dir, error) {
	if err := absolute(name); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	d := &Dir{root: root}
	for _, a := range allow {
		if a == OthersMayWrite {
			return d, nil
		}
	}
	info, err := root.Stat(".")
	if err == nil {
		err = trusted(info, os.Geteuid())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), root.Close())
	}
	return d, nil
}

// MakeDir is OpenDir that first makes the directory and those above it, as far as they are missing, with mode 0700.
func MakeDir(name string, allow ...Allow) (*Dir, error) {
	if err := absolute(name); err != nil {
		return nil, err
	}
	if err := makeChain(filepath.Clean(name)); err != nil {
		return nil, err
	}
	return OpenDir(name, allow...)
}

func absolute(name string) error {
	if !filepath.IsAbs(name) || strings.ContainsRune(name, 0) {
		return fmt.Errorf("%w: %q; hint: write it from / on", ErrNotAbsolute, name)
	}
	return nil
}

// trusted says whether only root and the user euid can change what is in a directory.
func trusted(info fs.FileInfo, euid int) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("%w: its owner is not known", ErrUntrusted)
	}
	if st.Uid != 0 && int64(st.Uid) != int64(euid) {
		return fmt.Errorf("%w: it belongs to user %d; hint: chown %d", ErrUntrusted, st.Uid, euid)
	}
	if info.Mode().Perm()&0o022 != 0 && info.Mode()&fs.ModeSticky == 0 {
		return fmt.Errorf("%w: its mode is %#o; hint: chmod go-w", ErrUntrusted, info.Mode().Perm())
	}
	return nil
}

// makeChain makes a directory and those above it, each on disk before the next.
func makeChain(name string) error {
	info, err := os.Stat(name)
	if err == nil && !info.IsDir() {
		return &fs.PathError{Op: "mkdir", Path: name, Err: syscall.ENOTDIR}
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	above := filepath.Dir(name)
	if err := makeChain(above); err != nil {
		return err
	}
	if err := os.Mkdir(name, privateDir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	root, err := os.OpenRoot(above)
	if err != nil {
		return err
	}
	return errors.Join(syncDir(root), root.Close())
}

// Path is the path that the directory was opened by.
func (d *Dir) Path() string { return d.root.Name() }

// Root is the directory for what this package does not do: sockets, links, extraction. It closes with d.
func (d *Dir) Root() *os.Root { return d.root }

// Close closes the directory. Files and Dirs opened through it stay open.
func (d *Dir) Close() error { return d.root.Close() }

// in says in which directory something failed; what os.Root says names the rest.
func (d *Dir) in(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("in %s: %w", d.Path(), err)
}

// Sub opens a directory inside.
func (d *Dir) Sub(name string) (*Dir, error) {
	local, err := Local(name)
	if err != nil {
		return nil, d.in(err)
	}
	root, err := d.root.OpenRoot(local)
	if err != nil {
		return nil, d.in(err)
	}
	return &Dir{root: root, step: d.step}, nil
}

// MakeDir makes a directory inside, and those above it, as far as they are missing, with mode 0700.
func (d *Dir) MakeDir(name string) error { return d.in(d.makeDir(name, privateDir)) }

// MakePublicDir is MakeDir with mode 0755, for what others must read.
func (d *Dir) MakePublicDir(name string) error { return d.in(d.makeDir(name, publicDir)) }

func (d *Dir) makeDir(name string, perm fs.FileMode) error {
	local, err := Local(name)
	if err != nil {
		return err
	}
	at, err := d.root.OpenRoot(".")
	if err != nil {
		return err
	}
	for part := range strings.SplitSeq(local, "/") {
		next, err := makeOne(at, part, perm)
		if err := errors.Join(err, at.Close()); err != nil {
			return err
		}
		at = next
	}
	return at.Close()
}

// makeOne makes and opens one directory.
func makeOne(at *os.Root, name string, perm fs.FileMode) (*os.Root, error) {
	err := at.Mkdir(name, perm)
	switch {
	case err == nil:
		if perm == publicDir { // whatever the umask is
			err = at.Chmod(name, perm)
		}
		err = errors.Join(err, syncDir(at))
	case errors.Is(err, fs.ErrExist):
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return at.OpenRoot(name)
}

// above opens the directory that holds name, so that all steps of one act see the same directory.
func (d *Dir) above(name string) (parent *os.Root, base string, err error) {
	local, err := Local(name)
	if err != nil {
		return nil, "", err
	}
	if local == "." {
		return nil, "", refuseName(name, RuleDots)
	}
	parent, err = d.root.OpenRoot(path.Dir(local))
	return parent, path.Base(local), err
}

// syncDir puts a directory's names on disk.
func syncDir(root *os.Root) error {
	f, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
