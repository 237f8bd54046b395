package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/virtengine/virtengine/security/paths"
)

// maxHops is where the kernel too gives up following links, path_resolution(7).
const maxHops = 40

// locate is where a name is in the tree: a relative path of which all but the last element are no links.
func (t *tree) locate(name string) (string, error) {
	if t.policy.InRoot {
		return t.resolve(name)
	}
	local, err := paths.Local(name)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrName, err)
	}
	return local, t.tooDeep(local)
}

func (t *tree) tooDeep(at string) error {
	if strings.Count(at, "/") >= t.policy.Depth {
		return fmt.Errorf("%w: more than %d elements", ErrLimit, t.policy.Depth)
	}
	return nil
}

// resolve is where a name is when the tree is the root of the file system: links on the way are followed, the last
// element is not. Elements that are not there yet are taken for directories.
func (t *tree) resolve(name string) (string, error) {
	rest := strings.Split(path.Clean("/"+name), "/")
	at := "."
	for hops := 0; len(rest) > 0; {
		part := rest[0]
		rest = rest[1:]
		if part == "" || part == "." {
			continue
		}
		if part == ".." {
			at = path.Dir(at)
			continue
		}
		if len(part) > paths.MaxName || strings.ContainsRune(part, 0) {
			return "", fmt.Errorf("%w: an element is longer than %d bytes or holds a NUL", ErrName, paths.MaxName)
		}
		at = path.Join(at, part)
		if err := t.tooDeep(at); err != nil {
			return "", err
		}
		if len(rest) == 0 {
			break
		}
		to, err := t.linkAt(at)
		if err != nil {
			return "", err
		}
		if to == "" {
			continue
		}
		if hops++; hops > maxHops {
			return "", fmt.Errorf("%w: more than %d on the way", ErrLink, maxHops)
		}
		at = path.Dir(at)
		if path.IsAbs(to) {
			at = "."
		}
		rest = append(strings.Split(to, "/"), rest...)
	}
	return at, nil
}

// linkAt is the target of the link at a place; empty when there is no link.
func (t *tree) linkAt(at string) (string, error) {
	if t.known[at] {
		return "", nil
	}
	info, err := t.dir.Lstat(at)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENOTDIR) { // of the latter makeParents says more
		return "", nil
	}
	if err != nil || info.Mode().Type() != fs.ModeSymlink {
		return "", err
	}
	return t.dir.Readlink(at)
}
