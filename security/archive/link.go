package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// symlink makes a symbolic link.
func (t *tree) symlink(at, target string) error {
	if target == "" || strings.ContainsRune(target, 0) || len(target) > t.policy.Name {
		return fmt.Errorf("%w: its target is empty, too long or holds a NUL", ErrLink)
	}
	if !t.policy.InRoot {
		if err := inside(at, target); err != nil {
			return err
		}
	}
	if err := t.clear(at); err != nil {
		return err
	}
	return taken(t.dir.Symlink(target, at))
}

// inside says whether a symbolic link leads to a place inside, whatever other links are inside.
//
// All ".." must come first: there they start from the link's own directory, which is real. After another element they
// would start from wherever that one leads, which may be nearer to the root than its name says.
func inside(at, target string) error {
	if path.IsAbs(target) {
		return fmt.Errorf("%w: its target %.100q is absolute", ErrLink, target)
	}
	up, down := 0, false
	for part := range strings.SplitSeq(target, "/") {
		switch {
		case part == "" || part == ".":
		case part != "..":
			down = true
		case down:
			return fmt.Errorf("%w: its target %.100q has .. after a name", ErrLink, target)
		default:
			up++
		}
	}
	if up > strings.Count(at, "/") {
		return fmt.Errorf("%w: its target %.100q is outside", ErrLink, target)
	}
	return nil
}

// hardLink gives a file that was unpacked a second name.
func (t *tree) hardLink(at, target string) error {
	from, err := t.locate(target)
	if err != nil {
		return err
	}
	if from == at {
		return nil
	}
	if strings.HasPrefix(from, at+"/") {
		return fmt.Errorf("%w: its target is below it", ErrLink)
	}
	if err := t.straight(path.Dir(from)); err != nil {
		return err
	}
	info, err := t.dir.Lstat(from)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: its target %.100q is not in the archive: %w", ErrLink, target, err)
	}
	if err != nil {
		return err
	}
	// A symbolic link means something else in another directory, so that one that leads inside could lead out there.
	if !info.Mode().IsRegular() && (!t.policy.InRoot || info.Mode().Type() != fs.ModeSymlink) {
		return fmt.Errorf("%w: its target %.100q is no file", ErrLink, target)
	}
	if err := t.clear(at); err != nil {
		return err
	}
	return taken(t.dir.Link(from, at))
}

// straight says whether the way to a place leads through directories only.
func (t *tree) straight(at string) error {
	if at == "." || t.known[at] {
		return nil
	}
	if err := t.straight(path.Dir(at)); err != nil {
		return err
	}
	info, err := t.dir.Lstat(at)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nor is then what is below it, which says so
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%w: %.100q on the way to its target is no directory", ErrLink, at)
	}
	t.known[at] = true
	return nil
}
