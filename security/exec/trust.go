package exec

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/virtengine/virtengine/security/paths"
)

// maxLinks is how many links a path may lead through, as in Linux.
const maxLinks = 40

// trust is the users whose files and folders are trusted, besides root.
type trust []uint32

// resolve follows an absolute path from the root directory, link by link, and returns where it leads: a path without
// links. It fails with paths.ErrNotAbsolute, and with ErrUntrusted where another user could lead it elsewhere or change its end: everything on the way
// belongs to trusted users, and others can write nothing but directories that are sticky.
func (t trust) resolve(name string) (string, fs.FileInfo, error) {
	if !filepath.IsAbs(name) {
		return "", nil, fmt.Errorf("%w: %q", paths.ErrNotAbsolute, cut(name))
	}
	at, links := "/", 0
	info, err := t.look(at)
	rest := strings.Split(name, "/")
	for err == nil && len(rest) > 0 {
		element := rest[0]
		rest = rest[1:]
		if element == "" {
			continue
		}
		next := filepath.Join(at, element) // at holds no links, so ".." of a link's target is the parent
		if info, err = t.look(next); err != nil {
			break
		}
		if info.Mode().Type() != fs.ModeSymlink {
			at = next
			continue
		}
		var target string
		if target, err = os.Readlink(next); err != nil {
			break
		}
		if links++; links > maxLinks {
			return "", nil, fmt.Errorf("%s: %w", name, syscall.ELOOP)
		}
		if filepath.IsAbs(target) {
			at = "/"
		}
		rest = slices.Concat(strings.Split(target, "/"), rest)
	}
	if err == nil {
		info, err = t.look(at)
	}
	return at, info, err
}

// look fails with ErrUntrusted when other users may change a file, or what is in a directory and not theirs.
func (t trust) look(name string) (fs.FileInfo, error) {
	info, err := os.Lstat(name)
	if err != nil {
		return nil, err
	}
	if err := t.check(info); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return info, nil
}

func (t trust) check(info fs.FileInfo) error {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || st.Uid != 0 && !slices.Contains(t, st.Uid) {
		return fmt.Errorf("%w: it belongs to another user; hint: chown it to root or the user we run as", ErrUntrusted)
	}
	if info.Mode().Type() == fs.ModeSymlink || info.IsDir() && info.Mode()&fs.ModeSticky != 0 {
		return nil // a link has no mode of its own, and in a sticky directory everyone keeps what is theirs
	}
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%w: its mode is %#o; hint: chmod go-w", ErrUntrusted, info.Mode().Perm())
	}
	return nil
}

// program returns the file that a program's path leads to, and fails unless it may be run.
func (t trust) program(name string) (string, error) {
	file, err := t.file(name)
	if err != nil {
		return "", err
	}
	info, err := os.Lstat(file)
	switch {
	case err != nil:
		return "", err
	case info.Mode().Perm()&0o111 == 0:
		return "", fmt.Errorf("%w: %s is not executable", ErrProgram, file)
	case info.Mode()&(fs.ModeSetuid|fs.ModeSetgid) != 0:
		return "", fmt.Errorf("%w: %s changes its user or group when it starts", ErrForbidden, file)
	}
	return file, t.script(file)
}

// file returns the regular file that a path leads to.
func (t trust) file(name string) (string, error) {
	file, info, err := t.resolve(name)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: %s is not a regular file", ErrProgram, file)
	}
	return file, err
}

// folder returns the directory that a path leads to, in which nobody else may write: programs find configuration there.
func (t trust) folder(name string) (string, error) {
	dir, info, err := t.resolve(name)
	switch {
	case err != nil:
		return "", err
	case !info.IsDir():
		return "", fmt.Errorf("%s: %w", dir, syscall.ENOTDIR)
	case info.Mode().Perm()&0o022 != 0:
		return "", fmt.Errorf("%s: %w: its mode is %#o; hint: make a folder in it", dir, ErrUntrusted, info.Mode().Perm())
	}
	return dir, nil
}

// script checks the interpreter that a file's first line names, if one does.
func (t trust) script(file string) error {
	name, err := interpreterOf(file)
	if err != nil || name == "" {
		return err
	}
	real, err := t.file(name)
	if err != nil {
		return fmt.Errorf("interpreter of %s: %w", file, err)
	}
	for _, base := range []string{filepath.Base(name), filepath.Base(real)} {
		if kindOf(base) == launcher {
			return fmt.Errorf("%w: %s is a script for %s; hint: register the program that it runs, or the interpreter with the path of a script", ErrForbidden, file, base)
		}
	}
	if another, err := interpreterOf(real); err != nil || another != "" {
		return errors.Join(fmt.Errorf("%w: the interpreter of %s is a script", ErrProgram, file), err)
	}
	return nil
}
