package image

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// ErrUnsafe says that an archive holds what no image needs, or more than the operator allows.
var ErrUnsafe = errors.New("unsafe image")

// bounds of one unpacking.
type bounds struct{ bytes, files uint64 }

// unpack writes a tar of a root directory into dir. Nothing is written outside dir: os.Root sees to that, and links are
// followed as they would be with dir as the root. Owners, devices and set-id bits are left out: everything belongs to
// us, is readable by every user, and the root is mounted read-only.
func unpack(r io.Reader, dir *os.Root, b bounds) error {
	in := tar.NewReader(r)
	var links []*tar.Header
	for files := uint64(0); ; files++ {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUnsafe, err)
		}
		if files >= b.files {
			return fmt.Errorf("%w: more than %d files", ErrUnsafe, b.files)
		}
		if h.Typeflag == tar.TypeLink {
			links = append(links, h) // its target may come later
			continue
		}
		if h.Typeflag == tar.TypeReg {
			if h.Size < 0 || uint64(h.Size) > b.bytes {
				return fmt.Errorf("%w: %s: more bytes than the limit of an image", ErrUnsafe, h.Name)
			}
			b.bytes -= uint64(h.Size)
		}
		if err := place(dir, h, in); err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
	for _, h := range links {
		if err := hardLink(dir, h); err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
	return nil
}

func place(dir *os.Root, h *tar.Header, content io.Reader) error {
	at, err := resolve(dir, h.Name)
	if err != nil || at == "." {
		return err
	}
	if err := dir.MkdirAll(path.Dir(at), 0o755); err != nil {
		return err
	}
	switch h.Typeflag {
	case tar.TypeDir:
		err := dir.Mkdir(at, 0o755)
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		if info, err := dir.Lstat(at); err != nil || info.IsDir() {
			return err
		}
		return errors.Join(dir.Remove(at), dir.Mkdir(at, 0o755))
	case tar.TypeReg:
		if err := clear(dir, at); err != nil {
			return err
		}
		f, err := dir.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode(h))
		if err != nil {
			return err
		}
		_, err = io.Copy(f, content)
		return errors.Join(err, f.Chmod(mode(h)), f.Close())
	case tar.TypeSymlink:
		if err := clear(dir, at); err != nil {
			return err
		}
		return dir.Symlink(h.Linkname, at) // may point anywhere: it is followed inside only
	default:
		return nil // devices and pipes: /dev is the backend's own
	}
}

// mode is a file's permissions as everyone's, so that a user of another id can read what the image's owner could.
func mode(h *tar.Header) fs.FileMode {
	owner := fs.FileMode(h.Mode) & 0o700
	m := owner&0o500 | 0o400
	return m | m>>3 | m>>6 | 0o200
}

// clear makes room at a place that something of an earlier layer may hold.
func clear(dir *os.Root, at string) error { return dir.RemoveAll(at) }

func hardLink(dir *os.Root, h *tar.Header) error {
	from, err := resolve(dir, h.Linkname)
	if err != nil {
		return err
	}
	to, err := resolve(dir, h.Name)
	if err != nil {
		return err
	}
	if from == to {
		return nil
	}
	info, err := dir.Lstat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return fmt.Errorf("%w: a link to a directory", ErrUnsafe)
	}
	if err := errors.Join(dir.MkdirAll(path.Dir(to), 0o755), clear(dir, to)); err != nil {
		return err
	}
	return dir.Link(from, to)
}

// maxLinks is where the kernel too gives up following.
const maxLinks = 40

// resolve is where name is in dir when dir is the root directory: links on the way are followed, the last part is not.
func resolve(dir *os.Root, name string) (string, error) {
	rest := strings.Split(path.Clean("/"+name), "/")
	at, hops := ".", 0
	for len(rest) > 0 {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			at = path.Dir(at)
			continue
		}
		next := path.Join(at, part)
		if len(rest) == 0 {
			return next, nil
		}
		info, err := dir.Lstat(next)
		if errors.Is(err, fs.ErrNotExist) {
			at = next
			continue
		}
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			at = next
			continue
		}
		if hops++; hops > maxLinks {
			return "", fmt.Errorf("%w: too many links on the way", ErrUnsafe)
		}
		to, err := dir.Readlink(next)
		if err != nil {
			return "", err
		}
		if path.IsAbs(to) {
			at = "."
		}
		rest = append(strings.Split(to, "/"), rest...)
	}
	return at, nil
}
